"""Working time: the hours of an office on the days it works, with statutory holidays and the days that make up for them.

Laws: a date of the hours' own exceptions goes before everything; a make-up day has a Monday's hours; time is counted in instants, so that a night of summer time costs nobody an hour; adding the working time between
two instants to the first gives the second, if that is working time.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from banjie.base.errors import BanjieError
from banjie.base.hours import Day, Hours, instant_of

HORIZON_DAYS: Final = 3 * 366  # further ahead nobody has promised anything
_MONDAY: Final = 0


class NeverOpen(BanjieError):
    """The calendar has no working time within the years looked at."""

    code: ClassVar[str] = "base.never_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """`days_off` has each statutory holiday with its name, `make_up` the days worked for them."""

    hours: Hours
    days_off: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    make_up: Set[date] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.hours.timezone)

    def on(self, day: date) -> Day:
        """Return the periods worked on a date."""
        if day in self.hours.exceptions:
            return self.hours.exceptions[day]
        if day in self.make_up:
            return self.hours.weekly.get(_MONDAY, ())
        if day in self.days_off:
            return ()
        return self.hours.weekly.get(day.weekday(), ())

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def is_working(self, day: date) -> bool:
        return bool(self.on(day))

    def closing(self, day: date) -> datetime:
        """Return the instant, UTC, a working day ends."""
        return instant_of(day, self.on(day)[-1].closes, self.zone)

    def working_days(self, after: date) -> Iterator[date]:
        """Yield the working days after a date, three years of them."""
        for ahead in range(1, HORIZON_DAYS):
            day = after + timedelta(days=ahead)
            if self.is_working(day):
                yield day
        raise NeverOpen(f"no working day follows within three years of {after}; give the calendar hours")

    def spans_of(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the periods of a date as instants, UTC."""
        zone = self.zone
        return [(instant_of(day, p.opens, zone), instant_of(day, p.closes, zone)) for p in self.on(day)]

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield what is left of each period from an instant on, in UTC."""
        today = self.local_day(since)
        for ahead in range(HORIZON_DAYS):
            for opens, closes in self.spans_of(today + timedelta(days=ahead)):
                if closes > since:
                    yield max(opens, since), closes


def add_working_time(calendar: WorkingCalendar, at: datetime, more: timedelta) -> datetime:
    """Return the instant, UTC, by which so much has been worked from `at` on; none more: the next instant of work."""
    left = more
    for opens, closes in calendar.spans(at):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise NeverOpen(f"{more} are not worked within three years of {at:%Y-%m-%d}; give the calendar hours")


def working_time_between(calendar: WorkingCalendar, since: datetime, until: datetime) -> timedelta:
    """Return how much is worked from one instant to a later one; nothing if it is not later."""
    total = timedelta()
    for opens, closes in calendar.spans(since):
        if opens >= until:
            break
        total += min(closes, until) - opens
    return total


def working_time_back(calendar: WorkingCalendar, until: datetime, less: timedelta) -> datetime | None:
    """Return the instant, UTC, from which so much is worked up to another; None: not within three years before it."""
    left = less
    today = calendar.local_day(until)
    for back in range(HORIZON_DAYS):
        for opens, closes in reversed(calendar.spans_of(today - timedelta(days=back))):
            worked = min(closes, until) - opens
            if worked <= timedelta(0):
                continue
            if worked >= left:
                return min(closes, until) - left
            left -= worked
    return None
