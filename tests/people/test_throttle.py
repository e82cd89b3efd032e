"""How often somebody may fail to sign in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.people.throttle import (
    BY_SOURCE,
    BY_USER,
    BY_USER_AND_SOURCE,
    FORGET_S,
    SignInThrottle,
)

pytestmark = pytest.mark.unit


def test_the_first_failures_cost_nothing() -> None:
    throttle = SignInThrottle()
    for n in range(BY_USER_AND_SOURCE.free_count - 1):
        throttle.failed("1001", "10.0.0.1", now=float(n))

        assert throttle.wait_s("1001", "10.0.0.1", now=float(n)) == 0.0


def test_each_further_failure_doubles_the_pause_up_to_the_ceiling() -> None:
    throttle, now, pauses = SignInThrottle(), 0.0, []
    for _ in range(BY_USER_AND_SOURCE.free_count + 12):
        throttle.failed("1001", "10.0.0.1", now)
        pause_s = throttle.wait_s("1001", "10.0.0.1", now)
        pauses.append(pause_s)
        now += pause_s

    assert pauses[BY_USER_AND_SOURCE.free_count - 1 :][:4] == [5.0, 10.0, 20.0, 40.0]
    assert pauses[-1] == BY_USER_AND_SOURCE.ceiling_s


def test_a_user_paused_at_one_place_signs_in_at_another() -> None:
    throttle = SignInThrottle()
    for _ in range(10):
        throttle.failed("1001", "10.0.0.1", now=0.0)

    assert throttle.wait_s("1001", "10.0.0.1", now=0.0) > 0.0
    assert throttle.wait_s("1001", "10.0.0.2", now=0.0) == 0.0
    assert throttle.wait_s("1002", "10.0.0.1", now=0.0) == 0.0


def test_guessing_at_many_users_pauses_the_place() -> None:
    throttle = SignInThrottle()
    for n in range(BY_SOURCE.free_count):
        throttle.failed(f"user{n}", "10.0.0.1", now=0.0)

    assert throttle.wait_s("somebody else", "10.0.0.1", now=0.0) > 0.0
    assert throttle.wait_s("somebody else", "10.0.0.2", now=0.0) == 0.0


def test_guessing_from_many_places_slows_but_never_locks_a_user_out() -> None:
    throttle = SignInThrottle()
    for n in range(500):
        throttle.failed("1001", f"10.0.{n // 250}.{n % 250}", now=0.0)

    assert 0.0 < throttle.wait_s("1001", "192.0.2.1", now=0.0) <= BY_USER.ceiling_s


def test_usernames_differing_in_case_are_one_user() -> None:
    throttle = SignInThrottle()
    for name in ("Admin", "ADMIN", "admin", "aDmin", "adMin"):
        throttle.failed(name, "10.0.0.1", now=0.0)

    assert throttle.wait_s("admin", "10.0.0.1", now=0.0) > 0.0


def test_failures_are_forgotten_after_a_quiet_time() -> None:
    throttle = SignInThrottle()
    for _ in range(20):
        throttle.failed("1001", "10.0.0.1", now=0.0)

    assert throttle.wait_s("1001", "10.0.0.1", now=FORGET_S) == 0.0
    throttle.failed("1001", "10.0.0.1", now=FORGET_S)
    assert throttle.wait_s("1001", "10.0.0.1", now=FORGET_S) == 0.0


def test_a_right_password_is_never_counted() -> None:
    throttle = SignInThrottle()
    for n in range(500):  # an office comes to work
        throttle.failed(f"user{n}", "10.0.0.1", now=0.0)
        throttle.succeeded(f"user{n}", "10.0.0.1", now=0.0)

    assert throttle.wait_s("user1", "10.0.0.1", now=0.0) == 0.0


def test_a_right_password_does_not_clear_the_place_for_guesses_at_others() -> None:
    throttle = SignInThrottle()
    for n in range(BY_SOURCE.free_count - 1):
        throttle.failed(f"user{n}", "10.0.0.1", now=0.0)
    throttle.failed("mine", "10.0.0.1", now=0.0)
    throttle.succeeded("mine", "10.0.0.1", now=0.0)
    throttle.failed("another", "10.0.0.1", now=0.0)

    assert throttle.wait_s("next", "10.0.0.1", now=0.0) > 0.0


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), st.floats(0, 1e5)), max_size=200))
def test_memory_is_bounded_and_no_pause_exceeds_the_ceiling(attempts: list[tuple[str, str, float]]) -> None:
    throttle = SignInThrottle(remembered=30)
    for username, source, now in attempts:
        throttle.failed(username, source, now)

        assert 0.0 <= throttle.wait_s(username, source, now) <= BY_USER_AND_SOURCE.ceiling_s
    assert len(throttle._failures) <= 30
