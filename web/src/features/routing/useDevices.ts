/** What is plugged in now, and whether this page may listen at all. */
import { useCallback, useEffect, useState } from 'react'

export function useDevices(): [MediaDeviceInfo[], () => void] {
  const [found, setFound] = useState<MediaDeviceInfo[]>([])
  const media = navigator.mediaDevices as MediaDevices | undefined
  const look = useCallback(() => void media?.enumerateDevices().then(setFound), [media])
  useEffect(() => {
    look()
    media?.addEventListener('devicechange', look)
    return () => media?.removeEventListener('devicechange', look)
  }, [media, look])
  return [found, look]
}

/** True while the browser refuses without asking; it turns false by itself when the user allows it. */
export function useIsMicrophoneDenied(): boolean {
  const [isDenied, setDenied] = useState(false)
  useEffect(() => {
    const permissions = navigator.permissions as Permissions | undefined
    let status: PermissionStatus | null = null
    let isGone = false
    const read = () => setDenied(status?.state === 'denied')
    permissions?.query({ name: 'microphone' }).then((asked) => {
      if (isGone) return
      status = asked
      status.addEventListener('change', read)
      read()
    }, () => undefined) // a browser that does not tell asks when it is needed
    return () => {
      isGone = true
      status?.removeEventListener('change', read)
    }
  }, [])
  return isDenied
}
