"""Session descriptions of one audio stream (RFC 4566, RFC 3264, RFC 6337): read, written, agreed upon.

Whatever a peer sends, reading is linear in its size and ends in a description or in `BadDescription`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, Literal

from banjie.sip.errors import BadDescription, NoCommonCodec

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
Codec = Literal["PCMA", "PCMU"]

MAX_BYTES: Final = 32_768
MAX_LINES: Final = 1_024
MAX_MEDIA: Final = 16
MAX_PAYLOADS: Final = 64

# RFC 3551 table 4: numbers that need no rtpmap.
_STATIC: Final = {
    0: ("PCMU", 8000),
    3: ("GSM", 8000),
    4: ("G723", 8000),
    8: ("PCMA", 8000),
    9: ("G722", 8000),
    13: ("CN", 8000),
    15: ("G728", 8000),
    18: ("G729", 8000),
}
_NUMBERS: Final[dict[str, int]] = {"PCMU": 0, "PCMA": 8}
_REVERSED: Final[dict[str, Direction]] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
_DIRECTIONS: Final[dict[str, Direction]] = {
    "sendrecv": "sendrecv",
    "sendonly": "sendonly",
    "recvonly": "recvonly",
    "inactive": "inactive",
}
# What old peers say for hold (RFC 2543): "send nothing to me", by an address that is none.
_HELD: Final[dict[Direction, Direction]] = {
    "sendrecv": "sendonly",
    "sendonly": "sendonly",
    "recvonly": "inactive",
    "inactive": "inactive",
}


@dataclass(frozen=True, slots=True)
class Payload:
    """One RTP payload type. `fmtp` is as written, "" without one."""

    number: int
    name: str  # upper case, but for telephone-event as registered: `TELEPHONE-EVENT`
    rate_hz: int
    fmtp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioDescription:
    """The first audio stream of a description, as its author sees it, and what stood beside it."""

    host: str
    port: int
    payloads: tuple[Payload, ...]  # most wanted first
    direction: Direction
    ptime_ms: int | None = None
    rtcp_mux: bool = False
    rtcp_port: int | None = None
    version: int = 0  # of the session, from the o= line
    other_media: tuple[str, ...] = ()  # `video RTP/AVP 96` …: an answer refuses each (RFC 3264 §6)
    position: int = 0  # of the audio among all streams


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What both ends speak, and where the peer listens. `direction` is the peer's word."""

    codec: Codec
    payload: int
    dtmf_payload: int | None
    remote_host: str
    remote_port: int
    direction: Direction
    offered: AudioDescription | None = field(default=None, compare=False, repr=False)  # for `describe_audio`


def negotiate(offered: AudioDescription, supported: Sequence[str] = ("PCMA", "PCMU")) -> Agreed:
    """Choose the codec, ours most wanted first. Raises `NoCommonCodec`."""
    by_name: dict[str, int] = {}
    dtmf: int | None = None
    for payload in offered.payloads:
        if payload.rate_hz == 8000:
            if payload.name == "TELEPHONE-EVENT":
                dtmf = payload.number if dtmf is None else dtmf
            else:
                by_name.setdefault(payload.name, payload.number)
    for name in supported:
        if offered.port and (name == "PCMA" or name == "PCMU") and name in by_name:
            return Agreed(
                codec="PCMA" if name == "PCMA" else "PCMU",
                payload=by_name[name],
                dtmf_payload=dtmf,
                remote_host=offered.host,
                remote_port=offered.port,
                direction=offered.direction,
                offered=offered,
            )
    raise NoCommonCodec("the peer offers none of " + ", ".join(supported))


def reverse(direction: Direction) -> Direction:
    """Return what the answer to an offer of this direction says (RFC 3264 §6.1)."""
    return _REVERSED[direction]


def describe_audio(
    local_host: str,
    local_port: int,
    codecs: Sequence[str],
    dtmf_payload: int | None,
    direction: Direction,
    session_version: int,
    answers: AudioDescription | None = None,
) -> bytes:
    """Write our description. `session_version` rises with each change; the same one says the same.

    With `answers`, what the peer offered beside the audio is refused line by line, and its numbers are used.
    """
    family = "IP6" if ":" in local_host else "IP4"
    numbers = [_number_of(codec, answers) for codec in codecs]
    formats = [f"a=rtpmap:{n} {codec}/8000\r\n" for n, codec in zip(numbers, codecs, strict=True)]
    if dtmf_payload is not None:
        numbers.append(dtmf_payload)
        formats.append(f"a=rtpmap:{dtmf_payload} telephone-event/8000\r\na=fmtp:{dtmf_payload} 0-16\r\n")
    listed = " ".join(map(str, numbers))
    audio = f"m=audio {local_port} RTP/AVP {listed}\r\n{''.join(formats)}a=ptime:20\r\na={direction}\r\n"
    streams = [audio]
    if answers is not None and answers.other_media:
        streams = [
            f"m={kind} 0 {rest}\r\n" for kind, _, rest in (o.partition(" ") for o in answers.other_media)
        ]
        streams.insert(answers.position, audio)
    head = (
        f"v=0\r\no=- {local_port} {session_version} IN {family} {local_host}\r\ns=-\r\n"
        f"c=IN {family} {local_host}\r\nt=0 0\r\n"
    )
    return (head + "".join(streams)).encode()


def _number_of(codec: str, answers: AudioDescription | None) -> int:
    if answers is not None:
        for payload in answers.payloads:
            if payload.name == codec and payload.rate_hz == 8000:
                return payload.number
    return _NUMBERS[codec]


