"""A callback keeps its place, and nobody is dialled without an agent (features B7)."""

import pytest

from banjie.base.ids import CallId
from banjie.routing.acd import Acd
from banjie.routing.agents import RINGING_TIMEOUT, AgentState
from banjie.routing.arrivals import Arrival
from banjie.routing.callbacks import (
    TRANSITIONS,
    CallbackRules,
    CallbackState,
    Happened,
    IllegalCallback,
)
from banjie.routing.errors import AlreadyInQueue, NoSuchOffer, NotInQueue
from banjie.routing.events import (
    CallbackEnded,
    CallbackKept,
    CallbackPostponed,
    DialCustomer,
    Effect,
    Withdrawal,
)
from banjie.routing.outcomes import HangUp
from banjie.routing.queues import Queue, Strategy
from tests.routing.floors import (
    ANN,
    BOB,
    CAT,
    FIRST,
    GENERAL,
    SECOND,
    THIRD,
    offered,
    seat,
    state_of,
    states,
    take,
    withdrawn,
)

pytestmark = pytest.mark.unit

S, C = AgentState, CallbackState
NUMBER = "+8613800001234"
RULES = CallbackRules(attempts_max=2, retry_after_s=600.0, lasts_s=3600.0)


def floor(**rules: object) -> Acd:
    return Acd([Queue(queue_id=GENERAL, callback=RULES, acw_s=0.0, **rules)])  # type: ignore[arg-type]


def dials(effects: list[Effect]) -> list[tuple[CallId, str, int]]:
    return [(e.call_id, e.agent_id, e.attempt) for e in effects if isinstance(e, DialCustomer)]


def ends(effects: list[Effect]) -> list[tuple[CallId, CallbackState]]:
    return [(e.call_id, e.how) for e in effects if isinstance(e, CallbackEnded)]


def state(acd: Acd, call: CallId) -> CallbackState | None:
    waiting = acd.find_call(call)
    return None if waiting is None else waiting.callback_state


def test_every_state_is_reached_and_only_the_last_four_have_no_way_on() -> None:
    assert set(TRANSITIONS) == set(CallbackState)
    assert {to for row in TRANSITIONS.values() for to in row.values()} == set(CallbackState)
    assert {given for row in TRANSITIONS.values() for given in row} == set(Happened)
    assert [s for s, row in TRANSITIONS.items() if not row] == [
        C.CONNECTED,
        C.GIVEN_UP,
        C.EXPIRED,
        C.CANCELLED,
    ]


def test_what_has_no_meaning_is_refused_and_changes_nothing() -> None:
    acd = floor()
    acd.enqueue(FIRST, GENERAL, 0, 0.0)
    acd.call_back(FIRST, NUMBER, 1.0)
    (waiting,) = acd._floor.calls.values()
    assert waiting.callback is not None
    with pytest.raises(IllegalCallback, match="first is waiting"):
        waiting.callback.take(FIRST, Happened.REACHED)
    assert state(acd, FIRST) is C.WAITING


def test_the_caller_may_hang_up_and_keeps_his_place() -> None:
    acd = floor()
    acd.enqueue(FIRST, GENERAL, 0, 0.0)
    acd.enqueue(SECOND, GENERAL, 0, 10.0)

    assert acd.call_back(FIRST, NUMBER, 20.0) == [
        CallbackKept(call_id=FIRST, queue_id=GENERAL, number=NUMBER, expires_at=3620.0)
    ]
    acd.enqueue(THIRD, GENERAL, 0, 30.0)

    assert [(c.call_id, c.waiting_since, c.callback_number) for c in acd.waiting(GENERAL)] == [
        (FIRST, 0.0, NUMBER),
        (SECOND, 10.0, None),
        (THIRD, 30.0, None),
    ]
    assert acd.queue_status(GENERAL).callbacks_count == 1
    assert offered(seat(acd, ANN, 40.0)) == [(FIRST, ANN)]


def test_the_customer_is_dialled_when_an_agent_has_taken_the_callback() -> None:
    acd = floor()
    acd.enqueue(FIRST, GENERAL, 0, 0.0)
    acd.call_back(FIRST, NUMBER, 1.0)
    seat(acd, ANN, 2.0)

    effects = acd.accepted(FIRST, ANN, 5.0)

    assert states(effects) == [(ANN, S.DIALING, None)]
    assert dials(effects) == [(FIRST, ANN, 1)]
    assert state(acd, FIRST) is C.DIALLED
    reached = acd.callback_reached(FIRST, ANN, 12.0)
    assert ends(reached) == [(FIRST, C.CONNECTED)]
    assert states(reached) == [(ANN, S.TALKING, None)]
    assert acd.find_call(FIRST) is None
    assert states(acd.call_ended(ANN, 60.0)) == [(ANN, S.ACW, None), (ANN, S.READY, None)]


