"""How a message is read from bytes: sizes capped, headers unfolded, only what every request needs looked into."""

from dataclasses import dataclass
from typing import Final

from banjie.sip.errors import Malformed, TooLarge
from banjie.sip.grammar import is_token, parse_cseq, parse_number, parse_via, split_outside, tag_of
from banjie.sip.model import CANONICAL, Headers, Message, Request, Response, Via

MAX_MESSAGE_BYTES: Final = 65_536
MAX_HEADER_LINES: Final = 256

# Those that may stand once only (RFC 3261 §7.3.1): twice is a broken message, not a choice.
_SINGLE: Final = ("From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type")


class BadRequest(Malformed):
    """A request is broken, but enough of it could be read to answer with `status`."""

    def __init__(self, request: Request, status: int, why: str) -> None:
        super().__init__(why)
        self.request, self.status = request, status


@dataclass(frozen=True, slots=True)
class Essentials:
    """What every message is known by: read once, passed along."""

    via: Via
    call_id: str
    from_tag: str
    to_tag: str  # "" when there is none
    cseq: int
    method: str


def parse_message(data: bytes) -> Message:
    """Read one whole message; header values are kept as written, unfolded.

    Raises `Malformed` (`TooLarge`, `BadRequest`) and nothing else. Linear in the size of `data`.
    """
    is_oversize = len(data) > MAX_MESSAGE_BYTES
    if is_oversize:
        data = data[:MAX_MESSAGE_BYTES]
    head, blank, body = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not blank:
        raise Malformed("the header section does not end")
    text = head.decode("utf-8", "surrogateescape")
    lines = text.split("\r\n")
    if text.count("\n") + 1 != len(lines) or text.count("\r") + 1 != len(lines):
        raise Malformed("a line ends in something that is not CRLF")
    if "\r\n " in text or "\r\n\t" in text:
        lines = _unfolded(lines)
    if len(lines) > MAX_HEADER_LINES:
        raise TooLarge(f"the message has more than {MAX_HEADER_LINES} header lines")
    if is_oversize:
        raise _too_large(lines)
    return _message(lines[0], _headers(lines), body)


def essentials(message: Message) -> Essentials:
    """Read Via, From, To, Call-ID and CSeq. Raises `Malformed`."""
    headers = message.headers
    via_text, from_, to = headers.get("Via"), headers.get("From"), headers.get("To")
    call_id, cseq_text = headers.get("Call-ID"), headers.get("CSeq")
    if not (via_text and from_ and to and call_id and cseq_text):
        raise Malformed("Via, From, To, Call-ID or CSeq is missing")
    cseq, method = parse_cseq(cseq_text)
    if isinstance(message, Request) and method != message.method:
        raise Malformed("the CSeq names another method")
    return Essentials(top_via(via_text), call_id, tag_of(from_) or "", tag_of(to) or "", cseq, method)


def top_via(value: str) -> Via:
    if "," in value:
        value = split_outside(value, ",")[0]
    return parse_via(value)


def _too_large(lines: list[str]) -> Malformed:
    why = f"the message has more than {MAX_MESSAGE_BYTES} bytes"
    method, _, rest = lines[0].partition(" ")
    if is_token(method) and rest.upper().endswith(" SIP/2.0"):
        return BadRequest(Request(method, rest[:-8], _headers(lines)), 513, why)
    return TooLarge(why)


def _headers(lines: list[str]) -> Headers:
    headers = Headers()
    add = headers.add
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise Malformed("a header line has no name")
        if name not in CANONICAL and not is_token(name := name.rstrip(" \t")):
            raise Malformed("a header name is not valid")
        add(name, value.strip(" \t"))
    return headers


def _unfolded(lines: list[str]) -> list[str]:
    whole: list[list[str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and whole:
            whole[-1].append(line.strip(" \t"))
        else:
            whole.append([line])
    return [" ".join(parts) for parts in whole]


def _message(start: str, headers: Headers, body: bytes) -> Message:
    first, _, rest = start.partition(" ")
    if first.upper() == "SIP/2.0":
        code, _, reason = rest.partition(" ")
        if not (len(code) == 3 and code.isascii() and code.isdigit() and "100" <= code <= "699"):
            raise Malformed("the status is not valid")
        _check_single(headers)
        return Response(int(code), reason, headers, _body(headers, body))
    uri, _, version = rest.rpartition(" ")
    if not is_token(first) or not version.upper().startswith("SIP/"):
        raise Malformed("the first line is neither a request nor a response")
    request = Request(first, uri, headers, body)
    if version.upper() != "SIP/2.0":
        raise BadRequest(request, 505, "the SIP version is not 2.0")
    try:
        _check_single(headers)
        whole = _body(headers, body)
    except Malformed as cause:
        raise BadRequest(request, 400, str(cause)) from None
    if not uri or " " in uri or "\t" in uri:
        raise BadRequest(request, 400, "the Request-URI is not valid")
    return request if whole is body else Request(first, uri, headers, whole)


def _check_single(headers: Headers) -> None:
    for name in _SINGLE:
        if headers.count(name) > 1 and len(set(headers.all(name))) > 1:
            raise Malformed(f"{name} stands twice")


def _body(headers: Headers, body: bytes) -> bytes:
    """Return as much of what follows the headers as is the body (RFC 3261 §18.3)."""
    length_text = headers.get("Content-Length")
    if length_text is None:
        return body
    length = parse_number(length_text, "Content-Length")
    if length > len(body):
        raise Malformed("the body is shorter than Content-Length says")
    return body if length == len(body) else body[:length]
