"""The offer of a browser and our answer to it (RFC 9429): one audio stream, G.711, DTLS-SRTP, ICE-lite.

Laws: A-law before µ-law, whatever the offer's order; every media line is answered, all but the first usable audio
line with port 0; candidates in the offer are not used (an ICE-lite agent answers the browser's checks, so that no offer
can make us send to an address of its choosing); all sizes are bounded.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, Literal

from banjie.base.errors import BanjieError

MAX_OFFER_CHARS: Final = 65_536
_MAX_LINES: Final = 2_000
_MAX_MEDIA: Final = 16
_MAX_FINGERPRINTS: Final = 8
_ICE_CHARS = re.compile(r"[A-Za-z0-9+/]+\Z", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}\Z", re.ASCII)
_FINGERPRINT = re.compile(
    r"(sha-256|sha-384|sha-512) ((?:[0-9A-F]{2}:){31,63}[0-9A-F]{2})\Z", re.ASCII | re.IGNORECASE
)
_STATIC: Final[Mapping[int, str]] = MappingProxyType({0: "PCMU/8000", 8: "PCMA/8000"})

Codec = Literal["PCMA", "PCMU"]
Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
_REVERSED: Final[Mapping[Direction, Direction]] = MappingProxyType(
    {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
)


class UnusableOffer(BanjieError):
    """The browser's session description cannot be answered; the sentence says what is wrong with it."""

    code: ClassVar[str] = "media.unusable_offer"

    def __init__(self, why: str) -> None:
        super().__init__(f"the browser's audio offer cannot be used: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLine:
    """One `m=` line, kept to be refused in its place."""

    kind: str
    protocol: str
    formats: str
    mid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserOffer:
    lines: tuple[MediaLine, ...]
    chosen: int  # index in `lines` of the audio we take
    codec: Codec
    payload: int
    dtmf_payload: int | None
    direction: Direction  # as the browser says it
    ice_ufrag: str
    ice_pwd: str
    fingerprints: tuple[tuple[str, str], ...]  # algorithm in lower case, value in upper case
    we_open_dtls: bool
    bundled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OurEnd:
    """What our answer says about us. `hosts` are (address, UDP port), the preferred first."""

    hosts: Sequence[tuple[str, int]]
    ice_ufrag: str
    ice_pwd: str
    fingerprint: str  # sha-256
    session_id: int


def read_offer(text: str) -> BrowserOffer:
    """Return what matters of the offer; raise `UnusableOffer`."""
    session, sections = _split(text)
    chosen = next((i for i, s in enumerate(sections) if s.kind == "audio" and s.port), None)
    if chosen is None:
        raise UnusableOffer("it has no audio")
    audio = sections[chosen]
    _require_rtp(audio)
    codec, payload, dtmf_payload = _codecs(audio)
    setup = _either(audio, session, "setup") or "actpass"
    if setup not in ("actpass", "active", "passive"):
        raise UnusableOffer(f"a=setup is none of actpass, active, passive: {setup[:20]!r}")
    mid = audio.first("mid")
    return BrowserOffer(
        lines=tuple(
            MediaLine(kind=s.kind, protocol=s.protocol, formats=s.formats, mid=s.first("mid"))
            for s in sections
        ),
        chosen=chosen,
        codec=codec,
        payload=payload,
        dtmf_payload=dtmf_payload,
        direction=_direction(audio, session),
        ice_ufrag=_ice(audio, session, "ice-ufrag", 4),
        ice_pwd=_ice(audio, session, "ice-pwd", 22),
        fingerprints=_fingerprints(audio, session),
        we_open_dtls=setup != "active",
        bundled=mid is not None
        and any(mid in g.split()[1:] for g in session.all("group") if g.startswith("BUNDLE ")),
    )


def write_answer(offer: BrowserOffer, ours: OurEnd) -> str:
    """Return the answer to `offer`, CRLF at every line's end."""
    mid = offer.lines[offer.chosen].mid
    lines = ["v=0", f"o=- {ours.session_id} 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite"]
    if offer.bundled:
        lines.append(f"a=group:BUNDLE {mid}")
    lines.append("a=msid-semantic:WMS *")
    for index, line in enumerate(offer.lines):
        if index == offer.chosen:
            lines += _audio_lines(offer, ours)
        else:
            lines += [f"m={line.kind} 0 {line.protocol} {line.formats}", "c=IN IP4 0.0.0.0", "a=inactive"]
            lines += [f"a=mid:{line.mid}"] if line.mid else []
    return "\r\n".join(lines) + "\r\n"


def _audio_lines(offer: BrowserOffer, ours: OurEnd) -> list[str]:
    line = offer.lines[offer.chosen]
    host, port = ours.hosts[0]
    family = "IP6" if ":" in host else "IP4"
    formats = f"{offer.payload}" if offer.dtmf_payload is None else f"{offer.payload} {offer.dtmf_payload}"
    lines = [f"m=audio {port} {line.protocol} {formats}", f"c=IN {family} {host}"]
    lines += [f"a=mid:{line.mid}"] if line.mid else []
    lines += [f"a={_REVERSED[offer.direction]}", "a=rtcp-mux", f"a=rtpmap:{offer.payload} {offer.codec}/8000"]
    if offer.dtmf_payload is not None:
        lines += [f"a=rtpmap:{offer.dtmf_payload} telephone-event/8000", f"a=fmtp:{offer.dtmf_payload} 0-15"]
    lines += [
        "a=ptime:20",
        "a=msid:banjie call",
        f"a=ice-ufrag:{ours.ice_ufrag}",
        f"a=ice-pwd:{ours.ice_pwd}",
    ]
    lines += [
        f"a=fingerprint:sha-256 {ours.fingerprint}",
        f"a=setup:{'active' if offer.we_open_dtls else 'passive'}",
    ]
    for preference, (address, udp_port) in enumerate(ours.hosts):
        # RFC 8445 §5.1.2.1: type preference 126 for host, component 1.
        priority = (126 << 24) | ((65_535 - preference) << 8) | 255
        lines.append(f"a=candidate:{preference + 1} 1 udp {priority} {address} {udp_port} typ host")
    return [*lines, "a=end-of-candidates"]


class _Section:
    """The attributes of the session or of one media line, in order."""

    def __init__(self, kind: str = "", port: int = 0, protocol: str = "", formats: str = "") -> None:
        self.kind, self.port, self.protocol, self.formats = kind, port, protocol, formats
        self._attributes: dict[str, list[str]] = {}

    def add(self, attribute: str) -> None:
        name, _, value = attribute.partition(":")
        self._attributes.setdefault(name, []).append(value.strip())

    def all(self, name: str) -> Sequence[str]:
        return self._attributes.get(name, ())

    def first(self, name: str) -> str | None:
        found = self._attributes.get(name)
        return found[0] if found else None


def _split(text: str) -> tuple[_Section, list[_Section]]:
    if len(text) > MAX_OFFER_CHARS:
        raise UnusableOffer(f"it is longer than {MAX_OFFER_CHARS} characters")
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0] != "v=0" or len(lines) > _MAX_LINES:
        raise UnusableOffer("it is not a session description (v=0)")
    session = current = _Section()
    sections: list[_Section] = []
    for line in lines[1:]:
        if line.startswith("m="):
            current = _media(line[2:])
            sections.append(current)
        elif line.startswith("a="):
            current.add(line[2:])
    if len(sections) > _MAX_MEDIA:
        raise UnusableOffer(f"it has more than {_MAX_MEDIA} media lines")
    return session, [_checked_mid(s) for s in sections]