def test_a_hundred_callbacks_and_two_agents_make_two_dials() -> None:
    """Elsewhere they all rang at once (features B7)."""
    acd = floor()
    calls = [CallId(f"call-{n:03}") for n in range(100)]
    for n, call in enumerate(calls):
        acd.enter(Arrival(call_id=call, queue_id=GENERAL, callback_number=NUMBER), float(n))
    made = []
    for agent in (ANN, BOB):
        for call, taker in offered(seat(acd, agent, 200.0)):
            made += dials(acd.accepted(call, taker, 201.0))
    assert [call for call, *_ in made] == calls[:2]
    held = [a for a in acd.agents() if a.state is S.DIALING]
    assert len(held) == 2
    next_one = acd.callback_failed(calls[0], ANN, 220.0)
    assert offered(next_one) == [(calls[2], ANN)]


def test_an_attempt_that_failed_keeps_place_and_time_and_the_agent_goes_on() -> None:
    acd = floor()
    acd.enqueue(FIRST, GENERAL, 0, 0.0)
    acd.call_back(FIRST, NUMBER, 1.0)
    seat(acd, ANN, 2.0)
    acd.accepted(FIRST, ANN, 3.0)
    acd.enqueue(SECOND, GENERAL, 0, 4.0)

    effects = acd.callback_failed(FIRST, ANN, 20.0)

    assert CallbackPostponed(call_id=FIRST, attempts=1, until=620.0) in effects
    assert offered(effects) == [(SECOND, ANN)]
    take(acd, SECOND, ANN, 21.0)
    assert acd.next_deadline == 620.0
    acd.enqueue(THIRD, GENERAL, 0, 30.0)
    take(acd, THIRD, ANN, 31.0)
    acd.sign_out(ANN, 100.0)
    acd.enqueue(SECOND, GENERAL, 0, 200.0)
    assert [c.call_id for c in acd.waiting(GENERAL)] == [FIRST, SECOND]  # asleep in his place
    assert offered(seat(acd, ANN, 201.0)) == [(SECOND, ANN)]
    take(acd, SECOND, ANN, 202.0)
    assert offered(acd.tick(620.0)) == [(FIRST, ANN)]


def test_after_the_last_attempt_it_is_given_up() -> None:
    acd = floor()
    acd.enqueue(FIRST, GENERAL, 0, 0.0)
    acd.call_back(FIRST, NUMBER, 1.0)
    seat(acd, ANN, 2.0)
    acd.accepted(FIRST, ANN, 3.0)
    acd.callback_failed(FIRST, ANN, 20.0)
    acd.tick(620.0)
    assert dials(acd.accepted(FIRST, ANN, 621.0)) == [(FIRST, ANN, 2)]

    effects = acd.callback_failed(FIRST, ANN, 640.0)

    assert ends(effects) == [(FIRST, C.GIVEN_UP)]
    assert states(effects) == [(ANN, S.READY, None)]
    assert acd.waiting(GENERAL) == []
    assert acd.next_deadline is None


def test_a_callback_expires_while_it_waits_or_sleeps_but_not_in_an_agents_hands() -> None:
    acd = floor()
    for call in (FIRST, SECOND):
        acd.enqueue(call, GENERAL, 0, 0.0)
        acd.call_back(call, NUMBER, 0.0)
    seat(acd, ANN, 3595.0)  # rings for FIRST

    assert ends(acd.tick(3600.0)) == [(SECOND, C.EXPIRED)]
    acd.accepted(FIRST, ANN, 3605.0)
    assert acd.tick(3606.0) == []
    assert ends(acd.callback_failed(FIRST, ANN, 3620.0)) == [(FIRST, C.EXPIRED)]


def test_an_offer_let_pass_goes_to_the_next_agent() -> None:
    acd = floor()
    acd.enqueue(FIRST, GENERAL, 0, 0.0)
    acd.call_back(FIRST, NUMBER, 1.0)
    seat(acd, ANN, 2.0)
    seat(acd, BOB, 3.0)

    effects = acd.tick(17.0)

    assert (ANN, S.BREAK, RINGING_TIMEOUT) in states(effects)
    assert offered(effects) == [(FIRST, BOB)]


def test_asking_while_it_rings_lets_the_agent_take_it_as_a_callback() -> None:
    acd = floor()
    seat(acd, ANN, 0.0)
    acd.enqueue(FIRST, GENERAL, 0, 1.0)

    effects = acd.call_back(FIRST, NUMBER, 2.0)

    assert withdrawn(effects) == [(FIRST, ANN, Withdrawal.CALLER_LEFT)]
    assert offered(effects) == [(FIRST, ANN)]
    assert dials(acd.accepted(FIRST, ANN, 3.0)) == [(FIRST, ANN, 1)]


