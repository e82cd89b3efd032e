"""An agent hands his caller on: to a colleague, a queue, a script, a number outside; nobody is ever lost on the way."""

import pytest

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.base.phones import NotAPhoneNumber
from banjie.calls.errors import NoSuchCall
from banjie.media.model import PortId
from banjie.routing.errors import NoSuchQueue
from banjie.sip.model import SessionId, TrunkTarget
from banjie.stories.guests import CallIsFull, ColleagueNotFree, NoSuchColleague
from banjie.stories.inbound_call import LeadsNowhere
from banjie.stories.legs import CannotDial
from banjie.stories.ports import ToColleague, ToNumber, ToQueue, ToScript
from banjie.stories.views import AcwView, CallView, OfferView
from tests.fakes.centre import ANN, BOB, CAT, GENERAL, URGENT, Centre

pytestmark = pytest.mark.story

MUSIC, RING_BACK = [("music",)], [("ring_back",)]
TO_BOB, OUTSIDE = ToColleague(agent_id=BOB), ToNumber(number="010-8888 6666")


@pytest.fixture
def centre() -> Centre:
    return Centre()


async def talking(centre: Centre, caller: str = "13800001234") -> tuple[CallId, SessionId]:
    """Ann talks to a caller who waited 10 s; Bob is ready, on a browser."""
    session = centre.sip.call("4000000001", caller)
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, "0")
    centre.wait(10.0)
    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, call_id, "offer")
    centre.ready(BOB)
    return call_id, session


def outside(centre: Centre) -> SessionId:
    """The session that rings the outside number now."""
    (found,) = [
        i for i, s in centre.sip.sessions.items() if s.target == TrunkTarget(name="carrier") and not s.ended
    ]
    return found


def playing(centre: Centre, call_id: CallId) -> list[tuple[str, ...]]:
    return centre.switchboard.playing(centre.caller_port(call_id))


def heard_by_caller(centre: Centre, call_id: CallId) -> set[PortId]:
    return centre.switchboard.hears(centre.caller_port(call_id))


def offer_of(centre: Centre, agent_id: AgentId) -> OfferView | None:
    view = centre.board.topics[f"me/{agent_id}"].get("offer")
    assert view is None or isinstance(view, OfferView)
    return view


def call_on(centre: Centre, agent_id: AgentId) -> CallView | None:
    view = centre.board.topics[f"me/{agent_id}"].get("call")
    assert view is None or isinstance(view, CallView)
    return view


# -- to a colleague -------------------------------------------------------------------------------------


