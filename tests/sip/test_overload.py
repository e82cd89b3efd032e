"""Who is late turns new calls away, and nothing else; he opens again when he has been in time for a while."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.sip.overload import CALM_S, OPEN_S, RETRY_AFTER_S, SHUT_S, Overload, retry_after_s

pytestmark = pytest.mark.unit

lateness = st.floats(0.0, 2.0)
reads = st.lists(st.tuples(lateness, st.floats(0.0, 0.5)), max_size=60)


@given(reads)
def test_it_is_shut_from_a_late_read_until_all_was_calm_for_a_while(
    given_reads: list[tuple[float, float]],
) -> None:
    """Against the law, said plainly: look back over all reads."""
    overload, now = Overload(), 0.0
    is_shut, shut_until = False, 0.0
    for late_s, pause_s in given_reads:
        now += pause_s
        is_shut = is_shut and now < shut_until
        if late_s >= SHUT_S or (is_shut and late_s >= OPEN_S):
            is_shut, shut_until = True, now + CALM_S
        overload.heard(late_s, now)

        assert overload.is_shut(now) == is_shut
        assert not overload.is_shut(now + CALM_S)  # however late: silence opens it


@given(st.lists(st.floats(0.0, SHUT_S, exclude_max=True)))
def test_who_is_never_late_refuses_nobody(all_late_s: list[float]) -> None:
    overload = Overload()
    for n, late_s in enumerate(all_late_s):
        overload.heard(late_s, n * 0.01)
        assert not overload.is_shut(n * 0.01)


def test_between_the_two_bounds_it_stays_as_it_is() -> None:
    between = (OPEN_S + SHUT_S) / 2
    overload = Overload()
    overload.heard(between, 0.0)
    assert not overload.is_shut(0.0)

    overload.heard(SHUT_S, 1.0)
    for n in range(1, 20):
        overload.heard(between, 1.0 + n * CALM_S / 2)
        assert overload.is_shut(1.0 + n * CALM_S / 2)


def test_callers_are_told_to_come_back_at_different_times() -> None:
    low, high = RETRY_AFTER_S

    assert {retry_after_s(f"call-{n}") for n in range(100)} == set(range(low, high + 1))
    assert retry_after_s("call-1") == retry_after_s("call-1")
