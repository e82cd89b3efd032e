"""The ACD's decisions, told as sentences."""

import pytest

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.agents import REJECT_CALL, RINGING_TIMEOUT, UNREACHABLE, WARM_UP, AgentState
from banjie.routing.errors import (
    AlreadyInQueue,
    IllegalTransition,
    NoSuchOffer,
    NoSuchQueue,
    NotInQueue,
)
from banjie.routing.events import (
    AcwExtended,
    AgentStateChanged,
    Effect,
    NextStateChosen,
    Offer,
    OfferWithdrawn,
    Withdrawal,
)
from banjie.routing.queues import Queue, Skill

pytestmark = pytest.mark.unit

GENERAL, URGENT = QueueId("general"), QueueId("urgent")
ANN, BOB = AgentId("ann"), AgentId("bob")
FIRST, SECOND, THIRD = CallId("first"), CallId("second"), CallId("third")


def acd(**rules: float | int | None) -> Acd:
    return Acd(Queue(queue_id=q, **rules) for q in (GENERAL, URGENT))  # type: ignore[arg-type]


def seat(acd: Acd, agent: AgentId, now: float, *queues: QueueId) -> list[Effect]:
    return acd.sign_in(agent, queues or (GENERAL, URGENT), now) + acd.ready(agent, now)


def offered(effects: list[Effect]) -> list[tuple[CallId, AgentId]]:
    return [(e.call_id, e.agent_id) for e in effects if isinstance(e, Offer)]


def states(effects: list[Effect]) -> list[tuple[AgentId, AgentState, str | None]]:
    return [(e.agent_id, e.state, e.reason) for e in effects if isinstance(e, AgentStateChanged)]


def withdrawn(effects: list[Effect]) -> list[tuple[CallId, AgentId, Withdrawal]]:
    return [(e.call_id, e.agent_id, e.why) for e in effects if isinstance(e, OfferWithdrawn)]


def state_of(acd: Acd, agent: AgentId) -> AgentState:
    status = acd.find_agent(agent)
    return AgentState.OFFLINE if status is None else status.state


def test_signing_in_lands_in_warm_up() -> None:
    assert states(acd().sign_in(ANN, [GENERAL], 1.0)) == [(ANN, AgentState.BREAK, WARM_UP)]


def test_a_call_rings_the_agent_who_is_longest_idle() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    seat(floor, BOB, 5.0)

    effects = floor.enqueue(FIRST, GENERAL, 0, 10.0)

    assert states(effects) == [(ANN, AgentState.RINGING, None)]
    assert offered(effects) == [(FIRST, ANN)]
    assert floor.next_deadline == 25.0


def test_a_call_waits_until_somebody_is_ready() -> None:
    floor = acd()
    floor.sign_in(ANN, [GENERAL], 0.0)

    assert floor.enqueue(FIRST, GENERAL, 0, 1.0) == []
    assert floor.position(FIRST) == 1
    assert offered(floor.ready(ANN, 2.0)) == [(FIRST, ANN)]


def test_unanswered_offer_goes_to_the_next_agent() -> None:
    """Redirect on no answer: the call keeps its place, the silent agent is set aside."""
    floor = acd()
    seat(floor, ANN, 0.0)
    seat(floor, BOB, 5.0)
    floor.enqueue(FIRST, GENERAL, 0, 10.0)

    assert floor.tick(24.9) == []
    effects = floor.tick(25.0)

    assert withdrawn(effects) == [(FIRST, ANN, Withdrawal.NO_ANSWER)]
    assert (ANN, AgentState.BREAK, RINGING_TIMEOUT) in states(effects)
    assert offered(effects) == [(FIRST, BOB)]
    assert floor.next_deadline == 40.0


def test_a_call_whose_offer_failed_stays_before_later_calls() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    floor.enqueue(SECOND, GENERAL, 0, 2.0)
    floor.rejected(FIRST, ANN, 3.0)

    waiting = floor.waiting(GENERAL)

    assert [w.call_id for w in waiting] == [FIRST, SECOND]
    assert waiting[0].waiting_since == 1.0
    assert offered(floor.ready(ANN, 9.0)) == [(FIRST, ANN)]


