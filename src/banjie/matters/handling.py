"""What each step makes of a matter: pure, from the matter before, the step, who took it and when.

Laws: one owner in every state but RECEIVED, where it has none; a deadline in every state that is not SUSPENDED or settled;
a step that is refused changes nothing; counts never go back.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

from banjie.base.ids import UserId
from banjie.base.working_time import WorkingCalendar
from banjie.matters.classes import Demands, MatterClass
from banjie.matters.deadlines import due, extended, resumed
from banjie.matters.errors import Lack, Unfinished
from banjie.matters.ids import MatterId
from banjie.matters.machine import SETTLED, MatterState, next_state
from banjie.matters.model import Brief, Matter
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

S = MatterState
_BEGINS_ANEW: Final = (
    Reassign,
    GrantExtension,
)  # a stage begins with its state, and with another owner or deadline
_LEADS_TO_THE_END: Final = (Reply, Approve, FollowUp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a step is judged by. `open_parts` are the sub-matters that are not settled."""

    of_class: MatterClass
    calendar: WorkingCalendar
    open_parts: Set[MatterId] = frozenset()


def opened(
    matter_id: MatterId, number: str, brief: Brief, by: UserId | None, at: datetime, rules: Rules
) -> Matter:
    """Return a matter that has just come, its clock running."""
    terms, calendar = rules.of_class.terms, rules.calendar
    return Matter(
        matter_id=matter_id,
        number=number,
        brief=brief,
        opened_at=at,
        opened_by=by,
        promised_at=at,
        due_at=due(brief.term or terms.handle, at, calendar).at,
        stage_due_at=due(terms.dispatch, at, calendar).at,
    )


def take(matter: Matter, step: Step, by: UserId | None, at: datetime, rules: Rules) -> Matter:
    """Return the matter as the step leaves it. `by` None: nobody took it, but a rule or the customer.

    Raises:
        IllegalStep: it has no meaning in this state.
        Unfinished: something it needs is not there yet.
    """
    after = next_state(matter.matter_id, matter.state, step, rules.of_class.demands.states)
    _check(matter, step, by, rules)
    moved = _done(matter, step, by, at, rules)
    if after is not matter.state or isinstance(step, _BEGINS_ANEW):
        moved = replace(moved, state=after)
        moved = replace(moved, stage_due_at=_stage_due_at(moved, step, at, rules))
    if after in SETTLED and matter.is_open:
        moved = replace(moved, settled_at=at)
    return moved


def _check(matter: Matter, step: Step, by: UserId | None, rules: Rules) -> None:
    """Refuse what lacks something."""
    if isinstance(step, _LEADS_TO_THE_END) and rules.open_parts and not _is_refusal(step):
        lacks: Lack | None = Lack.PARTS_CLOSED
    elif isinstance(step, Reply):
        lacks = _lacks_to_reply(step, rules.of_class.demands)
    else:
        lacks = _lacks(matter, step, by, rules.of_class)
    if lacks is not None:
        raise Unfinished(matter.matter_id, lacks)


def _is_refusal(step: Step) -> bool:
    return isinstance(step, FollowUp) and step.answer == "dissatisfied"


def _lacks_to_reply(reply: Reply, demands: Demands) -> Lack | None:
    if not reply.text.strip():
        return Lack.WORDS
    if demands.evidence and not reply.evidence:
        return Lack.EVIDENCE
    if demands.customer_confirmed and not reply.customer_confirmed:
        return Lack.CUSTOMER
    return None


def _lacks(matter: Matter, step: Step, by: UserId | None, of_class: MatterClass) -> Lack | None:
    match step:
        case AskExtension() if matter.asked is not None:
            return Lack.ANSWER_TO_ASKED
        case AskExtension() if matter.account.extensions_count >= of_class.extensions_max:
            return Lack.EXTENSIONS_LEFT
        case AskExtension() if not 1 <= step.days_count <= of_class.extension_days_max:
            return Lack.FEWER_DAYS
        case GrantExtension() | RefuseExtension() if matter.asked is None:
            return Lack.ASKED
        case Approve() if matter.state is S.CONFIRMING and matter.approved_by == by:
            return Lack.SECOND_PERSON
        case _:
            return None


def _done(matter: Matter, step: Step, by: UserId | None, at: datetime, rules: Rules) -> Matter:  # noqa: C901, the table of steps
    """Return the matter with what the step says, its state aside."""
    so_far, calendar = matter.account, rules.calendar
    match step:
        case Dispatch():
            return replace(matter, hands=step.hands, supervisor_id=step.supervisor_id)
        case Sign():
            return replace(matter, signed_at=matter.signed_at or at)
        case Return():
            count = replace(
                so_far, returns_count=so_far.returns_count + 1, transfers_count=so_far.transfers_count + 1
            )
            return replace(matter, hands=None, asked=None, account=count)
        case Reassign():
            count = replace(so_far, transfers_count=so_far.transfers_count + 1)
            return replace(matter, hands=step.hands, asked=None, account=count)
        case AskExtension():
            return replace(matter, asked=step)
        case GrantExtension():
            days_count = 0 if matter.asked is None else matter.asked.days_count
            count = replace(so_far, extensions_count=so_far.extensions_count + 1)
            later = extended(matter.due_at, days_count, calendar)
            return replace(matter, asked=None, promised_at=at, due_at=later, account=count)
        case RefuseExtension():
            return replace(matter, asked=None)
        case Suspend():
            return replace(matter, suspended_at=at)
        case Resume():
            stood_since = matter.suspended_at or at
            later = resumed(matter.due_at, stood_since, at, calendar)
            return replace(matter, suspended_at=None, promised_at=at, due_at=later)
        case Reply():
            return replace(matter, reply=step, replied_at=at, asked=None)
        case Approve():
            return replace(matter, approved_by=matter.approved_by or by)
        case FollowUp(answer="dissatisfied"):
            return replace(_again(matter, at, rules), follow_up=step)
        case FollowUp():
            return replace(matter, follow_up=step)
        case Rework():
            return _again(matter, at, rules)
        case Urge():
            return replace(matter, account=replace(so_far, urges_count=so_far.urges_count + 1))
        case Escalate():
            return replace(matter, level=matter.level + 1)
        case Merge():
            return replace(matter, merged_into=step.into)
        case Report() | Archive() | Withdraw():
            return matter
    assert_never(step)


def _again(matter: Matter, at: datetime, rules: Rules) -> Matter:
    """Return it as it is when it has to be done once more: with a new deadline, and nothing approved."""
    count = replace(matter.account, reworks_count=matter.account.reworks_count + 1)
    anew = due(matter.brief.term or rules.of_class.terms.handle, at, rules.calendar).at
    return replace(
        matter, promised_at=at, due_at=anew, asked=None, approved_by=None, settled_at=None, account=count
    )


def _stage_due_at(matter: Matter, step: Step, at: datetime, rules: Rules) -> datetime | None:
    """When the stage that begins is to be over; None: nothing is waited for."""
    terms = rules.of_class.terms
    match matter.state:
        case S.RECEIVED:
            return due(terms.dispatch, at, rules.calendar).at
        case S.DISPATCHED:
            return due(terms.sign, at, rules.calendar).at
        case S.HANDLING:
            return matter.due_at
        case S.SUSPENDED:
            return step.until if isinstance(step, Suspend) else None
        case S.REPLIED | S.CONFIRMING:
            return due(terms.review, at, rules.calendar).at
        case S.FOLLOWING_UP:
            return due(terms.follow_up, at, rules.calendar).at
        case S.CLOSED | S.ARCHIVED | S.MERGED | S.WITHDRAWN:
            return None
