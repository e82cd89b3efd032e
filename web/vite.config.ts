/** Two pages: the desk (`index.html`) and the visitors' light page (`call.html`). */
import { fileURLToPath } from 'node:url'

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = process.env['BANJIE_DEV_SERVER'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': at('./src') } },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 900,
    rolldownOptions: { input: { index: at('./index.html'), call: at('./call.html') } },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': { target: server, ws: true }, '/healthz': server } },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] },
})
