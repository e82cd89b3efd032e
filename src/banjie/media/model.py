"""What the switchboard is spoken of with: ports, plays, recordings, and where RTP comes from and goes to."""

from dataclasses import dataclass
from typing import Literal, NewType

PortId = NewType("PortId", int)
PlayId = NewType("PlayId", int)
RecordingId = NewType("RecordingId", int)
ClipId = NewType("ClipId", int)

Codec = Literal["PCMA", "PCMU"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RtpPort:
    """An open port and where its peer must send RTP. RTCP is at the next number."""

    port_id: PortId
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RtpRemote:
    """Where the peer hears, and what it speaks."""

    host: str
    port: int
    codec: Codec
    payload: int
    dtmf_payload: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserPort:
    """A browser on the switchboard, and the SDP answer it waits for."""

    port_id: PortId
    answer_sdp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStats:
    """What happened on a port since it was opened. Counts are packets, `concealed` is frames of 20 ms.

    `late`, `concealed` and `delay_ms` are of the jitter buffer: they stand still while packets are passed on untouched.
    """

    received: int
    lost: int
    late: int
    duplicate: int
    concealed: int
    sent: int
    strangers: int  # packets from anybody but the peer the port is latched to
    jitter_ms: float  # RFC 3550 §6.4.1
    delay_ms: float  # what the jitter buffer adds now
    level_db: float  # of what the port says, dBm0; -96 is silence
    round_trip_ms: float | None
    remote_lost: int | None  # as the peer reports
    remote_jitter_ms: float | None
