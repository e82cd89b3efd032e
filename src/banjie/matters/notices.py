"""What somebody is told of a matter, and how: once for each reason, whoever is killed meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from banjie.base.ids import UserId
from banjie.matters.history import Line
from banjie.matters.ids import MatterId, UnitId
from banjie.matters.ladder import Act, Channel, Climb, Rung
from banjie.matters.machine import MatterState
from banjie.matters.model import Matter
from banjie.matters.parts import Part
from banjie.matters.steps import (
    Approve,
    AskExtension,
    Dispatch,
    Escalate,
    FollowUp,
    GrantExtension,
    Reassign,
    RefuseExtension,
    Reply,
    Return,
    Rework,
    Step,
    Urge,
)
from banjie.matters.units import Unit, heads_above


class Tells(StrEnum):
    """What a notice says."""

    YOURS = "yours"  # 派单: sign it
    REMINDED = "reminded"  # 提醒
    URGED = "urged"  # 催办通知
    SUPERVISED = "supervised"  # 督办
    ESCALATED = "escalated"  # 提级
    TO_DISPATCH = "to_dispatch"  # it came, or came back
    TO_REVIEW = "to_review"  # it was answered
    TO_FOLLOW_UP = "to_follow_up"  # 回访
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_ANSWERED = "extension_answered"
    AGAIN = "again"  # 重办
    TO_FILL = "to_fill"  # the week's row


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`key` is the same for the same reason: a carrier, and the desk, tell repeats by it."""

    key: str
    matter_id: MatterId
    to: UserId
    tells: Tells
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Who is who: units, and the people that are there for all matters."""

    units: Mapping[UnitId, Unit]
    dispatchers: frozenset[UserId]
    office: frozenset[UserId]


_TOLD_BY: Final[Mapping[Act, Tells]] = {
    Act.REMIND: Tells.REMINDED,
    Act.URGE: Tells.URGED,
    Act.SUPERVISE: Tells.SUPERVISED,
    Act.ESCALATE: Tells.ESCALATED,
}
# Whom a step concerns who did not take it, and what it says to him.
_TOLD_AFTER: Final[Mapping[type[Step], tuple[Tells, tuple[Part, ...]]]] = {
    Dispatch: (Tells.YOURS, (Part.OWNER, Part.HELPER)),
    Reassign: (Tells.YOURS, (Part.OWNER, Part.HELPER)),
    Return: (Tells.TO_DISPATCH, (Part.DISPATCHER,)),
    Reply: (Tells.TO_REVIEW, (Part.SUPERVISOR,)),
    Rework: (Tells.AGAIN, (Part.OWNER,)),
    AskExtension: (Tells.EXTENSION_ASKED, (Part.SUPERVISOR,)),
    GrantExtension: (Tells.EXTENSION_ANSWERED, (Part.OWNER,)),
    RefuseExtension: (Tells.EXTENSION_ANSWERED, (Part.OWNER,)),
    Urge: (Tells.URGED, (Part.OWNER,)),
    Escalate: (Tells.ESCALATED, (Part.OWNER, Part.HEAD, Part.OFFICE)),
}


def of_rung(climb: Climb, rung: Rung, matter: Matter, book: Book) -> list[Notice]:
    """Return what is told when a rung is climbed."""
    return [
        Notice(
            key=f"{'/'.join(climb.key)}/{user_id}/{channel.value}",
            matter_id=matter.matter_id,
            to=user_id,
            tells=_TOLD_BY[rung.act],
            channel=channel,
        )
        for user_id in people_of(rung.to, matter, book)
        for channel in sorted(rung.channels)
    ]


def of_line(line: Line, matter: Matter, book: Book) -> list[Notice]:
    """Return what is told on the desk after a step: to whom it concerns, not to who took it."""
    tells, parts = _after(line)
    return [
        Notice(
            key=f"{line.matter_id}/{line.number}/{user_id}",
            matter_id=line.matter_id,
            to=user_id,
            tells=tells,
            channel=Channel.DESK,
        )
        for user_id in people_of(parts, matter, book)
        if user_id != line.by
    ]


def _after(line: Line) -> tuple[Tells, tuple[Part, ...]]:
    if line.step is None:
        return Tells.TO_DISPATCH, (Part.DISPATCHER,)
    if isinstance(line.step, FollowUp) and line.step.answer == "dissatisfied":
        return Tells.AGAIN, (Part.OWNER, Part.SUPERVISOR)
    if isinstance(line.step, Approve) and line.state is MatterState.CONFIRMING:
        return Tells.TO_REVIEW, (Part.OFFICE,)
    if isinstance(line.step, Approve) and line.state is MatterState.FOLLOWING_UP:
        return Tells.TO_FOLLOW_UP, (Part.OFFICE,)
    return _TOLD_AFTER.get(type(line.step), (Tells.YOURS, ()))


def people_of(parts: Iterable[Part], matter: Matter, book: Book) -> list[UserId]:
    """Return who has one of these parts, each once. What nobody owns yet is the dispatchers'."""
    found: dict[UserId, None] = {}
    for part in sorted(parts):
        found.update(dict.fromkeys(_with_part(part, matter, book)))
    return list(found)


def _with_part(part: Part, matter: Matter, book: Book) -> Iterable[UserId]:
    hands = matter.hands
    match part:
        case Part.OWNER:
            return sorted(book.dispatchers) if hands is None else (hands.owner_id,)
        case Part.HELPER:
            return () if hands is None else hands.helpers
        case Part.HEAD:
            return () if hands is None else heads_above(hands.unit_id, book.units, matter.level)
        case Part.SUPERVISOR:
            return () if matter.supervisor_id is None else (matter.supervisor_id,)
        case Part.DISPATCHER:
            return sorted(book.dispatchers)
        case Part.OFFICE:
            return sorted(book.office)
        case Part.OPENER:
            return () if matter.opened_by is None else (matter.opened_by,)
        case Part.AGENT | Part.RULE | Part.CUSTOMER:
            return ()
