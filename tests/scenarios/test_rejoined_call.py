"""A page that reloads in mid-call: the caller hears music, the agent comes back, nobody hangs up."""

import pytest

from banjie.base.ids import CallId
from banjie.calls.errors import NoSuchCall
from banjie.media.events import BrowserLost
from banjie.sip.model import SessionId
from banjie.stories.views import CallView
from tests.fakes.centre import ANN, BOB, Centre

pytestmark = pytest.mark.story


@pytest.fixture
def centre() -> Centre:
    return Centre()


async def talking(centre: Centre) -> tuple[CallId, SessionId]:
    centre.ready(ANN)
    session = centre.sip.call("4000000001")
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    await centre.stories.agents.answer(ANN, call_id, "offer")
    return call_id, session


def lose_the_page(centre: Centre, call_id: CallId) -> None:
    centre.switchboard.on_event(BrowserLost(port_id=centre.agent_port(call_id)))
    centre.stories.agents.screen_lost(ANN)


def shown(centre: Centre) -> CallView:
    view = centre.board.topics["me/1001"]["call"]
    assert isinstance(view, CallView)
    return view


async def test_an_agent_who_reloads_is_back_in_the_same_call(centre: Centre) -> None:
    call_id, session = await talking(centre)
    caller, first_leg = centre.caller_port(call_id), shown(centre).leg_id

    lose_the_page(centre, call_id)
    assert centre.switchboard.playing(caller) == [("music",)]
    assert centre.switchboard.hears(caller) == set()
    assert (shown(centre).state, shown(centre).leg_id) == ("TALKING", None)
    centre.wait(9.0)
    centre.stories.agents.screen_back(ANN)
    back = await centre.stories.agents.rejoin(ANN, call_id, "offer")

    agent = centre.agent_port(call_id)
    assert centre.switchboard.playing(caller) == []
    assert (centre.switchboard.hears(caller), centre.switchboard.hears(agent)) == ({agent}, {caller})
    assert shown(centre).leg_id == back.leg_id != first_leg
    centre.wait(60.0)
    assert not centre.sip.sessions[session].ended
    assert centre.state(ANN) == ("TALKING", None)
    assert centre.log.kinds(call_id)[-2:] == ["AgentLost", "AgentRejoined"]
    assert len(centre.switchboard.ports) == 2


async def test_an_agent_who_does_not_come_back_loses_the_call_and_is_signed_out(centre: Centre) -> None:
    call_id, session = await talking(centre)
    lose_the_page(centre, call_id)

    centre.wait(9.0)
    assert not centre.sip.sessions[session].ended
    centre.wait(2.0)

    assert centre.sip.sessions[session].ended
    assert centre.log.cdr(call_id).end_reason == "media_lost"
    assert centre.switchboard.ports == {}
    assert centre.state(ANN) == ("OFFLINE", None)
    with pytest.raises(NoSuchCall):
        await centre.stories.agents.rejoin(ANN, call_id, "offer")


async def test_another_page_of_the_agent_takes_the_sound_over(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    caller, before = centre.caller_port(call_id), centre.agent_port(call_id)

    await centre.stories.agents.rejoin(ANN, call_id, "offer")

    agent = centre.agent_port(call_id)
    assert agent != before
    assert before not in centre.switchboard.ports
    assert centre.switchboard.hears(caller) == {agent}


async def test_a_caller_on_hold_stays_on_hold_while_the_page_reloads(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    caller = centre.caller_port(call_id)
    centre.stories.agents.hold(ANN, call_id)

    lose_the_page(centre, call_id)
    assert centre.switchboard.playing(caller) == [("music",)]
    await centre.stories.agents.rejoin(ANN, call_id, "offer")
    assert centre.switchboard.playing(caller) == [("music",)]
    assert centre.switchboard.hears(caller) == set()
    centre.stories.agents.resume(ANN, call_id)

    assert centre.switchboard.hears(caller) == {centre.agent_port(call_id)}


async def test_a_call_resumed_by_nobody_there_keeps_its_music(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    centre.stories.agents.hold(ANN, call_id)
    lose_the_page(centre, call_id)

    centre.stories.agents.resume(ANN, call_id)

    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("music",)]


async def test_a_caller_who_leaves_meanwhile_ends_the_call_as_ever(centre: Centre) -> None:
    call_id, session = await talking(centre)
    lose_the_page(centre, call_id)

    centre.sip.end(session)
    centre.wait(20.0)

    assert centre.log.cdr(call_id).end_reason == "caller_hung_up"
    assert centre.log.kinds(call_id).count("CallEnded") == 1


async def test_nobody_joins_the_call_of_another(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    with pytest.raises(NoSuchCall):
        await centre.stories.agents.rejoin(BOB, call_id, "offer")
