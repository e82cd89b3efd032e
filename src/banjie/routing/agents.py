"""Every rule that moves an agent from one state to another. No I/O, no clock.

Laws: signing in lands in BREAK (Warm-up), never in READY; only READY is offered calls; RINGING, DIALING, TALKING
and ACW belong to one call; a person in a call cannot leave before it has ended, he can only say what follows.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from banjie.base.ids import AgentId
from banjie.routing.errors import IllegalTransition


class AgentState(StrEnum):
    OFFLINE = "OFFLINE"  # 离线
    READY = "READY"  # 空闲
    BREAK = "BREAK"  # 小休, with a reason
    RINGING = "RINGING"  # 振铃中
    DIALING = "DIALING"  # 拨号中, a callback he took
    TALKING = "TALKING"  # 通话中, hold included
    ACW = "ACW"  # 话后处理


class Given(StrEnum):
    """What may happen to an agent."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    MADE_READY = "made ready"
    TOOK_BREAK = "took a break"
    OFFERED = "was offered a call"
    ACCEPTED = "accepted"
    TOOK_CALLBACK = "took a callback"
    REACHED = "customer reached"
    NOT_REACHED = "customer not reached"
    OFFER_CLOSED = "offer closed"  # not the agent's doing: the caller left, or a miss that is forgiven
    SET_ASIDE = "set aside"  # RONA, rejection, no reachable device
    CALL_ENDED = "call ended"
    ENGAGED = "engaged"  # by a call no queue offered him: he dials, or takes one over


# Reasons the system gives (features.md, Conventions). People's own reasons are the site's: 休息 就餐 会议 培训 辅导.
WARM_UP: Final = "Warm-up"
RINGING_TIMEOUT: Final = "RingingTimeout"
REJECT_CALL: Final = "RejectCall"
UNREACHABLE: Final = "Unreachable"
SYSTEM_REASONS: Final = frozenset({WARM_UP, RINGING_TIMEOUT, REJECT_CALL, UNREACHABLE})

S = AgentState
TRANSITIONS: Final[Mapping[AgentState, Mapping[Given, AgentState]]] = {
    S.OFFLINE: {Given.SIGNED_IN: S.BREAK},
    S.BREAK: {
        Given.MADE_READY: S.READY,
        Given.ENGAGED: S.TALKING,
        Given.TOOK_BREAK: S.BREAK,
        Given.SIGNED_OUT: S.OFFLINE,
    },
    S.READY: {
        Given.OFFERED: S.RINGING,
        Given.ENGAGED: S.TALKING,
        Given.TOOK_BREAK: S.BREAK,
        Given.SIGNED_OUT: S.OFFLINE,
    },
    S.RINGING: {
        Given.ACCEPTED: S.TALKING,
        Given.TOOK_CALLBACK: S.DIALING,
        Given.OFFER_CLOSED: S.READY,
        Given.SET_ASIDE: S.BREAK,
        Given.TOOK_BREAK: S.BREAK,  # asked for while it rang; the caller left first
        Given.SIGNED_OUT: S.OFFLINE,
    },
    S.DIALING: {
        Given.REACHED: S.TALKING,
        Given.NOT_REACHED: S.READY,
        Given.TOOK_BREAK: S.BREAK,  # asked for before, taken when the customer was not reached
        Given.SIGNED_OUT: S.OFFLINE,
    },
    S.TALKING: {Given.CALL_ENDED: S.ACW},
    S.ACW: {Given.MADE_READY: S.READY, Given.TOOK_BREAK: S.BREAK, Given.SIGNED_OUT: S.OFFLINE},
}


def next_state(agent_id: AgentId, state: AgentState, given: Given) -> AgentState:
    """Return the state that follows. The old state stands if this raises."""
    try:
        return TRANSITIONS[state][given]
    except KeyError:
        raise IllegalTransition(agent_id, state, given) from None
