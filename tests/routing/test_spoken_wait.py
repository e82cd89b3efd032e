"""Minutes a person can say: they hold the estimate, follow it in order, and do not rise without need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.routing.estimate import AT_ONCE, WaitRange, expected_wait
from banjie.routing.spoken_wait import LONGEST_MIN, SaidWait, WaitWords, said_wait, words_for

pytestmark = pytest.mark.unit

seconds = st.floats(0.0, 6000.0)
ranges = st.tuples(seconds, seconds, seconds).map(sorted).map(lambda s: between(s[0], s[2], s[1]))


def between(low_s: float, high_s: float, likely_s: float | None = None) -> WaitRange:
    likely_s = (low_s + high_s) / 2 if likely_s is None else likely_s
    return WaitRange(low_s=low_s, likely_s=likely_s, high_s=high_s)


@pytest.mark.parametrize(
    ("low_s", "high_s", "low_min", "high_min"),
    [
        (0.0, 0.0, 0, 1),  # never "0 to 0"
        (5.0, 59.0, 0, 1),  # less than a minute
        (5.0, 61.0, 0, 2),
        (130.0, 290.0, 2, 5),
        (120.0, 120.0, 2, 3),  # never a single number
        (700.0, 720.0, 10, 15),
        (901.0, 1700.0, 15, LONGEST_MIN),
        (600.0, 1801.0, 10, None),
        (1800.0, 1800.0, LONGEST_MIN, None),
        (4000.0, 9000.0, LONGEST_MIN, None),
    ],
)
def test_a_range_becomes_minutes(low_s: float, high_s: float, low_min: int, high_min: int | None) -> None:
    assert said_wait(between(low_s, high_s)) == SaidWait(low_min=low_min, high_min=high_min)


@given(ranges)
def test_what_is_said_holds_the_estimate_and_is_a_range(wait: WaitRange) -> None:
    said = said_wait(wait)

    assert said.holds(wait)
    assert said.high_min is None or said.low_min < said.high_min <= LONGEST_MIN


@given(ranges, ranges)
def test_a_longer_wait_is_never_said_shorter(one: WaitRange, other: WaitRange) -> None:
    shorter = between(min(one.low_s, other.low_s), min(one.high_s, other.high_s))
    longer = between(max(one.low_s, other.low_s), max(one.high_s, other.high_s))

    assert said_wait(shorter).low_min <= said_wait(longer).low_min
    assert said_wait(shorter).high_s <= said_wait(longer).high_s


@given(st.integers(1, 200), st.integers(1, 200))
def test_a_place_further_back_is_never_told_a_shorter_wait(near: int, far: int) -> None:
    nearer, further = sorted((near, far))
    first, second = expected_wait(nearer, 30, 300.0), expected_wait(further, 30, 300.0)
    assert first is not None
    assert second is not None

    assert said_wait(first).high_s <= said_wait(second).high_s


@given(st.lists(st.tuples(st.integers(1, 120), st.none() | ranges), max_size=12))
def test_no_number_rises_without_need(heard: list[tuple[int, WaitRange | None]]) -> None:
    before: WaitWords | None = None
    for position, wait in heard:
        words = words_for(position, wait, before)
        last = WaitWords() if before is None else before
        if words.position is not None and last.position is not None:
            assert words.position <= last.position
        if words.wait is not None:
            assert wait is not None
            assert words.wait.holds(wait)
            if last.wait is not None and words.wait.high_s > last.wait.high_s:
                assert wait.likely_s > last.wait.high_s
        before = words.after(before)


def test_with_nothing_known_of_the_wait_the_place_is_said_alone() -> None:
    assert words_for(3, None, None) == WaitWords(position=3)


def test_who_was_overtaken_is_not_told_so_and_hears_his_place_again_when_it_is_no_worse() -> None:
    first = words_for(2, None, None)
    overtaken = words_for(4, None, first)
    back = words_for(2, None, overtaken.after(first))

    assert (overtaken.position, back.position) == (None, 2)


def test_a_wait_that_grew_is_said_as_before_while_that_is_true_and_anew_when_it_is_not() -> None:
    before = WaitWords(wait=SaidWait(low_min=2, high_min=5))

    assert words_for(None, between(190.0, 290.0), before).wait == before.wait
    assert words_for(None, between(190.0, 500.0, 280.0), before).wait is None
    assert words_for(None, between(190.0, 500.0, 310.0), before).wait == SaidWait(low_min=3, high_min=9)
    assert words_for(None, AT_ONCE, before).wait == SaidWait(low_min=0, high_min=1)
