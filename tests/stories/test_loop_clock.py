"""What came later is never written down as earlier, however coarse the loop's time is."""

import asyncio
import time
from math import floor

import pytest

from banjie.loop import SLACK_S, LoopClock

pytestmark = pytest.mark.unit


class CoarseClock(LoopClock):
    """Steps of a millisecond, as the loop's."""

    def mono(self) -> float:
        return floor(time.monotonic() * 1000) / 1000


def test_two_moments_stay_in_order_whenever_they_are_asked_for() -> None:
    clock = CoarseClock()
    moments = [clock.mono() for _ in range(20_000)]
    told = [clock.utc_of(moment) for moment in moments]
    assert told == sorted(told)
    assert len(set(told)) == len(set(moments))


async def test_it_is_the_wall_s_time() -> None:
    clock = LoopClock()
    await asyncio.sleep(0)
    assert abs((clock.utc_of(clock.mono()) - clock.utc()).total_seconds()) < 2 * SLACK_S


def test_a_wall_s_clock_that_was_set_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = CoarseClock()
    before = clock.utc_of(100.0)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600)
    assert 3599 < (clock.utc_of(100.0) - before).total_seconds() < 3601