def test_a_customer_who_calls_himself_cancels_it() -> None:
    acd = floor()
    for call in (FIRST, SECOND, THIRD):
        acd.enter(Arrival(call_id=call, queue_id=GENERAL, callback_number=NUMBER), 0.0)
    seat(acd, ANN, 1.0)
    acd.accepted(FIRST, ANN, 2.0)
    seat(acd, BOB, 3.0)  # rings for SECOND

    assert ends(acd.abandon(THIRD, 4.0)) == [(THIRD, C.CANCELLED)]
    rung = acd.abandon(SECOND, 5.0)
    assert (withdrawn(rung), ends(rung)) == (
        [(SECOND, BOB, Withdrawal.CALLER_LEFT)],
        [(SECOND, C.CANCELLED)],
    )
    dialled = acd.abandon(FIRST, 6.0)
    assert (ends(dialled), states(dialled)) == ([(FIRST, C.CANCELLED)], [(ANN, S.READY, None)])


def test_an_agent_who_hangs_up_while_it_dials_has_not_reached_the_customer() -> None:
    acd = floor()
    acd.enter(Arrival(call_id=FIRST, queue_id=GENERAL, callback_number=NUMBER), 0.0)
    seat(acd, ANN, 1.0)
    acd.accepted(FIRST, ANN, 2.0)

    effects = acd.call_ended(ANN, 3.0)

    assert state(acd, FIRST) is C.ASLEEP
    assert states(effects) == [(ANN, S.READY, None)]


@pytest.mark.parametrize("what", ["break", "sign out"])
def test_what_was_asked_for_while_it_dials_follows_a_customer_not_reached(what: str) -> None:
    acd = floor()
    acd.enter(Arrival(call_id=FIRST, queue_id=GENERAL, callback_number=NUMBER), 0.0)
    seat(acd, ANN, 1.0)
    acd.accepted(FIRST, ANN, 2.0)
    acd.take_break(ANN, "休息", 3.0) if what == "break" else acd.sign_out(ANN, 3.0)
    assert state_of(acd, ANN) is S.DIALING

    acd.callback_failed(FIRST, ANN, 4.0)

    assert state_of(acd, ANN) is (S.BREAK if what == "break" else S.OFFLINE)


def test_callbacks_are_no_callers_they_take_no_seat_and_are_not_sent_on() -> None:
    busy = HangUp(prompt="busy")
    acd = floor(size_max=1, when_full=busy, when_nobody=busy, wait_max_s=60.0, when_waited=busy)
    acd.sign_in(ANN, [GENERAL], 0.0)
    acd.enter(Arrival(call_id=FIRST, queue_id=GENERAL, callback_number=NUMBER), 0.0)
    acd.enter(Arrival(call_id=SECOND, queue_id=GENERAL, callback_number=NUMBER), 0.0)

    assert acd.enqueue(THIRD, GENERAL, 0, 1.0) == []
    acd.tick(61.0)
    acd.sign_out(ANN, 62.0)
    assert [c.call_id for c in acd.waiting(GENERAL)] == [FIRST, SECOND]


def test_ring_all_holds_one_agent_for_a_callback() -> None:
    acd = floor(strategy=Strategy.RING_ALL)
    seat(acd, ANN, 0.0)
    seat(acd, BOB, 0.0)
    acd.enter(Arrival(call_id=FIRST, queue_id=GENERAL, callback_number=NUMBER), 1.0)

    effects = acd.accepted(FIRST, BOB, 2.0)

    assert withdrawn(effects) == [(FIRST, ANN, Withdrawal.ANSWERED_ELSEWHERE)]
    assert state_of(acd, ANN) is S.READY
    assert offered(seat(acd, CAT, 3.0)) == []  # it is in Bob's hands


def test_what_makes_no_sense_is_refused() -> None:
    acd = floor()
    with pytest.raises(NotInQueue):
        acd.call_back(FIRST, NUMBER, 0.0)
    acd.enter(Arrival(call_id=FIRST, queue_id=GENERAL, callback_number=NUMBER), 0.0)
    with pytest.raises(AlreadyInQueue):
        acd.call_back(FIRST, NUMBER, 1.0)
    with pytest.raises(NoSuchOffer):
        acd.callback_reached(FIRST, ANN, 1.0)
    seat(acd, ANN, 2.0)
    seat(acd, BOB, 2.0)
    acd.accepted(FIRST, ANN, 3.0)
    with pytest.raises(NoSuchOffer):
        acd.callback_failed(FIRST, BOB, 4.0)
    with pytest.raises(ValueError, match="an attempt or more"):
        CallbackRules(attempts_max=0)
