"""Going on elsewhere: what was exported decides on as if nothing had happened."""

import json

import pytest

from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.arrivals import Arrival
from banjie.routing.callbacks import CallbackRules, CallbackState
from banjie.routing.errors import NoSuchQueue
from banjie.routing.events import CallbackEnded
from banjie.routing.queues import Queue, Strategy
from tests.routing.floors import (
    ANN,
    BOB,
    CAT,
    DAN,
    FIRST,
    GENERAL,
    OTHER,
    SECOND,
    THIRD,
    offered,
    rung,
    seat,
    state_of,
    take,
)

pytestmark = pytest.mark.unit

QUEUES = [
    Queue(queue_id=GENERAL, strategy=Strategy.ROUND_ROBIN, acw_s=0.0),
    Queue(queue_id=OTHER, ring_timeout_s=20.0),
]


def elsewhere(acd: Acd, now: float, then: float, elapsed_s: float = 0.0) -> Acd:
    """Over JSON, to a process whose clock says `then` where this one says `now`."""
    other = Acd(QUEUES)
    other.restore(json.loads(json.dumps(acd.export(now))), then, elapsed_s)
    return other


def test_agents_calls_offers_and_deadlines_go_on() -> None:
    acd = Acd(QUEUES)
    seat(acd, ANN, 0.0, [OTHER])
    acd.enqueue(FIRST, OTHER, 0, 1.0)
    acd.enqueue(SECOND, OTHER, 5, 2.0)
    acd.close_queue(GENERAL)

    other = elsewhere(acd, 3.0, 3.0)

    assert other.agents() == acd.agents()
    assert other.waiting(OTHER) == acd.waiting(OTHER)
    assert other.next_deadline == 21.0
    assert other.tick(21.0) == acd.tick(21.0)
    assert offered(seat(other, BOB, 22.0, [OTHER])) == offered(seat(acd, BOB, 22.0, [OTHER]))


def test_another_clock_and_the_time_in_between_are_reckoned_with() -> None:
    acd = Acd(QUEUES)
    seat(acd, ANN, 1000.0, [OTHER])
    acd.enqueue(FIRST, OTHER, 0, 1005.0)

    other = elsewhere(acd, 1007.0, 50.0, elapsed_s=3.0)  # 1,010 there is 50 here

    assert other.next_deadline == 65.0
    assert other.waiting(OTHER)[0].waiting_since == 45.0
    assert other.agents()[0].since == 45.0


def test_a_round_goes_on_behind_the_last_one_rung() -> None:
    acd = Acd(QUEUES)
    for agent in (ANN, BOB, CAT, DAN):
        seat(acd, agent, 0.0)
    for call in (FIRST, SECOND):
        take(acd, call, rung(acd.enqueue(call, GENERAL, 0, 1.0))[0], 2.0)

    other = elsewhere(acd, 3.0, 3.0)

    assert rung(other.enqueue(THIRD, GENERAL, 0, 4.0)) == [CAT]


def test_offer_ids_are_not_given_twice() -> None:
    acd = Acd(QUEUES)
    seat(acd, ANN, 0.0, [OTHER])
    (_, first) = acd.enqueue(FIRST, OTHER, 0, 1.0)
    other = elsewhere(acd, 2.0, 2.0)
    second = seat(other, BOB, 3.0, [OTHER]) + other.rejected(FIRST, ANN, 4.0)

    assert first.offer_id not in [e.offer_id for e in second if hasattr(e, "expires_at")]  # type: ignore[union-attr]


def callbacks() -> Acd:
    """FIRST sleeps after an attempt, SECOND is being dialled, THIRD is a caller on the line."""
    acd = Acd(QUEUES)
    for call in (FIRST, SECOND):
        acd.enter(Arrival(call_id=call, queue_id=GENERAL, callback_number="13800001234"), 0.0)
    acd.enqueue(THIRD, GENERAL, 0, 1.0)
    seat(acd, ANN, 2.0)
    acd.accepted(FIRST, ANN, 3.0)
    acd.callback_failed(FIRST, ANN, 10.0)
    acd.accepted(SECOND, ANN, 11.0)
    return acd


def test_a_restart_in_order_keeps_everything_of_a_callback() -> None:
    acd = callbacks()
    other = elsewhere(acd, 12.0, 12.0)

    assert other.waiting(GENERAL) == acd.waiting(GENERAL)
    assert other.next_deadline == 1810.0
    assert state_of(other, ANN) is AgentState.DIALING
    assert other.callback_reached(SECOND, ANN, 13.0) == acd.callback_reached(SECOND, ANN, 13.0)


def test_after_a_crash_callbacks_are_in_their_places_and_nobody_else_is_there() -> None:
    other = Acd(QUEUES)
    plain = json.loads(json.dumps(callbacks().export(12.0)))

    assert other.restore_callbacks(plain, 500.0, elapsed_s=30.0) == []  # 42 there is 500 here

    assert [(c.call_id, c.callback_state, c.waiting_since) for c in other.waiting(GENERAL)] == [
        (FIRST, CallbackState.ASLEEP, 458.0),
        (SECOND, CallbackState.WAITING, 458.0),
    ]
    assert other.agents() == []
    assert other.next_deadline == 500.0 + 1810.0 - 42.0
    assert offered(seat(other, BOB, 501.0)) == [(SECOND, BOB)]


def test_a_crash_in_the_last_attempt_gives_the_callback_up() -> None:
    once = [Queue(queue_id=GENERAL, callback=CallbackRules(attempts_max=1))]
    acd = Acd(once)
    for call in (FIRST, SECOND):
        acd.enter(Arrival(call_id=call, queue_id=GENERAL, callback_number="13800001234"), 0.0)
    seat(acd, ANN, 1.0)
    acd.accepted(FIRST, ANN, 2.0)
    other = Acd(once)

    effects = other.restore_callbacks(json.loads(json.dumps(acd.export(5.0))), 5.0)

    assert effects == [CallbackEnded(call_id=FIRST, queue_id=GENERAL, how=CallbackState.GIVEN_UP)]
    assert [c.call_id for c in other.waiting(GENERAL)] == [SECOND]


def test_what_cannot_be_gone_on_with_is_refused() -> None:
    acd = Acd(QUEUES)
    seat(acd, ANN, 0.0, [OTHER])
    plain = acd.export(1.0)
    assert isinstance(plain, dict)

    with pytest.raises(NoSuchQueue):
        Acd(QUEUES[:1]).restore(plain, 1.0)
    with pytest.raises(ValueError, match="a snapshot of version 7"):
        Acd(QUEUES).restore(plain | {"version": 7}, 1.0)
