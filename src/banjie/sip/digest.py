"""Digest authentication, both sides (RFC 7616 and 8760, RFC 3261 §22).

Laws of the server side: a challenge costs no memory (the nonce proves its own age and addressee); a nonce count
is accepted once; what memory keeps is bounded and only answers that were right enter it. A password never gets
here, only its HA1.
"""

import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import md5, sha256
from secrets import token_bytes, token_hex
from typing import Final, Literal

Algorithm = Literal["SHA-256", "MD5"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = ("SHA-256", "MD5")  # in our order of preference
NONCE_LIFE_S: Final = 300.0
NONCE_STEP_S: Final = 4.0  # the longest a request is sent again after (RFC 3261: T2)
NONCES_KEPT: Final = 8192
NONCES_COUNTED: Final = 256  # by a client: calls that are challenged at the same time


def _md5(text: bytes) -> str:
    return md5(text, usedforsecurity=False).hexdigest()  # the protocol's choice; offered after SHA-256


def _sha256(text: bytes) -> str:
    return sha256(text).hexdigest()


_HASH: Final[Mapping[Algorithm, Callable[[bytes], str]]] = {"SHA-256": _sha256, "MD5": _md5}


def ha1(username: str, realm: str, password: str, algorithm: Algorithm) -> str:
    """Return what may be stored instead of a password; good in this realm only."""
    return _HASH[algorithm](_octets(f"{username}:{realm}:{password}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSecret:
    """What proves a user in one realm. Its parts never appear in a log or a traceback."""

    username: str
    realm: str
    ha1: Mapping[Algorithm, str] = field(repr=False)

    @classmethod
    def of(cls, username: str, realm: str, password: str) -> "DigestSecret":
        """Make the secret for every algorithm; the password is not kept."""
        return cls(
            username=username, realm=realm, ha1={a: ha1(username, realm, password, a) for a in ALGORITHMS}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """For a peer whose realm we learn only from its challenge."""

    username: str
    password: str = field(repr=False)


Credentials = DigestSecret | Password


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a server asks (WWW-Authenticate, Proxy-Authenticate)."""

    realm: str
    nonce: str
    algorithm: Algorithm
    qop: Literal["auth", "auth-int"] | None
    opaque: str | None = None
    stale: bool = False


class Verdict(Enum):
    """What a server finds about an Authorization header."""

    RIGHT = "right"
    WRONG = "wrong"  # the secret does not fit: nobody should try again with the same
    STALE = "stale"  # the nonce is old, used, or was not sent to this host: challenge again
    ABSENT = "absent"  # no Digest answer for our realm at all


class DigestServer:
    """Challenges, and checks the answers."""

    def __init__(
        self,
        realm: str,
        key: bytes | None = None,
        algorithms: Sequence[Algorithm] = ALGORITHMS,
        life_s: float = NONCE_LIFE_S,
        capacity: int = NONCES_KEPT,
    ) -> None:
        self.realm = realm
        self._key = key or token_bytes(32)
        self._algorithms, self._life_s, self._capacity = tuple(algorithms), life_s, capacity
        self._counts: OrderedDict[str, int] = OrderedDict()  # nonce -> highest count accepted
        self._forgotten_until = -1.0  # nonces issued by then may have been used and forgotten

    def challenges(self, host: str, now: float, *, stale: bool = False, asked: str = "") -> list[str]:
        """Return header values, the preferred algorithm first (RFC 8760 §2.4).

        `asked` names the request: sent again soon, it gets the same challenge (RFC 3261 §8.2.7).
        """
        nonce = self._nonce(host, now, asked)
        tail = ", stale=true" if stale else ""
        return [
            f'Digest realm="{self.realm}", nonce="{nonce}", algorithm={name}, qop="auth"{tail}'
            for name in self._algorithms
        ]

    def username_in(self, header: str) -> str | None:
        """Return whom an Authorization header claims to be, if it speaks of our realm."""
        fields = digest_fields(header)
        return fields.get("username") if fields and fields.get("realm") == self.realm else None

    def verify(
        self, header: str, secret: DigestSecret | None, method: str, request_uri: str, host: str, now: float
    ) -> Verdict:
        """Judge one Authorization header; `secret` is None when nobody of that name exists."""
        fields = digest_fields(header)
        if fields is None or fields.get("realm") != self.realm:
            return Verdict.ABSENT
        algorithm = _algorithm(fields.get("algorithm", "MD5"))
        if (
            algorithm is None
            or algorithm not in self._algorithms
            or not _same_uri(fields.get("uri", ""), request_uri)
        ):
            return Verdict.WRONG
        # First: whoever never got a nonce of ours has nothing judged, so he can neither guess nor use up guesses.
        if not self._is_fresh(fields.get("nonce", ""), host, now):
            return Verdict.STALE
        known = secret.ha1.get(algorithm) if secret is not None else None
        expected = _response(known or "0" * 32, algorithm, method, fields)
        is_right = expected is not None and _is_same(expected, fields.get("response", "").lower())
        if known is None or not is_right:
            return Verdict.WRONG
        return self._count(fields)

    def _nonce(self, host: str, now: float, asked: str) -> str:
        issued = f"{int(now // NONCE_STEP_S * NONCE_STEP_S * 1000):012x}"
        # The salt keeps challenges of one moment apart, so that their counts do not collide.
        salt = self._seal(asked, host)[:16] if asked else token_hex(8)
        return f"{issued}{salt}{self._seal(issued + salt, host)}"

    def _seal(self, body: str, host: str) -> str:
        return hmac.new(self._key, _octets(f"{body}|{host}"), sha256).hexdigest()[:32]

    def _is_fresh(self, nonce: str, host: str, now: float) -> bool:
        is_ours = len(nonce) == 60 and _is_same(self._seal(nonce[:28], host), nonce[28:])
        return is_ours and now - _issued_at(nonce) <= self._life_s

    def _count(self, fields: Mapping[str, str]) -> Verdict:
        nonce = fields.get("nonce", "")
        issued_at = _issued_at(nonce)
        # Without qop there is no count, so such a nonce serves once (RFC 2069 clients, RFC 3261 §22.4).
        count = _hex(fields.get("nc", "")) if "qop" in fields else 0xFFFFFFFF
        seen = self._counts.get(nonce)
        if count is None or count < 1:
            return Verdict.WRONG
        if (seen is None and issued_at <= self._forgotten_until) or (seen is not None and count <= seen):
            return Verdict.STALE
        self._counts[nonce] = count
        self._counts.move_to_end(nonce)
        if len(self._counts) > self._capacity:
            forgotten, _ = self._counts.popitem(last=False)
            self._forgotten_until = max(self._forgotten_until, _issued_at(forgotten))
        return Verdict.RIGHT


class DigestClient:
    """Answers challenges with one set of credentials and counts each nonce's use."""

    def __init__(self, credentials: Credentials, cnonce: Callable[[], str] = lambda: token_hex(8)) -> None:
        self._credentials = credentials
        self._cnonce = cnonce
        self._counts: OrderedDict[str, int] = OrderedDict()  # nonce -> times used

    def choose(self, headers: Sequence[str]) -> Challenge | None:
        """Return the strongest challenge that we can answer, or None."""
        found = [c for c in map(parse_challenge, headers) if c is not None and self._ha1(c) is not None]
        return min(found, key=lambda c: ALGORITHMS.index(c.algorithm), default=None)

    def answer(self, challenge: Challenge, method: str, uri: str, body: bytes = b"") -> str:
        """Return the value of Authorization or Proxy-Authorization for one request."""
        secret = self._ha1(challenge)
        if secret is None:
            raise ValueError("a challenge that choose() did not return")
        count = self._counts[challenge.nonce] = self._counts.pop(challenge.nonce, 0) + 1
        if len(self._counts) > NONCES_COUNTED:
            self._counts.popitem(last=False)
        fields = {
            "username": self._credentials.username,
            "realm": challenge.realm,
            "nonce": challenge.nonce,
            "uri": uri,
        }
        if challenge.qop is not None:
            fields |= {"qop": challenge.qop, "nc": f"{count:08x}", "cnonce": self._cnonce()}
        fields["response"] = _response(secret, challenge.algorithm, method, fields, body) or ""
        fields["algorithm"] = challenge.algorithm
        if challenge.opaque is not None:
            fields["opaque"] = challenge.opaque
        return "Digest " + ", ".join(_written(name, value) for name, value in fields.items())

    def _ha1(self, challenge: Challenge) -> str | None:
        match self._credentials:
            case Password(username=username, password=password):
                return ha1(username, challenge.realm, password, challenge.algorithm)
            case DigestSecret(realm=realm, ha1=known):
                return known.get(challenge.algorithm) if realm == challenge.realm else None


def _issued_at(nonce: str) -> float:
    """Return the monotonic seconds a nonce of ours tells."""
    return int(nonce[:12], 16) / 1000


def parse_challenge(header: str) -> Challenge | None:
    """Read a challenge; None when its scheme, algorithm or qop is none of ours."""
    fields = digest_fields(header)
    if fields is None or "nonce" not in fields or "realm" not in fields:
        return None
    algorithm = _algorithm(fields.get("algorithm", "MD5"))
    if algorithm is None:
        return None
    offered = [word.strip().lower() for word in fields.get("qop", "").split(",") if word.strip()]
    if offered and not {"auth", "auth-int"} & set(offered):
        return None
    return Challenge(
        realm=fields["realm"],
        nonce=fields["nonce"],
        algorithm=algorithm,
        qop=None if not offered else "auth" if "auth" in offered else "auth-int",
        opaque=fields.get("opaque"),
        stale=fields.get("stale", "").lower() == "true",
    )


def digest_fields(header: str) -> dict[str, str] | None:
    """Split a Digest header into its parameters, names in lower case; None when it is no Digest header."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    fields: dict[str, str] = {}
    position, end = 0, len(rest)
    while position < end:
        equals = rest.find("=", position)
        if equals < 0:
            break
        name = rest[position:equals].strip(" \t,").lower()
        position = equals + 1
        while position < end and rest[position] in " \t":
            position += 1
        if position < end and rest[position] == '"':
            value, position = _quoted(rest, position + 1)
        else:
            comma = rest.find(",", position)
            comma = end if comma < 0 else comma
            value, position = rest[position:comma].strip(), comma + 1
        if name in fields:
            return None  # which of the two was signed?
        fields[name] = value
    return fields


def _quoted(text: str, start: int) -> tuple[str, int]:
    close = text.find('"', start)
    if close >= 0 and "\\" not in text[start:close]:
        return text[start:close], close + 1
    parts: list[str] = []
    position = start
    while position < len(text) and text[position] != '"':
        if text[position] == "\\":
            position += 1
        parts.append(text[position : position + 1])
        position += 1
    return "".join(parts), position + 1


_BARE: Final = frozenset({"qop", "nc", "algorithm"})


def _written(name: str, value: str) -> str:
    if name in _BARE:
        return f"{name}={value}"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'


def _algorithm(name: str) -> Algorithm | None:
    return next((a for a in ALGORITHMS if a == name.upper()), None)


def _response(
    secret: str, algorithm: Algorithm, method: str, fields: Mapping[str, str], body: bytes = b""
) -> str | None:
    """Compute RFC 7616 §3.4.1; None when the fields do not allow it."""
    digest = _HASH[algorithm]
    nonce, uri, qop = fields.get("nonce", ""), fields.get("uri", ""), fields.get("qop")
    if qop is None:
        return digest(_octets(f"{secret}:{nonce}:{digest(_octets(f'{method}:{uri}'))}"))
    asked = f"{method}:{uri}"
    if qop.lower() == "auth-int":
        asked = f"{asked}:{digest(body)}"
    elif qop.lower() != "auth":
        return None
    count, cnonce = fields.get("nc", ""), fields.get("cnonce", "")
    return digest(_octets(f"{secret}:{nonce}:{count}:{cnonce}:{qop}:{digest(_octets(asked))}"))


def _same_uri(signed: str, requested: str) -> bool:
    """Clients sign the URI they wrote; some leave its parameters out. Scheme and host know no case."""
    bare_signed, bare_requested = (uri.partition(";")[0].partition("?")[0] for uri in (signed, requested))
    user_signed, _, host_signed = bare_signed.rpartition("@")
    user_requested, _, host_requested = bare_requested.rpartition("@")
    return (
        host_signed.lower().removeprefix("sip:").removeprefix("sips:")
        == host_requested.lower().removeprefix("sip:").removeprefix("sips:")
        and user_signed.partition(":")[2] == user_requested.partition(":")[2]
    )


def _hex(text: str) -> int | None:
    try:
        return int(text, 16) if len(text) == 8 else None
    except ValueError:
        return None


def _octets(text: str) -> bytes:
    """Headers may hold what is no UTF-8: it must fit nothing and break nothing."""
    return text.encode("utf-8", "surrogatepass")


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(_octets(one), _octets(other))
