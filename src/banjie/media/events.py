"""What the switchboard tells. All are live: they may be lost in a crash. Delivered on the asyncio thread."""

from dataclasses import dataclass
from pathlib import Path

from banjie.media.model import PlayId, PortId, RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitHeard:
    """A key was pressed at the peer, once a press: 0-9 * # A-D."""

    port_id: PortId
    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayFinished:
    """The last clip was heard to its end. Not after `stop`, nor when the port was closed."""

    play_id: PlayId


@dataclass(frozen=True, slots=True, kw_only=True)
class RtpTimedOut:
    """The peer that should speak sends nothing. Once; again only after it spoke in between."""

    port_id: PortId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingClosed:
    """The file is complete, in its last form (FLAC) and at its last path."""

    recording_id: RecordingId
    path: Path
    duration_s: float
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserConnected:
    """ICE and DTLS are done; sound flows both ways."""

    port_id: PortId


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserLost:
    """The browser hung up, went silent for 4 s, or never connected. Once a port; its port stays until it is closed."""

    port_id: PortId


SwitchEvent = DigitHeard | PlayFinished | RtpTimedOut | RecordingClosed | BrowserConnected | BrowserLost
