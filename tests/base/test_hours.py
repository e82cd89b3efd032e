"""Opening hours: a table of instants, and what holds at every instant."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.hours import (
    BadHours,
    Hours,
    Period,
    hours_from_document,
    hours_to_document,
    is_open,
    next_closing,
    next_opening,
)

pytestmark = pytest.mark.unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
BANK = hours_from_document(
    {
        "timezone": "Asia/Shanghai",
        "weekly": {d: ["09:00-12:00", "13:30-17:30"] for d in ("mon", "tue", "wed", "thu", "fri")},
        "exceptions": {
            "2026-10-01": [],
            "2026-10-10": ["09:00-12:00"],
        },  # a holiday, and a Saturday made up for
    }
)
NIGHT = hours_from_document({"timezone": "UTC", "weekly": {"fri": ["22:00-24:00"], "sat": ["00:00-06:00"]}})


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00:00", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00:00", False),  # lunch
        ("2026-11-23T13:30:00", True),
        ("2026-11-23T17:30:00", False),
        ("2026-11-22T10:00:00", False),  # Sunday
        ("2026-10-01T10:00:00", False),  # the holiday, a Thursday
        ("2026-10-10T10:00:00", True),
        ("2026-10-10T14:00:00", False),
    ],
)
def test_doors_are_open_in_a_period_and_exceptions_replace_the_day(at: str, expected: bool) -> None:
    assert is_open(BANK, local(at)) is expected
    assert is_open(BANK, local(at).astimezone(UTC)) is expected


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23T10:00:00", "2026-11-23T10:00:00"),
        ("2026-11-23T12:10:00", "2026-11-23T13:30:00"),
        ("2026-11-20T18:00:00", "2026-11-23T09:00:00"),  # over the weekend
        ("2026-09-30T18:00:00", "2026-10-02T09:00:00"),  # over the holiday
        ("2026-10-09T18:00:00", "2026-10-10T09:00:00"),
    ],
)
def test_next_opening(at: str, opens: str) -> None:
    assert next_opening(BANK, local(at)) == local(opens)


def test_next_closing_passes_over_periods_that_touch() -> None:
    friday = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)

    assert next_closing(NIGHT, friday) == datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    assert next_closing(NIGHT, friday - timedelta(hours=2)) is None


def test_what_is_always_open_never_closes_and_what_never_opens_has_no_opening() -> None:
    always = Hours(timezone="UTC", weekly={d: (Period(0, 1440),) for d in range(7)})
    never = Hours(timezone="UTC", weekly={})
    at = datetime(2026, 11, 23, tzinfo=UTC)

    assert next_closing(always, at) is None
    assert next_opening(never, at) is None


def test_hours_follow_the_clocks_of_the_place() -> None:
    london = hours_from_document({"timezone": "Europe/London", "weekly": {"sun": ["09:00-10:00"]}})

    assert is_open(london, datetime(2026, 10, 18, 8, 30, tzinfo=UTC))  # summer time
    assert not is_open(london, datetime(2026, 10, 25, 8, 30, tzinfo=UTC))
    assert is_open(london, datetime(2026, 10, 25, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ("09:00", "object"),
        ({"timezone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"timezone": ""}, "time zone"),
        ({"timezone": "/etc/passwd"}, "time zone"),
        ({"timezone": "UTC", "weekly": {"monday": []}}, "monday"),
        ({"timezone": "UTC", "weekly": {"mon": "09:00-10:00"}}, "list"),
        ({"timezone": "UTC", "weekly": []}, "weekly"),
        ({"timezone": "UTC", "weekly": {"mon": ["09:00"]}}, "no period"),
        ({"timezone": "UTC", "weekly": {"mon": ["9-10"]}}, "time of day"),
        ({"timezone": "UTC", "weekly": {"mon": ["09:00-24:01"]}}, "24:00"),
        ({"timezone": "UTC", "weekly": {"mon": ["09:60-10:00"]}}, "09:60"),
        ({"timezone": "UTC", "weekly": {"mon": ["22:00-06:00"]}}, "two periods"),
        ({"timezone": "UTC", "weekly": {"mon": ["09:00-12:00", "11:00-13:00"]}}, "follow"),
        ({"timezone": "UTC", "exceptions": {"1 October": []}}, "1 October"),
        ({"timezone": "UTC", "holidays": {}}, "holidays"),
    ],
)
def test_what_is_wrong_is_said_in_words(document: object, word: str) -> None:
    with pytest.raises(BadHours, match=word):
        hours_from_document(document)


def test_a_weekday_out_of_the_week_is_refused() -> None:
    with pytest.raises(BadHours):
        Hours(timezone="UTC", weekly={7: ()})


@st.composite
def days(draw: st.DrawFn) -> tuple[Period, ...]:
    marks = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(Period(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False))


hours = st.builds(
    Hours,
    timezone=st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York", "Australia/Lord_Howe"]),
    weekly=st.dictionaries(st.integers(0, 6), days()),
    exceptions=st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), days(), max_size=4),
)
START = datetime(2026, 1, 1)  # noqa: DTZ001  (the strategy adds the zone)
instants = st.datetimes(START, START + timedelta(days=364), timezones=st.just(UTC))


@given(hours)
def test_a_document_keeps_everything(h: Hours) -> None:
    assert hours_from_document(hours_to_document(h)) == h


@given(hours, instants)
def test_the_next_opening_is_open_and_nothing_is_open_before_it(h: Hours, at: datetime) -> None:
    opens = next_opening(h, at)

    if opens is None:
        assert not is_open(h, at)
        return
    assert opens >= at
    if is_open(h, at):
        assert opens == at
    else:
        between = (at + (opens - at) * k / 16 for k in range(16))
        assert not any(is_open(h, moment) for moment in between)


@given(hours, instants)
def test_the_doors_stay_open_until_the_next_closing(h: Hours, at: datetime) -> None:
    closes = next_closing(h, at)

    if closes is not None:
        assert is_open(h, at)
        assert closes > at
        assert all(is_open(h, at + (closes - at) * k / 16) for k in range(16))
