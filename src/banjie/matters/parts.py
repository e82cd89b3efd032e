"""Who may take which step: the one table, parts in a matter × steps.

Laws: every step is somebody's; nobody approves what he answered himself; rules (the ladder, the follow-up) are a part like
any other, so that what they did stands in the history under their own name.
"""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Final

from banjie.matters.errors import NotYours
from banjie.matters.model import Matter
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


class Part(StrEnum):
    """What somebody is to one matter. One person may be several."""

    OPENER = "opener"  # took it down
    OWNER = "owner"  # 责任人
    HELPER = "helper"  # 协办
    HEAD = "head"  # of the owner's unit
    SUPERVISOR = "supervisor"  # signs it off
    DISPATCHER = "dispatcher"  # 派单员
    OFFICE = "office"  # 督办室
    AGENT = "agent"  # has the customer on the line
    CUSTOMER = "customer"  # by the link he was sent
    RULE = "rule"  # nobody: a rule whose time has come


P = Part
_ABOVE: Final = frozenset({P.SUPERVISOR, P.OFFICE})

MAY: Final[Mapping[type[Step], frozenset[Part]]] = {
    Dispatch: frozenset({P.DISPATCHER, P.OFFICE}),
    Sign: frozenset({P.OWNER}),
    Return: frozenset({P.OWNER}),
    Reassign: frozenset({P.HEAD, P.DISPATCHER, P.OFFICE}),
    Report: frozenset({P.OWNER, P.HELPER, P.HEAD}),
    AskExtension: frozenset({P.OWNER}),
    GrantExtension: _ABOVE,
    RefuseExtension: _ABOVE,
    Suspend: _ABOVE,
    Resume: _ABOVE | {P.OWNER, P.RULE},
    Reply: frozenset({P.OWNER}),
    Approve: _ABOVE,
    Rework: _ABOVE,
    FollowUp: frozenset({P.AGENT, P.OFFICE, P.CUSTOMER, P.RULE}),
    Archive: frozenset({P.OFFICE, P.RULE}),
    Urge: frozenset({P.AGENT, P.CUSTOMER, P.SUPERVISOR, P.DISPATCHER, P.OFFICE, P.RULE}),
    Escalate: frozenset({P.OFFICE, P.RULE}),
    Merge: frozenset({P.DISPATCHER, P.OFFICE}),
    Withdraw: frozenset({P.OPENER, P.DISPATCHER, P.OFFICE}),
}
_ANSWERED_FOR: Final = frozenset({P.OWNER, P.HELPER})
_SIGNS_OFF: Final = (Approve, GrantExtension, RefuseExtension, Suspend)


def check_part(matter: Matter, step: Step, parts: Set[Part]) -> None:
    """Raise `NotYours` if none of somebody's parts in the matter may take this step."""
    is_own_work = isinstance(step, _SIGNS_OFF) and bool(parts & _ANSWERED_FOR)
    if is_own_work or not parts & MAY[type(step)]:
        raise NotYours(matter.matter_id, type(step).__name__)
