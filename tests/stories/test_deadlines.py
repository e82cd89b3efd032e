"""Short waits: the alarm is always set for the next of them."""

import pytest

from banjie.stories.deadlines import Deadlines

pytestmark = pytest.mark.unit


class FakeAlarm:
    def __init__(self) -> None:
        self.at: float | None = None

    def set(self, at: float) -> None:
        self.at = at


def test_an_act_that_fails_takes_no_other_with_it() -> None:
    alarm, done = FakeAlarm(), []
    deadlines = Deadlines(alarm)

    def fail() -> None:
        raise ZeroDivisionError

    deadlines.set("bad", 1.0, fail)
    deadlines.set("good", 2.0, lambda: done.append("good"))
    deadlines.set("late", 9.0, lambda: done.append("late"))
    with pytest.raises(ZeroDivisionError):
        deadlines.tick(now=3.0)

    assert alarm.at == 2.0
    deadlines.tick(now=3.0)
    assert done == ["good"]
    assert alarm.at == 9.0


def test_what_an_act_sets_for_now_is_done_in_the_same_tick() -> None:
    alarm, done = FakeAlarm(), []
    deadlines = Deadlines(alarm)
    deadlines.set("first", 1.0, lambda: deadlines.set("second", 1.0, lambda: done.append("second")))

    deadlines.tick(now=1.0)

    assert done == ["second"]
    assert deadlines.next_deadline is None
