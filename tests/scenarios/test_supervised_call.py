"""A supervisor in an agent's call: who hears him in each mode, one ear for all calls, and nothing changes when he goes."""

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.calls.errors import NoSuchCall
from banjie.calls.hearing import WHISPER_GAIN
from banjie.calls.supervision import Mode
from banjie.media.events import BrowserLost
from banjie.media.model import PortId
from banjie.sip.model import SessionId
from banjie.stories.agent_desk import NoSuchReason, NotHere
from banjie.stories.legs import CannotDial
from banjie.stories.ports import Supervisor, ToColleague
from banjie.stories.supervise_call import NotWatching, OwnCall
from banjie.stories.views import AgentView, CallView, WatchView
from tests.fakes.centre import ANN, BOB, Centre

pytestmark = pytest.mark.story

EVE = Supervisor(agent_id=AgentId("2001"), name={"zh": "班长", "en": "Eve"}, extension="2001")


@pytest.fixture
def centre() -> Centre:
    return Centre()


async def talking(
    centre: Centre, agent_id: AgentId = ANN, caller: str = "13800001234"
) -> tuple[CallId, SessionId]:
    centre.ready(agent_id)
    session = centre.sip.call("4000000001", caller)
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, "0")
    await centre.stories.agents.answer(agent_id, call_id, "offer")
    return call_id, session


def ear(centre: Centre, call_id: CallId) -> PortId:
    return centre.stories.floor.get(call_id).watches[EVE.agent_id].leg.port_id


def heard(centre: Centre, call_id: CallId) -> dict[str, set[str]]:
    """Who hears whom now, by name."""
    names = {centre.caller_port(call_id): "caller", centre.agent_port(call_id): "ann"}
    if EVE.agent_id in centre.stories.floor.get(call_id).watches:
        names[ear(centre, call_id)] = "eve"
    return {
        name: {names[source] for source in centre.switchboard.hears(port)} for port, name in names.items()
    }


def on_the_wall(centre: Centre, agent_id: AgentId = ANN) -> AgentView:
    view = centre.board.topics["wallboard"][f"agent/{agent_id}"]
    assert isinstance(view, AgentView)
    return view


def on_anns_desk(centre: Centre) -> CallView:
    view = centre.board.topics["me/1001"]["call"]
    assert isinstance(view, CallView)
    return view


