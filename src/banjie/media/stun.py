"""STUN as an ICE-lite agent needs it: read an authenticated Binding request, write its answer.

Laws: a request counts only with our own user name, a right MESSAGE-INTEGRITY and, where there is one, a right
FINGERPRINT; everything else is nothing (`None`), never an error, because the sender is a stranger.
RFC 8489 (STUN), RFC 8445 §2.5 and §7.3 (ICE-lite).
"""

import hmac
import struct
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from zlib import crc32

Address = tuple[str, int]

_COOKIE: Final = 0x2112A442
_BINDING_REQUEST: Final = 0x0001
_BINDING_SUCCESS: Final = 0x0101
_USERNAME: Final = 0x0006
_MESSAGE_INTEGRITY: Final = 0x0008
_XOR_MAPPED_ADDRESS: Final = 0x0020
_USE_CANDIDATE: Final = 0x0025
_FINGERPRINT: Final = 0x8028
_FINGERPRINT_XOR: Final = 0x5354554E
_MAX_SIZE: Final = 1500
_MAX_ATTRIBUTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A connectivity check as it arrived; not to be believed before `is_authentic`."""

    transaction_id: bytes
    local_ufrag: str  # ours: the first half of USERNAME
    remote_ufrag: str
    nominates: bool  # USE-CANDIDATE
    signed: bytes  # what MESSAGE-INTEGRITY was computed over, the length field already adjusted
    integrity: bytes


def read_check(datagram: bytes) -> Check | None:
    """Return the Binding request, or None if it is anything else."""
    attributes = _attributes(datagram)
    if attributes is None or struct.unpack_from("!H", datagram)[0] != _BINDING_REQUEST:
        return None
    user, integrity = attributes.get(_USERNAME), attributes.get(_MESSAGE_INTEGRITY)
    if user is None or integrity is None or integrity[1] - integrity[0] != 20:
        return None
    try:
        local, colon, remote = datagram[slice(*user)].decode("ascii").partition(":")
    except UnicodeDecodeError:
        return None
    if not colon:
        return None
    end = integrity[0] - 4
    # RFC 8489 §14.5: the length in the header counts up to and including MESSAGE-INTEGRITY.
    signed = datagram[:2] + struct.pack("!H", end - 20 + 24) + datagram[4:end]
    return Check(
        transaction_id=datagram[8:20],
        local_ufrag=local,
        remote_ufrag=remote,
        nominates=_USE_CANDIDATE in attributes,
        signed=signed,
        integrity=datagram[slice(*integrity)],
    )


def is_authentic(check: Check, password: bytes) -> bool:
    """Tell whether the sender knows our password (short-term credentials, HMAC-SHA1)."""
    return hmac.compare_digest(hmac.digest(password, check.signed, "sha1"), check.integrity)


def success(check: Check, source: Address, password: bytes) -> bytes:
    """Return the signed answer which tells the sender the address its check came from."""
    body = _attribute(_XOR_MAPPED_ADDRESS, _xor_address(source, check.transaction_id))
    head = struct.pack("!HHI", _BINDING_SUCCESS, len(body) + 24, _COOKIE) + check.transaction_id
    signed = _attribute(_MESSAGE_INTEGRITY, hmac.digest(password, head + body, "sha1"))
    body += signed
    head = struct.pack("!HHI", _BINDING_SUCCESS, len(body) + 8, _COOKIE) + check.transaction_id
    return head + body + _attribute(_FINGERPRINT, struct.pack("!I", crc32(head + body) ^ _FINGERPRINT_XOR))


def _attributes(datagram: bytes) -> dict[int, tuple[int, int]] | None:
    """Return where each attribute's value begins and ends, or None if this is no well-formed STUN message."""
    size = len(datagram)
    if not 20 <= size <= _MAX_SIZE or size % 4:
        return None
    _, length, cookie = struct.unpack_from("!HHI", datagram)
    if cookie != _COOKIE or length != size - 20:
        return None
    found: dict[int, tuple[int, int]] = {}
    at = 20
    while at < size:
        kind, length = struct.unpack_from("!HH", datagram, at)
        if at + 4 + length > size or len(found) >= _MAX_ATTRIBUTES:
            return None
        # What follows MESSAGE-INTEGRITY is not signed and must be ignored, but for FINGERPRINT (RFC 8489 §14.5).
        if kind == _FINGERPRINT:
            return found if _is_right_fingerprint(datagram, at, length) else None
        if _MESSAGE_INTEGRITY not in found:
            found.setdefault(kind, (at + 4, at + 4 + length))
        at += 4 + (length + 3 & ~3)
    return found


def _is_right_fingerprint(datagram: bytes, at: int, length: int) -> bool:
    """FINGERPRINT is last and is the CRC-32 of all before it (RFC 8489 §14.7)."""
    if length != 4 or at + 8 != len(datagram):
        return False
    (given,) = struct.unpack_from("!I", datagram, at + 4)
    return bool(given == crc32(datagram[:at]) ^ _FINGERPRINT_XOR)


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _xor_address(address: Address, transaction_id: bytes) -> bytes:
    host = ip_address(address[0].partition("%")[0])
    mask = struct.pack("!I", _COOKIE) + transaction_id
    family = 1 if host.version == 4 else 2
    xored = bytes(a ^ b for a, b in zip(host.packed, mask, strict=False))
    return struct.pack("!BBH", 0, family, address[1] ^ (_COOKIE >> 16)) + xored
