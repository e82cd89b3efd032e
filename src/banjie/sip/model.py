"""The nouns of SIP: hops, messages, URIs, addresses, targets. Frozen, and able to write themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NewType
from urllib.parse import quote

SessionId = NewType("SessionId", str)
Transport = Literal["udp", "tcp", "tls"]

MOST_HOPS: Final = 70  # RFC 3261 §8.1.1.6: the Max-Forwards of a call that begins
DEFAULT_PORTS: Final[dict[Transport, int]] = {"udp": 5060, "tcp": 5060, "tls": 5061}

Params = tuple[tuple[str, str | None], ...]  # names in lower case, order kept

# RFC 3261 §25.1: what need not be escaped in the user part of a URI, and in a parameter.
_USER_SAFE: Final = "-_.!~*'()&=+$,;?/"
_PARAM_SAFE: Final = "-_.!~*'()[]/:&+$"

# RFC 3261 §20 and the IANA registry: compact forms.
COMPACT_FORMS: Final = {
    "a": "Accept-Contact",
    "b": "Referred-By",
    "c": "Content-Type",
    "d": "Request-Disposition",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "j": "Reject-Contact",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
    "x": "Session-Expires",
    "y": "Identity",
}
_KNOWN_NAMES: Final = [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Alert-Info",
    "Allow",
    "Authentication-Info",
    "Authorization",
    "CSeq",
    "Call-Info",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Date",
    "Diversion",
    "Error-Info",
    "Expires",
    "History-Info",
    "In-Reply-To",
    "MIME-Version",
    "Max-Forwards",
    "Min-Expires",
    "Min-SE",
    "Organization",
    "P-Asserted-Identity",
    "P-Preferred-Identity",
    "Path",
    "Priority",
    "Privacy",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Require",
    "RAck",
    "RSeq",
    "Reason",
    "Record-Route",
    "Remote-Party-ID",
    "Replaces",
    "Reply-To",
    "Require",
    "Retry-After",
    "Route",
    "Server",
    "Service-Route",
    "Timestamp",
    "Unsupported",
    "User-Agent",
    "WWW-Authenticate",
    "Warning",
]
CANONICAL: Final[dict[str, str]] = {
    written: name
    for short, name in [*COMPACT_FORMS.items(), *((n, n) for n in _KNOWN_NAMES)]
    for written in (short, short.lower(), short.upper(), name, name.lower(), name.upper())
}


def canonical_name(name: str) -> str:
    """Return a header's name as we write it: `v`, `VIA` and `via` are `Via`."""
    known = CANONICAL.get(name)
    if known is not None:
        return known
    lower = name.strip().lower()
    return CANONICAL.get(lower) or "-".join(word.capitalize() for word in lower.split("-"))


@dataclass(frozen=True, slots=True)
class Hop:
    """The far end of one transport. `flow` names a connection (TCP, TLS) so that answers go back through it."""

    transport: Transport
    host: str
    port: int
    flow: int | None = None

    @property
    def is_reliable(self) -> bool:
        return self.transport != "udp"


