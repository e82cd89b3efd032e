"""An administrator takes a service number into use, leads it to another script or to other hours, closes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from banjie.base.faults import Fault, both_names, fault, name_faults, require
from banjie.base.ids import HoursId, NumberId, ScriptId, new_id
from banjie.base.prompts import Bilingual
from banjie.numbers.document import plan_from_document, plan_to_document
from banjie.numbers.errors import BadPlan, NoSuchNumberHere, NumberTaken
from banjie.numbers.model import Plan, ServiceNumber
from banjie.numbers.plan import NumberPlan, is_service_number
from banjie.stories.house import OUT_OF_HOURS
from banjie.stories.office import NOTHING, Books, Facts, in_both, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberForm:
    """A number as filled in. `keeps_own_hours`: those written in its plan stay; otherwise `hours_id`, or always open."""

    number: str
    name: Bilingual
    script_id: ScriptId
    hours_id: HoursId | None
    keeps_own_hours: bool
    blocked: Sequence[str]
    is_active: bool


async def keep_number(books: Books, number_id: NumberId | None, form: NumberForm) -> ServiceNumber:
    """Change a number, or, without an id, take one into use. Raise NoSuchNumberHere or Faulty."""
    numbers = {number.number_id: number for number in await books.numbers.list_numbers(books.tenant_id)}
    before = None if number_id is None else numbers.get(number_id)
    if number_id is not None and before is None:
        raise NoSuchNumberHere(f"there is no number {number_id}")
    others = [number for number in numbers.values() if number is not before]
    after = ServiceNumber(
        number_id=number_id or NumberId(new_id()),
        tenant_id=books.tenant_id,
        number=form.number,
        name=both_names(form.name),
        plan=_plan(form, before),
        hours_id=None if form.keeps_own_hours else form.hours_id,
        is_active=form.is_active,
    )
    require(
        [
            *_digit_faults(after, others),
            *name_faults(form.name),
            *await _leading_faults(books, form, before),
            *_blocked_faults(after.plan),
        ]
    )
    await books.numbers.put_number(after)
    await books.write_down(
        "number.added" if before is None else "number.changed",
        after.number_id,
        {"zh": after.number, "en": after.number},
        before=NOTHING if before is None else _facts(before),
        after=_facts(after),
    )
    return after


def _plan(form: NumberForm, before: ServiceNumber | None) -> Plan:
    """Return the plan as described; what the form does not ask stays."""
    plan = Plan(script_id=form.script_id) if before is None else before.plan
    own = plan.hours if form.keeps_own_hours and before is not None and before.hours_id is None else None
    return replace(
        plan,
        script_id=form.script_id,
        hours=own,
        closed_prompts=plan.closed_prompts or (OUT_OF_HOURS,),
        blocked=frozenset(form.blocked),
    )


def _digit_faults(after: ServiceNumber, others: Sequence[ServiceNumber]) -> list[Fault]:
    if not is_service_number(after.number):
        return [
            fault(
                "number",
                "号码是 3 到 20 位数字，前面可以有 +",
                "a number is 3 to 20 digits, with or without a +",
            )
        ]
    try:
        NumberPlan([*others, after], {})
    except NumberTaken:
        return [fault("number", "这个号码已在使用", "this number is in use already")]
    return []


async def _leading_faults(books: Books, form: NumberForm, before: ServiceNumber | None) -> list[Fault]:
    faults = []
    heads = await books.scripts.list_heads(books.tenant_id)
    keeps_script = before is not None and before.plan.script_id == form.script_id and not form.is_active
    if not any(head.script_id == form.script_id and (head.is_active or keeps_script) for head in heads):
        faults.append(
            fault("script_id", "没有这个呼叫脚本，或已停用", "there is no such call script, or it is closed")
        )
    if form.hours_id is not None and (before is None or before.hours_id != form.hours_id):
        known = await books.hours.list_hours(books.tenant_id)
        if not any(hours.hours_id == form.hours_id and hours.is_active for hours in known):
            faults.append(
                fault("hours_id", "没有这个时间表，或已停用", "there are no such hours, or they are closed")
            )
    return faults


def _blocked_faults(plan: Plan) -> list[Fault]:
    try:
        plan_from_document(plan_to_document(plan))
    except BadPlan as refusal:
        return [fault("blocked", "每行写一个号码或号段，如 +8613812345678、+86755", str(refusal))]
    return []


def _facts(number: ServiceNumber) -> Facts:
    return {
        "number": number.number,
        "name": in_both(number.name),
        "script_id": number.plan.script_id,
        "hours_id": shown(number.hours_id),
        "own_hours": shown(number.hours_id is None and number.plan.hours is not None),
        "blocked": " ".join(sorted(number.plan.blocked)),
        "is_active": shown(number.is_active),
    }
