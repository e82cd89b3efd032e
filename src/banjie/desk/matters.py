"""Matters between the wire and the stories: steps as they are asked for, matters as they are told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast, get_args

from banjie.base.ids import CallId, CustomerId, UserId
from banjie.base.plain import to_plain
from banjie.base.prompts import Bilingual
from banjie.desk.schemas import matters as wire
from banjie.matters.deadlines import Due, Term
from banjie.matters.history import Line
from banjie.matters.ids import ClassId, EvidenceId, MatterId, UnitId
from banjie.matters.model import Brief, Matter
from banjie.matters.ports import MatterFilter
from banjie.matters.steps import (
    Approve,
    Archive,
    AskExtension,
    Dispatch,
    Escalate,
    FollowUp,
    GrantExtension,
    Hands,
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
from banjie.stories.matters import Seen, SetUpOffice

_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")
STEP_NAMES: Final[Mapping[type[Step], wire.StepName]] = {
    kind: cast(wire.StepName, _WORD.sub("_", kind.__name__).lower()) for kind in get_args(Step)
}
NOBODY: Final[Bilingual] = {"zh": "", "en": ""}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called."""

    office: SetUpOffice

    def unit(self, unit_id: UnitId) -> Bilingual:
        unit = self.office.registry.book.units.get(unit_id)
        return NOBODY if unit is None else unit.name

    def of_class(self, class_id: ClassId) -> Bilingual:
        found = self.office.registry.classes.get(class_id)
        return NOBODY if found is None else found.name

    def person(self, user_id: UserId | None) -> Bilingual | None:
        return None if user_id is None else self.office.people.get(user_id, NOBODY)


def read_filter(asked: wire.MatterQuery, me: UserId) -> MatterFilter:
    """`mine` goes before an owner that is named."""
    owner_id = None if asked.owner_id is None else UserId(asked.owner_id)
    return MatterFilter(
        states=frozenset(asked.state) or None,
        is_open=asked.is_open,
        owner_id=me if asked.mine == "owned" else owner_id,
        helper_id=me if asked.mine == "helped" else None,
        supervisor_id=me if asked.mine == "supervised" else None,
        unit_id=None if asked.unit_id is None else UnitId(asked.unit_id),
        class_id=None if asked.class_id is None else ClassId(asked.class_id),
        customer_id=None if asked.customer_id is None else CustomerId(asked.customer_id),
        call_id=None if asked.call_id is None else CallId(asked.call_id),
        parent_id=None if asked.parent_id is None else MatterId(asked.parent_id),
        text=asked.text,
    )


def read_hands(given: wire.HandsIn) -> Hands:
    return Hands(
        owner_id=UserId(given.owner_id),
        unit_id=UnitId(given.unit_id),
        helpers=tuple(map(UserId, given.helpers)),
    )


def read_brief(given: wire.BriefIn) -> Brief:
    return Brief(
        title=given.title,
        text=given.text,
        source=given.source,
        class_id=ClassId(given.class_id),
        urgency=given.urgency,
        region=given.region,
        is_confidential=given.is_confidential,
        customer_id=None if given.customer_id is None else CustomerId(given.customer_id),
        call_id=None if given.call_id is None else CallId(given.call_id),
        term=None if given.term is None else Term(kind=given.term.kind, count=given.term.count),
    )


