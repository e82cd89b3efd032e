"""What the switchboard is spoken of with: ports, plays, recordings, and where RTP comes from and goes to."""

from dataclasses import dataclass
from typing import Literal, NewType

PortId = NewType("PortId", int)
PlayId = NewType("PlayId", int)
RecordingId = NewType("RecordingId", int)
ClipId = NewType("ClipId", int)


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
    codec: Literal["PCMA", "PCMU"]
    payload: int
    dtmf_payload: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserPort:
    """A browser on the switchboard, and the SDP answer it waits for."""

    port_id: PortId
    answer_sdp: str
