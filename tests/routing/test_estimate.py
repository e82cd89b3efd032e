"""The expected wait: a range that holds as often as it says, made of nothing but the queue's own pace."""

from random import Random

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.routing.acd import Acd
from banjie.routing.arrivals import Arrival
from banjie.routing.estimate import AT_ONCE, COVERS_RATIO, DEPARTURES, FEWEST, MEMORY_S, Pace, expected_wait
from banjie.routing.queues import Queue
from tests.routing.floors import ANN, BOB, FIRST, GENERAL, SECOND, THIRD, seat

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("position", [1, 2, 5, 20])
@pytest.mark.parametrize("departures", [3, 10, 30])
def test_the_range_holds_four_of_five_waits_whatever_the_rate(position: int, departures: int) -> None:
    """Four points off at most, and that to the safe side, where one is next and little has been seen."""
    chance, hits, draws = Random(position * 100 + departures), 0, 4_000
    for _ in range(draws):
        seen_in_s = chance.gammavariate(departures, 7.0)
        wait_s = chance.gammavariate(position, 7.0)
        found = expected_wait(position, departures, seen_in_s)
        assert found is not None
        hits += found.low_s <= wait_s <= found.high_s

    assert -0.02 < hits / draws - COVERS_RATIO < 0.06


def test_more_seen_is_more_certain_and_further_back_is_later() -> None:
    little, much = expected_wait(5, 3, 30.0), expected_wait(5, 30, 300.0)
    behind = expected_wait(6, 30, 300.0)
    assert little is not None
    assert much is not None
    assert behind is not None

    assert much.high_s / much.low_s < little.high_s / little.low_s
    assert much.low_s < much.likely_s < much.high_s
    assert much.likely_s < behind.likely_s
    assert 45.0 < much.likely_s < 50.0  # five times ten seconds, the median a little below


def test_the_clock_runs_only_while_somebody_waits() -> None:
    pace = Pace()
    for start in (0.0, 1000.0):
        pace.begin(start)
        pace.leave(start + 8.0)

    assert pace.seen(1500.0) == (2, 16.0)
    assert pace.seen(8.0 + MEMORY_S + 1) == (1, 8.0)  # the first is another hour's
    assert pace.seen(1008.0 + MEMORY_S + 1) == (0, 0.0)


def test_an_hour_that_stalls_is_seen() -> None:
    pace = Pace()
    pace.begin(0.0)
    pace.begin(0.0)
    pace.leave(10.0)

    assert pace.seen(10.0) == (1, 10.0)
    assert pace.seen(500.0) == (1, 500.0)


def test_only_so_many_departures_are_looked_back_upon() -> None:
    pace = Pace()
    for n in range(100):
        pace.begin(float(n))
        pace.leave(n + 0.5)

    assert pace.seen(99.5) == (DEPARTURES, DEPARTURES * 0.5)


def busy_floor() -> Acd:
    """Ann takes a call every ten seconds; three wait."""
    acd = Acd([Queue(queue_id=GENERAL, acw_s=0.0)])
    seat(acd, ANN, 0.0)
    for n in range(14):
        acd.enqueue(CallId(f"call-{n}"), GENERAL, 0, n * 0.001)
    for n in range(11):
        acd.accepted(CallId(f"call-{n}"), ANN, n * 10.0 + 1.0)
        acd.call_ended(ANN, n * 10.0 + 10.0)
    return acd


def test_a_waiting_caller_is_told_from_his_position() -> None:
    acd = busy_floor()
    now = 110.0

    assert [c.is_offered for c in acd.waiting(GENERAL)] == [True, False, False]
    assert acd.expected_wait(CallId("call-11"), now) == AT_ONCE
    second, third = acd.expected_wait(CallId("call-12"), now), acd.expected_wait(CallId("call-13"), now)
    assert second is not None
    assert third is not None
    assert second.low_s < 10.0 < second.high_s
    assert third.low_s < 20.0 < third.high_s
    assert second.likely_s < third.likely_s


def test_one_who_has_not_come_yet_can_be_told_too() -> None:
    acd = busy_floor()
    ordinary = acd.expected_wait_of(Arrival(call_id=FIRST, queue_id=GENERAL), 110.0)
    urgent = acd.expected_wait_of(Arrival(call_id=FIRST, queue_id=GENERAL, priority=9), 110.0)
    assert ordinary is not None
    assert urgent is not None

    assert urgent.likely_s < ordinary.likely_s
    assert acd.find_call(FIRST) is None
    acd.sign_in(BOB, [GENERAL], 111.0)
    acd.ready(BOB, 111.0)
    acd.accepted(CallId("call-12"), BOB, 112.0)
    seat(acd, AgentId("cat"), 113.0)
    acd.accepted(CallId("call-13"), AgentId("cat"), 114.0)
    seat(acd, AgentId("dan"), 115.0)
    assert acd.expected_wait_of(Arrival(call_id=FIRST, queue_id=GENERAL), 116.0) == AT_ONCE


def test_nothing_is_said_before_anything_was_seen() -> None:
    acd = Acd([Queue(queue_id=GENERAL)])
    acd.enqueue(FIRST, GENERAL, 0, 0.0)

    assert acd.expected_wait(FIRST, 60.0) is None


@pytest.mark.parametrize("departures", range(FEWEST))
def test_nothing_is_said_from_too_little(departures: int) -> None:
    assert expected_wait(9, departures, 2.0) is None
    assert expected_wait(9, FEWEST, 2.0) is not None


def test_an_offer_let_pass_is_no_departure() -> None:
    acd = Acd([Queue(queue_id=GENERAL, misses_before_break=5)])
    acd.sign_in(ANN, [GENERAL], 0.0)
    impatient = [CallId("impatient"), CallId("in a hurry")]
    for call in (FIRST, SECOND, THIRD, *impatient):
        acd.enqueue(call, GENERAL, 0, 0.0)
    for call in impatient:
        acd.abandon(call, 5.0)
    acd.ready(ANN, 10.0)  # rings FIRST, again and again
    for now in (25.0, 40.0, 55.0):
        acd.tick(now)
    before = acd.expected_wait(THIRD, 56.0)
    assert before is not None

    assert before.likely_s > 30.0  # three departures in 56 s, not six
