"""What one call of ours says at each route, and what it remembers of the one it tries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from banjie.sip.core import ALLOW, SUPPORTED, Core
from banjie.sip.dialogs import Dialog
from banjie.sip.errors import Malformed
from banjie.sip.events import EndedBy
from banjie.sip.grammar import parse_uri
from banjie.sip.model import MOST_HOPS, Headers, Request, SipUri, Transmit, quoted
from banjie.sip.ports import Route
from banjie.sip.sessions import Session
from banjie.sip.timers import Timer
from banjie.sip.transaction_layer import ClientTransaction

TIMED_OUT: Final = 408
BUSY: Final = 486


@dataclass(slots=True, kw_only=True)
class Calling:
    """What is to be said in each attempt of one call, and the routes not yet tried."""

    caller: str
    caller_name: str | None
    dialled: str
    body: bytes | None
    hops_left: int = MOST_HOPS
    replaces: str | None = None  # the dialog at the target whose place the call is to take (RFC 3891)
    routes: list[Route] = field(default_factory=list)
    failures: list["Failed"] = field(default_factory=list)  # of the attempts that are over


@dataclass(frozen=True, slots=True)
class Failed:
    """How an attempt came to nothing."""

    status: int
    reason: str
    by: EndedBy


def best(failures: Sequence[Failed]) -> Failed:
    """Return what is told of a call that none of several took (RFC 3261 §16.7): what a person decided comes first."""
    return min(failures, key=lambda failed: _weight(failed.status))


def _weight(status: int) -> int:
    if status >= 600:
        return 0
    if status == BUSY:
        return 1
    return 2 if 400 <= status < 500 and status != TIMED_OUT else 3


class Attempt:
    """One route tried. `is_wanted` falls once, and never rises again."""

    __slots__ = (
        "acks",
        "call_id",
        "calling",
        "cancelled",
        "early",
        "is_elsewhere",
        "is_wanted",
        "local_tag",
        "patience",
        "progressed",
        "route",
        "rseqs",
        "session",
        "session_expires_s",
        "transaction",
        "tries",
    )

    def __init__(
        self, session: Session, calling: Calling, route: Route, call_id: str, local_tag: str
    ) -> None:
        self.session = session
        self.calling = calling
        self.route = route
        self.call_id = call_id
        self.local_tag = local_tag
        self.tries = 0
        self.session_expires_s = 0
        self.is_wanted = True
        self.is_elsewhere = False  # another phone of his has the call
        self.progressed = False
        self.cancelled = False
        self.transaction: ClientTransaction | None = None
        self.early: dict[str, Dialog] = {}  # by the peer's tag
        self.rseqs: dict[str, int] = {}
        self.acks: dict[str, Transmit | None] = {}  # by the peer's tag; None: waits for our answer
        self.patience: Timer | None = None


def attempts_of(session: Session) -> list[Attempt]:
    return [attempt for attempt in session.attempts if isinstance(attempt, Attempt)]


def invite_of(attempt: Attempt, via: str, core: Core) -> Request:
    """Write the INVITE of an attempt."""
    calling, route, settings = attempt.calling, attempt.route, core.settings
    host = route.from_host or core.directory.local_for(route.hop)[0]
    caller = SipUri("sip", calling.caller or "anonymous", host)
    shown = f"{quoted(calling.caller_name)} " if calling.caller_name else ""
    headers = Headers()
    headers.add("Via", via)
    headers.add("Max-Forwards", str(calling.hops_left))
    for value in route.preloaded_routes:
        headers.add("Route", value)
    headers.add("From", f"{shown}<{caller}>;tag={attempt.local_tag}")
    headers.add("To", f"<{_bare(route.request_uri)}>")
    headers.add("Call-ID", attempt.call_id)
    headers.add("CSeq", f"{attempt.tries} INVITE")
    headers.add("Contact", core.contact(route.hop))
    headers.add("Allow", ALLOW)
    # Without an offer of ours a reliable 1xx would bring one that only the PRACK could answer.
    headers.add("Supported", SUPPORTED if calling.body else "timer, replaces, norefersub")
    if calling.replaces is not None:
        headers.add("Require", "replaces")
        headers.add("Replaces", calling.replaces)
    headers.add("Session-Expires", str(attempt.session_expires_s))
    headers.add("Min-SE", str(settings.min_se_s))
    headers.add("User-Agent", settings.server)
    for name, value in route.headers:
        headers.add(name, value)
    if calling.body:
        headers.add("Content-Type", "application/sdp")
    return Request("INVITE", route.request_uri, headers, calling.body or b"")


def _bare(uri_text: str) -> str:
    """Return the To URI for a Request-URI: without transport and other parameters (RFC 3261 table 1)."""
    try:
        uri = parse_uri(uri_text)
    except Malformed:
        return uri_text  # as senseless there as it is here: the peer will say so
    return str(SipUri(uri.scheme, uri.user, uri.host, uri.port, uri.params if uri.scheme == "tel" else ()))
