"""What the rest of the product asks of the switchboard and of browsers' audio."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from banjie.media.events import SwitchEvent
from banjie.media.model import BrowserPort, ClipId, PlayId, PortId, PortStats, RecordingId, RtpPort, RtpRemote

__all__ = ["BrowserAudio", "SwitchEvent", "Switchboard"]


class Switchboard(Protocol):
    """Ports joined by cords. No call waits; a port that is closed or unknown raises `NoSuchPort`, but `close` may be
    repeated, and `cord(…, 0.0)`, `stop` and `stop_recording` of what is gone do nothing.
    """

    on_event: Callable[[SwitchEvent], None]

    def open_rtp(self) -> RtpPort:
        """Open a port that hears nobody yet. Raise `NoFreePort`."""

    def point_rtp(
        self, port_id: PortId, remote: RtpRemote, *, send: bool = True, receive: bool = True
    ) -> None:
        """Say where the peer is and which ways sound may go; again at every new offer/answer."""

    def open_memory(self) -> PortId:
        """Open a port whose voice is pushed and whose ears are pulled by us: robots, tests."""

    def push(self, port_id: PortId, pcm: NDArray[np.int16]) -> int:
        """Let the port say this, at 20 ms of it a tick; return how many samples found room (2 s are kept)."""

    def pull(self, port_id: PortId) -> NDArray[np.int16] | None:
        """Return the oldest 20 ms the port heard and nobody pulled; only the last 2 s are kept."""

    def close(self, port_id: PortId) -> None:
        """Give the port back with its cords, plays and recordings (they are closed properly)."""

    def cord(self, source: PortId, sink: PortId, gain: float = 1.0) -> None:
        """Let `sink` hear `source` this loud; 0.0 takes the cord away. `cord(a, a)` is an echo."""

    def play(self, sink: PortId, clips: Sequence[ClipId], *, loop: bool = False, gain: float = 1.0) -> PlayId:
        """Let `sink` hear the clips one after another, beside all else it hears."""

    def stop(self, play_id: PlayId) -> None: ...

    def record(self, port_id: PortId, path: Path) -> RecordingId:
        """Write what the port says (left) and all it hears (right) to `path`, a WAV while it grows.

        `RecordingClosed` names the FLAC beside it that takes its place in the end.
        """

    def stop_recording(self, recording_id: RecordingId) -> None: ...

    def send_digits(self, port_id: PortId, digits: str) -> None:
        """Press keys towards the peer: RFC 4733 where agreed, else tones it hears."""

    def detect_tones(self, port_id: PortId, wanted: bool) -> None:
        """Listen for digits in the sound too (trunks that send them so). Costs a little for each frame."""

    def stats(self, port_id: PortId) -> PortStats: ...

    def load_clip(self, path: Path) -> ClipId:
        """Read a sound file once; resampled, mixed to mono. Raise `UnreadableClip`, `SwitchboardFull`."""

    def tone(self, name: str) -> ClipId:
        """Return one cadence of a call-progress tone (`media.tones.TONES`), to be looped. Raise `NoSuchTone`."""


class BrowserAudio(Protocol):
    """Browsers as ports of the switchboard; events come by the switchboard's `on_event`."""

    async def open(self, offer_sdp: str) -> BrowserPort: ...

    async def close(self, port_id: PortId) -> None: ...