def read_step(given: wire.StepIn, by: UserId) -> Step:  # noqa: C901, one line a step
    """Return the step somebody asks for. Who hands a matter out signs it off, unless he says who."""
    match given:
        case wire.DispatchIn():
            supervisor_id = by if given.supervisor_id is None else UserId(given.supervisor_id)
            return Dispatch(hands=read_hands(given.hands), supervisor_id=supervisor_id)
        case wire.SignIn():
            return Sign()
        case wire.ReturnIn():
            return Return(reason=given.reason)
        case wire.ReassignMatterIn():
            return Reassign(hands=read_hands(given.hands), reason=given.reason)
        case wire.ReportIn():
            return Report(text=given.text)
        case wire.AskExtensionIn():
            return AskExtension(days_count=given.days_count, reason=given.reason)
        case wire.GrantExtensionIn():
            return GrantExtension()
        case wire.RefuseExtensionIn():
            return RefuseExtension(reason=given.reason)
        case wire.SuspendIn():
            return Suspend(reason=given.reason, until=given.until)
        case wire.ResumeIn():
            return Resume()
        case wire.ReplyIn():
            evidence = tuple(map(EvidenceId, given.evidence))
            return Reply(text=given.text, evidence=evidence, customer_confirmed=given.customer_confirmed)
        case wire.ApproveIn():
            return Approve()
        case wire.ReworkIn():
            return Rework(reason=given.reason)
        case wire.FollowUpIn():
            return FollowUp(answer=given.answer, is_solved=given.is_solved, text=given.text)
        case wire.ArchiveIn():
            return Archive()
        case wire.UrgeIn():
            return Urge(text=given.text)
        case wire.EscalateIn():
            return Escalate(text=given.text)
        case wire.MergeIn():
            return Merge(into=MatterId(given.into))
        case wire.WithdrawIn():
            return Withdraw(reason=given.reason)


def told(seen: Seen, names: Names) -> wire.MatterOut:
    return wire.MatterOut.model_validate(_facts(seen, names))


def told_whole(seen: Seen, names: Names, due: Due) -> wire.WholeMatterOut:
    matter = seen.filed.matter
    return wire.WholeMatterOut.model_validate(
        {
            **_facts(seen, names),
            "text": matter.brief.text,
            "opened_by": matter.opened_by,
            "supervisor_name": names.person(matter.supervisor_id),
            "asked_days": None if matter.asked is None else matter.asked.days_count,
            "asked_reason": None if matter.asked is None else matter.asked.reason,
            "reply_text": None if matter.reply is None else matter.reply.text,
            "evidence": [] if matter.reply is None else list(matter.reply.evidence),
            "replied_at": matter.replied_at,
            "follow_up": None if matter.follow_up is None else matter.follow_up.answer,
            "is_solved": None if matter.follow_up is None else matter.follow_up.is_solved,
            "merged_into": matter.merged_into,
            "due_days": [
                {"day": day.day, "kind": day.kind, "name": day.name, "number": day.number} for day in due.days
            ],
            "steps": [STEP_NAMES[step] for step in seen.steps],
        }
    )


def told_line(line: Line, names: Names) -> wire.LineOut:
    facts = {} if line.step is None else cast(dict[str, object], to_plain(line.step))
    return wire.LineOut(
        number=line.number,
        at=line.at,
        by=line.by,
        by_name=None if (name := names.person(line.by)) is None else dict(name),
        part=line.part,
        step=None if line.step is None else STEP_NAMES[type(line.step)],
        facts=facts,
        state=line.state,
        due_at=line.due_at,
    )


def _facts(seen: Seen, names: Names) -> dict[str, object]:
    matter = seen.filed.matter
    brief, account = matter.brief, matter.account
    return {
        "matter_id": matter.matter_id,
        "number": matter.number,
        "title": brief.title,
        "state": matter.state,
        "standing": seen.standing,
        "light": seen.light,
        "class_id": brief.class_id,
        "class_name": dict(names.of_class(brief.class_id)),
        "source": brief.source,
        "urgency": brief.urgency,
        "region": brief.region,
        "is_confidential": brief.is_confidential,
        "hands": _hands(matter, names),
        "supervisor_id": matter.supervisor_id,
        "parent_id": brief.parent_id,
        "customer_id": brief.customer_id,
        "call_id": brief.call_id,
        "opened_at": matter.opened_at,
        "due_at": matter.due_at,
        "stage_due_at": matter.stage_due_at,
        "settled_at": matter.settled_at,
        "level": matter.level,
        "transfers_count": account.transfers_count,
        "reworks_count": account.reworks_count,
        "urges_count": account.urges_count,
    }


def _hands(matter: Matter, names: Names) -> dict[str, object] | None:
    hands = matter.hands
    if hands is None:
        return None
    return {
        "owner_id": hands.owner_id,
        "owner_name": dict(names.person(hands.owner_id) or NOBODY),
        "unit_id": hands.unit_id,
        "unit_name": dict(names.unit(hands.unit_id)),
        "helpers": list(hands.helpers),
    }
