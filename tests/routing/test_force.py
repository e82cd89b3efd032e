"""A supervisor puts an agent elsewhere: at once, but never out of a conversation."""

import pytest

from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.errors import IllegalTransition
from banjie.routing.events import NextStateChosen, Withdrawal
from banjie.routing.queues import Queue
from tests.routing.floors import ANN, BOB, FIRST, GENERAL, SECOND, offered, seat, state_of, states, withdrawn

pytestmark = pytest.mark.unit

S = AgentState


def floor() -> Acd:
    acd = Acd([Queue(queue_id=GENERAL)])
    seat(acd, ANN, 0.0)
    return acd


def ringing() -> Acd:
    acd = floor()
    acd.enqueue(FIRST, GENERAL, 0, 1.0)
    return acd


def talking() -> Acd:
    acd = ringing()
    acd.accepted(FIRST, ANN, 2.0)
    return acd


def wrapping_up() -> Acd:
    acd = talking()
    acd.call_ended(ANN, 3.0)
    return acd


def test_an_idle_agent_goes_at_once() -> None:
    acd = floor()

    assert states(acd.force(ANN, S.BREAK, 5.0, "会议")) == [(ANN, S.BREAK, "会议")]
    assert states(acd.force(ANN, S.READY, 6.0)) == [(ANN, S.READY, None)]
    assert states(acd.force(ANN, S.OFFLINE, 7.0)) == [(ANN, S.OFFLINE, None)]


def test_a_call_that_rings_at_him_goes_on_to_the_next() -> None:
    acd = ringing()
    seat(acd, BOB, 2.0)

    effects = acd.force(ANN, S.BREAK, 5.0, "会议")

    assert withdrawn(effects) == [(FIRST, ANN, Withdrawal.TAKEN_AWAY)]
    assert states(effects)[0] == (ANN, S.BREAK, "会议")
    assert offered(effects) == [(FIRST, BOB)]


def test_a_call_that_rings_waits_on_when_he_is_signed_out() -> None:
    acd = ringing()

    assert withdrawn(acd.force(ANN, S.OFFLINE, 5.0)) == [(FIRST, ANN, Withdrawal.SIGNED_OUT)]
    assert [c.call_id for c in acd.waiting(GENERAL)] == [FIRST]


@pytest.mark.parametrize("state", [S.BREAK, S.OFFLINE])
def test_a_conversation_is_not_cut_what_is_forced_follows_it(state: AgentState) -> None:
    acd = talking()

    (chosen,) = acd.force(ANN, state, 5.0, "会议" if state is S.BREAK else None)

    assert isinstance(chosen, NextStateChosen)
    assert chosen.state is state
    acd.call_ended(ANN, 9.0)
    acd.wrapped_up(ANN, 10.0)
    assert state_of(acd, ANN) is state


def test_ready_takes_back_what_was_to_follow() -> None:
    acd = talking()
    acd.take_break(ANN, "休息", 4.0)
    acd.force(ANN, S.READY, 5.0)
    acd.call_ended(ANN, 9.0)

    assert states(acd.wrapped_up(ANN, 10.0)) == [(ANN, S.READY, None)]


def test_after_call_work_ends_here_and_now() -> None:
    acd = wrapping_up()
    acd.enqueue(SECOND, GENERAL, 0, 4.0)
    assert offered(acd.force(ANN, S.READY, 5.0)) == [(SECOND, ANN)]

    acd = wrapping_up()
    assert states(acd.force(ANN, S.BREAK, 5.0, "会议")) == [(ANN, S.BREAK, "会议")]

    acd = wrapping_up()
    assert states(acd.force(ANN, S.OFFLINE, 5.0)) == [(ANN, S.OFFLINE, None)]


def test_what_makes_no_sense_is_refused() -> None:
    acd = floor()
    with pytest.raises(ValueError, match="READY, BREAK or OFFLINE"):
        acd.force(ANN, S.TALKING, 5.0)
    with pytest.raises(ValueError, match="a break needs a reason"):
        acd.force(ANN, S.BREAK, 5.0)
    with pytest.raises(IllegalTransition):
        acd.force(BOB, S.READY, 5.0)
