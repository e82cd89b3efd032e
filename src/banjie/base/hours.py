"""Opening hours: periods by weekday, exceptions by date, in one time zone.

Laws: an exception replaces the whole day; a period is half-open, `09:00-17:00` is open at 09:00 and closed at
17:00; periods of a day do not overlap; a night is written as two periods, `22:00-24:00` and `00:00-06:00`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from banjie.base.errors import BanjieError

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES: Final = 24 * 60
HORIZON_DAYS: Final = 370  # a year with its exceptions; further ahead nobody has written them


class BadHours(BanjieError):
    """The hours as written make no sense; the message says where."""

    code: ClassVar[str] = "base.bad_hours"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one minute of the day up to, not including, another; 1440 is midnight at the day's end."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= DAY_MINUTES:
            raise BadHours(
                f"a period must open before it closes within one day: {self}; write a night as two periods"
            )

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"


Day = tuple[Period, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """`weekly` holds a day's periods by weekday, 0 is Monday; a weekday left out is closed."""

    timezone: str
    weekly: Mapping[int, Day]
    exceptions: Mapping[date, Day] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not is_timezone(self.timezone):
            raise BadHours(f"there is no time zone {self.timezone!r}; write one like Asia/Shanghai")
        for weekday in self.weekly:
            if weekday not in range(7):
                raise BadHours(f"a weekday is 0 (Monday) to 6 (Sunday), not {weekday}")
        for day in (*self.weekly.values(), *self.exceptions.values()):
            if any(earlier.closes > later.opens for earlier, later in pairwise(day)):
                raise BadHours(f"periods must follow one another: {', '.join(map(str, day))}")

    def on(self, day: date) -> Day:
        """Return the periods of a date, its exception first."""
        exception = self.exceptions.get(day)
        return self.weekly.get(day.weekday(), ()) if exception is None else exception


def is_timezone(name: str) -> bool:
    """Whether there is a time zone of this IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of the zone files
        return False
    return True


def start_of_day(now: datetime, timezone: str) -> datetime:
    """Return the midnight, UTC, that the day of `now` began with there."""
    local = now.astimezone(ZoneInfo(timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def is_open(hours: Hours, at: datetime) -> bool:
    """Tell whether an instant lies in a period. `at` is aware."""
    local = at.astimezone(ZoneInfo(hours.timezone))
    minute = local.hour * 60 + local.minute
    return any(p.opens <= minute < p.closes for p in hours.on(local.date()))


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """Return the first instant, UTC, not before `at` at which the doors are open; None if there is none in a year."""
    if is_open(hours, at):
        return at.astimezone(UTC)
    return next((opens for opens, _ in _spans(hours, at) if opens > at), None)


def next_closing(hours: Hours, at: datetime) -> datetime | None:
    """Return when the doors close next, UTC; None if they are closed now or never close within a year."""
    if not is_open(hours, at):
        return None
    closing: datetime | None = None
    for opens, closes in _spans(hours, at):
        if closing is not None and opens > closing:
            return closing
        if closes > at:
            closing = closes  # periods that touch, over midnight too, are one
    return None if closing is not None and closing >= at + timedelta(days=HORIZON_DAYS - 1) else closing


def hours_from_document(document: object) -> Hours:
    """Read `{"timezone": …, "weekly": {"mon": ["09:00-12:00"]}, "exceptions": {"2026-10-01": []}}`.

    Raises:
        BadHours: with words that say what to mend.
    """
    if not isinstance(document, Mapping):
        raise BadHours("hours must be an object with timezone, weekly and exceptions")
    if unknown := set(document) - {"timezone", "weekly", "exceptions"}:
        raise BadHours(
            f"hours know timezone, weekly and exceptions, not {', '.join(sorted(map(str, unknown)))}"
        )
    weekly = _days(document.get("weekly", {}), "weekly")
    exceptions = _days(document.get("exceptions", {}), "exceptions")
    if unknown := set(weekly) - set(WEEKDAYS):
        raise BadHours(f"weekdays are {', '.join(WEEKDAYS)}, not {', '.join(sorted(unknown))}")
    return Hours(
        timezone=str(document.get("timezone", "")),
        weekly={WEEKDAYS.index(name): periods for name, periods in weekly.items()},
        exceptions={_date(name): periods for name, periods in exceptions.items()},
    )


def hours_to_document(hours: Hours) -> dict[str, object]:
    """Write what `hours_from_document` reads."""
    return {
        "timezone": hours.timezone,
        "weekly": {WEEKDAYS[d]: [str(p) for p in day] for d, day in sorted(hours.weekly.items())},
        "exceptions": {d.isoformat(): [str(p) for p in day] for d, day in sorted(hours.exceptions.items())},
    }


def _spans(hours: Hours, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.timezone)
    today = at.astimezone(zone).date()
    for ahead in range(HORIZON_DAYS):
        day = today + timedelta(days=ahead)
        for period in hours.on(day):
            yield instant_of(day, period.opens, zone), instant_of(day, period.closes, zone)


def instant_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the instant, UTC, of a minute of a local day; 1440 is the next day's first."""
    if minute == DAY_MINUTES:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _days(document: object, name: str) -> dict[str, Day]:
    if not isinstance(document, Mapping):
        raise BadHours(f"{name} must be an object of lists of periods")
    days: dict[str, Day] = {}
    for key, periods in document.items():
        if not isinstance(periods, list | tuple):
            raise BadHours(
                f"{name} {key} must be a list of periods like 09:00-17:30; an empty list is closed"
            )
        days[str(key)] = tuple(sorted(_period(p) for p in periods))
    return days


def _period(text: object) -> Period:
    opens, dash, closes = str(text).partition("-")
    if not dash:
        raise BadHours(f"{text!r} is no period; write 09:00-17:30")
    return Period(_minute(opens), _minute(closes))


def _minute(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        raise BadHours(f"{text!r} is no time of day; write 09:00")
    if len(minute) != 2 or int(minute) > 59 or int(hour) * 60 + int(minute) > DAY_MINUTES:
        raise BadHours(f"{text!r} is no time of day; write 00:00 to 24:00")
    return int(hour) * 60 + int(minute)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadHours(f"{text!r} is no date; write 2026-10-01") from None


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
