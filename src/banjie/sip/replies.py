"""How a request is answered: what the response repeats, where it goes, what it is called."""

from typing import Final

from banjie.sip.grammar import split_outside
from banjie.sip.message import Essentials
from banjie.sip.model import Hop, Request

REASONS: Final = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    504: "Server Time-out",
    505: "Version Not Supported",
    513: "Message Too Large",
    600: "Busy Everywhere",
    603: "Decline",
}


class Arrived:
    """A request as it came: read once, answered as often as need be."""

    __slots__ = ("_head", "hop", "known", "reply_hop", "request")

    def __init__(self, request: Request, known: Essentials, hop: Hop) -> None:
        self.request = request
        self.known = known
        self.hop = hop
        self.reply_hop = reply_hop(known, hop)
        self._head: str | None = None

    def write(
        self, status: int, reason: str | None, tag: str | None, more: str = "", body: bytes = b""
    ) -> bytes:
        """Return the response. `tag` goes to To where the request had none; `more` are whole header lines."""
        if self._head is None:
            self._head = self._repeated()
        to = self.request.headers.get("To") or ""
        if tag is not None and not self.known.to_tag:
            to = f"{to};tag={tag}"
        reason = REASONS.get(status, "Unknown") if reason is None else reason
        text = (
            f"SIP/2.0 {status} {reason}\r\n{self._head}To: {to}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        )
        return text.encode("utf-8", "surrogateescape") + body

    def _repeated(self) -> str:
        headers = self.request.headers
        vias = headers.all("Via")
        top = str(self.known.via.seen_from(self.hop))
        below = split_outside(vias[0], ",")[1:] if "," in vias[0] else []
        lines = [f"Via: {via.strip()}" for via in (top, *below)]
        lines += [f"Via: {via}" for via in vias[1:]]
        lines += [f"{name}: {headers.get(name) or ''}" for name in ("From", "Call-ID", "CSeq")]
        return "\r\n".join(lines) + "\r\n"


def reply_hop(known: Essentials, hop: Hop) -> Hop:
    """Return where responses go (RFC 3261 §18.2.2, RFC 3581 §4). `maddr` is not followed: it would let anybody
    aim our responses at a third party."""
    if hop.is_reliable or known.via.param("rport") is not None:
        return hop
    port = known.via.port or 5060
    return hop if port == hop.port else Hop(hop.transport, hop.host, port, hop.flow)