def test_a_forgiven_miss_sends_the_call_to_another_and_the_agent_to_the_end() -> None:
    floor = acd(misses_before_break=2)
    seat(floor, ANN, 0.0)
    seat(floor, BOB, 1.0)
    floor.enqueue(FIRST, GENERAL, 0, 2.0)

    effects = floor.tick(17.0)

    assert offered(effects) == [(FIRST, BOB)]
    assert (ANN, AgentState.READY, None) in states(effects)
    floor.accepted(FIRST, BOB, 18.0)
    assert offered(floor.enqueue(SECOND, GENERAL, 0, 19.0)) == [(SECOND, ANN)]
    assert states(floor.tick(34.0)) == [(ANN, AgentState.BREAK, RINGING_TIMEOUT)]


def test_misses_and_rejections_are_counted_apart_and_cleared_by_a_call_taken() -> None:
    floor = acd(misses_before_break=2, rejections_before_break=2, acw_s=0.0)
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 0.0)
    floor.rejected(FIRST, ANN, 1.0)  # rings her again, nobody else is there
    floor.tick(16.0)
    floor.accepted(FIRST, ANN, 17.0)
    floor.call_ended(ANN, 20.0)
    floor.enqueue(SECOND, GENERAL, 0, 21.0)

    assert (ANN, AgentState.READY, None) in states(floor.rejected(SECOND, ANN, 22.0))


def test_rejecting_sets_the_agent_aside_with_its_own_reason() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)

    effects = floor.rejected(FIRST, ANN, 2.0)

    assert withdrawn(effects) == [(FIRST, ANN, Withdrawal.REJECTED)]
    assert states(effects) == [(ANN, AgentState.BREAK, REJECT_CALL)]


def test_an_unreachable_device_sets_the_agent_aside_at_once() -> None:
    floor = acd(misses_before_break=9)
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)

    assert states(floor.unreachable(FIRST, ANN, 2.0)) == [(ANN, AgentState.BREAK, UNREACHABLE)]


def test_a_caller_who_leaves_while_it_rings_costs_the_agent_no_idle_time() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    seat(floor, BOB, 5.0)
    floor.enqueue(FIRST, GENERAL, 0, 10.0)

    effects = floor.abandon(FIRST, 12.0)

    assert withdrawn(effects) == [(FIRST, ANN, Withdrawal.CALLER_LEFT)]
    assert states(effects) == [(ANN, AgentState.READY, None)]
    assert offered(floor.enqueue(SECOND, GENERAL, 0, 13.0)) == [(SECOND, ANN)]


def test_priority_goes_first_then_the_longest_wait_across_queues() -> None:
    floor = acd()
    floor.sign_in(ANN, [GENERAL, URGENT], 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    floor.enqueue(SECOND, URGENT, 10, 2.0)
    floor.enqueue(THIRD, URGENT, 10, 3.0)

    assert offered(floor.ready(ANN, 4.0)) == [(SECOND, ANN)]


def test_nobody_is_rung_for_a_queue_he_does_not_serve() -> None:
    floor = acd()
    seat(floor, ANN, 0.0, GENERAL)

    assert floor.enqueue(FIRST, URGENT, 0, 1.0) == []


def test_a_call_that_needs_a_skill_waits_for_somebody_who_has_it() -> None:
    floor = acd()
    english = frozenset({Skill("english")})
    seat(floor, ANN, 0.0)
    floor.sign_in(BOB, [GENERAL], 1.0, skills=english)

    assert floor.enqueue(FIRST, GENERAL, 0, 2.0, needs=english) == []
    assert offered(floor.ready(BOB, 3.0)) == [(FIRST, BOB)]


def test_accepting_ends_the_offer_and_takes_the_call_out_of_the_queue() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)

    assert states(floor.accepted(FIRST, ANN, 2.0)) == [(ANN, AgentState.TALKING, None)]
    assert floor.waiting(GENERAL) == []
    assert floor.next_deadline is None
    with pytest.raises(NotInQueue):
        floor.abandon(FIRST, 3.0)


def test_an_answer_that_comes_too_late_is_refused() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    floor.tick(16.0)

    with pytest.raises(NoSuchOffer):
        floor.accepted(FIRST, ANN, 16.1)


def talking(floor: Acd) -> None:
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    floor.accepted(FIRST, ANN, 2.0)


def test_after_the_call_comes_acw_then_ready() -> None:
    floor = acd()
    talking(floor)

    assert states(floor.call_ended(ANN, 60.0)) == [(ANN, AgentState.ACW, None)]
    assert floor.next_deadline is None  # only the disposition ends it
    assert states(floor.wrapped_up(ANN, 70.0)) == [(ANN, AgentState.READY, None)]


