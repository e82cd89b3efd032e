"""Supervisors look after those who wait: whom they raise is answered first, whom they send elsewhere keeps his time."""

from dataclasses import replace

import pytest

from banjie.base.ids import CallId, QueueId
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import AgentOffered, CallQueued
from banjie.routing.errors import NoSuchQueue, NotInQueue
from banjie.routing.skills import Skill
from banjie.stories.views import WaitingView
from tests.fakes.centre import ANN, GENERAL, URGENT, Centre
from tests.scenarios.test_supervised_call import EVE

pytestmark = pytest.mark.story

NUMBERS = ("13800000001", "13800000002", "13800000003")


@pytest.fixture
def centre() -> Centre:
    return Centre()


def waits(centre: Centre, number: str) -> CallId:
    centre.sip.call("4000000001", number)
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, "0")
    centre.wait(10.0)
    return call_id


def listed(centre: Centre, after: int = 0, limit: int = 50) -> list[WaitingView]:
    return centre.stories.supervision.waiting(GENERAL, after, limit)


def rings(centre: Centre) -> CallId | None:
    """Whom Ann was offered last."""
    offered = [one for one in centre.log.logged if isinstance(one.event, AgentOffered)]
    return offered[-1].call_id if offered else None


def test_the_list_says_who_waits_at_which_place_a_part_at_a_time(centre: Centre) -> None:
    calls = [waits(centre, number) for number in NUMBERS]

    assert [(row.call_id, row.number[-11:], row.position) for row in listed(centre)] == [
        (call_id, number, place)
        for place, (call_id, number) in enumerate(zip(calls, NUMBERS, strict=True), 1)
    ]
    assert [row.position for row in listed(centre, after=1, limit=1)] == [2]
    first, second, _ = listed(centre)
    assert (second.waiting_since - first.waiting_since).total_seconds() == 10.0
    assert not any(row.is_ringing or row.is_callback for row in listed(centre))


def test_whoever_is_raised_is_rung_next(centre: Centre) -> None:
    _, _, last = (waits(centre, number) for number in NUMBERS)
    centre.stories.supervision.reprioritise(EVE, last, 1)
    assert listed(centre)[0].call_id == last

    centre.ready(ANN)
    assert listed(centre)[0].is_ringing
    assert rings(centre) == last


async def test_what_he_asks_for_can_be_seen_and_changed(centre: Centre) -> None:
    first = waits(centre, NUMBERS[0])
    house, skill = centre.set_up.house, Skill("loans")
    ann = replace(house.agents[ANN], skills={skill: 3})
    centre.set_up.house = replace(house, agents={**house.agents, ANN: ann})
    centre.stories.supervision.change_needs(EVE, first, {skill: 2})

    (row,) = listed(centre)
    assert row.needs == row.own_needs == {skill: 2}


def test_who_is_sent_to_another_queue_keeps_the_time_he_has_waited(centre: Centre) -> None:
    first, second = waits(centre, NUMBERS[0]), waits(centre, NUMBERS[1])
    since = listed(centre)[0].waiting_since
    centre.stories.supervision.send_to(first, URGENT)

    assert [row.call_id for row in listed(centre)] == [second]
    (moved,) = centre.stories.supervision.waiting(URGENT, 0, 50)
    assert (moved.call_id, moved.waiting_since) == (first, since)
    queued = [event for event in centre.log.events(first) if isinstance(event, CallQueued)][-1]
    assert (queued.queue_id, queued.moved_from, queued.cause) == (URGENT, GENERAL, "sent")


def test_a_call_that_rings_is_taken_from_its_agent_who_has_the_next(centre: Centre) -> None:
    first, second = waits(centre, NUMBERS[0]), waits(centre, NUMBERS[1])
    centre.ready(ANN)
    assert rings(centre) == first
    agent = centre.set_up.house.agents[ANN]
    assert GENERAL in agent.queues

    centre.stories.supervision.send_to(first, URGENT)

    assert rings(centre) == (first if URGENT in agent.queues else second)
    assert centre.state(ANN) == ("RINGING", None)


async def test_nobody_is_sent_nowhere(centre: Centre) -> None:
    first = waits(centre, NUMBERS[0])
    hands = centre.stories.supervision
    with pytest.raises(NoSuchQueue):
        hands.send_to(first, QueueId("none"))
    with pytest.raises(NoSuchCall):
        hands.send_to(CallId("never was"), URGENT)
    hands.send_to(first, GENERAL)  # where he is
    assert [row.call_id for row in listed(centre)] == [first]
    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, first, "offer")
    with pytest.raises(NotInQueue):
        hands.send_to(first, URGENT)
