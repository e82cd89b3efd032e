"""What a message carries: a session description, alone or among others, or digits."""

from typing import Final

from banjie.sip.model import Message

_MOST_PARTS: Final = 16
_DIGITS: Final = frozenset("0123456789*#ABCD")


def media_type(message: Message) -> str:
    """Return the media type in lower case, without parameters; a body without one is taken for SDP."""
    text = message.headers.get("Content-Type")
    return "application/sdp" if text is None else text.partition(";")[0].strip().lower()


def session_description(message: Message) -> bytes | None:
    """Return the SDP of a message, or None."""
    if not message.body:
        return None
    kind = media_type(message)
    if kind == "application/sdp":
        return message.body
    return _part(message) if kind.startswith("multipart/") else None


def has_foreign_body(message: Message) -> bool:
    """Tell whether there is a body and no session description in it: 415 is due."""
    return bool(message.body) and session_description(message) is None


def digits_of(message: Message) -> str:
    """Return the digits of an INFO: `application/dtmf-relay` (Signal=5) or `application/dtmf` (5); else ""."""
    kind = media_type(message)
    text = message.body[:256].decode("ascii", "replace").upper()
    if kind == "application/dtmf-relay":
        for line in text.splitlines():
            name, equals, value = line.partition("=")
            if equals and name.strip() == "SIGNAL":
                return _digit(value.strip())
        return ""
    return "".join(_digit(c) for c in text.strip()) if kind == "application/dtmf" else ""


def _digit(text: str) -> str:
    # Some write 10 and 11 for * and #.
    text = {"10": "*", "11": "#"}.get(text, text)
    return text if text in _DIGITS and len(text) == 1 else ""


def _part(message: Message) -> bytes | None:
    """Return the SDP part of a multipart body (RFC 2046 §5.1)."""
    boundary = ""
    for param in (message.headers.get("Content-Type") or "").split(";")[1:]:
        name, _, value = param.partition("=")
        if name.strip().lower() == "boundary":
            boundary = value.strip().strip('"')
    if not boundary or len(boundary) > 70:
        return None
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    for part in message.body.split(mark, _MOST_PARTS)[1:]:
        head, blank, body = part.partition(b"\r\n\r\n")
        if blank and b"application/sdp" in head.lower():
            return body.removesuffix(b"\r\n")
    return None
