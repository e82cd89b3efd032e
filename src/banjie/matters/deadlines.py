"""When a matter is due: by its class, in working days, working hours or calendar days, and how that came about.

Laws, those of the Civil Code of China §§ 201 and 203 where it says anything: the day a matter comes is not counted; a
period counted in days ends when its last day's work ends; a last day nobody works gives way to the next working day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.hours import DAY_MINUTES, instant_of
from banjie.base.working_time import WorkingCalendar, add_working_time, working_time_between

_MOMENT: Final = timedelta(microseconds=1)


class TermKind(StrEnum):
    WORKING_DAYS = "working_days"  # 工作日
    WORKING_HOURS = "working_hours"  # 工作小时
    CALENDAR_DAYS = "calendar_days"  # 自然日: 限期一周 is 7
    SAME_DAY = "same_day"  # 当日: before that day's work ends


class BadTerm(BanjieError):
    """A term as written makes no sense."""

    code: ClassVar[str] = "matters.bad_term"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long there is. `count` is of its kind, 1 or more; of SAME_DAY it says nothing and is 1."""

    kind: TermKind
    count: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 366:
            raise BadTerm(f"a term is of 1 to 366 {self.kind.value.replace('_', ' ')}, not {self.count}")


class DayKind(StrEnum):
    """What a day was in the counting."""

    WORKED = "worked"
    MADE_UP = "made_up"  # 调休: worked for a holiday
    HOLIDAY = "holiday"
    CLOSED = "closed"  # a weekend, or a day the office's own hours leave out


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDay:
    """One line of how a deadline came about.

    `number` is which day of a term of days it was, `worked` how much of a term of hours; None: it was not counted so.
    """

    day: date
    kind: DayKind
    name: str  # of the holiday, as the country names it
    number: int | None = None
    worked: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An instant, UTC, and the days it came about by, from the one the matter came on to the one it is due on."""

    at: datetime
    days: tuple[CountedDay, ...]


def due(term: Term, came_at: datetime, calendar: WorkingCalendar) -> Due:
    """Return when a matter of this term is due that came at an instant (aware).

    Raises:
        NeverOpen: the calendar has no working time ahead.
    """
    at = _due_at(term, came_at, calendar)
    return Due(at=at, days=tuple(_account(term, came_at, at, calendar)))


def extended(due_at: datetime, days_count: int, calendar: WorkingCalendar) -> datetime:
    """Return the deadline so many working days later: when the last of them ends."""
    return _closing_of_working_day(days_count, _last_day(due_at, calendar), calendar)


def resumed(due_at: datetime, suspended_at: datetime, at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the deadline of a matter whose clock stood still: as much working time is left as was. Late stays late."""
    if due_at <= suspended_at:
        return due_at
    return add_working_time(calendar, at, working_time_between(calendar, suspended_at, due_at))


def _due_at(term: Term, came_at: datetime, calendar: WorkingCalendar) -> datetime:
    came_on = calendar.local_day(came_at)
    match term.kind:
        case TermKind.WORKING_HOURS:
            return add_working_time(calendar, came_at, timedelta(hours=term.count))
        case TermKind.SAME_DAY:
            next_instant = add_working_time(calendar, came_at, _MOMENT)
            return calendar.closing(_last_day(next_instant, calendar))
        case TermKind.WORKING_DAYS:
            return _closing_of_working_day(term.count, came_on, calendar)
        case TermKind.CALENDAR_DAYS:
            eve = came_on + timedelta(days=term.count - 1)
            return _closing_of_working_day(1, eve, calendar)


def _closing_of_working_day(number: int, after: date, calendar: WorkingCalendar) -> datetime:
    """Return when the so-manieth working day after a date ends."""
    return calendar.closing(next(islice(calendar.working_days(after), number - 1, None)))


def _last_day(until: datetime, calendar: WorkingCalendar) -> date:
    """The day an instant ends: midnight belongs to the evening before."""
    return calendar.local_day(until - _MOMENT)


def _account(term: Term, came_at: datetime, at: datetime, calendar: WorkingCalendar) -> Iterator[CountedDay]:
    came_on, last = calendar.local_day(came_at), _last_day(at, calendar)
    number = 0
    for ahead in range((last - came_on).days + 1):
        day = came_on + timedelta(days=ahead)
        kind = _kind(day, calendar)
        counted, worked = None, None
        match term.kind:
            case TermKind.WORKING_DAYS if ahead and calendar.is_working(day):
                counted = number = number + 1
            case TermKind.CALENDAR_DAYS if 0 < ahead <= term.count:
                counted = number = number + 1
            case TermKind.WORKING_HOURS:
                worked = _worked(day, came_at, at, calendar)
            case _:
                pass
        yield CountedDay(
            day=day, kind=kind, name=calendar.days_off.get(day, ""), number=counted, worked=worked
        )


def _worked(day: date, since: datetime, until: datetime, calendar: WorkingCalendar) -> timedelta:
    """How much was worked on one day between two instants."""
    morning, night = (instant_of(day, minute, calendar.zone) for minute in (0, DAY_MINUTES))
    return working_time_between(calendar, max(since, morning), min(until, night))


def _kind(day: date, calendar: WorkingCalendar) -> DayKind:
    if calendar.is_working(day):
        return DayKind.MADE_UP if day in calendar.make_up else DayKind.WORKED
    return DayKind.HOLIDAY if day in calendar.days_off else DayKind.CLOSED
