"""Who works behind a standing queue turns new calls away, and nothing else; he opens again when he has been in time for a while."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.sip.overload import CALM_S, LATE_S, OPEN_S, RETRY_AFTER_S, STANDING_S, Overload, retry_after_s

pytestmark = pytest.mark.unit

PAUSE_S = 0.01
lateness = st.floats(0.0, 2.0)


def reads(overload: Overload, all_late_s: list[float], start: float = 0.0) -> float:
    """Read packets that were so late, one each 10 ms; return when the last was."""
    now = start
    for n, late_s in enumerate(all_late_s):
        now = start + n * PAUSE_S
        overload.heard(late_s, now)
    return now


def behind_a_standing_queue(overload: Overload) -> float:
    now = reads(overload, [LATE_S * 2] * (int(STANDING_S / PAUSE_S) + 2), start=10.0)
    assert overload.is_shut(now)
    return now


@given(st.lists(st.floats(0.0, LATE_S, exclude_max=True)))
def test_who_is_never_late_refuses_nobody(all_late_s: list[float]) -> None:
    overload = Overload()
    for n, late_s in enumerate(all_late_s):
        overload.heard(late_s, n * PAUSE_S)
        assert not overload.is_shut(n * PAUSE_S)


@given(st.floats(0.3, 5.0), st.integers(1, 400))
def test_who_was_held_up_and_reads_it_away_refuses_nobody(held_up_s: float, count: int) -> None:
    """What came evenly while nothing was read is read at once, the oldest first."""
    overload = Overload()
    for n in range(count):
        came_at = held_up_s * n / count
        now = held_up_s + 0.1 * n / count  # a tenth of a second in all
        overload.heard(now - came_at, now)
        assert not overload.is_shut(now)


@given(st.lists(st.tuples(st.floats(LATE_S, 1.0), st.floats(0.01, 5.0)), max_size=50))
def test_packets_that_each_came_after_the_last_was_read_are_no_queue(came: list[tuple[float, float]]) -> None:
    """Late again and again, but the queue was empty in between: the machine is busy, we are not."""
    overload, now = Overload(), 1.0
    for late_s, gap_s in came:
        now += gap_s + late_s
        overload.heard(late_s, now)
        assert not overload.is_shut(now)


@given(st.floats(LATE_S, 0.5), st.floats(1.1, 4.0))
def test_who_cannot_keep_up_shuts_before_anybody_sends_again(first_s: float, load: float) -> None:
    """At so many times the rate he can serve, from a queue that is there already."""
    overload, late_s = Overload(), first_s
    now, shut_at = 10.0, None
    while shut_at is None and now < 20.0:
        overload.heard(late_s, now)
        if overload.is_shut(now):
            shut_at = now
        now += PAUSE_S
        late_s += PAUSE_S * (load - 1) / load
    assert shut_at is not None
    assert shut_at - 10.0 <= STANDING_S + 2 * PAUSE_S


@given(st.lists(st.tuples(lateness, st.floats(0.0, 0.5)), max_size=60))
def test_silence_opens_it_however_late_it_was(given_reads: list[tuple[float, float]]) -> None:
    overload, now = Overload(), 0.0
    for late_s, pause_s in given_reads:
        now += pause_s
        overload.heard(late_s, now)
        assert not overload.is_shut(now + CALM_S)


def test_between_the_two_bounds_it_stays_as_it_is() -> None:
    between = (OPEN_S + LATE_S) / 2
    overload = Overload()
    reads(overload, [between] * 100)
    assert not overload.is_shut(100 * PAUSE_S)

    now = behind_a_standing_queue(overload)
    end = reads(overload, [between] * 200, start=now)
    assert overload.is_shut(end)
    end = reads(overload, [0.0] * (int(CALM_S / PAUSE_S) + 2), start=end)
    assert not overload.is_shut(end)


def test_callers_are_told_to_come_back_at_different_times() -> None:
    low, high = RETRY_AFTER_S

    assert {retry_after_s(f"call-{n}") for n in range(100)} == set(range(low, high + 1))
    assert retry_after_s("call-1") == retry_after_s("call-1")
