"""Matters: when one is due, and how that comes about."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final

import typer

from banjie.base.errors import BanjieError
from banjie.base.working_time import WorkingCalendar
from banjie.config import read_settings
from banjie.logs import configure_logging
from banjie.matters import standard
from banjie.matters.classes import MatterClass
from banjie.matters.deadlines import CountedDay, DayKind, Due, Term, TermKind, due
from banjie.matters.ids import ClassId
from banjie.matters.office import OfficeRules
from banjie.parts.matters import office_of

app = typer.Typer(help="Work orders and their deadlines.", no_args_is_help=True)

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_KINDS: Final = {
    DayKind.WORKED: "",
    DayKind.MADE_UP: "worked, for a holiday",
    DayKind.HOLIDAY: "holiday",
    DayKind.CLOSED: "closed",
}
_TERMS: Final = {
    TermKind.WORKING_DAYS: "working days",
    TermKind.WORKING_HOURS: "working hours",
    TermKind.CALENDAR_DAYS: "calendar days",
}


class CannotTell(BanjieError):
    """What was asked for cannot be worked out; the sentence says what to write."""


@app.callback()
def group() -> None:
    """Keep `due` a command of its own."""


@app.command("due")
def tell_due(
    since: Annotated[
        str, typer.Option("--from", help="When it came, e.g. 2026-09-28T16:00; the office's time.")
    ],
    class_id: Annotated[str, typer.Option("--class", help="Its class, e.g. consult.")],
    is_standard: Annotated[
        bool, typer.Option("--standard", help="By the standard's classes and hours, without a database.")
    ] = False,
    timezone: Annotated[str, typer.Option(help="Of the standard's office.")] = "Asia/Shanghai",
) -> None:
    """Print when a matter is due, and how that came about, day by day."""
    at = _read(since)
    classes, calendar = _of_the_standard(at, timezone) if is_standard else asyncio.run(_of_the_house(at))
    for line in account(at, _class(class_id, classes), calendar):
        typer.echo(line)


def account(at: datetime, of_class: MatterClass, calendar: WorkingCalendar) -> Iterator[str]:
    """Yield the lines that say when it is due, and why."""
    came_at = at if at.tzinfo is not None else at.replace(tzinfo=calendar.zone)
    term = of_class.terms.handle
    found = due(term, came_at, calendar)
    yield f"{of_class.name.get('zh', '')} / {of_class.name.get('en', '')}: {_written(term)}"
    yield f"came {_local(came_at, calendar)}, due {_local(found.at, calendar)} ({calendar.hours.timezone})"
    for day in found.days:
        yield f"  {day.day}  {_WEEKDAYS[day.day.weekday()]}  {_why(day, found, came_at, calendar)}".rstrip()


def _why(day: CountedDay, found: Due, came_at: datetime, calendar: WorkingCalendar) -> str:
    notes = [_KINDS[day.kind]]
    if day.name:
        notes.append(day.name)
    if day.day == calendar.local_day(came_at):
        notes.append("the day it came")
    if day.number is not None:
        notes.insert(0, f"day {day.number}")
    if day.worked:
        notes.insert(0, f"{day.worked / timedelta(hours=1):g} h")
    if day is found.days[-1]:
        notes.append(f"due at {found.at.astimezone(calendar.zone):%H:%M}")
    return ", ".join(filter(None, notes))


def _written(term: Term) -> str:
    return "the same day" if term.kind is TermKind.SAME_DAY else f"{term.count} {_TERMS[term.kind]}"


def _local(at: datetime, calendar: WorkingCalendar) -> str:
    here = at.astimezone(calendar.zone)
    return f"{here:%Y-%m-%d %H:%M} {_WEEKDAYS[here.weekday()]}"


def _class(class_id: str, classes: Mapping[ClassId, MatterClass]) -> MatterClass:
    found = classes.get(ClassId(class_id))
    if found is None:
        known = ", ".join(sorted(classes)) or "none; set some up first, or ask with --standard"
        raise CannotTell(f"there is no class {class_id!r}; there are: {known}")
    return found


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise CannotTell(f"{text!r} is no time; write 2026-09-28T16:00") from None


def _of_the_standard(at: datetime, timezone: str) -> tuple[Mapping[ClassId, MatterClass], WorkingCalendar]:
    rules = OfficeRules(hours=standard.office_hours(timezone))
    return {one.class_id: one for one in standard.CLASSES}, rules.calendar(at)


async def _of_the_house(at: datetime) -> tuple[Mapping[ClassId, MatterClass], WorkingCalendar]:
    settings = read_settings()
    configure_logging(settings)
    async with office_of(settings) as office:
        return office.registry.classes, office.rules.calendar(at)