class Headers:
    """Header values by name, without case; compact forms are the same names. Order within a name is kept."""

    __slots__ = ("_values",)

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in items:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        name = CANONICAL.get(name) or canonical_name(name)
        values = self._values.get(name)
        if values is None:
            self._values[name] = [value]
        else:
            values.append(value)

    def get(self, name: str) -> str | None:
        """Return the first value, or None."""
        values = self._values.get(name) or self._values.get(canonical_name(name))
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """Return every value in order, as written (one value may hold a list)."""
        return list(self._values.get(name) or self._values.get(canonical_name(name)) or ())

    def count(self, name: str) -> int:
        """Return how many lines the header has. `name` as `canonical_name` writes it."""
        values = self._values.get(name)
        return len(values) if values else 0

    def set(self, name: str, value: str) -> None:
        self._values[canonical_name(name)] = [value]

    def remove(self, name: str) -> None:
        self._values.pop(canonical_name(name), None)

    def copy(self) -> "Headers":
        twin = Headers()
        twin._values = {name: list(values) for name, values in self._values.items()}
        return twin

    def items(self) -> Iterator[tuple[str, str]]:
        for name, values in self._values.items():
            for value in values:
                yield name, value

    def __contains__(self, name: str) -> bool:
        return name in self._values or canonical_name(name) in self._values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._values == other._values

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Headers({list(self.items())!r})"


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `uri` is as written; `Content-Length` is written by `to_bytes`, whatever the headers say."""

    method: str
    uri: str
    headers: Headers
    body: bytes = b""

    def to_bytes(self) -> bytes:
        return _written(f"{self.method} {self.uri} SIP/2.0", self.headers, self.body)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    reason: str
    headers: Headers
    body: bytes = b""

    def to_bytes(self) -> bytes:
        return _written(f"SIP/2.0 {self.status} {self.reason}", self.headers, self.body)


Message = Request | Response


def _written(start: str, headers: Headers, body: bytes) -> bytes:
    lines = [start]
    for name, values in headers._values.items():
        if name != "Content-Length":
            for value in values:
                lines.append(f"{name}: {value}")
    lines.append(f"Content-Length: {len(body)}\r\n\r\n")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body


@dataclass(frozen=True, slots=True)
class SipUri:
    """A sip:, sips: or tel: URI. `user` is unescaped; a tel: URI has its number there and no host."""

    scheme: str
    user: str | None
    host: str
    port: int | None = None
    params: Params = ()
    headers: str = ""
    password: str | None = field(default=None, repr=False)

    def param(self, name: str) -> str | None:
        """Return the value, "" for a parameter without one, None when it is absent."""
        return find_param(self.params, name)

    def __str__(self) -> str:
        text = self.scheme + ":"
        if self.user is not None:
            text += quote(self.user, safe=_USER_SAFE)
            if self.password is not None:
                text += ":" + quote(self.password, safe="-_.!~*'()&=+$,")
            if self.scheme != "tel":
                text += "@"
        text += self.host
        if self.port is not None:
            text += f":{self.port}"
        for name, value in self.params:
            text += f";{quote(name, safe=_PARAM_SAFE)}"
            if value is not None:
                text += f"={quote(value, safe=_PARAM_SAFE)}"
        return f"{text}?{self.headers}" if self.headers else text


@dataclass(frozen=True, slots=True)
class NameAddr:
    """A From, To, Contact, Route … value. `uri` is None when its scheme is not ours (`uri_text` has it)."""

    uri_text: str
    uri: SipUri | None
    display: str | None = None
    params: Params = ()

    def param(self, name: str) -> str | None:
        return find_param(self.params, name)

    @property
    def tag(self) -> str | None:
        return find_param(self.params, "tag")

    def __str__(self) -> str:
        shown = f"{quoted(self.display)} " if self.display is not None else ""
        return f"{shown}<{self.uri_text}>{params_text(self.params)}"


@dataclass(frozen=True, slots=True)
class Via:
    """One Via. `transport` is upper case, as written on the wire."""

    transport: str
    host: str
    port: int | None
    params: Params

    def param(self, name: str) -> str | None:
        return find_param(self.params, name)

    @property
    def branch(self) -> str:
        """The branch, or "" from an RFC 2543 peer."""
        return find_param(self.params, "branch") or ""

    def seen_from(self, hop: Hop) -> "Via":
        """Note where the request came from, as RFC 3261 §18.2.1 and RFC 3581 §4 ask."""
        kept = tuple((n, v) for n, v in self.params if n not in ("received", "rport"))
        if self.param("rport") is not None:
            kept += (("received", hop.host.strip("[]")), ("rport", str(hop.port)))
        elif self.host != hop.host:
            kept += (("received", hop.host.strip("[]")),)
        return Via(self.transport, self.host, self.port, kept)

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"SIP/2.0/{self.transport} {self.host}{port}{params_text(self.params)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkTarget:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTarget:
    """A registered user: whichever contacts are registered now."""

    username: str
    replaces: str | None = (
        None  # in the place of this call of his, which is not ours (a Replaces value, RFC 3891)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UriTarget:
    uri: str


Target = TrunkTarget | UserTarget | UriTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkPeer:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPeer:
    username: str


Peer = TrunkPeer | UserPeer


def peer_of(target: Target) -> Peer | None:
    """Return who is at the far end of a call to a target; None: somebody, at a URI."""
    match target:
        case TrunkTarget(name=name):
            return TrunkPeer(name=name)
        case UserTarget(username=username):
            return UserPeer(username=username)
        case UriTarget():
            return None


@dataclass(frozen=True, slots=True)
class Transmit:
    """Bytes to send. One Transmit is one whole message."""

    hop: Hop
    data: bytes


def find_param(params: Params, name: str) -> str | None:
    """Return the value of a parameter, "" if it has none, None if it is absent. `name` in lower case."""
    for known, value in params:
        if known == name:
            return value or ""
    return None


def params_text(params: Params) -> str:
    return "".join(f";{n}" if v is None else f";{n}={v}" for n, v in params)


def quoted(text: str) -> str:
    """Return a quoted-string; what could end the line is dropped."""
    safe = "".join(c for c in text if c >= " " and c != "\x7f")
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'
