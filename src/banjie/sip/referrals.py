"""A referral from its REFER to its last NOTIFY (RFC 3515): the states as a table, and what its messages say.

One table serves both sides: the peer asks us (`session.asked`), or we ask it (`session.asking`).

Laws: a dialog has one referral of each side at a time, so that one REFER makes one call; every state can end; OVER takes
nothing; what the referred party is told last is final, and after it there is no subscription. Who asks is known by the
dialog alone: Referred-By (RFC 3892) is read by nobody, for anybody can write it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from banjie.sip.errors import Malformed, TooLarge
from banjie.sip.grammar import parse_name_addr
from banjie.sip.model import Headers, Request, SipUri
from banjie.sip.replaces import Replaces, replaces_in
from banjie.sip.replies import REASONS, Arrived
from banjie.sip.timers import Timer
from banjie.sip.transaction_layer import ServerTransaction

LONGEST_S: Final = 60.0  # a referral that nobody ends is over then
MOST_REFER_TO: Final = 1024  # characters
SIPFRAG: Final = "message/sipfrag;version=2.0"


class ReferState(StrEnum):
    ASKED = "asked"  # the REFER is there, and has no final answer
    ACTIVE = "active"  # 202: NOTIFYs tell how it goes
    OVER = "over"


class ReferTurn(StrEnum):
    """What moves a referral."""

    ACCEPT = "be accepted"
    TELL = "tell how it goes"
    END = "end"


S, T = ReferState, ReferTurn
TRANSITIONS: Final[Mapping[ReferState, Mapping[ReferTurn, ReferState]]] = {
    # A NOTIFY may overtake the 202 (RFC 3515 §2.4.4).
    S.ASKED: {T.ACCEPT: S.ACTIVE, T.TELL: S.ACTIVE, T.END: S.OVER},
    S.ACTIVE: {T.ACCEPT: S.ACTIVE, T.TELL: S.ACTIVE, T.END: S.OVER},
    S.OVER: {},
}


class Referral:
    """One REFER. `event` is what its NOTIFYs are for."""

    __slots__ = ("arrived", "cseq", "event", "is_subscribed", "state", "timer", "transaction")

    def __init__(self, event: str) -> None:
        self.state = S.ASKED
        self.event = event
        self.cseq = 0  # of our REFER
        self.is_subscribed = True  # RFC 4488: who asks may want to hear nothing
        self.arrived: Arrived | None = None
        self.transaction: ServerTransaction | None = None
        self.timer: Timer | None = None

    def turn(self, turn: ReferTurn) -> bool:
        """Move to the next state; False, with the state unchanged, where this has no meaning."""
        state = TRANSITIONS[self.state].get(turn)
        if state is not None:
            self.state = state
        return state is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferTo:
    uri: SipUri
    replaces: Replaces | None  # of the headers a URI may carry the only one that is heard


def refer_to(request: Request) -> ReferTo | int:
    """Return where a REFER points, or the status to refuse it with. Raises `Malformed`."""
    values = request.headers.all("Refer-To")
    if len(values) != 1:
        raise Malformed("a REFER has one Refer-To")
    if len(values[0]) > MOST_REFER_TO:
        raise TooLarge("the Refer-To is too long")
    uri = parse_name_addr(values[0]).uri
    if uri is None:
        return 416
    if (uri.param("method") or "INVITE").upper() != "INVITE":
        return 403  # nobody has us send a BYE, or whatever it is, to others
    return ReferTo(uri=uri, replaces=replaces_in(uri.headers))


def event_of(number: int, cseq: int) -> str:
    """Return the event of a dialog's REFER: the first needs no id (RFC 3515 §2.4.6)."""
    return "refer" if number == 1 else f"refer;id={cseq}"


def fragment(status: int) -> bytes:
    """Return how it goes, as `message/sipfrag` (RFC 3420)."""
    return f"SIP/2.0 {status} {REASONS.get(status, 'Unknown')}\r\n".encode()


def status_in(body: bytes) -> int:
    """Read a fragment. Raises `Malformed`."""
    words = body[:128].split(b"\n", 1)[0].split()
    if len(words) < 2 or words[0] != b"SIP/2.0" or len(words[1]) != 3 or not words[1].isdigit():
        raise Malformed("the NOTIFY holds no status")
    return int(words[1])


def is_for(headers: Headers, referral: Referral) -> bool:
    """Tell whether a NOTIFY is for this referral: its id, where there is one, is the CSeq of our REFER, or a later
    one: a REFER that was challenged is sent again."""
    package, _, params = (headers.get("Event") or "").replace(" ", "").partition(";")
    ids = [part[3:] for part in params.split(";") if part.startswith("id=")]
    return package.lower() == "refer" and all(_number(text) >= referral.cseq for text in ids)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else -1


def is_last(headers: Headers) -> bool:
    state = (headers.get("Subscription-State") or "").partition(";")[0]
    return state.strip().lower() == "terminated"
