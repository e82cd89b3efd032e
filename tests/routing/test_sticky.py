"""The agent a customer knows: a call is kept for him a while, and not an hour."""

import pytest

from banjie.base.ids import CallId
from banjie.routing.acd import Acd
from banjie.routing.arrivals import Arrival, LastServed
from banjie.routing.events import Effect
from banjie.routing.queues import Queue, Strategy
from banjie.routing.skills import Skill
from tests.routing.floors import (
    ANN,
    BOB,
    CAT,
    FIRST,
    GENERAL,
    OTHER,
    SECOND,
    THIRD,
    offered,
    seat,
    take,
)

pytestmark = pytest.mark.unit

DAY = 86_400.0
LOANS = Skill("loans")


def floor(**rules: object) -> Acd:
    """Ann is in a call, Bob and Cat are idle."""
    sticky = {"sticky_within_s": 7 * DAY, "sticky_wait_s": 30.0, **rules}
    acd = Acd([Queue(queue_id=GENERAL, **sticky), Queue(queue_id=OTHER)])  # type: ignore[arg-type]
    seat(acd, ANN, 0.0, (GENERAL, OTHER))
    acd.enqueue(THIRD, OTHER, 0, 1.0)
    acd.accepted(THIRD, ANN, 2.0)
    seat(acd, BOB, 3.0)
    seat(acd, CAT, 4.0)
    return acd


def comes(acd: Acd, call: CallId, now: float, ago_s: float = DAY) -> list[Effect]:
    known = LastServed(agent_id=ANN, ago_s=ago_s)
    return acd.enter(Arrival(call_id=call, queue_id=GENERAL, last_served=known), now)


def test_a_known_agent_who_is_idle_is_rung_though_others_idle_longer() -> None:
    acd = floor()
    acd.call_ended(ANN, 5.0)
    acd.wrapped_up(ANN, 6.0)

    assert offered(comes(acd, FIRST, 7.0)) == [(FIRST, ANN)]


def test_a_busy_known_agent_is_waited_for_and_then_anybody() -> None:
    acd = floor()

    assert comes(acd, FIRST, 10.0) == []
    call = acd.find_call(FIRST)
    assert call is not None
    assert call.kept_for == ANN
    assert acd.next_deadline == 40.0
    assert offered(acd.tick(40.0)) == [(FIRST, BOB)]


def test_he_takes_it_when_he_is_free_in_time() -> None:
    acd = floor()
    comes(acd, FIRST, 10.0)
    acd.call_ended(ANN, 20.0)

    assert offered(acd.wrapped_up(ANN, 25.0)) == [(FIRST, ANN)]


def test_keeping_a_call_does_not_let_it_jump_the_queue() -> None:
    acd = floor()
    acd.sign_out(BOB, 5.0)
    acd.sign_out(CAT, 5.0)
    acd.enqueue(SECOND, OTHER, 0, 8.0)
    comes(acd, FIRST, 10.0)
    acd.call_ended(ANN, 20.0)

    assert offered(acd.wrapped_up(ANN, 21.0)) == [(SECOND, ANN)]


@pytest.mark.parametrize("state", ["away", "gone", "leaving"])
def test_nobody_waits_for_somebody_who_is_not_there(state: str) -> None:
    acd = floor()
    acd.take_break(ANN, "休息", 5.0)
    if state != "leaving":
        acd.call_ended(ANN, 6.0)
        acd.wrapped_up(ANN, 7.0)
    if state == "gone":
        acd.sign_out(ANN, 8.0)

    assert offered(comes(acd, FIRST, 10.0)) == [(FIRST, BOB)]


def test_who_goes_away_leaves_his_calls_to_the_others_the_most_urgent_first() -> None:
    acd = floor()
    comes(acd, FIRST, 10.0)
    comes(acd, SECOND, 11.0)
    acd.reprioritise(SECOND, 12.0, 5)
    acd.call_ended(ANN, 20.0)

    assert offered(acd.sign_out(ANN, 21.0)) == [(SECOND, BOB), (FIRST, CAT)]


def test_who_lets_it_pass_has_had_his_chance() -> None:
    acd = floor()
    comes(acd, FIRST, 10.0)
    acd.call_ended(ANN, 20.0)
    acd.wrapped_up(ANN, 21.0)

    assert offered(acd.rejected(FIRST, ANN, 22.0)) == [(FIRST, BOB)]


@pytest.mark.parametrize("why", ["long ago", "not his queue", "not his skill", "switched off"])
def test_a_call_is_anybodys_where_the_rule_does_not_hold(why: str) -> None:
    acd = floor(sticky_within_s=0.0) if why == "switched off" else floor()
    if why == "not his queue":
        acd.sign_in(ANN, [OTHER], 5.0)
    if why == "not his skill":
        acd.put_queue(
            Queue(queue_id=GENERAL, sticky_within_s=7 * DAY, sticky_wait_s=30.0, requires=frozenset({LOANS})),
            5.0,
        )
        acd.sign_in(BOB, [GENERAL], 5.0, frozenset({LOANS}))

    assert offered(comes(acd, FIRST, 10.0, 8 * DAY if why == "long ago" else DAY)) == [(FIRST, BOB)]


def test_a_kept_call_that_comes_to_need_more_is_kept_no_longer() -> None:
    acd = floor()
    acd.sign_in(BOB, [GENERAL], 5.0, frozenset({LOANS}))
    comes(acd, FIRST, 10.0)

    assert offered(acd.change_needs(FIRST, 11.0, frozenset({LOANS}))) == [(FIRST, BOB)]


def test_ring_all_rings_the_known_agent_alone_until_his_time_is_over() -> None:
    acd = floor(strategy=Strategy.RING_ALL)
    acd.sign_in(ANN, [GENERAL, OTHER], 4.0)
    take_over(acd)

    assert offered(comes(acd, FIRST, 10.0)) == [(FIRST, ANN)]
    assert offered(acd.rejected(FIRST, ANN, 11.0)) == [(FIRST, BOB), (FIRST, CAT)]


def take_over(acd: Acd) -> None:
    acd.call_ended(ANN, 5.0)
    acd.wrapped_up(ANN, 6.0)


def test_a_call_may_be_taken_and_all_goes_on() -> None:
    acd = floor()
    comes(acd, FIRST, 10.0)
    take_over(acd)
    assert take(acd, FIRST, ANN, 12.0)
    assert acd.waiting(GENERAL) == []
