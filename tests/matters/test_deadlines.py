"""Deadlines against a table worked by hand on the calendar on the wall, and by their laws."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.hours import Hours, hours_from_document
from banjie.base.working_time import NeverOpen, WorkingCalendar, add_working_time, working_time_between
from banjie.matters.deadlines import BadTerm, DayKind, Term, TermKind, due, extended, resumed
from banjie.matters.statutory import NONE, NoSuchCountry, working_calendar

pytestmark = pytest.mark.unit

_WEEK = ("mon", "tue", "wed", "thu", "fri")
_ALL = (*_WEEK, "sat", "sun")


def office(zone: str, *periods: str, days: tuple[str, ...] = _WEEK, closed: str = "") -> Hours:
    exceptions = {closed: []} if closed else {}
    return hours_from_document(
        {"timezone": zone, "weekly": {day: list(periods) for day in days}, "exceptions": exceptions}
    )


BEIJING = office("Asia/Shanghai", "09:00-12:00", "13:30-17:30")
CALENDARS = {
    "CN": working_calendar(BEIJING, "CN", (2025, 2026, 2027)),
    "plain": working_calendar(BEIJING, NONE, ()),
    "shut": working_calendar(office("Asia/Shanghai", "09:00-17:30", closed="2026-03-03"), NONE, ()),
    "always": working_calendar(office("Asia/Shanghai", "00:00-24:00", days=_ALL), NONE, ()),
    "Berlin": working_calendar(office("Europe/Berlin", "00:00-24:00", days=_ALL), NONE, ()),
    "DE": working_calendar(office("Europe/Berlin", "08:00-16:00"), "DE", (2026,)),
    "New York": working_calendar(office("America/New_York", "09:00-17:00"), NONE, ()),
}
# calendar | term | came, local | due, local. d: working days, c: calendar days, h: working hours, s: the same day.
# The State Council's 2026: off 1-3 Jan, 15-23 Feb, 4-6 Apr, 1-5 May, 19-21 Jun, 25-27 Sep, 1-7 Oct;
# worked Sun 4 Jan, Sat 14 and 28 Feb, Sat 9 May, Sun 20 Sep, Sat 10 Oct.
WORKED = """
CN | d1 | 2026-03-02 10:00 | 2026-03-03 17:30  a plain Monday
CN | d3 | 2026-03-02 10:00 | 2026-03-05 17:30  咨询
CN | d3 | 2026-03-04 10:00 | 2026-03-09 17:30  over a weekend
CN | d5 | 2026-03-02 10:00 | 2026-03-09 17:30
CN | d1 | 2026-03-06 16:59 | 2026-03-09 17:30  Friday
CN | d1 | 2026-03-07 08:00 | 2026-03-09 17:30  Saturday
CN | d1 | 2026-03-08 23:59 | 2026-03-09 17:30  a minute before Monday
CN | d1 | 2026-03-09 00:00 | 2026-03-10 17:30  the minute after
CN | d13 | 2026-03-02 10:00 | 2026-03-19 17:30  投诉
CN | d3 | 2026-09-28 16:00 | 2026-10-08 17:30  over National Day
CN | d5 | 2026-09-28 16:00 | 2026-10-10 17:30  to the Saturday that makes up for it
CN | d6 | 2026-09-28 16:00 | 2026-10-12 17:30
CN | d1 | 2026-09-30 17:29 | 2026-10-08 17:30
CN | d1 | 2026-10-01 12:00 | 2026-10-08 17:30  on the day itself
CN | d1 | 2026-10-07 20:00 | 2026-10-08 17:30  its last evening
CN | d2 | 2026-10-08 09:00 | 2026-10-10 17:30
CN | d3 | 2026-10-08 09:00 | 2026-10-12 17:30
CN | d1 | 2026-10-09 09:00 | 2026-10-10 17:30
CN | d1 | 2026-10-10 09:00 | 2026-10-12 17:30  came on the make-up day
CN | d1 | 2026-09-19 09:00 | 2026-09-20 17:30  a Sunday that is worked
CN | d1 | 2026-09-18 09:00 | 2026-09-20 17:30
CN | d3 | 2026-09-24 09:00 | 2026-09-30 17:30  over Mid-Autumn
CN | d3 | 2026-02-13 09:00 | 2026-02-25 17:30  over Spring Festival
CN | d1 | 2026-02-14 11:00 | 2026-02-24 17:30  the last day before it
CN | d1 | 2026-02-16 11:00 | 2026-02-24 17:30  New Year's Eve
CN | d5 | 2026-02-09 11:00 | 2026-02-14 17:30
CN | d6 | 2026-02-09 11:00 | 2026-02-24 17:30
CN | d1 | 2026-02-27 11:00 | 2026-02-28 17:30  the second make-up Saturday
CN | d2 | 2026-02-27 11:00 | 2026-03-02 17:30
CN | d13 | 2026-02-09 11:00 | 2026-03-04 17:30  both make-up Saturdays
CN | d1 | 2025-12-31 11:00 | 2026-01-04 17:30  over the year's end
CN | d2 | 2025-12-31 11:00 | 2026-01-05 17:30
CN | d1 | 2026-04-03 11:00 | 2026-04-07 17:30  Tomb-Sweeping
CN | d1 | 2026-04-30 11:00 | 2026-05-06 17:30  Labour Day
CN | d3 | 2026-04-30 11:00 | 2026-05-08 17:30
CN | d4 | 2026-04-30 11:00 | 2026-05-09 17:30
CN | d1 | 2026-06-18 11:00 | 2026-06-22 17:30  Dragon Boat
plain | d1 | 2028-02-28 11:00 | 2028-02-29 17:30  leap day
plain | d2 | 2028-02-28 11:00 | 2028-03-01 17:30  past it
plain | d1 | 2027-02-26 11:00 | 2027-03-01 17:30  no leap day
shut | d1 | 2026-03-02 11:00 | 2026-03-04 17:30  a day the office closes
CN | c7 | 2026-03-02 11:00 | 2026-03-09 17:30  限期一周
CN | c7 | 2026-03-07 11:00 | 2026-03-16 17:30  ends on a Saturday
CN | c7 | 2026-09-28 16:00 | 2026-10-08 17:30  ends in the holiday
CN | c7 | 2026-10-01 11:00 | 2026-10-08 17:30
CN | c7 | 2026-10-03 11:00 | 2026-10-10 17:30  ends on a Saturday that is worked
CN | c7 | 2026-10-04 11:00 | 2026-10-12 17:30
CN | c7 | 2026-02-07 11:00 | 2026-02-14 17:30
CN | c7 | 2026-02-09 11:00 | 2026-02-24 17:30
CN | c1 | 2026-03-06 11:00 | 2026-03-09 17:30
CN | c30 | 2026-03-02 11:00 | 2026-04-01 17:30
plain | c7 | 2028-02-22 11:00 | 2028-02-29 17:30
CN | s1 | 2026-03-02 09:00 | 2026-03-02 17:30  加急
CN | s1 | 2026-03-02 17:29 | 2026-03-02 17:30
CN | s1 | 2026-03-02 17:30 | 2026-03-03 17:30  as the doors close
CN | s1 | 2026-03-02 12:30 | 2026-03-02 17:30  at lunch
CN | s1 | 2026-03-02 00:00 | 2026-03-02 17:30
CN | s1 | 2026-03-07 10:00 | 2026-03-09 17:30
CN | s1 | 2026-09-30 18:00 | 2026-10-08 17:30
CN | s1 | 2026-10-10 08:00 | 2026-10-10 17:30
always | s1 | 2026-03-02 23:59 | 2026-03-03 00:00
CN | h1 | 2026-03-02 09:00 | 2026-03-02 10:00
CN | h3 | 2026-03-02 09:00 | 2026-03-02 12:00  up to lunch
CN | h2 | 2026-03-02 11:00 | 2026-03-02 14:30  over lunch
CN | h1 | 2026-03-02 11:30 | 2026-03-02 14:00
CN | h1 | 2026-03-02 12:30 | 2026-03-02 14:30  came at lunch
CN | h1 | 2026-03-02 17:00 | 2026-03-03 09:30  over a night
CN | h4 | 2026-03-06 16:00 | 2026-03-09 11:30  over a weekend
CN | h8 | 2026-09-30 16:00 | 2026-10-08 17:00
CN | h9 | 2026-09-30 16:00 | 2026-10-09 09:30
CN | h1 | 2026-03-07 10:00 | 2026-03-09 10:00
CN | h8 | 2026-10-09 09:00 | 2026-10-10 10:00  on into the make-up day
always | d1 | 2026-03-02 00:00 | 2026-03-04 00:00  midnight ends a day
always | d1 | 2026-03-02 23:59 | 2026-03-04 00:00
always | c7 | 2026-03-02 12:00 | 2026-03-10 00:00
Berlin | h4 | 2026-03-28 23:00 | 2026-03-29 04:00  the night of 23 hours
Berlin | h4 | 2026-10-24 23:00 | 2026-10-25 02:00  the night of 25, its second two o'clock
DE | d1 | 2026-04-02 10:00 | 2026-04-07 16:00  Good Friday and Easter Monday
New York | d1 | 2026-03-06 10:00 | 2026-03-09 17:00  into summer time
New York | h8 | 2026-03-06 16:00 | 2026-03-09 16:00
"""
_KINDS = {
    "d": TermKind.WORKING_DAYS,
    "c": TermKind.CALENDAR_DAYS,
    "h": TermKind.WORKING_HOURS,
    "s": TermKind.SAME_DAY,
}
CASES = WORKED.strip().splitlines()


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("line", CASES)
def test_due_time_as_worked_by_hand(line: str) -> None:
    name, term, came, rest = (part.strip() for part in line.split("|"))
    calendar = CALENDARS[name]
    came_at = datetime.fromisoformat(came).replace(tzinfo=calendar.zone)

    found = due(Term(kind=_KINDS[term[0]], count=int(term[1:])), came_at, calendar)

    assert f"{found.at.astimezone(calendar.zone):%Y-%m-%d %H:%M}" == rest[:16]
    assert found.at.tzinfo is UTC


def test_second_two_o_clock_is_meant() -> None:
    came_at = datetime(2026, 10, 24, 23, tzinfo=ZoneInfo("Europe/Berlin"))
    found = due(Term(kind=TermKind.WORKING_HOURS, count=4), came_at, CALENDARS["Berlin"])
    assert found.at == datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_it_says_how_a_deadline_came_about() -> None:
    came_at = datetime(2026, 9, 28, 16, tzinfo=ZoneInfo("Asia/Shanghai"))
    days = due(Term(kind=TermKind.WORKING_DAYS, count=5), came_at, CALENDARS["CN"]).days

    assert [(day.day.day, day.kind, day.number) for day in days] == [
        (28, DayKind.WORKED, None),
        (29, DayKind.WORKED, 1),
        (30, DayKind.WORKED, 2),
        (1, DayKind.HOLIDAY, None),
        (2, DayKind.HOLIDAY, None),
        (3, DayKind.HOLIDAY, None),
        (4, DayKind.CLOSED, None),
        (5, DayKind.HOLIDAY, None),
        (6, DayKind.HOLIDAY, None),
        (7, DayKind.HOLIDAY, None),
        (8, DayKind.WORKED, 3),
        (9, DayKind.WORKED, 4),
        (10, DayKind.MADE_UP, 5),
    ]
    assert days[3].name == "国庆节"


def test_a_term_in_hours_says_how_many_each_day_had() -> None:
    came_at = datetime(2026, 9, 30, 16, tzinfo=ZoneInfo("Asia/Shanghai"))
    days = due(Term(kind=TermKind.WORKING_HOURS, count=9), came_at, CALENDARS["CN"]).days
    worked = {day.day: day.worked for day in days if day.worked}
    assert worked == {
        date(2026, 9, 30): timedelta(hours=1.5),
        date(2026, 10, 8): timedelta(hours=7),
        date(2026, 10, 9): timedelta(hours=0.5),
    }


def test_a_country_without_a_calendar_is_refused_in_words() -> None:
    with pytest.raises(NoSuchCountry, match="two-letter code"):
        working_calendar(BEIJING, "ZZ", (2026,))


def test_an_office_that_never_opens_is_refused_in_words() -> None:
    never = WorkingCalendar(hours=office("Asia/Shanghai", days=()))
    came_at = datetime(2026, 3, 2, tzinfo=UTC)
    for kind in TermKind:
        with pytest.raises(NeverOpen, match="give the calendar hours"):
            due(Term(kind=kind), came_at, never)


@pytest.mark.parametrize("count", [0, -1, 367])
def test_a_term_of_no_length_is_refused(count: int) -> None:
    with pytest.raises(BadTerm):
        Term(kind=TermKind.WORKING_DAYS, count=count)


instants = st.datetimes(
    datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-11-30"), timezones=st.just(UTC)
)
terms = st.builds(Term, kind=st.sampled_from(TermKind), count=st.integers(1, 40))
calendars = st.sampled_from(list(CALENDARS.values()))


@given(terms, instants, calendars)
def test_a_deadline_lies_ahead_and_in_working_time(
    term: Term, came_at: datetime, calendar: WorkingCalendar
) -> None:
    at = due(term, came_at, calendar).at
    assert at > came_at
    assert working_time_between(calendar, at - timedelta(seconds=1), at) == timedelta(seconds=1)


@given(terms, instants, st.timedeltas(timedelta(0), timedelta(days=20)), calendars)
def test_who_comes_later_is_not_due_earlier(
    term: Term, came_at: datetime, later: timedelta, calendar: WorkingCalendar
) -> None:
    assert due(term, came_at + later, calendar).at >= due(term, came_at, calendar).at


@given(st.sampled_from([TermKind.WORKING_DAYS, TermKind.CALENDAR_DAYS, TermKind.WORKING_HOURS]), st.integers(1, 60),
       instants, calendars)  # fmt: skip
def test_a_longer_term_is_not_due_earlier(
    kind: TermKind, count: int, came_at: datetime, calendar: WorkingCalendar
) -> None:
    shorter, longer = Term(kind=kind, count=count), Term(kind=kind, count=count + 1)
    assert due(longer, came_at, calendar).at >= due(shorter, came_at, calendar).at


@given(instants, st.timedeltas(timedelta(0), timedelta(hours=200)), calendars)
def test_time_added_is_the_time_between(at: datetime, more: timedelta, calendar: WorkingCalendar) -> None:
    assert working_time_between(calendar, at, add_working_time(calendar, at, more)) == more


@given(terms, instants, st.timedeltas(timedelta(0), timedelta(days=60)), calendars)
def test_suspended_keeps_the_time_that_was_left(
    term: Term, came_at: datetime, stood: timedelta, calendar: WorkingCalendar
) -> None:
    due_at = due(term, came_at, calendar).at
    later = resumed(due_at, came_at, came_at + stood, calendar)
    left = working_time_between(calendar, came_at, due_at)
    assert working_time_between(calendar, came_at + stood, later) == left


@given(terms, instants, st.integers(1, 10), calendars)
def test_an_extension_is_that_many_working_days(
    term: Term, came_at: datetime, count: int, calendar: WorkingCalendar
) -> None:
    due_at = due(term, came_at, calendar).at
    last, later = (
        calendar.local_day(at - timedelta(seconds=1)) for at in (due_at, extended(due_at, count, calendar))
    )
    between = [last + timedelta(days=n) for n in range(1, (later - last).days + 1)]
    assert sum(map(calendar.is_working, between)) == count
