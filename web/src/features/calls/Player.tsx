/** A recording: play, go anywhere in it, faster. The caller is on the left ear, everybody else on the right. */
import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons'
import { Alert, Button, Select, Slider } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { duration } from '@/ui/format'
import './player.css'

const SPEEDS = [1, 1.25, 1.5, 2]

export function Player({ callId, src = `/api/recordings/${encodeURIComponent(callId)}`, plays = false }: { callId: string; src?: string; plays?: boolean }) {
  const { t } = useTranslation()
  const audio = useRef<HTMLAudioElement>(null)
  const [isPlaying, setPlaying] = useState(false)
  const [atS, setAt] = useState(0)
  const [lengthS, setLength] = useState(0)
  const [speed, setSpeed] = useState(1)
  const [hasFailed, setFailed] = useState(false)

  const toggle = () => {
    if (isPlaying) audio.current?.pause()
    else void audio.current?.play().catch(() => setFailed(true))
  }
  const seek = (s: number) => {
    setAt(s)
    if (audio.current !== null) audio.current.currentTime = s
  }
  const change = (rate: number) => {
    setSpeed(rate)
    if (audio.current !== null) audio.current.playbackRate = rate
  }
  if (hasFailed) return <Alert type="warning" title={t('calls.player.failed')} />
  return (
    <div className="player" role="group" aria-label={t('calls.player.label')}>
      <audio
        ref={audio}
        src={src}
        preload="metadata"
        autoPlay={plays}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onDurationChange={(event) => setLength(Number.isFinite(event.currentTarget.duration) ? event.currentTarget.duration : 0)}
        onError={() => setFailed(true)}
      />
      <Button
        size="small"
        aria-label={t(isPlaying ? 'calls.player.pause' : 'calls.player.play')}
        icon={isPlaying ? <PauseOutlined /> : <CaretRightOutlined />}
        onClick={toggle}
      />
      <Slider
        ariaLabelForHandle={t('calls.player.seek')}
        min={0}
        max={Math.max(lengthS, 0.1)}
        step={0.1}
        value={Math.min(atS, lengthS)}
        onChange={seek}
        tooltip={{ formatter: (s) => duration(s ?? 0) }}
      />
      <span className="digits player-time">
        {duration(atS)} / {duration(lengthS)}
      </span>
      <Select
        size="small"
        aria-label={t('calls.player.speed')}
        value={speed}
        onChange={change}
        options={SPEEDS.map((rate) => ({ value: rate, label: `${rate}×` }))}
      />
    </div>
  )
}