def test_acw_with_a_limit_ends_by_itself_and_can_be_extended() -> None:
    floor = acd(acw_s=30.0)
    talking(floor)
    floor.call_ended(ANN, 60.0)

    assert floor.next_deadline == 90.0
    assert floor.extend_acw(ANN, 30.0, 80.0) == [AcwExtended(agent_id=ANN, ends_at=120.0)]
    assert floor.tick(90.0) == []
    assert states(floor.tick(120.0)) == [(ANN, AgentState.READY, None)]
    assert floor.next_deadline is None


def test_a_queue_that_grants_no_acw_leads_straight_on() -> None:
    floor = acd(acw_s=0.0)
    talking(floor)

    assert states(floor.call_ended(ANN, 60.0)) == [
        (ANN, AgentState.ACW, None),
        (ANN, AgentState.READY, None),
    ]


def test_a_break_asked_for_in_a_call_is_taken_after_it() -> None:
    floor = acd()
    talking(floor)

    chosen = floor.take_break(ANN, "就餐", 5.0)

    assert chosen == [NextStateChosen(agent_id=ANN, state=AgentState.BREAK, reason="就餐")]
    assert floor.take_break(ANN, "就餐", 6.0) == []
    floor.call_ended(ANN, 60.0)
    assert states(floor.wrapped_up(ANN, 70.0)) == [(ANN, AgentState.BREAK, "就餐")]
    status = floor.find_agent(ANN)
    assert status is not None
    assert status.next_state is None


def test_ready_takes_back_a_break_asked_for_in_a_call() -> None:
    floor = acd()
    talking(floor)
    floor.take_break(ANN, "就餐", 5.0)

    assert floor.ready(ANN, 6.0) == [NextStateChosen(agent_id=ANN, state=None, reason=None)]
    floor.call_ended(ANN, 60.0)
    assert states(floor.wrapped_up(ANN, 70.0)) == [(ANN, AgentState.READY, None)]


def test_a_break_asked_for_while_it_rings_is_taken_when_the_caller_leaves() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    floor.take_break(ANN, "会议", 2.0)

    assert states(floor.abandon(FIRST, 3.0)) == [(ANN, AgentState.BREAK, "会议")]


def test_another_reason_begins_another_break() -> None:
    floor = acd()
    floor.sign_in(ANN, [GENERAL], 0.0)

    first = floor.take_break(ANN, "休息", 5.0)

    assert first == [AgentStateChanged(agent_id=ANN, state=AgentState.BREAK, reason="休息", since=5.0)]
    assert floor.take_break(ANN, "休息", 6.0) == []
    assert states(floor.take_break(ANN, "培训", 7.0)) == [(ANN, AgentState.BREAK, "培训")]


def test_signing_out_while_it_rings_hands_the_call_on() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    seat(floor, BOB, 1.0)
    floor.enqueue(FIRST, GENERAL, 0, 2.0)

    effects = floor.sign_out(ANN, 3.0)

    assert withdrawn(effects) == [(FIRST, ANN, Withdrawal.SIGNED_OUT)]
    assert offered(effects) == [(FIRST, BOB)]
    assert state_of(floor, ANN) is AgentState.OFFLINE
    assert floor.sign_out(ANN, 4.0) == []


def test_signing_out_in_a_call_waits_for_its_end_and_signing_in_takes_it_back() -> None:
    floor = acd()
    talking(floor)

    floor.sign_out(ANN, 5.0)
    assert state_of(floor, ANN) is AgentState.TALKING
    assert floor.sign_in(ANN, [GENERAL], 6.0) == [NextStateChosen(agent_id=ANN, state=None, reason=None)]
    floor.sign_out(ANN, 7.0)
    floor.call_ended(ANN, 60.0)
    assert states(floor.wrapped_up(ANN, 61.0)) == [(ANN, AgentState.OFFLINE, None)]


def test_signing_out_in_acw_leaves_at_once() -> None:
    floor = acd(acw_s=30.0)
    talking(floor)
    floor.call_ended(ANN, 60.0)

    assert states(floor.sign_out(ANN, 61.0)) == [(ANN, AgentState.OFFLINE, None)]
    assert floor.next_deadline is None


