"""An administrator writes down opening hours, which numbers and queues then keep."""

from collections.abc import Mapping
from dataclasses import dataclass

from banjie.base.faults import Faulty, both_names, fault, name_faults, require
from banjie.base.hours import WEEKDAYS, BadHours, Hours, hours_from_document
from banjie.base.ids import HoursId, new_id
from banjie.base.prompts import Bilingual
from banjie.numbers.errors import NoSuchHours
from banjie.numbers.model import OpeningHours
from banjie.stories.office import NOTHING, Books, Facts, in_both, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursForm:
    """Hours as filled in; `hours` is the document `base/hours.py` reads."""

    name: Bilingual
    hours: Mapping[str, object]
    is_active: bool


async def add_hours(books: Books, form: HoursForm) -> OpeningHours:
    """Raise Faulty."""
    return await _keep(books, HoursId(new_id()), form, None)


async def change_hours(books: Books, hours_id: HoursId, form: HoursForm) -> OpeningHours:
    """Raise NoSuchHours or Faulty."""
    known = await books.hours.list_hours(books.tenant_id)
    before = next((hours for hours in known if hours.hours_id == hours_id), None)
    if before is None:
        raise NoSuchHours(f"there are no hours {hours_id}")
    return await _keep(books, hours_id, form, before)


async def _keep(
    books: Books, hours_id: HoursId, form: HoursForm, before: OpeningHours | None
) -> OpeningHours:
    faults = name_faults(form.name)
    try:
        hours = hours_from_document(form.hours)
    except BadHours as refusal:
        wrong = fault("hours", "时间写得不对；请写 09:00-17:30，一天内不重叠", str(refusal))
        raise Faulty([*faults, wrong]) from None
    require(faults)
    after = OpeningHours(
        hours_id=hours_id,
        tenant_id=books.tenant_id,
        name=both_names(form.name),
        hours=hours,
        is_active=form.is_active,
    )
    await books.hours.put_hours(after)
    await books.write_down(
        "hours.added" if before is None else "hours.changed",
        hours_id,
        after.name,
        before=NOTHING if before is None else _facts(before),
        after=_facts(after),
    )
    return after


def _facts(hours: OpeningHours) -> Facts:
    return {
        "name": in_both(hours.name),
        "timezone": hours.hours.timezone,
        **_day_facts(hours.hours),
        "is_active": shown(hours.is_active),
    }


def _day_facts(hours: Hours) -> Facts:
    weekly = {WEEKDAYS[day]: " ".join(map(str, periods)) for day, periods in sorted(hours.weekly.items())}
    exceptions = {
        day.isoformat(): " ".join(map(str, periods)) or "closed"
        for day, periods in sorted(hours.exceptions.items())
    }
    return {**weekly, **exceptions}