async def test_a_colleague_takes_the_caller_who_hears_him_ring(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    before = centre.agent_port(call_id)

    centre.stories.agents.transfer(ANN, call_id, TO_BOB)

    assert playing(centre, call_id) == RING_BACK
    assert before not in centre.switchboard.ports
    assert (centre.state(ANN), centre.state(BOB)) == (("ACW", None), ("RINGING", None))
    offer = offer_of(centre, BOB)
    assert offer is not None
    assert (offer.kind, offer.call_id, offer.caller.number) == ("transfer", call_id, "138****1234")
    assert call_on(centre, ANN) is None
    assert isinstance(centre.board.topics["me/1001"]["acw"], AcwView)

    await centre.stories.agents.answer(BOB, call_id, "offer")

    bob = centre.agent_port(call_id)
    assert playing(centre, call_id) == []
    assert (heard_by_caller(centre, call_id), centre.switchboard.hears(bob)) == (
        {bob},
        {centre.caller_port(call_id)},
    )
    assert (centre.state(BOB), offer_of(centre, BOB)) == (("TALKING", None), None)
    shown = call_on(centre, BOB)
    assert shown is not None
    assert (shown.is_guest, shown.state, shown.guests) == (False, "TALKING", ())


async def test_each_part_has_its_length_and_its_disposition(centre: Centre) -> None:
    call_id, session = await talking(centre)
    desk = centre.stories.agents
    centre.wait(30.0)
    desk.transfer(ANN, call_id, TO_BOB)
    centre.wait(5.0)
    await desk.answer(BOB, call_id, "offer")
    await desk.dispose(ANN, call_id, "enquiry", "转 Bob")
    assert centre.state(ANN) == ("READY", None)
    centre.wait(40.0)
    centre.sip.end(session)
    await desk.dispose(BOB, call_id, "enquiry", "办好了")

    cdr = centre.log.cdr(call_id)
    assert [(s.agent_id, s.talk_s(cdr.last_at), s.waited_s, s.note) for s in cdr.segments] == [
        (ANN, 30.0, 10.0, "转 Bob"),
        (BOB, 40.0, None, "办好了"),
    ]
    assert (cdr.agent_id, cdr.talk_s, cdr.wait_s, cdr.note) == (BOB, 70.0, 10.0, "办好了")
    assert (cdr.seen_by(ANN).note, cdr.seen_by(ANN).talk_s) == ("转 Bob", 30.0)
    assert centre.state(BOB) == ("READY", None)
    assert centre.switchboard.ports == {}
    assert len(centre.switchboard.recorded) == 1  # one file for the conversation


async def test_while_a_colleague_is_reserved_no_queue_offers_him_another(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, TO_BOB)
    centre.sip.call("4000000001", "13900005678")
    other = centre.log.call_ids[-1]
    centre.press(other, "0")

    assert "AgentOffered" not in centre.log.kinds(other)
    await centre.stories.agents.answer(BOB, call_id, "offer")
    assert "AgentOffered" not in centre.log.kinds(other)
    centre.stories.agents.hang_up(BOB, call_id)
    await centre.stories.agents.dispose(BOB, call_id, "enquiry", "")

    assert centre.log.kinds(other)[-1] == "AgentOffered"


@pytest.mark.parametrize("how", ["no answer", "rejects", "signs out"])
async def test_a_colleague_who_does_not_take_him_sends_him_to_the_head_of_the_queue(
    centre: Centre, how: str
) -> None:
    call_id, session = await talking(centre)
    centre.sip.call("4000000001", "13900005678")
    waiting_longer = centre.log.call_ids[-1]
    desk = centre.stories.agents
    desk.transfer(ANN, call_id, TO_BOB)
    centre.press(waiting_longer, "7")  # a VIP with priority
    match how:
        case "rejects":
            desk.reject(BOB, call_id)
        case "signs out":
            desk.set_state(BOB, "OFFLINE", None, "browser")
        case _:
            centre.wait(21.0)

    assert not centre.sip.sessions[session].ended
    assert playing(centre, call_id) == MUSIC
    centre.ready(CAT)
    assert centre.state(CAT)[0] == "RINGING"
    await centre.stories.agents.answer(CAT, call_id, "offer")
    assert heard_by_caller(centre, call_id) == {centre.agent_port(call_id)}


async def test_a_colleague_who_did_not_answer_is_set_aside_one_who_declined_is_not(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, TO_BOB)
    centre.wait(21.0)

    assert centre.state(BOB) == ("BREAK", "RingingTimeout")
    assert centre.log.cdr(call_id).queue_id == GENERAL
    assert centre.log.kinds(call_id)[-2:] == ["GuestLeft", "CallQueued"]


async def test_a_caller_who_leaves_while_the_colleague_rings_ends_it_for_him(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, TO_BOB)

    centre.sip.end(session)

    assert (centre.state(BOB), offer_of(centre, BOB)) == (("READY", None), None)
    assert centre.switchboard.ports == {}
    assert centre.log.cdr(call_id).end_reason == "caller_hung_up"
    with pytest.raises(NoSuchCall):
        centre.stories.agents.hang_up(BOB, call_id)


async def test_refused_targets_change_nothing(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    desk = centre.stories.agents
    centre.sip.registered.clear()
    centre.ready(CAT, "phone")
    before = centre.log.kinds(call_id)
    with pytest.raises(NoSuchColleague):
        desk.transfer(ANN, call_id, ToColleague(agent_id=AgentId("9999")))
    with pytest.raises(CannotDial):
        desk.transfer(ANN, call_id, ToColleague(agent_id=CAT))
    desk.set_state(BOB, "BREAK", "lunch", "browser")
    with pytest.raises(ColleagueNotFree):
        desk.transfer(ANN, call_id, TO_BOB)
    with pytest.raises(NoSuchQueue):
        desk.transfer(ANN, call_id, ToQueue(queue_id=QueueId("none")))
    with pytest.raises(LeadsNowhere):
        desk.transfer(ANN, call_id, ToScript(dialled="4000000099"))
    with pytest.raises(NotAPhoneNumber):
        desk.transfer(ANN, call_id, ToNumber(number="十二"))
    with pytest.raises(NoSuchCall):
        desk.transfer(BOB, call_id, TO_BOB)

    assert centre.log.kinds(call_id) == before
    assert heard_by_caller(centre, call_id) == {centre.agent_port(call_id)}
    assert centre.state(CAT) == ("READY", None)


async def test_a_transfer_refused_leaves_the_one_who_is_asked_where_he_is(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    desk, ann = centre.stories.agents, centre.agent_port(call_id)
    desk.consult(ANN, call_id, TO_BOB)
    await desk.answer(BOB, call_id, "offer")
    with pytest.raises(ColleagueNotFree):
        desk.transfer(ANN, call_id, ToColleague(agent_id=CAT))
    assert len(centre.switchboard.hears(ann)) == 1

    centre.ready(CAT)
    desk.transfer(ANN, call_id, ToColleague(agent_id=CAT))

    assert centre.state(BOB) == ("READY", None)
    assert playing(centre, call_id) == RING_BACK
    await desk.answer(CAT, call_id, "offer")
    assert heard_by_caller(centre, call_id) == {centre.agent_port(call_id)}


def test_targets_say_who_does_what(centre: Centre) -> None:
    centre.ready(BOB)
    centre.stories.agents.set_state(CAT, "BREAK", "lunch", "browser")

    told = centre.stories.agents.targets(BOB)

    assert [(colleague.agent_id, colleague.state) for colleague in told.colleagues] == [(CAT, "BREAK")]
    assert {queue.queue_id: queue.ready_count for queue in told.queues} == {GENERAL: 1, URGENT: 1}
    assert told.can_dial_out


async def test_a_colleague_at_a_desk_phone_is_rung_there(centre: Centre) -> None:
    centre.sip.registered.add("1002")
    call_id, _ = await talking(centre)
    centre.ready(BOB, "phone")
    centre.stories.agents.transfer(ANN, call_id, TO_BOB)
    phone = centre.sip.ringing("1002")
    assert phone is not None

    centre.sip.pick_up(phone)

    assert heard_by_caller(centre, call_id) == {centre.agent_port(call_id)}
    centre.sip.end(phone)
    assert centre.log.cdr(call_id).end_reason == "agent_hung_up"


# -- to a queue, a script, a number ---------------------------------------------------------------------


async def test_in_another_queue_he_keeps_the_time_he_has_waited(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    centre.stories.agents.set_state(BOB, "BREAK", "lunch", "browser")
    centre.wait(60.0)
    centre.sip.call("4000000001", "13900005678")
    other = centre.log.call_ids[-1]
    centre.press(other, "0")

    centre.stories.agents.transfer(ANN, call_id, ToQueue(queue_id=GENERAL))

    assert playing(centre, call_id) == MUSIC
    assert (centre.stories.offers.position(call_id), centre.stories.offers.position(other)) == (1, 2)
    centre.wait(15.0)
    centre.ready(CAT)
    await centre.stories.agents.answer(CAT, call_id, "offer")
    cdr = centre.log.cdr(call_id)
    assert (cdr.wait_s, cdr.segments[-1].waited_s) == (25.0, 15.0)
    assert playing(centre, call_id) == []


async def test_who_gives_up_in_the_second_queue_counts_there_as_abandoned(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.set_state(BOB, "BREAK", "lunch", "browser")
    centre.stories.agents.transfer(ANN, call_id, ToQueue(queue_id=URGENT))
    centre.wait(30.0)
    centre.sip.end(session)

    today = centre.stories.queues.today
    counts = today.of(URGENT, centre.clock.utc())
    assert (counts.offered_count, counts.abandoned_count, counts.abandoned_late_count) == (1, 1, 1)
    general = today.of(GENERAL, centre.clock.utc())
    assert (general.offered_count, general.answered_in_time_count, general.abandoned_count) == (1, 1, 0)


async def test_a_script_begins_anew_for_him(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, ToScript(dialled="4000000001"))

    assert playing(centre, call_id) == [("welcome.zh",)]
    assert centre.state(ANN) == ("ACW", None)
    centre.press(call_id, "2")
    assert centre.log.cdr(call_id).queue_id == URGENT
    await centre.stories.agents.answer(BOB, call_id, "offer")
    assert len(centre.switchboard.recorded) == 1


async def test_a_number_outside_takes_him_and_either_end_is_the_end(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, OUTSIDE)
    assert playing(centre, call_id) == RING_BACK
    theirs = outside(centre)

    centre.sip.pick_up(theirs)

    (port,) = heard_by_caller(centre, call_id)
    assert centre.switchboard.hears(port) == {centre.caller_port(call_id)}
    assert playing(centre, call_id) == []
    cdr = centre.log.cdr(call_id)
    assert (cdr.transferred_to, cdr.outcome) == ("01088886666", "LIVE")
    centre.sip.end(theirs)
    assert centre.sip.sessions[session].ended
    assert centre.log.cdr(call_id).end_reason == "guest_hung_up"
    assert centre.switchboard.ports == {}


@pytest.mark.parametrize("status", [486, 404, None])
async def test_a_number_outside_that_fails_gives_him_back_to_the_queue(
    centre: Centre, status: int | None
) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.set_state(BOB, "BREAK", "lunch", "browser")
    centre.stories.agents.transfer(ANN, call_id, OUTSIDE)
    if status is None:
        centre.wait(21.0)
    else:
        centre.sip.end(outside(centre), status)

    assert not centre.sip.sessions[session].ended
    assert playing(centre, call_id) == MUSIC
    assert centre.stories.offers.position(call_id) == 1
    assert len(centre.switchboard.ports) == 1


# -- asking first ---------------------------------------------------------------------------------------


async def test_consult_swap_and_complete(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    desk, ann = centre.stories.agents, centre.agent_port(call_id)
    desk.consult(ANN, call_id, TO_BOB)
    assert playing(centre, call_id) == MUSIC
    assert centre.switchboard.playing(ann) == RING_BACK

    await desk.answer(BOB, call_id, "offer")
    bob = next(iter(centre.stories.floor.get(call_id).guests.values())).leg
    assert bob is not None
    assert (centre.switchboard.hears(ann), centre.switchboard.hears(bob.port_id)) == ({bob.port_id}, {ann})
    assert (playing(centre, call_id), centre.switchboard.playing(ann)) == (MUSIC, [])
    assert heard_by_caller(centre, call_id) == set()

    desk.swap(ANN, call_id, aside=False)
    assert (heard_by_caller(centre, call_id), playing(centre, call_id)) == ({ann}, [])
    assert centre.switchboard.playing(bob.port_id) == MUSIC
    desk.swap(ANN, call_id, aside=True)
    assert (playing(centre, call_id), centre.switchboard.hears(ann)) == (MUSIC, {bob.port_id})

    desk.complete(ANN, call_id)
    assert (centre.agent_port(call_id), heard_by_caller(centre, call_id)) == (bob.port_id, {bob.port_id})
    assert playing(centre, call_id) == []
    assert (centre.state(ANN), centre.state(BOB)) == (("ACW", None), ("TALKING", None))
    shown = call_on(centre, BOB)
    assert shown is not None
    assert (shown.is_guest, shown.leg_id) == (False, bob.leg_id)
    assert centre.log.cdr(call_id).hold_s == 0.0


async def test_the_colleague_sees_whose_call_it_is_and_may_mute_and_leave(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    desk, ann = centre.stories.agents, centre.agent_port(call_id)
    desk.consult(ANN, call_id, TO_BOB)
    await desk.answer(BOB, call_id, "offer")
    shown = call_on(centre, BOB)
    assert shown is not None
    assert (shown.is_guest, shown.host_name) == (True, {"zh": "1001", "en": "1001"})

    desk.mute(BOB, call_id, muted=True)
    assert centre.switchboard.hears(ann) == set()
    desk.hang_up(BOB, call_id)

    assert call_on(centre, BOB) is None
    assert centre.state(BOB) == ("READY", None)
    assert (heard_by_caller(centre, call_id), playing(centre, call_id)) == ({ann}, [])
    mine = call_on(centre, ANN)
    assert mine is not None
    assert (mine.state, mine.is_aside, mine.guests) == ("TALKING", False, ())


@pytest.mark.parametrize("how", ["no answer", "rejects", "signs out", "sent away"])
async def test_who_is_asked_in_vain_leaves_the_agent_with_his_caller(centre: Centre, how: str) -> None:
    call_id, _ = await talking(centre)
    desk, ann = centre.stories.agents, centre.agent_port(call_id)
    desk.consult(ANN, call_id, TO_BOB)
    match how:
        case "rejects":
            desk.reject(BOB, call_id)
        case "signs out":
            desk.set_state(BOB, "OFFLINE", None, "browser")
        case "sent away":
            desk.dismiss(ANN, call_id, next(iter(centre.stories.floor.get(call_id).guests)))
        case _:
            centre.wait(21.0)

    assert (heard_by_caller(centre, call_id), playing(centre, call_id)) == ({ann}, [])
    assert centre.switchboard.playing(ann) == []
    assert centre.state(ANN) == ("TALKING", None)
    assert offer_of(centre, BOB) is None


async def test_left_while_the_other_still_rings_it_becomes_a_transfer(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    desk = centre.stories.agents
    desk.consult(ANN, call_id, TO_BOB)
    desk.complete(ANN, call_id)
    assert playing(centre, call_id) == RING_BACK

    await desk.answer(BOB, call_id, "offer")

    assert heard_by_caller(centre, call_id) == {centre.agent_port(call_id)}
    assert centre.log.cdr(call_id).agent_id == BOB


async def test_an_agent_at_a_desk_phone_completes_by_putting_it_down(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    session = centre.sip.call("4000000001")
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    centre.ready(ANN, "phone")
    phone = centre.sip.ringing("1001")
    assert phone is not None
    centre.sip.pick_up(phone)
    centre.ready(BOB)
    centre.stories.agents.consult(ANN, call_id, TO_BOB)
    await centre.stories.agents.answer(BOB, call_id, "offer")

    centre.sip.end(phone)

    assert not centre.sip.sessions[session].ended
    assert heard_by_caller(centre, call_id) == {centre.agent_port(call_id)}
    assert (centre.state(ANN), centre.state(BOB)) == (("ACW", None), ("TALKING", None))


async def test_a_conference_of_a_colleague_and_a_number(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    desk, ann, caller = centre.stories.agents, centre.agent_port(call_id), centre.caller_port(call_id)
    desk.consult(ANN, call_id, TO_BOB)
    await desk.answer(BOB, call_id, "offer")
    desk.join(ANN, call_id)
    bob = next(iter(centre.stories.floor.get(call_id).guests.values())).leg
    assert bob is not None
    assert centre.switchboard.hears(caller) == {ann, bob.port_id}

    desk.consult(ANN, call_id, OUTSIDE)
    assert centre.switchboard.hears(caller) == {bob.port_id}  # they talk on while Ann asks
    assert playing(centre, call_id) == []
    centre.sip.pick_up(outside(centre))
    desk.join(ANN, call_id)

    everybody = set(centre.switchboard.ports)
    assert len(everybody) == 4
    for port in everybody:
        assert centre.switchboard.hears(port) == everybody - {port}

    desk.complete(ANN, call_id)  # Ann leaves: Bob has the call, the number stays
    assert centre.agent_port(call_id) == bob.port_id
    assert centre.switchboard.hears(caller) == set(centre.switchboard.ports) - {caller}
    assert len(centre.switchboard.ports) == 3
    centre.sip.end(outside(centre))
    assert heard_by_caller(centre, call_id) == {bob.port_id}
    assert not centre.stories.floor.get(call_id).live.is_over


async def test_the_end_of_the_call_frees_everybody_in_the_conference(centre: Centre) -> None:
    call_id, session = await talking(centre)
    desk = centre.stories.agents
    desk.consult(ANN, call_id, TO_BOB)
    await desk.answer(BOB, call_id, "offer")
    desk.join(ANN, call_id)

    centre.sip.end(session)

    assert centre.switchboard.ports == {}
    assert (centre.state(ANN), centre.state(BOB)) == (("ACW", None), ("READY", None))
    assert call_on(centre, BOB) is None
    await desk.dispose(ANN, call_id, "enquiry", "")
    assert len(centre.stories.floor) == 0


async def test_a_ninth_is_refused(centre: Centre) -> None:
    call_id, _ = await talking(centre)
    desk = centre.stories.agents
    for n in range(6):
        desk.consult(ANN, call_id, ToNumber(number=f"0108888666{n}"))
        centre.sip.pick_up(next(i for i, s in centre.sip.sessions.items() if s.target and not s.answered))
        desk.join(ANN, call_id)
    assert len(centre.switchboard.ports) == 8

    with pytest.raises(CallIsFull):
        desk.consult(ANN, call_id, TO_BOB)
    assert centre.state(BOB) == ("READY", None)
