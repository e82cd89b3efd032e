"""What a queue's rules make of a call, in virtual time: rings that widen, ways out, agents rung together."""

from dataclasses import replace

import pytest

from banjie.base.ids import CallId, QueueId
from banjie.routing.bullseye import Ring
from banjie.routing.outcomes import ToQueue
from banjie.routing.queues import Queue, Strategy
from banjie.routing.skills import Skill
from banjie.stories.views import CallView, QueueView
from tests.fakes.centre import ANN, BOB, GENERAL, RING_S, URGENT, Centre

pytestmark = pytest.mark.story

NUMBER = "4000000001"
LOANS = Skill("loans")


@pytest.fixture
def centre() -> Centre:
    return Centre()


def rule(centre: Centre, queue_id: QueueId = GENERAL, **rules: object) -> None:
    """Give a queue other rules, as an administrator would."""
    queues = dict(centre.set_up.house.queues)
    profile = queues[queue_id]
    new: Queue = replace(profile.rules, **rules)  # type: ignore[arg-type]
    queues[profile.rules.queue_id] = replace(profile, rules=new)
    centre.set_up.house = replace(centre.set_up.house, queues=queues)
    centre.stories.offers.put_queue(new)


def caller(centre: Centre, digits: str = "0") -> CallId:
    """Somebody calls and asks for a person; return his call."""
    known = set(centre.log.call_ids)
    centre.sip.call(NUMBER)
    (call_id,) = set(centre.log.call_ids) - known
    centre.press(call_id, digits)
    return call_id


async def test_a_caller_who_waited_too_long_is_moved_and_the_record_says_why(centre: Centre) -> None:
    rule(centre, wait_max_s=30.0, when_waited=ToQueue(queue_id=URGENT))
    call_id = caller(centre)
    centre.wait(31.0)

    moved = centre.log.events(call_id)[-1]
    assert (moved.queue_id, moved.moved_from, moved.cause) == (URGENT, GENERAL, "waited")  # type: ignore[attr-defined]
    centre.wait(1.0)
    board = centre.board.topics["wallboard"]
    left, entered = board[f"queue/{GENERAL}"], board[f"queue/{URGENT}"]
    assert isinstance(left, QueueView)
    assert isinstance(entered, QueueView)
    assert (left.waiting_count, entered.waiting_count) == (0, 1)
    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("music",)]

    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, call_id, "offer")
    view = centre.board.topics["me/1001"]["call"]
    assert isinstance(view, CallView)
    assert (view.queue_id, view.waited_s) == (URGENT, 32.0)  # his time is kept


def test_a_call_asks_for_less_from_ring_to_ring(centre: Centre) -> None:
    """Features B3."""
    rule(centre, requires={LOANS: 3}, rings=(Ring(lasts_s=20.0, drops=frozenset({LOANS})),))
    centre.ready(ANN)
    call_id = caller(centre)
    assert "offer" not in centre.board.topics["me/1001"]

    centre.wait(20.0)

    assert "offer" in centre.board.topics["me/1001"]
    widened = next(e for e in centre.log.events(call_id) if type(e).__name__ == "SearchWidened")
    assert (widened.ring, widened.needs) == (1, ())  # type: ignore[attr-defined]


async def test_agents_rung_together_are_all_freed_by_the_first_answer(centre: Centre) -> None:
    """Features B1: nobody is rung twice, nobody goes on ringing."""
    rule(centre, strategy=Strategy.RING_ALL, ring_all_max=5)
    centre.sip.registered.add("1002")
    centre.ready(ANN)
    centre.ready(BOB, "phone")
    call_id = caller(centre)
    assert "offer" in centre.board.topics["me/1001"]
    ringing = centre.sip.ringing("1002")
    assert ringing is not None

    await centre.stories.agents.answer(ANN, call_id, "offer")

    assert centre.sip.sessions[ringing].ended
    assert centre.state(BOB) == ("READY", None)
    assert centre.log.cdr(call_id).agent_id == ANN


def test_of_agents_rung_together_one_may_refuse_and_the_others_ring_on(centre: Centre) -> None:
    rule(centre, strategy=Strategy.RING_ALL)
    centre.ready(ANN)
    centre.ready(BOB)
    call_id = caller(centre)

    centre.stories.agents.reject(ANN, call_id)
    assert "offer" in centre.board.topics["me/1002"]
    centre.wait(RING_S)

    assert [k for k in centre.log.kinds(call_id) if k.startswith("Offer")] == ["OfferPassed", "OfferFailed"]
    assert centre.stories.offers.position(call_id) == 1