class _Stream:
    """One m= section while it is read."""

    __slots__ = (
        "connection",
        "direction",
        "fmtp",
        "kind",
        "maps",
        "numbers",
        "port",
        "protocol",
        "ptime",
        "rtcp",
        "rtcp_mux",
    )

    def __init__(self, value: str) -> None:
        words = value.split()
        if len(words) < 4:
            raise BadDescription("an m= line is too short")
        self.kind, port, self.protocol, *self.numbers = words
        self.port = _small_number(port.partition("/")[0], 65_535, "a media port")
        self.connection: str | None = None
        self.direction: Direction | None = None
        self.maps: dict[int, tuple[str, int]] = {}
        self.fmtp: dict[int, str] = {}
        self.ptime: int | None = None
        self.rtcp: int | None = None
        self.rtcp_mux = False


def parse_audio(body: bytes) -> AudioDescription:
    """Read a description. Raises `BadDescription` when it is none, or holds no audio over plain RTP."""
    connection: str | None = None
    direction: Direction = "sendrecv"
    version = 0
    streams: list[_Stream] = []
    for line in _lines(body)[1:]:
        kind, value = line[:2], line[2:]
        if kind == "a=":
            if streams:
                _take_attribute(streams[-1], value)
            else:
                direction = _DIRECTIONS.get(value.strip(), direction)
        elif kind == "m=":
            if len(streams) >= MAX_MEDIA:
                raise BadDescription("the description has too many streams")
            streams.append(_Stream(value))
        elif kind == "c=":
            if streams:
                streams[-1].connection = value
            else:
                connection = value
        elif kind == "o=":
            version = _version(value)
        elif line and line[1:2] != "=":
            raise BadDescription("a line is not of the form x=…")
    return _description(streams, connection, direction, version)


def _lines(body: bytes) -> list[str]:
    if len(body) > MAX_BYTES:
        raise BadDescription("the description is too large")
    lines = [line.rstrip("\r") for line in body.decode("utf-8", "replace").split("\n")]
    if len(lines) > MAX_LINES:
        raise BadDescription("the description has too many lines")
    if lines[0].rstrip() != "v=0":
        raise BadDescription("the description does not begin with v=0")
    return lines


def _description(
    streams: list[_Stream], connection: str | None, direction: Direction, version: int
) -> AudioDescription:
    audio = [s for s in streams if s.kind == "audio" and s.protocol == "RTP/AVP"]
    if not audio:
        raise BadDescription("there is no audio stream over RTP/AVP")
    chosen = next((s for s in audio if s.port), audio[0])
    where = chosen.connection or connection
    if where is None:
        raise BadDescription("no c= line says where the peer listens")
    host = _address(where)
    said = chosen.direction or direction
    return AudioDescription(
        host=host,
        port=chosen.port,
        payloads=_payloads(chosen),
        direction=_HELD[said] if host in ("0.0.0.0", "::") else said,
        ptime_ms=chosen.ptime,
        rtcp_mux=chosen.rtcp_mux,
        rtcp_port=chosen.rtcp,
        version=version,
        other_media=tuple(f"{s.kind} {s.protocol} {' '.join(s.numbers)}" for s in streams if s is not chosen),
        position=streams.index(chosen),
    )


def _payloads(stream: _Stream) -> tuple[Payload, ...]:
    if len(stream.numbers) > MAX_PAYLOADS:
        raise BadDescription("the stream has too many payload types")
    payloads: list[Payload] = []
    for text in stream.numbers:
        number = _small_number(text, 127, "a payload type")
        known = stream.maps.get(number) or _STATIC.get(number)
        if known is not None:
            payloads.append(Payload(number, known[0], known[1], stream.fmtp.get(number, "")))
    return tuple(payloads)


def _take_attribute(stream: _Stream, value: str) -> None:
    name, colon, rest = value.partition(":")
    if not colon:
        name = name.strip()
        if name in _DIRECTIONS:
            stream.direction = _DIRECTIONS[name]
        elif name == "rtcp-mux":
            stream.rtcp_mux = True
    elif name == "rtpmap":
        number, _, encoding = rest.strip().partition(" ")
        codec, _, rate = encoding.strip().partition("/")
        rate, _, channels = rate.partition("/")
        if channels in ("", "1") and codec:
            at = _small_number(number, 127, "a payload type")
            stream.maps[at] = (codec.upper(), _small_number(rate, 1_000_000, "a clock rate"))
    elif name == "fmtp":
        number, _, parameters = rest.strip().partition(" ")
        stream.fmtp[_small_number(number, 127, "a payload type")] = parameters.strip()
    elif name == "ptime":
        # Some write 20.0; what cannot be read is only a wish.
        whole = rest.partition(".")[0].strip()
        stream.ptime = int(whole) if whole.isascii() and whole.isdigit() and len(whole) <= 4 else None
    elif name == "rtcp":
        stream.rtcp = _small_number(rest.split(" ")[0], 65_535, "the RTCP port")


def _version(value: str) -> int:
    words = value.split()
    if len(words) != 6:
        raise BadDescription("the o= line is not valid")
    # RFC 4566 sets no limit; one that is no number we can hold only means that we cannot compare.
    return int(words[2]) if words[2].isascii() and words[2].isdigit() and len(words[2]) <= 20 else 0


@lru_cache(maxsize=1024)
def _address(value: str) -> str:
    words = value.split()
    if len(words) != 3 or words[0] != "IN" or words[1] not in ("IP4", "IP6"):
        raise BadDescription("the c= line is not valid")
    try:
        address = ip_address(words[2].partition("/")[0])
    except ValueError:
        raise BadDescription("the c= line holds no address") from None
    if address.is_multicast or (address.version == 4) != (words[1] == "IP4"):
        raise BadDescription("the c= line holds an address that cannot be called")
    return str(address)


def _small_number(text: str, largest: int, what: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and int(text) <= largest):
        raise BadDescription(f"{what} is not a number in range")
    return int(text)
