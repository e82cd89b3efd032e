import { duration, secondsSince } from './format'
import { useNow } from './useNow'

/** A clock that counts up from an instant. */
export function Since({ instant, className }: { instant: string; className?: string }) {
  const now = useNow(instant)
  return (
    <span className={`digits ${className ?? ''}`} role="timer" aria-live="off">
      {duration(secondsSince(instant, now))}
    </span>
  )
}

/** A clock that counts down to an instant, and stops at zero. */
export function Until({ instant, className }: { instant: string; className?: string }) {
  const now = useNow(instant)
  return (
    <span className={`digits ${className ?? ''}`} role="timer" aria-live="off">
      {duration(Math.ceil(-secondsSince(instant, now)))}
    </span>
  )
}
