"""What the ACD decided, for the stories to carry out. Live: after a crash the calls are gone too. Times: monotonic seconds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.agents import AgentState
from banjie.routing.callbacks import CallbackState
from banjie.routing.outcomes import Cause, Leaving
from banjie.routing.skills import Skills

OfferId = NewType("OfferId", int)


class Withdrawal(StrEnum):
    """Why an offer ended without a call."""

    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"  # the device could not be rung or failed while it was connected
    CALLER_LEFT = "caller_left"
    SIGNED_OUT = "signed_out"
    TAKEN_AWAY = "taken_away"  # a supervisor put the agent elsewhere
    SENT_ON = "sent_on"  # a supervisor put the call elsewhere
    ANSWERED_ELSEWHERE = "answered_elsewhere"  # it rang at several agents, another was first


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Ring this agent for this call, or callback. Ends in exactly one of: `Acd.accepted`, `OfferWithdrawn`."""

    offer_id: OfferId
    call_id: CallId
    agent_id: AgentId
    queue_id: QueueId
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn:
    """Stop ringing. The call waits on with its place and time, unless its caller left or another agent took it."""

    offer_id: OfferId
    call_id: CallId
    agent_id: AgentId
    why: Withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStateChanged:
    """`reason` is there in BREAK only. A new reason of the same break is a change with a new `since`."""

    agent_id: AgentId
    state: AgentState
    reason: str | None
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStateChosen:
    """The agent said what follows the call he has: BREAK, OFFLINE, or, with None, what would follow anyway."""

    agent_id: AgentId
    state: AgentState | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcwExtended:
    agent_id: AgentId
    ends_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsRelaxed:
    """A call is in another ring of the bullseye: more agents may take it. `ring` counts from 0, `needs` is what is left."""

    call_id: CallId
    queue_id: QueueId
    ring: int
    needs: Skills


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoved:
    """A queue did not take or keep the call; it waits in another, with its place and time."""

    call_id: CallId
    from_queue_id: QueueId
    queue_id: QueueId
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOverflowed:
    """The call is out of the queue and goes elsewhere. `waiting_since` keeps its place if it comes back."""

    call_id: CallId
    queue_id: QueueId
    cause: Cause
    to: Leaving
    waiting_since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackKept:
    """The caller may hang up: his place waits without him. To be stored, so that it outlives us."""

    call_id: CallId
    queue_id: QueueId
    number: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DialCustomer:
    """The agent has taken the callback and waits: ring its customer. Answer with `Acd.callback_reached` or `callback_failed`."""

    call_id: CallId
    agent_id: AgentId
    number: str
    attempt: int  # from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPostponed:
    """The customer was not reached: he keeps his place, the next attempt is not before `until`."""

    call_id: CallId
    attempts: int
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackEnded:
    """`how` is one of the last states: connected, given up, expired or cancelled."""

    call_id: CallId
    queue_id: QueueId
    how: CallbackState


CallbackEffect = CallbackKept | DialCustomer | CallbackPostponed | CallbackEnded
Effect = (
    Offer
    | OfferWithdrawn
    | AgentStateChanged
    | NextStateChosen
    | AcwExtended
    | NeedsRelaxed
    | CallMoved
    | CallOverflowed
    | CallbackEffect
)
