"""What the user agent tells: facts about sessions and registrations. Live: a crash loses those not yet told."""

from dataclasses import dataclass
from typing import Literal

from banjie.sip.model import MOST_HOPS, Peer, SessionId

EndedBy = Literal["us", "peer", "failure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered:
    """A peer who may call us does. `body` is its session description; None: it wants ours in the answer."""

    session_id: SessionId
    peer: Peer
    caller: str  # pii
    caller_name: str | None  # pii
    dialled: str
    body: bytes | None
    hops_left: int = MOST_HOPS  # Max-Forwards: for how much longer it may be passed on
    replaces: SessionId | None = None  # whose place it asks for (RFC 3891); whether it may is yours to say


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """A provisional answer (180, 183 …) to our call came. `body` is early media."""

    session_id: SessionId
    status: int
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Our call was answered. `body` is the answer; where we offered nothing it is the peer's offer."""

    session_id: SessionId
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferReceived:
    """The peer of a running session offers anew (re-INVITE, UPDATE): `answer_offer` or `refuse_offer` is due.

    An empty `body` asks us for an offer: `answer_offer` makes it, and `AnswerReceived` follows.
    """

    session_id: SessionId
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReceived:
    """The answer to an offer of ours came: to a re-offer, or to the one we made in answering."""

    session_id: SessionId
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRefused:
    """Our re-offer was refused; what was agreed before stands (RFC 3261 §14.1)."""

    session_id: SessionId
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsReceived:
    """Digits by SIP INFO."""

    session_id: SessionId
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferReceived:
    """The peer asks us to put its other side through (RFC 3515): `answer_refer` is due, and then `tell_refer`.

    Of where it points only the number counts: whom it leads to is ours to say.
    """

    session_id: SessionId
    dialled: str
    replaces: SessionId | None = None  # a session of ours that is to stand in for
    foreign: str | None = None  # the Replaces value of a dialog that is not ours


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferAccepted:
    """The peer does what we asked: `ReferConcluded` follows, or the session's end."""

    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferConcluded:
    """What came of our REFER: 2xx, the peer has called the number; else it is as before."""

    session_id: SessionId
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """The session is over. Published exactly once for each session, the last event it has."""

    session_id: SessionId
    status: int | None  # the final response, where one ended it
    reason: str
    by: EndedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A user's contacts changed, and there is at least one."""

    username: str
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unregistered:
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerRefused:
    """Somebody unknown asked for something. Counted, nothing else."""

    source: str


SipEvent = (
    CallOffered
    | Progressed
    | Accepted
    | OfferReceived
    | AnswerReceived
    | OfferRefused
    | DigitsReceived
    | ReferReceived
    | ReferAccepted
    | ReferConcluded
    | SessionEnded
    | Registered
    | Unregistered
    | StrangerRefused
)
