import { useEffect, useState } from 'react'

import { serverNow } from '@/api/serverClock'

/** The server's time in milliseconds, anew each second, on the second of `from` so that timers never skip one. */
export function useNow(from?: string | null): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    let timer = 0
    const start = from === null || from === undefined ? 0 : Date.parse(from)
    const tick = () => {
      const present = serverNow()
      setNow(present)
      timer = window.setTimeout(tick, 1000 - ((((present - start) % 1000) + 1000) % 1000) + 5)
    }
    tick()
    return () => window.clearTimeout(timer)
  }, [from])
  return now
}
