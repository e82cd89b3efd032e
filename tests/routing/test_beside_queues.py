"""Agents occupied by calls no queue offered them: reserved for a colleague's caller, engaged by their own doing."""

import pytest

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.agents import RINGING_TIMEOUT, AgentState
from banjie.routing.errors import IllegalTransition
from banjie.routing.events import Offer, Withdrawal
from banjie.routing.queues import Queue

pytestmark = pytest.mark.unit

ANN, BOB = AgentId("1001"), AgentId("1002")
GENERAL = QueueId("general")
HANDED, QUEUED = CallId("handed"), CallId("queued")


def made(ann: str = "READY") -> Acd:
    acd = Acd([Queue(queue_id=GENERAL, ring_timeout_s=15.0, acw_s=60.0)])
    acd.sign_in(ANN, [GENERAL], 0.0)
    if ann == "READY":
        acd.ready(ANN, 1.0)
    return acd


def state(acd: Acd) -> tuple[AgentState, str | None]:
    status = acd.find_agent(ANN)
    assert status is not None
    return status.state, status.reason


def offers(effects: list[object]) -> list[CallId]:
    return [effect.call_id for effect in effects if isinstance(effect, Offer)]


def test_who_is_reserved_is_offered_nothing_until_he_is_let_go() -> None:
    acd = made()
    acd.reserve(ANN, HANDED, 2.0)
    assert state(acd) == (AgentState.RINGING, None)
    assert offers(acd.enqueue(QUEUED, GENERAL, 0, 3.0)) == []
    assert acd.queue_status(GENERAL).ready_count == 0

    effects = acd.let_go(ANN, 4.0)

    assert offers(effects) == [QUEUED]


def test_only_who_is_ready_is_reserved() -> None:
    acd = made("BREAK")
    with pytest.raises(IllegalTransition):
        acd.reserve(ANN, HANDED, 2.0)
    with pytest.raises(IllegalTransition):
        acd.reserve(BOB, HANDED, 2.0)
    assert state(acd)[0] is AgentState.BREAK


def test_who_did_not_answer_is_set_aside() -> None:
    acd = made()
    acd.reserve(ANN, HANDED, 2.0)
    acd.let_go(ANN, 22.0, Withdrawal.NO_ANSWER)

    assert state(acd) == (AgentState.BREAK, RINGING_TIMEOUT)


def test_who_was_only_asked_has_no_after_call_work() -> None:
    acd = made()
    acd.reserve(ANN, HANDED, 2.0)
    acd.engage(ANN, HANDED, 5.0)
    assert state(acd)[0] is AgentState.TALKING

    acd.let_go(ANN, 9.0)

    assert state(acd)[0] is AgentState.READY
    assert acd.next_deadline is None


def test_whose_the_call_became_has_the_queues_after_call_work() -> None:
    acd = made()
    acd.reserve(ANN, HANDED, 2.0)
    acd.engage(ANN, HANDED, 5.0)
    acd.belongs_to(ANN, GENERAL)

    acd.call_ended(ANN, 10.0)

    assert state(acd)[0] is AgentState.ACW
    assert acd.next_deadline == 70.0


def test_a_break_asked_for_meanwhile_follows() -> None:
    acd = made()
    acd.reserve(ANN, HANDED, 2.0)
    acd.take_break(ANN, "meal", 3.0)
    acd.let_go(ANN, 4.0)

    assert state(acd) == (AgentState.BREAK, "meal")


def test_out_of_a_break_he_goes_back_to_it() -> None:
    acd = made("BREAK")
    acd.take_break(ANN, "meal", 1.0)
    acd.engage(ANN, HANDED, 2.0)
    acd.call_ended(ANN, 10.0)
    acd.wrapped_up(ANN, 12.0)

    assert state(acd) == (AgentState.BREAK, "meal")


def test_who_signs_out_while_reserved_is_gone() -> None:
    acd = made()
    acd.reserve(ANN, HANDED, 2.0)
    acd.sign_out(ANN, 3.0)

    assert acd.find_agent(ANN) is None
    assert acd.queue_status(GENERAL).agents_count == 0


def test_who_rings_for_a_queue_is_neither_engaged_nor_let_go() -> None:
    """The queue's offer has its own ends; a call beside the queues may not take them from it."""
    acd = made()
    assert offers(acd.enqueue(QUEUED, GENERAL, 0, 2.0)) == [QUEUED]

    with pytest.raises(IllegalTransition):
        acd.engage(ANN, HANDED, 3.0)
    with pytest.raises(IllegalTransition):
        acd.let_go(ANN, 3.0)

    assert state(acd) == (AgentState.RINGING, None)
    acd.accepted(QUEUED, ANN, 4.0)


def test_a_supervisor_sends_on_a_break_who_is_reserved_as_soon_as_he_is_let_go() -> None:
    acd = made()
    acd.reserve(ANN, HANDED, 2.0)

    acd.force(ANN, AgentState.BREAK, 3.0, "meeting")
    assert state(acd) == (AgentState.RINGING, None)
    acd.let_go(ANN, 4.0)

    assert state(acd) == (AgentState.BREAK, "meeting")
