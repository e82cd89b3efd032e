"""Whatever callers, agents, customers and supervisors do, in any order: each dial has its agent, and nobody is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banjie.base.ids import AgentId
from banjie.routing.agents import AgentState
from banjie.routing.callbacks import CallbackState
from tests.fakes.centre import ANN, BOB, GENERAL, Centre
from tests.scenarios.test_callbacks import dials, kept, offer_on, offering, queued

pytestmark = pytest.mark.story

AGENTS = (ANN, BOB)
NUMBERS = tuple(f"1370000000{n}" for n in range(6))


def check(centre: Centre) -> None:
    acd = centre.stories.offers.acd
    dialling = [agent for agent in acd.agents() if agent.state is AgentState.DIALING]
    waiting = [call for call in acd.waiting(GENERAL) if call.callback_state is not None]
    dialled = [call for call in waiting if call.callback_state is CallbackState.DIALLED]
    assert len(dials(centre)) == len(dialling) == len(dialled)
    assert {row.call_id for row in centre.callback_log.open} == {call.call_id for call in waiting}
    numbers = [call.callback_number for call in waiting]
    assert len(numbers) == len(set(numbers))


async def act(centre: Centre, deed: str, who: int) -> None:  # noqa: C901 - one line a deed
    agent_id: AgentId = AGENTS[who % 2]
    offer, ringing = offer_on(centre, agent_id), dials(centre)
    match deed:
        case "asks back":
            kept(centre, NUMBERS[who])
        case "calls":
            queued(centre, NUMBERS[who])
        case "ready":
            if centre.state(agent_id)[0] in ("OFFLINE", "BREAK"):
                centre.ready(agent_id)
        case "takes" if offer is not None:
            await centre.stories.agents.answer(agent_id, offer.call_id, "offer")
        case "rejects" if offer is not None:
            centre.stories.agents.reject(agent_id, offer.call_id)
        case "hangs up":
            call = centre.board.topics[f"me/{agent_id}"].get("call")
            if call is not None:
                centre.stories.agents.hang_up(agent_id, call.call_id)  # type: ignore[attr-defined]
        case "answers" if ringing:
            centre.sip.pick_up(ringing[who % len(ringing)])
        case "is busy" if ringing:
            centre.sip.end(ringing[who % len(ringing)], 486)
        case "cancels" if centre.callback_log.open:
            rows = centre.callback_log.open
            centre.stories.callbacks.cancel(rows[who % len(rows)].call_id)
        case "leaves":
            centre.stories.agents.set_state(agent_id, "OFFLINE", None, "browser")
        case "waits":
            centre.wait(20.0 + 200.0 * who)
        case _:
            return


DEEDS = (
    "asks back",
    "calls",
    "ready",
    "takes",
    "takes",  # twice as often: what follows is what is tried
    "rejects",
    "hangs up",
    "answers",
    "is busy",
    "cancels",
    "leaves",
    "waits",
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 5)), min_size=8, max_size=40))
async def test_each_dial_has_its_agent_and_nobody_is_lost(deeds: list[tuple[str, int]]) -> None:
    centre = offering(Centre())
    for deed, who in [*(("asks back", n) for n in range(4)), ("ready", 0), ("ready", 1), *deeds]:
        await act(centre, deed, who)
        check(centre)
        centre.wait(0.5)
        check(centre)
