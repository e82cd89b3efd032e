/** Twice a second, everybody who asked is called; hidden pages included. */
type Listener = () => void

const listeners = new Set<Listener>()
let isRunning = false

/** Be called about every half second until the returned function is. */
export function onTick(listener: Listener): () => void {
  listeners.add(listener)
  start()
  return () => listeners.delete(listener)
}

function start(): void {
  if (isRunning) return
  isRunning = true
  const tick = () => listeners.forEach((listener) => listener())
  try {
    const worker = new Worker(new URL('./ticker.worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = tick
    worker.onerror = () => setInterval(tick, 500)
  } catch {
    setInterval(tick, 500) // no workers here: better slow in the background than never
  }
}