def test_moving_an_idle_agent_to_another_queue_finds_him_its_waiting_call() -> None:
    floor = acd()
    seat(floor, ANN, 0.0, GENERAL)
    floor.enqueue(FIRST, URGENT, 0, 1.0)

    assert offered(floor.sign_in(ANN, [URGENT], 2.0)) == [(FIRST, ANN)]


def test_an_idle_agent_who_serves_another_queue_gets_its_waiting_call_at_once() -> None:
    floor = acd()
    seat(floor, ANN, 0.0, GENERAL)
    seat(floor, BOB, 0.0, GENERAL)
    floor.enqueue(FIRST, URGENT, 0, 1.0)
    floor.enqueue(SECOND, URGENT, 0, 1.0)

    assert offered(floor.serve(ANN, [GENERAL, URGENT], 2.0)) == [(FIRST, ANN)]
    assert offered(floor.serve(BOB, [URGENT], 3.0)) == [(SECOND, BOB)]
    assert (floor.queue_status(GENERAL).agents_count, floor.queue_status(URGENT).agents_count) == (1, 2)


def test_a_call_that_rings_at_an_agent_or_that_he_has_stays_his_when_he_serves_another_queue() -> None:
    floor = acd()
    seat(floor, ANN, 0.0, GENERAL)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    assert floor.serve(ANN, [URGENT], 2.0) == []
    assert states(floor.accepted(FIRST, ANN, 3.0)) == [(ANN, AgentState.TALKING, None)]
    assert floor.serve(ANN, [GENERAL], 4.0) == []
    assert floor.serve(ANN, [URGENT], 5.0) == []

    floor.enqueue(SECOND, GENERAL, 0, 6.0)
    floor.call_ended(ANN, 7.0)
    assert offered(floor.wrapped_up(ANN, 8.0)) == []  # he serves the other queue now


def test_who_asked_to_leave_after_his_call_leaves_whatever_he_serves_till_then() -> None:
    floor = acd()
    seat(floor, ANN, 0.0, GENERAL)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    floor.accepted(FIRST, ANN, 2.0)
    floor.sign_out(ANN, 3.0)
    assert floor.serve(ANN, [URGENT], 4.0) == []
    floor.call_ended(ANN, 5.0)
    assert states(floor.wrapped_up(ANN, 6.0)) == [(ANN, AgentState.OFFLINE, None)]
    assert floor.serve(ANN, [GENERAL], 7.0) == []  # he is away
    with pytest.raises(NoSuchQueue):
        floor.serve(ANN, [QueueId("nowhere")], 8.0)


def test_a_call_from_another_queue_may_keep_the_time_it_has_waited() -> None:
    floor = acd()
    floor.enqueue(FIRST, GENERAL, 0, 10.0)
    floor.enqueue(SECOND, GENERAL, 0, 20.0, waiting_since=5.0)

    assert [w.call_id for w in floor.waiting(GENERAL)] == [SECOND, FIRST]
    assert (floor.position(SECOND), floor.position(FIRST)) == (1, 2)
    assert floor.position(THIRD) is None


def test_what_makes_no_sense_is_refused_and_changes_nothing() -> None:
    floor = acd()
    floor.sign_in(ANN, [GENERAL], 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)

    with pytest.raises(NoSuchQueue):
        floor.enqueue(SECOND, QueueId("nowhere"), 0, 2.0)
    with pytest.raises(NoSuchQueue):
        floor.sign_in(BOB, [QueueId("nowhere")], 2.0)
    with pytest.raises(AlreadyInQueue):
        floor.enqueue(FIRST, URGENT, 0, 2.0)
    with pytest.raises(NoSuchOffer):
        floor.rejected(FIRST, ANN, 2.0)
    with pytest.raises(IllegalTransition):
        floor.call_ended(ANN, 2.0)
    with pytest.raises(IllegalTransition):
        floor.wrapped_up(ANN, 2.0)
    with pytest.raises(IllegalTransition):
        floor.extend_acw(ANN, 30.0, 2.0)
    with pytest.raises(IllegalTransition):
        floor.ready(BOB, 2.0)

    assert [a.agent_id for a in floor.agents()] == [ANN]
    assert [w.call_id for w in floor.waiting(GENERAL)] == [FIRST]
    assert state_of(floor, ANN) is AgentState.BREAK
