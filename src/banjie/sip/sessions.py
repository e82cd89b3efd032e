"""A session from its INVITE to its end: the states as a table, and what a session remembers.

Laws: every state can end; ENDED takes nothing; a session that has ended says so once.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from banjie.sip.dialogs import Dialog
from banjie.sip.errors import IllegalInState
from banjie.sip.model import Hop, SessionId
from banjie.sip.referrals import Referral
from banjie.sip.replies import Arrived
from banjie.sip.session_timers import Refreshment
from banjie.sip.timers import Timer
from banjie.sip.transaction_layer import ServerTransaction


class SessionState(StrEnum):
    OFFERED = "offered"  # the peer calls, we have said nothing
    RINGING = "ringing"  # the peer calls, we have sent 18x
    ANSWERED = "answered"  # we have sent 2xx, the ACK is missing
    CALLING = "calling"  # we call, nothing has come back
    PROGRESSING = "progressing"  # we call, 1xx has come
    TALKING = "talking"
    ENDED = "ended"


class Turn(StrEnum):
    """What moves a session."""

    RING = "ring"
    ANSWER = "answer"
    ACKED = "take an ACK"
    PROGRESS = "progress"
    ACCEPT = "be accepted"
    TRY_AGAIN = "be tried at the next route"
    END = "end"


S, T = SessionState, Turn

TRANSITIONS: Final[Mapping[SessionState, Mapping[Turn, SessionState]]] = {
    S.OFFERED: {T.RING: S.RINGING, T.ANSWER: S.ANSWERED, T.END: S.ENDED},
    S.RINGING: {T.RING: S.RINGING, T.ANSWER: S.ANSWERED, T.END: S.ENDED},
    S.ANSWERED: {T.ACKED: S.TALKING, T.END: S.ENDED},
    S.CALLING: {
        T.PROGRESS: S.PROGRESSING,
        T.ACCEPT: S.TALKING,
        T.TRY_AGAIN: S.CALLING,
        T.END: S.ENDED,
    },
    S.PROGRESSING: {
        T.PROGRESS: S.PROGRESSING,
        T.ACCEPT: S.TALKING,
        T.TRY_AGAIN: S.CALLING,
        T.END: S.ENDED,
    },
    S.TALKING: {T.END: S.ENDED},
    S.ENDED: {},
}


class Unacked:
    """A 2xx of ours that the peer has not confirmed: sent again until ACK (RFC 3261 §13.3.1.4)."""

    __slots__ = ("cseq", "data", "expects_answer", "gives_up_at", "hop", "interval_s", "timer")

    def __init__(self, cseq: int, data: bytes, hop: Hop, *, expects_answer: bool) -> None:
        self.cseq = cseq
        self.data = data
        self.hop = hop
        self.expects_answer = expects_answer  # our body was an offer: the ACK brings the answer
        self.interval_s = 0.0
        self.gives_up_at = 0.0
        self.timer: Timer | None = None


class Reliable:
    """A reliable 1xx of ours that waits for its PRACK (RFC 3262 §3)."""

    __slots__ = ("cseq", "data", "expects_answer", "gives_up_at", "interval_s", "rseq", "timer", "waiting")

    def __init__(self, rseq: int, cseq: int, data: bytes, *, expects_answer: bool) -> None:
        self.rseq = rseq
        self.cseq = cseq
        self.data = data
        self.expects_answer = expects_answer
        self.interval_s = 0.0
        self.gives_up_at = 0.0
        self.timer: Timer | None = None
        self.waiting: list[Callable[[float], None]] = []  # what is to be sent after the PRACK


class RemoteOffer:
    """A re-INVITE or UPDATE of the peer that waits for our answer."""

    __slots__ = ("arrived", "dialog", "transaction")

    def __init__(self, dialog: Dialog, arrived: Arrived, transaction: ServerTransaction) -> None:
        self.dialog = dialog
        self.arrived = arrived
        self.transaction = transaction


class Session:
    """One call leg as SIP sees it. Only the files of this department touch it."""

    __slots__ = (
        "allows_update",
        "arrived",
        "asked",
        "asking",
        "attempts",
        "body_sent_reliably",
        "bye_when_acked",
        "credentials",
        "dialog",
        "expiry_timer",
        "glare_timer",
        "id",
        "is_caller",
        "local_body",
        "local_tag",
        "offering",
        "owes_ack",
        "referrals_count",
        "refresh_timer",
        "refreshment",
        "reliable",
        "remote_body",
        "remote_offer",
        "ringing_timer",
        "rseq",
        "state",
        "transaction",
        "unacked",
        "waiting_offer",
    )

    def __init__(self, session_id: SessionId, *, is_caller: bool, local_tag: str) -> None:
        self.id = session_id
        self.is_caller = is_caller
        self.local_tag = local_tag
        self.state = S.CALLING if is_caller else S.OFFERED
        self.dialog: Dialog | None = None
        # As callee, until the final answer.
        self.arrived: Arrived | None = None
        self.transaction: ServerTransaction | None = None
        self.reliable: Reliable | None = None
        self.rseq = 0
        self.body_sent_reliably = False  # the answer went in a 1xx: the 2xx has none (RFC 6337 §2.2)
        self.unacked: Unacked | None = None
        self.bye_when_acked = False  # hung up between our 2xx and its ACK (RFC 3261 §15)
        # As caller.
        self.attempts: list[
            object
        ] = []  # attempts.Attempt: at one route after another, or at all phones of a user
        self.credentials: str | None = None
        self.owes_ack: Callable[[bytes | None, float], None] | None = None  # the 2xx held the offer
        # Offer and answer.
        self.local_body: bytes | None = None
        self.remote_body: bytes | None = None
        self.remote_offer: RemoteOffer | None = None
        self.offering = False  # a re-INVITE of ours is on its way
        self.waiting_offer: bytes | None = None  # to be sent when nothing else is on its way
        self.glare_timer: Timer | None = None
        # Referrals.
        self.asked: Referral | None = None  # by the peer
        self.asking: Referral | None = None  # the peer
        self.referrals_count = 0  # of the peer
        # Signs of life.
        self.allows_update = False
        self.refreshment: Refreshment | None = None
        self.refresh_timer: Timer | None = None
        self.expiry_timer: Timer | None = None
        self.ringing_timer: Timer | None = None

    def turn(self, turn: Turn) -> None:
        """Move to the next state; the state stands if this raises `IllegalInState`."""
        state = TRANSITIONS[self.state].get(turn)
        if state is None:
            raise IllegalInState(self.id, self.state, turn)
        self.state = state
