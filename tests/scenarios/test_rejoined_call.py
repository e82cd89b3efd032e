"""A page that reloads in mid-call: the caller hears music, the agent comes back, nobody hangs up."""

import pytest

from banjie.base.ids import CallId
from banjie.calls.errors import NoSuchCall
from banjie.media.events import BrowserLost
from banjie.routing.agents import UNREACHABLE
from banjie.sip.model import SessionId
from banjie.stories.views import CallView
from tests.fakes.centre import ACW_S, ANN, BOB, Centre

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


async def test_an_agent_who_does_not_come_back_is_signed_out_and_his_caller_is_next(centre: Centre) -> None:
    """Ahead of one who has waited since before, with the time he has waited; he hears words, and music before and after."""
    call_id, session = await talking(centre)
    lose_the_page(centre, call_id)
    centre.sip.call("4000000001")
    (other_id,) = (one for one in centre.log.call_ids if one != call_id)
    centre.press(other_id, "0")

    centre.wait(9.0)
    assert centre.log.kinds(call_id)[-1] == "AgentLost"
    centre.wait(2.0)

    assert centre.state(ANN) == ("OFFLINE", None)
    assert not centre.sip.sessions[session].ended
    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("hold.zh",)]
    centre.switchboard.finish_plays(centre.caller_port(call_id))
    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("music",)]
    assert centre.log.kinds(call_id)[-3:] == ["AgentLeft", "CallQueued", "CallDisposed"]
    assert [centre.stories.offers.position(one) for one in (call_id, other_id)] == [1, 2]
    (part,) = centre.log.cdr(call_id).segments
    assert (part.agent_id, part.disposition) == (ANN, "interrupted")
    with pytest.raises(NoSuchCall):
        await centre.stories.agents.rejoin(ANN, call_id, "offer")

    centre.ready(BOB)
    await centre.stories.agents.answer(BOB, call_id, "offer")
    assert centre.switchboard.hears(centre.caller_port(call_id)) == {centre.agent_port(call_id)}
    assert [part.agent_id for part in centre.log.cdr(call_id).segments] == [ANN, BOB]


async def test_whose_sound_alone_is_gone_has_his_after_call_work(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    centre.switchboard.on_event(BrowserLost(port_id=centre.agent_port(call_id)))

    centre.wait(11.0)

    assert centre.state(ANN) == ("ACW", None)
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")
    assert centre.state(ANN) == ("BREAK", UNREACHABLE)


async def test_whose_screen_is_missed_before_his_sound_is_signed_out_too(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.screen_lost(ANN)
    centre.wait(5.0)
    centre.switchboard.on_event(BrowserLost(port_id=centre.agent_port(call_id)))

    centre.wait(11.0)

    assert not centre.sip.sessions[session].ended
    assert centre.log.kinds(call_id).count("CallQueued") == 2
    assert centre.state(ANN) == ("OFFLINE", None)
    assert centre.log.cdr(call_id).segments[0].disposition == "interrupted"


async def test_a_desk_phone_that_falls_silent_costs_its_caller_nothing(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    centre.ready(ANN, "phone")
    session = centre.sip.call("4000000001")
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    phone = centre.sip.ringing("1001")
    assert phone is not None
    centre.sip.pick_up(phone)

    centre.sip.end(phone, by="failure")

    assert not centre.sip.sessions[session].ended
    assert centre.log.kinds(call_id)[-2:] == ["AgentLeft", "CallQueued"]
    centre.ready(BOB)
    assert centre.state(BOB)[0] == "RINGING"
    centre.wait(ACW_S)
    assert centre.state(ANN) == ("BREAK", UNREACHABLE)


async def test_an_agent_whose_phone_is_put_down_ends_the_call_as_ever(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    centre.ready(ANN, "phone")
    session = centre.sip.call("4000000001")
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    phone = centre.sip.ringing("1001")
    assert phone is not None
    centre.sip.pick_up(phone)

    centre.sip.end(phone)

    assert centre.sip.sessions[session].ended
    assert centre.log.cdr(call_id).end_reason == "agent_hung_up"


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
