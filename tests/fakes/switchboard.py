"""A switchboard without sound: it keeps what it was told, and tests say what happens on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from banjie.media.errors import NoSuchPort
from banjie.media.events import DigitHeard, PlayFinished, RecordingClosed, RtpTimedOut, SwitchEvent
from banjie.media.model import ClipId, PlayId, PortId, PortStats, RecordingId, RtpPort, RtpRemote


@dataclass
class FakePort:
    number: int
    is_memory: bool = False
    remote: RtpRemote | None = None
    sends: bool = False
    receives: bool = False
    digits_sent: str = ""
    detects_tones: bool = False
    received: int = 0
    pushed: list[NDArray[np.int16]] = field(default_factory=list)
    heard: list[NDArray[np.int16]] = field(default_factory=list)  # a test appends, `pull` takes


@dataclass(frozen=True)
class FakePlay:
    sink: PortId
    clips: tuple[str, ...]  # names of tones, or files' stems
    loop: bool
    gain: float


@dataclass(frozen=True)
class FakeRecording:
    port_id: PortId
    path: Path


class FakeSwitchboard:  # satisfies media.ports.Switchboard
    def __init__(self) -> None:
        self.on_event: Callable[[SwitchEvent], None] = lambda event: None
        self.ports: dict[PortId, FakePort] = {}
        self.closed: list[PortId] = []
        self.cords: dict[tuple[PortId, PortId], float] = {}  # (source, sink): gain
        self.plays: dict[PlayId, FakePlay] = {}  # those that sound now
        self.played: list[FakePlay] = []  # all there ever were
        self.closes_recordings = True  # False: when a test says so
        self.recordings: dict[RecordingId, FakeRecording] = {}
        self.recorded: list[FakeRecording] = []
        self.clips: dict[ClipId, str] = {}
        self.told_stats: dict[PortId, PortStats] = {}
        self._next = 0

    # what a test asks and fires

    def hears(self, sink: PortId) -> set[PortId]:
        """Return the ports that `sink` hears now."""
        return {source for source, to in self.cords if to == sink}

    def playing(self, sink: PortId) -> list[tuple[str, ...]]:
        return [p.clips for p in self.plays.values() if p.sink == sink]

    def press(self, port_id: PortId, digits: str) -> None:
        for digit in digits:
            self.on_event(DigitHeard(port_id=port_id, digit=digit))

    def finish_plays(self, sink: PortId) -> None:
        """Let what does not loop come to its end."""
        for play_id in [p for p, play in self.plays.items() if play.sink == sink and not play.loop]:
            del self.plays[play_id]
            self.on_event(PlayFinished(play_id=play_id))

    def time_out(self, port_id: PortId) -> None:
        self.on_event(RtpTimedOut(port_id=port_id))

    # the port

    def open_rtp(self) -> RtpPort:
        port_id = PortId(self._id())
        self.ports[port_id] = FakePort(number=20000 + 2 * port_id)
        return RtpPort(port_id=port_id, host="127.0.0.1", port=self.ports[port_id].number)

    def point_rtp(
        self, port_id: PortId, remote: RtpRemote, *, send: bool = True, receive: bool = True
    ) -> None:
        port = self._port(port_id)
        port.remote, port.sends, port.receives = remote, send, receive

    def open_memory(self) -> PortId:
        port_id = PortId(self._id())
        self.ports[port_id] = FakePort(number=0, is_memory=True)
        return port_id

    def push(self, port_id: PortId, pcm: NDArray[np.int16]) -> int:
        self._port(port_id).pushed.append(pcm)
        return len(pcm)

    def pull(self, port_id: PortId) -> NDArray[np.int16] | None:
        heard = self._port(port_id).heard
        return heard.pop(0) if heard else None

    def close(self, port_id: PortId) -> None:
        if self.ports.pop(port_id, None) is None:
            return
        self.closed.append(port_id)
        self.cords = {pair: gain for pair, gain in self.cords.items() if port_id not in pair}
        self.plays = {i: play for i, play in self.plays.items() if play.sink != port_id}
        for recording_id in [i for i, r in self.recordings.items() if r.port_id == port_id]:
            self.stop_recording(recording_id)

    def cord(self, source: PortId, sink: PortId, gain: float = 1.0) -> None:
        if gain == 0.0:
            self.cords.pop((source, sink), None)
            return
        self._port(source)
        self._port(sink)
        self.cords[source, sink] = gain

    def play(self, sink: PortId, clips: Sequence[ClipId], *, loop: bool = False, gain: float = 1.0) -> PlayId:
        self._port(sink)
        play_id = PlayId(self._id())
        play = FakePlay(sink, tuple(self.clips[c] for c in clips), loop, gain)
        self.plays[play_id] = play
        self.played.append(play)
        return play_id

    def stop(self, play_id: PlayId) -> None:
        self.plays.pop(play_id, None)

    def record(self, port_id: PortId, path: Path) -> RecordingId:
        self._port(port_id)
        recording_id = RecordingId(self._id())
        self.recordings[recording_id] = FakeRecording(port_id, path)
        self.recorded.append(self.recordings[recording_id])
        return recording_id

    def stop_recording(self, recording_id: RecordingId) -> None:
        if not self.closes_recordings:
            return
        recording = self.recordings.pop(recording_id, None)
        if recording is not None:
            path = recording.path.with_suffix(".flac")
            self.on_event(
                RecordingClosed(recording_id=recording_id, path=path, duration_s=1.0, size_bytes=1000)
            )

    def close_recordings(self) -> None:
        """Close the files that took their time."""
        self.closes_recordings = True
        for recording_id in list(self.recordings):
            self.stop_recording(recording_id)

    def send_digits(self, port_id: PortId, digits: str) -> None:
        self._port(port_id).digits_sent += digits

    def detect_tones(self, port_id: PortId, wanted: bool) -> None:
        self._port(port_id).detects_tones = wanted

    def stats(self, port_id: PortId) -> PortStats:
        port = self._port(port_id)
        told = self.told_stats.get(port_id)
        if told is not None:
            return told
        return PortStats(
            received=port.received,
            lost=0,
            late=0,
            duplicate=0,
            concealed=0,
            sent=0,
            strangers=0,
            jitter_ms=0.0,
            delay_ms=0.0,
            level_db=-96.0,
            round_trip_ms=None,
            remote_lost=None,
            remote_jitter_ms=None,
        )

    def load_clip(self, path: Path) -> ClipId:
        return self._clip(path.stem)

    def tone(self, name: str) -> ClipId:
        return self._clip(name)

    def _clip(self, name: str) -> ClipId:
        for clip_id, known in self.clips.items():
            if known == name:
                return clip_id
        clip_id = ClipId(self._id())
        self.clips[clip_id] = name
        return clip_id

    def _port(self, port_id: PortId) -> FakePort:
        try:
            return self.ports[port_id]
        except KeyError:
            raise NoSuchPort(f"port {port_id} is not open") from None

    def _id(self) -> int:
        self._next += 1
        return self._next
