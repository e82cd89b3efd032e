"""Where one SIP message ends and the next begins on a stream (RFC 3261 §18.3), and what is only a keep-alive.

Laws: the pieces fed may be cut anywhere; no more than one message and one read are ever held; after
`UnframeableStream` the stream has no meaning any more and must be closed.
"""

from enum import Enum
from typing import ClassVar, Final

from banjie.base.errors import BanjieError

HEAD_LIMIT_BYTES: Final = 16_384
BODY_LIMIT_BYTES: Final = 65_536
_HEAD_END: Final = b"\r\n\r\n"


class KeepAlive(Enum):
    """RFC 5626 §3.5.1 on a stream."""

    PING = "ping"  # double CRLF: answer it with a PONG
    PONG = "pong"  # single CRLF


PING: Final = b"\r\n\r\n"
PONG: Final = b"\r\n"
Frame = bytes | KeepAlive


class UnframeableStream(BanjieError):
    """The peer's stream cannot be cut into messages: too long, or no usable Content-Length."""

    code: ClassVar[str] = "sip.unframeable_stream"


class StreamFramer:
    """Cuts one connection's bytes into whole messages."""

    __slots__ = ("_body_limit", "_buffer", "_head_limit", "_needed")

    def __init__(self, head_limit: int = HEAD_LIMIT_BYTES, body_limit: int = BODY_LIMIT_BYTES) -> None:
        self._buffer = bytearray()
        self._needed = 0  # size of the message at the front once its head is known, else 0
        self._head_limit, self._body_limit = head_limit, body_limit

    @property
    def is_between_messages(self) -> bool:
        """Nothing of a message has been seen yet."""
        return not self._buffer

    def feed(self, data: bytes) -> list[Frame]:
        """Return what `data` completes, in order."""
        self._buffer += data
        frames: list[Frame] = []
        while self._buffer:
            frame = self._message() if self._needed else self._next()
            if frame is None:
                break
            frames.append(frame)
        return frames

    def _next(self) -> Frame | None:
        buffer = self._buffer
        if buffer[0] in b"\r\n":
            return self._keep_alive()
        end = buffer.find(_HEAD_END, 0, self._head_limit + 4)
        if end < 0:
            if len(buffer) > self._head_limit:
                raise UnframeableStream(f"a SIP head longer than {self._head_limit} bytes")
            return None
        body = content_length(bytes(buffer[:end]))
        if body > self._body_limit:
            raise UnframeableStream(f"a SIP body longer than {self._body_limit} bytes")
        self._needed = end + 4 + body
        return self._message()

    def _message(self) -> bytes | None:
        if len(self._buffer) < self._needed:
            return None
        message = bytes(self._buffer[: self._needed])
        del self._buffer[: self._needed]
        self._needed = 0
        return message

    def _keep_alive(self) -> KeepAlive | None:
        buffer = self._buffer
        if buffer.startswith(PING):
            del buffer[:4]
            return KeepAlive.PING
        if PING.startswith(buffer[:4]):
            # One CRLF may be a pong or half a ping: a pong is never answered, so waiting costs nothing.
            return None
        if buffer.startswith(PONG):
            del buffer[:2]
            return KeepAlive.PONG
        raise UnframeableStream("a SIP stream with a bare line end")


def content_length(head: bytes) -> int:
    """Read Content-Length out of a head without its empty line. The first one counts; two must agree."""
    if b"\r\n " in head or b"\r\n\t" in head:
        head = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    found: int | None = None
    for line in head.split(b"\r\n")[1:]:
        if line[:1] not in b"cClL":
            continue
        name, _, value = line.partition(b":")
        if name.rstrip().lower() in (b"content-length", b"l"):
            digits = value.strip()
            if not digits.isdigit() or len(digits) > 8 or found not in (None, int(digits)):
                raise UnframeableStream("a SIP message with a senseless Content-Length")
            found = int(digits)
    if found is None:
        raise UnframeableStream("a SIP message without Content-Length on a stream")
    return found