async def test_one_ear_serves_all_modes_and_each_is_heard_by_whom_it_says(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    hands = centre.stories.supervision

    await hands.listen_in_browser(EVE, call_id, Mode.MONITOR, "offer")
    first = ear(centre, call_id)
    assert heard(centre, call_id) == {"caller": {"ann"}, "ann": {"caller"}, "eve": {"caller", "ann"}}
    hands.change(EVE, call_id, Mode.WHISPER)
    assert heard(centre, call_id) == {"caller": {"ann"}, "ann": {"caller", "eve"}, "eve": {"caller", "ann"}}
    assert centre.switchboard.cords[first, centre.agent_port(call_id)] == WHISPER_GAIN
    hands.change(EVE, call_id, Mode.BARGE)
    assert heard(centre, call_id) == {
        "caller": {"ann", "eve"},
        "ann": {"caller", "eve"},
        "eve": {"caller", "ann"},
    }
    assert centre.switchboard.cords[first, centre.agent_port(call_id)] == 1.0
    hands.change(EVE, call_id, Mode.MONITOR)

    assert ear(centre, call_id) == first
    assert len(centre.switchboard.ports) == 3
    hands.leave(EVE.agent_id)
    assert heard(centre, call_id) == {"caller": {"ann"}, "ann": {"caller"}}
    assert len(centre.switchboard.ports) == 2
    assert [kind for kind in centre.log.kinds(call_id) if kind.startswith("Supervisor")] == [
        "SupervisorJoined",
        "SupervisorChanged",
        "SupervisorChanged",
        "SupervisorChanged",
        "SupervisorLeft",
    ]


async def test_he_coaches_the_agent_while_the_caller_hears_music(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    await centre.stories.supervision.listen_in_browser(EVE, call_id, Mode.WHISPER, "offer")

    centre.stories.agents.hold(ANN, call_id)

    assert heard(centre, call_id) == {"caller": set(), "ann": {"eve"}, "eve": {"ann"}}
    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("music",)]
    assert centre.switchboard.playing(centre.agent_port(call_id)) == []


async def test_he_goes_from_call_to_call_with_the_same_ear(centre: Centre) -> None:
    one, _ = await talking(centre, ANN)
    other, _ = await talking(centre, BOB, "13900005678")
    hands = centre.stories.supervision
    await hands.listen_in_browser(EVE, one, Mode.WHISPER, "offer")
    first = ear(centre, one)

    hands.change(EVE, other, Mode.MONITOR)

    assert ear(centre, other) == first
    assert first not in centre.switchboard.hears(centre.agent_port(one))
    assert centre.switchboard.hears(first) == {centre.caller_port(other), centre.agent_port(other)}
    watch = centre.board.topics["me/2001"]["watch"]
    assert isinstance(watch, WatchView)
    assert (watch.call_id, watch.agent_id, watch.mode) == (other, BOB, "monitor")
    assert on_the_wall(centre, ANN).watched_by == ()
    assert [who.mode for who in on_the_wall(centre, BOB).watched_by] == ["monitor"]


async def test_a_desk_phone_is_listened_to_on_a_desk_phone(centre: Centre) -> None:
    centre.sip.registered |= {"1001", "2001"}
    centre.ready(ANN, "phone")
    centre.sip.call("4000000001")
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    ringing = centre.sip.ringing("1001")
    assert ringing is not None
    centre.sip.pick_up(ringing)

    centre.stories.supervision.listen_on_phone(EVE, call_id, Mode.MONITOR)
    phone = centre.sip.ringing("2001")
    assert phone is not None
    assert "SupervisorJoined" not in centre.log.kinds(call_id)
    centre.sip.pick_up(phone)

    assert heard(centre, call_id)["eve"] == {"caller", "ann"}
    centre.sip.end(phone)
    assert "watch" not in centre.board.topics["me/2001"]
    assert centre.state(ANN) == ("TALKING", None)
    assert centre.log.kinds(call_id)[-2:] == ["SupervisorJoined", "SupervisorLeft"]


async def test_a_phone_that_is_not_registered_is_said_and_leaves_nothing(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    with pytest.raises(CannotDial):
        centre.stories.supervision.listen_on_phone(EVE, call_id, Mode.MONITOR)

    assert centre.stories.floor.get(call_id).watches == {}
    assert len(centre.switchboard.ports) == 2


async def test_the_end_of_the_call_ends_his_part_and_leaves_no_leg(centre: Centre) -> None:
    call_id, session = await talking(centre)
    await centre.stories.supervision.listen_in_browser(EVE, call_id, Mode.BARGE, "offer")

    centre.sip.end(session)

    assert centre.switchboard.ports == {}
    assert "watch" not in centre.board.topics["me/2001"]
    kinds = centre.log.kinds(call_id)
    assert kinds.index("SupervisorLeft") < kinds.index("CallEnded")
    assert centre.log.cdr(call_id).end_reason == "caller_hung_up"


async def test_his_lost_browser_is_nobodys_loss(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    await centre.stories.supervision.listen_in_browser(EVE, call_id, Mode.BARGE, "offer")

    centre.switchboard.on_event(BrowserLost(port_id=ear(centre, call_id)))

    assert heard(centre, call_id) == {"caller": {"ann"}, "ann": {"caller"}}
    assert centre.log.kinds(call_id)[-1] == "SupervisorLeft"


async def test_he_takes_the_call_over_with_the_ear_he_has(centre: Centre) -> None:
    call_id, session = await talking(centre)
    hands = centre.stories.supervision
    await hands.listen_in_browser(EVE, call_id, Mode.BARGE, "offer")
    mine, before = ear(centre, call_id), centre.agent_port(call_id)

    hands.take_over(EVE, call_id)

    caller = centre.caller_port(call_id)
    assert (centre.agent_port(call_id), before in centre.switchboard.ports) == (mine, False)
    assert (centre.switchboard.hears(caller), centre.switchboard.hears(mine)) == ({mine}, {caller})
    assert (centre.state(ANN), centre.state(EVE.agent_id)) == (("ACW", None), ("TALKING", None))
    call = centre.board.topics["me/2001"]["call"]
    assert isinstance(call, CallView)
    assert "watch" not in centre.board.topics["me/2001"]
    centre.stories.agents.hold(EVE.agent_id, call_id)
    assert centre.switchboard.playing(caller) == [("music",)]
    centre.sip.end(session)
    await centre.stories.agents.dispose(EVE.agent_id, call_id, "enquiry", "")
    assert centre.state(EVE.agent_id) == ("OFFLINE", None)
    assert [segment.agent_id for segment in centre.log.cdr(call_id).segments] == [ANN, EVE.agent_id]


async def test_he_takes_it_over_from_an_agent_whose_page_is_gone(centre: Centre) -> None:
    call_id, session = await talking(centre)
    await centre.stories.supervision.listen_in_browser(EVE, call_id, Mode.BARGE, "offer")
    centre.switchboard.on_event(BrowserLost(port_id=centre.agent_port(call_id)))
    assert heard_alone(centre, call_id) == {ear(centre, call_id)}  # no music: somebody speaks to him

    centre.stories.supervision.take_over(EVE, call_id)
    centre.wait(30.0)

    assert not centre.sip.sessions[session].ended
    assert centre.switchboard.hears(centre.caller_port(call_id)) == {centre.agent_port(call_id)}


def heard_alone(centre: Centre, call_id: CallId) -> set[PortId]:
    caller = centre.caller_port(call_id)
    assert centre.switchboard.playing(caller) == []
    return centre.switchboard.hears(caller)


async def test_only_who_is_in_the_call_takes_it_over(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    with pytest.raises(NotWatching):
        centre.stories.supervision.take_over(EVE, call_id)
    assert centre.state(ANN) == ("TALKING", None)


async def test_he_stays_with_a_call_that_is_handed_on(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    await centre.stories.supervision.listen_in_browser(EVE, call_id, Mode.MONITOR, "offer")
    centre.ready(BOB)
    mine = ear(centre, call_id)
    centre.stories.agents.transfer(ANN, call_id, ToColleague(agent_id=BOB))
    assert centre.switchboard.hears(mine) == set()

    await centre.stories.agents.answer(BOB, call_id, "offer")

    assert centre.switchboard.hears(mine) == {centre.caller_port(call_id), centre.agent_port(call_id)}
    assert [who.mode for who in on_the_wall(centre, BOB).watched_by] == ["monitor"]
    assert on_the_wall(centre, ANN).watched_by == ()


async def test_he_follows_the_agent_aside(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    await centre.stories.supervision.listen_in_browser(EVE, call_id, Mode.MONITOR, "offer")
    centre.ready(BOB)
    centre.stories.agents.consult(ANN, call_id, ToColleague(agent_id=BOB))
    await centre.stories.agents.answer(BOB, call_id, "offer")

    assert centre.caller_port(call_id) not in centre.switchboard.hears(ear(centre, call_id))
    assert centre.agent_port(call_id) in centre.switchboard.hears(ear(centre, call_id))
    assert len(centre.switchboard.hears(ear(centre, call_id))) == 2


async def test_force_hang_up_ends_the_call_for_both(centre: Centre) -> None:
    call_id, session = await talking(centre)

    centre.stories.supervision.end_call(call_id)

    assert centre.sip.sessions[session].ended
    assert centre.log.cdr(call_id).end_reason == "supervisor_hung_up"
    assert centre.state(ANN) == ("ACW", None)


async def test_what_cannot_be_watched_is_refused(centre: Centre) -> None:
    centre.sip.call("4000000001")
    (in_script,) = centre.log.call_ids
    hands = centre.stories.supervision
    with pytest.raises(NoSuchCall):
        await hands.listen_in_browser(EVE, in_script, Mode.MONITOR, "offer")
    with pytest.raises(NoSuchCall):
        hands.end_call(CallId("gone"))
    call_id, _ = await talking(centre)
    with pytest.raises(NotWatching):
        hands.change(EVE, call_id, Mode.BARGE)
    herself = Supervisor(agent_id=ANN, name={}, extension="1001")
    with pytest.raises(OwnCall):
        await hands.listen_in_browser(herself, call_id, Mode.MONITOR, "offer")
    assert len(centre.switchboard.ports) == 3


@pytest.mark.parametrize(("is_told", "seen"), [(True, ["monitor"]), (False, [])])
async def test_whether_the_agent_is_told_who_listens_is_a_setting(is_told: bool, seen: list[str]) -> None:
    centre = Centre(is_supervision_told=is_told)
    call_id, _ = await talking(centre)
    hands = centre.stories.supervision

    await hands.listen_in_browser(EVE, call_id, Mode.MONITOR, "offer")
    assert [who.mode for who in on_anns_desk(centre).watched_by] == seen
    hands.change(EVE, call_id, Mode.WHISPER)

    assert [(who.name["en"], who.mode) for who in on_anns_desk(centre).watched_by] == [("Eve", "whisper")]
    mine = centre.board.topics["me/1001"]["agent"]
    assert isinstance(mine, AgentView)
    assert mine.watched_by == ()


async def test_asking_for_help_shows_on_the_wall_until_somebody_speaks_to_her(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    centre.stories.agents.ask_help(ANN, call_id, wanted=True)
    centre.stories.agents.ask_help(ANN, call_id, wanted=True)
    asked_at = centre.clock.utc()
    assert on_the_wall(centre).help_since == on_anns_desk(centre).help_since == asked_at

    await centre.stories.supervision.listen_in_browser(EVE, call_id, Mode.MONITOR, "offer")
    assert on_the_wall(centre).help_since == asked_at
    centre.stories.supervision.change(EVE, call_id, Mode.WHISPER)

    assert on_the_wall(centre).help_since is None
    assert on_anns_desk(centre).help_since is None
    assert [kind for kind in centre.log.kinds(call_id) if kind.startswith("Help")] == [
        "HelpAsked",
        "HelpEnded",
    ]


async def test_she_takes_her_call_for_help_back(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    centre.stories.agents.ask_help(ANN, call_id, wanted=True)
    centre.stories.agents.ask_help(ANN, call_id, wanted=False)

    assert on_the_wall(centre).help_since is None
    with pytest.raises(NoSuchCall):
        centre.stories.agents.ask_help(BOB, call_id, wanted=True)


def test_an_agent_is_put_in_another_state_where_he_sits(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    desk = centre.stories.agents

    desk.steer(ANN, "BREAK", "lunch")
    assert centre.state(ANN) == ("BREAK", "lunch")
    desk.steer(ANN, "READY", None)
    assert centre.state(ANN) == ("READY", None)
    assert centre.stories.offers.device(ANN) == "phone"
    desk.steer(ANN, "OFFLINE", None)
    assert centre.state(ANN) == ("OFFLINE", None)
    with pytest.raises(NotHere):
        desk.steer(ANN, "READY", None)
    centre.ready(ANN)
    with pytest.raises(NoSuchReason):
        desk.steer(ANN, "BREAK", "tired")


async def test_in_a_call_the_state_comes_after_it(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.steer(ANN, "BREAK", "lunch")
    assert centre.state(ANN) == ("TALKING", None)

    centre.sip.end(session)
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")

    assert centre.state(ANN) == ("BREAK", "lunch")


async def test_the_audit_hears_of_every_end(centre: Centre) -> None:
    call_id, session = await talking(centre)
    await centre.stories.supervision.listen_in_browser(EVE, call_id, Mode.MONITOR, "offer")
    centre.stories.supervision.change(EVE, call_id, Mode.BARGE)
    centre.sip.end(session)

    (end,) = centre.watch_ends
    assert (end.supervisor_id, end.call_id, end.mode) == (EVE.agent_id, call_id, Mode.BARGE)
