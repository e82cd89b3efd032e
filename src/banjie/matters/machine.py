"""Every rule that moves a matter from one state to another. No I/O, no clock.

Laws: until it is settled a matter can be withdrawn or merged into another; from DISPATCHED on it has exactly one owner;
its clock runs in every state that is not SUSPENDED or settled; only ARCHIVED, MERGED and WITHDRAWN take nothing more.
A state whose class does not demand it (CONFIRMING, FOLLOWING_UP) is passed through.
"""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Final

from banjie.matters.errors import IllegalStep
from banjie.matters.ids import MatterId
from banjie.matters.steps import (
    Approve,
    Archive,
    AskExtension,
    Dispatch,
    Escalate,
    FollowUp,
    GrantExtension,
    Merge,
    Reassign,
    RefuseExtension,
    Reply,
    Report,
    Resume,
    Return,
    Rework,
    Sign,
    Step,
    Suspend,
    Urge,
    Withdraw,
)


class MatterState(StrEnum):
    """What a matter waits for. 受理 → 派单 → 签收 → 办理 → 反馈 → 审核 → 回访 → 办结 → 归档."""

    RECEIVED = "RECEIVED"  # 待派单: for the dispatcher
    DISPATCHED = "DISPATCHED"  # 待签收: for its owner to sign
    HANDLING = "HANDLING"  # 办理中
    SUSPENDED = "SUSPENDED"  # 已挂起: its clock stands
    REPLIED = "REPLIED"  # 待审核: for whoever supervises it
    CONFIRMING = "CONFIRMING"  # 待复核: for the second approval
    FOLLOWING_UP = "FOLLOWING_UP"  # 待回访: for the customer's word
    CLOSED = "CLOSED"  # 已办结
    ARCHIVED = "ARCHIVED"  # 已归档
    MERGED = "MERGED"  # 已合并
    WITHDRAWN = "WITHDRAWN"  # 已撤销


S = MatterState
SETTLED: Final = frozenset({S.CLOSED, S.ARCHIVED, S.MERGED, S.WITHDRAWN})
_OPEN: Final[Mapping[type[Step], MatterState]] = {Merge: S.MERGED, Withdraw: S.WITHDRAWN}


def _stays(state: MatterState, *steps: type[Step]) -> dict[type[Step], MatterState]:
    return dict.fromkeys(steps, state)


TRANSITIONS: Final[Mapping[MatterState, Mapping[type[Step], MatterState]]] = {
    S.RECEIVED: {**_OPEN, **_stays(S.RECEIVED, Urge, Escalate), Dispatch: S.DISPATCHED},
    S.DISPATCHED: {
        **_OPEN,
        **_stays(S.DISPATCHED, Reassign, Urge, Escalate),
        Sign: S.HANDLING,
        Return: S.RECEIVED,
    },
    S.HANDLING: {
        **_OPEN,
        **_stays(S.HANDLING, Report, AskExtension, GrantExtension, RefuseExtension, Urge, Escalate),
        Reassign: S.DISPATCHED,
        Return: S.RECEIVED,
        Suspend: S.SUSPENDED,
        Reply: S.REPLIED,
    },
    S.SUSPENDED: {**_OPEN, **_stays(S.SUSPENDED, Report), Resume: S.HANDLING},
    S.REPLIED: {
        **_OPEN,
        **_stays(S.REPLIED, Urge, Escalate),
        Approve: S.CONFIRMING,
        Rework: S.HANDLING,
    },
    S.CONFIRMING: {
        **_OPEN,
        **_stays(S.CONFIRMING, Urge, Escalate),
        Approve: S.FOLLOWING_UP,
        Rework: S.HANDLING,
    },
    S.FOLLOWING_UP: {
        **_OPEN,
        **_stays(S.FOLLOWING_UP, Urge, Escalate),
        FollowUp: S.CLOSED,
        Rework: S.HANDLING,
    },
    S.CLOSED: {Archive: S.ARCHIVED, Rework: S.HANDLING},
    S.ARCHIVED: {},
    S.MERGED: {},
    S.WITHDRAWN: {},
}
# Where a state leads that nobody demands.
_PASSED: Final = {S.CONFIRMING: S.FOLLOWING_UP, S.FOLLOWING_UP: S.CLOSED}


def next_state(
    matter_id: MatterId, state: MatterState, step: Step, demanded: Set[MatterState] = frozenset()
) -> MatterState:
    """Return the state that follows. The old state stands if this raises.

    Args:
        demanded: which of CONFIRMING and FOLLOWING_UP the matter's class demands.
    """
    try:
        after = TRANSITIONS[state][type(step)]
    except KeyError:
        raise IllegalStep(matter_id, state, type(step).__name__) from None
    if isinstance(step, FollowUp) and step.answer == "dissatisfied":
        return S.HANDLING  # 不满意 → 重办, by itself
    while after is not state and after in _PASSED and after not in demanded:
        after = _PASSED[after]
    return after
