"""What the wallboard shows of the queues, and what it costs to keep it so."""

from dataclasses import replace
from typing import cast

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.insight.thresholds import standard
from banjie.stories.ports import WALLBOARD
from banjie.stories.views import MinutesView, QueueView
from tests.fakes.centre import ANN, GENERAL, URGENT, Centre

pytestmark = pytest.mark.story

NUMBER = "4000000001"


def queued(centre: Centre) -> CallId:
    before = set(centre.log.call_ids)
    centre.sip.call(NUMBER)
    (call_id,) = set(centre.log.call_ids) - before
    centre.press(call_id, "0")
    return call_id


def minutes(centre: Centre) -> MinutesView:
    return cast(MinutesView, centre.board.topics[WALLBOARD][f"minutes/{GENERAL}"])


def queue(centre: Centre) -> QueueView:
    return cast(QueueView, centre.board.topics[WALLBOARD][f"queue/{GENERAL}"])


async def test_the_last_hour_is_shown_by_the_minute() -> None:
    centre = Centre()
    first, _second = queued(centre), queued(centre)
    centre.wait(5.0)
    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, first, "offer")
    assert set(minutes(centre).waiting_max) == {0}  # the present minute is not over
    centre.wait(60.0)
    assert minutes(centre).waiting_max[-1] == 2
    assert minutes(centre).level_ratio[-2:] == (None, 1.0)
    centre.wait(60.0)
    assert minutes(centre).waiting_max[-3:] == (0, 2, 1)  # one waits on
    assert minutes(centre).until.second == 0


async def test_a_queue_shows_its_thresholds_and_follows_new_ones_at_once() -> None:
    centre = Centre()
    await centre.house_changed()
    assert queue(centre).thresholds == standard(20.0)
    mine = replace(standard(20.0), waiting_amber=1, waiting_red=2)
    await centre.set_up.thresholds.put_thresholds(centre.set_up.tenant_id, GENERAL, mine)
    await centre.house_changed()
    assert queue(centre).thresholds == mine


async def test_an_event_is_shown_at_the_cost_of_what_it_changes_whoever_else_works_here() -> None:
    """Two thousand agents: a call that comes, rings and is answered asks after one agent and its queue only."""
    centre = Centre()
    house = centre.set_up.house
    ann = house.agents[ANN]
    crowd = {
        agent: replace(ann, agent_id=agent, extension=agent, queues=frozenset({GENERAL}))
        for agent in (AgentId(f"9{n:04d}") for n in range(2000))
    }
    centre.set_up.house = replace(house, agents={**house.agents, **crowd})
    for agent in crowd:
        centre.ready(agent)
    centre.wait(1.0)
    assert queue(centre).ready_count == 2000
    asked: list[AgentId] = []
    find_agent = centre.stories.offers.acd.find_agent

    def counted(agent_id: AgentId):  # type: ignore[no-untyped-def]
        asked.append(agent_id)
        return find_agent(agent_id)

    centre.stories.offers.acd.find_agent = counted  # type: ignore[method-assign]
    centre.board.written.clear()
    call_id = queued(centre)
    rung = next(agent for agent in crowd if centre.state(agent)[0] == "RINGING")
    asked.clear()
    await centre.stories.agents.answer(rung, call_id, "offer")
    centre.wait(1.0)

    assert set(asked) == {rung}
    assert len(centre.board.written) < 20
    assert (queue(centre).ready_count, queue(centre).waiting_count) == (1999, 0)
    assert f"queue/{URGENT}" in centre.board.topics[WALLBOARD]
