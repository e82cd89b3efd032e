"""The last hour of a queue by the minute, as it happens and as it is told again after a restart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.ids import QueueId
from banjie.insight.minutes import LastHour, Minute, Wait, last_hour

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def test_the_most_that_waited_at_once_stands_in_its_minute_and_who_waits_on_in_the_next() -> None:
    hour = LastHour(at(0))
    hour.waiting(3, at(0.1))
    hour.waiting(1, at(0.2))
    hour.waiting(0, at(2.5))

    minutes = hour.whole_minutes(at(4))
    assert len(minutes) == 60
    assert [minute.waiting_max for minute in minutes[-4:]] == [3, 1, 1, 0]
    assert sum(minute.waiting_max for minute in minutes[:-4]) == 0


def test_the_level_of_a_minute_is_of_what_ended_in_it() -> None:
    hour = LastHour(at(0))
    hour.answered(at(0.5), is_in_time=True)
    hour.answered(at(0.6), is_in_time=True)
    hour.answered(at(0.6), is_in_time=False)
    hour.abandoned_late(at(0.7))
    hour.abandoned_late(at(2.0))

    levels = [minute.level() for minute in hour.whole_minutes(at(3))[-3:]]
    assert levels == [0.5, None, 0.0]


def test_the_present_minute_is_not_told_and_an_hour_later_nothing_is_left() -> None:
    hour = LastHour(at(0))
    hour.waiting(2, at(0))
    hour.waiting(0, at(0.5))
    assert hour.whole_minutes(at(0.9))[-1].waiting_max == 0
    assert hour.whole_minutes(at(1))[-1].waiting_max == 2
    assert hour.whole_minutes(at(60))[0].waiting_max == 2
    assert {minute.waiting_max for minute in hour.whole_minutes(at(500))} == {0}


waits = st.lists(
    st.builds(
        lambda since, length, is_answered: Wait(
            queue_id=QueueId("q"), since=at(since), until=at(since + length), is_answered=is_answered
        ),
        st.floats(0.0, 58.0).map(lambda m: round(m, 3)),
        st.floats(0.01, 5.0).map(lambda m: round(m, 3)),
        st.booleans(),
    ),
    max_size=12,
)


@given(waits)
def test_what_is_told_again_is_what_one_would_count_by_hand(told: list[Wait]) -> None:
    minutes = last_hour(told, 20.0, at(65)).whole_minutes(at(65))
    for n, minute in enumerate(minutes):
        assert minute == by_hand(told, at(5 + n), at(6 + n))


def by_hand(told: list[Wait], begins: datetime, ends: datetime) -> Minute:
    """Who waits up to the first moment of a minute has waited in it."""
    at_first = sum(wait.since < begins <= wait.until for wait in told)
    later = [sum(w.since <= m.since < w.until for w in told) for m in told if begins <= m.since < ends]
    waiting = max([at_first, *later])
    ended = [wait for wait in told if begins <= wait.until < ends]
    answered = [wait for wait in ended if wait.is_answered]
    late = [wait for wait in ended if (wait.until - wait.since) > timedelta(seconds=20)]
    return Minute(
        waiting_max=waiting,
        answered_count=len(answered),
        in_time_count=sum(wait not in late for wait in answered),
        late_count=sum(not wait.is_answered for wait in late),
    )