def _media(line: str) -> _Section:
    words = line.split()
    # All four go back in our answer, so nothing but tokens may pass.
    port = words[1].partition("/")[0] if len(words) >= 4 else ""
    kind_ok = bool(words) and _TOKEN.match(words[0]) is not None
    formats_ok = len(words) <= 100 and all(_TOKEN.match(w) for w in words[3:])
    if not (kind_ok and formats_ok and port.isdecimal() and port.isascii() and len(port) <= 5):
        raise UnusableOffer("a media line is malformed")
    if not all(_TOKEN.match(part) for part in words[2].split("/")):
        raise UnusableOffer("a media line is malformed")
    return _Section(words[0], int(port), words[2], " ".join(words[3:]))


def _checked_mid(section: _Section) -> _Section:
    mid = section.first("mid")
    if mid is not None and not _TOKEN.match(mid):
        raise UnusableOffer("a=mid is malformed")
    return section


def _require_rtp(audio: _Section) -> None:
    if audio.protocol not in ("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "RTP/SAVPF"):
        raise UnusableOffer("its audio is not DTLS-SRTP")
    if audio.first("rtcp-mux") is None:
        raise UnusableOffer("it does not multiplex RTCP (a=rtcp-mux)")


def _codecs(audio: _Section) -> tuple[Codec, int, int | None]:
    """Return codec, payload number, DTMF payload number."""
    names = dict(_STATIC)
    for rtpmap in audio.all("rtpmap"):
        number, _, name = rtpmap.partition(" ")
        if number.isdecimal() and number.isascii() and len(number) <= 3:
            names[int(number)] = name.removesuffix("/1").upper()
    offered = [int(f) for f in audio.formats.split() if f.isdecimal() and f.isascii() and int(f) < 128]
    dtmf = next((n for n in offered if names.get(n) == "TELEPHONE-EVENT/8000"), None)
    codecs: tuple[Codec, ...] = ("PCMA", "PCMU")
    for codec in codecs:
        payload = next((n for n in offered if names.get(n) == f"{codec}/8000"), None)
        if payload is not None:
            return codec, payload, dtmf
    raise UnusableOffer("it has neither PCMA nor PCMU")


def _direction(audio: _Section, session: _Section) -> Direction:
    for section in (audio, session):
        for direction in _REVERSED:
            if section.first(direction) is not None:
                return direction
    return "sendrecv"


def _either(audio: _Section, session: _Section, name: str) -> str | None:
    return audio.first(name) or session.first(name)


def _ice(audio: _Section, session: _Section, name: str, shortest: int) -> str:
    value = _either(audio, session, name)
    if value is None or not shortest <= len(value) <= 256 or not _ICE_CHARS.match(value):
        raise UnusableOffer(f"a={name} is missing or malformed")
    return value


def _fingerprints(audio: _Section, session: _Section) -> tuple[tuple[str, str], ...]:
    values = audio.all("fingerprint") or session.all("fingerprint")
    found = [m for m in map(_FINGERPRINT.match, values[:_MAX_FINGERPRINTS]) if m]
    if not found:
        raise UnusableOffer("it has no certificate fingerprint (sha-256 or stronger)")
    return tuple((m[1].lower(), m[2].upper()) for m in found)
