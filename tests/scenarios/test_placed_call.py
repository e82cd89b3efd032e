"""An agent calls out, or a colleague: he hears it ring, is offered nothing meanwhile, and it is a call like any other after."""

from dataclasses import replace

import pytest

from banjie.base.ids import AgentId, CallId, CustomerId, TenantId
from banjie.base.phones import NotAPhoneNumber
from banjie.calls.cdr import Outcome
from banjie.customers.model import Customer, Level
from banjie.media.model import PortId
from banjie.sip.model import SessionId, TrunkTarget
from banjie.stories.agent_desk import NoCustomer
from banjie.stories.guests import ColleagueNotFree, NoSuchColleague
from banjie.stories.legs import CannotDial
from banjie.stories.placed_call import NotIdle
from banjie.stories.ports import ToColleague, ToNumber, ToQueue
from banjie.stories.views import CallView, OfferView
from tests.fakes.centre import ANN, BOB, GENERAL, URGENT, Centre

pytestmark = pytest.mark.story

CUSTOMER = ToNumber(number="138 0000 1234")
TO_BOB = ToColleague(agent_id=BOB)


@pytest.fixture
def centre() -> Centre:
    made = Centre()
    made.ready(ANN)
    return made


def callee(centre: Centre) -> SessionId:
    (found,) = [
        i for i, s in centre.sip.sessions.items() if s.target == TrunkTarget(name="carrier") and not s.ended
    ]
    return found


def call_on(centre: Centre, agent_id: AgentId) -> CallView | None:
    view = centre.board.topics[f"me/{agent_id}"].get("call")
    assert view is None or isinstance(view, CallView)
    return view


async def placed(centre: Centre) -> CallId:
    made = await centre.stories.agents.place(ANN, CUSTOMER, "offer")
    assert made.sdp == "answer"
    return made.call_id


async def test_he_hears_it_ring_and_then_the_customer(centre: Centre) -> None:
    call_id = await placed(centre)
    ann = centre.agent_port(call_id)
    assert centre.switchboard.playing(ann) == [("ring_back",)]
    assert centre.state(ANN) == ("TALKING", None)
    shown = call_on(centre, ANN)
    assert shown is not None
    assert (shown.state, shown.caller.number, shown.dialled) == ("PLACING", "138****1234", "138****1234")
    centre.wait(8.0)

    centre.sip.pick_up(callee(centre))

    customer = centre.caller_port(call_id)
    assert (centre.switchboard.hears(ann), centre.switchboard.hears(customer)) == ({customer}, {ann})
    assert centre.switchboard.playing(ann) == []
    centre.wait(30.0)
    centre.sip.end(callee(centre))
    cdr = centre.log.cdr(call_id)
    assert (cdr.direction, cdr.outcome, cdr.talk_s, cdr.wait_s) == ("out", Outcome.ANSWERED, 30.0, None)
    assert (cdr.dialled, cdr.caller) == ("13800001234", "01066668888")
    assert centre.state(ANN) == ("ACW", None)
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")
    assert centre.state(ANN) == ("READY", None)
    assert len(centre.switchboard.recorded) == 1


@pytest.mark.parametrize(
    ("status", "reason"), [(486, "busy"), (480, "no_answer"), (404, "not_reached"), (None, "no_answer")]
)
async def test_whom_he_does_not_reach_costs_him_nothing(
    centre: Centre, status: int | None, reason: str
) -> None:
    call_id = await placed(centre)
    if status is None:
        centre.wait(46.0)
    else:
        centre.sip.end(callee(centre), status)

    cdr = centre.log.cdr(call_id)
    assert (cdr.end_reason, cdr.outcome, cdr.agent_id) == (reason, Outcome.NOT_REACHED, ANN)
    assert (centre.state(ANN), call_on(centre, ANN)) == (("READY", None), None)
    assert centre.switchboard.ports == {}
    assert len(centre.stories.floor) == 0


async def test_what_is_learnt_of_him_after_the_end_brings_nothing_back(centre: Centre) -> None:
    ongoing = centre.stories.floor.get(await placed(centre))
    centre.sip.end(callee(centre), 486)

    centre.stories.screens.show_call(ongoing)  # as a look-up does that took its time

    assert call_on(centre, ANN) is None


async def test_no_queue_offers_him_a_call_meanwhile_and_from_a_break_he_returns_to_it(centre: Centre) -> None:
    centre.stories.agents.set_state(ANN, "BREAK", "lunch", "browser")
    await placed(centre)
    centre.sip.call("4000000001")
    waiting = centre.log.call_ids[-1]
    centre.press(waiting, "0")
    assert "AgentOffered" not in centre.log.kinds(waiting)

    centre.sip.end(callee(centre), 486)

    assert centre.state(ANN) == ("BREAK", "lunch")
    assert "AgentOffered" not in centre.log.kinds(waiting)


async def test_he_hangs_up_while_it_rings(centre: Centre) -> None:
    call_id = await placed(centre)
    session = callee(centre)

    centre.stories.agents.hang_up(ANN, call_id)

    assert centre.sip.sessions[session].ended
    assert centre.log.cdr(call_id).end_reason == "agent_hung_up"
    assert (centre.state(ANN), centre.switchboard.ports) == (("READY", None), {})


async def test_who_is_called_is_known(centre: Centre) -> None:
    centre.callers.customers["13800001234"] = Customer(
        customer_id=CustomerId("k1"),
        tenant_id=TenantId("t"),
        name="王丽华",
        level=Level.VIP,
        region="北京",
        numbers=("+8613800001234",),
        language=None,
        note="",
        created_at=centre.clock.utc(),
    )
    call_id = await placed(centre)
    centre.sip.pick_up(callee(centre))

    shown = call_on(centre, ANN)
    assert shown is not None
    assert (shown.caller.customer_name, centre.log.cdr(call_id).customer_id) == ("王丽华", "k1")


async def test_a_call_he_placed_is_handed_on_like_any_other(centre: Centre) -> None:
    call_id = await placed(centre)
    centre.sip.pick_up(callee(centre))
    centre.ready(BOB)
    centre.stories.agents.transfer(ANN, call_id, TO_BOB)
    await centre.stories.agents.answer(BOB, call_id, "offer")

    assert centre.switchboard.hears(centre.caller_port(call_id)) == {centre.agent_port(call_id)}


async def test_from_his_desk_phone_it_rings_him_first(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    centre.ready(ANN, "phone")
    made = await centre.stories.agents.place(ANN, CUSTOMER, None)
    assert made.sdp is None
    mine = centre.sip.ringing("1001")
    assert mine is not None
    assert len(centre.sip.open_sessions) == 1

    centre.sip.pick_up(mine)
    centre.sip.pick_up(callee(centre))

    assert centre.switchboard.hears(centre.caller_port(made.call_id)) == {centre.agent_port(made.call_id)}
    centre.sip.end(mine)
    assert centre.log.cdr(made.call_id).end_reason == "agent_hung_up"
    assert centre.switchboard.ports == {}


async def test_a_colleague_is_called_and_neither_has_after_call_work(centre: Centre) -> None:
    centre.ready(BOB)
    made = await centre.stories.agents.place(ANN, TO_BOB, "offer")
    ann = centre.agent_port(made.call_id)
    assert centre.switchboard.playing(ann) == [("ring_back",)]
    offer = centre.board.topics["me/1002"]["offer"]
    assert isinstance(offer, OfferView)
    assert (offer.kind, offer.from_name) == ("internal", {"zh": "1001", "en": "1001"})

    await centre.stories.agents.answer(BOB, made.call_id, "offer")
    (bob,) = centre.switchboard.hears(ann)
    assert centre.switchboard.hears(bob) == {ann}
    centre.stories.agents.hang_up(BOB, made.call_id)

    assert (centre.state(ANN), centre.state(BOB)) == (("READY", None), ("READY", None))
    cdr = centre.log.cdr(made.call_id)
    assert (cdr.direction, cdr.dialled, cdr.caller) == ("internal", "1002", "1001")
    assert centre.switchboard.ports == {}
    assert len(centre.stories.floor) == 0


async def test_between_colleagues_there_is_nobody_to_hand_on(centre: Centre) -> None:
    centre.ready(BOB)
    desk = centre.stories.agents
    made = await desk.place(ANN, TO_BOB, "offer")
    await desk.answer(BOB, made.call_id, "offer")
    with pytest.raises(NoCustomer):
        desk.transfer(ANN, made.call_id, ToQueue(queue_id=GENERAL))
    with pytest.raises(NoCustomer):
        desk.complete(ANN, made.call_id)

    assert len(centre.switchboard.hears(centre.agent_port(made.call_id))) == 1


async def test_a_colleague_who_declines_is_said(centre: Centre) -> None:
    centre.ready(BOB)
    made = await centre.stories.agents.place(ANN, TO_BOB, "offer")
    centre.stories.agents.reject(BOB, made.call_id)

    assert centre.log.cdr(made.call_id).outcome is Outcome.NOT_REACHED
    assert (centre.state(ANN), centre.switchboard.ports) == (("READY", None), {})


async def test_what_cannot_be_called_is_refused_before_anything_rings(centre: Centre) -> None:
    place = centre.stories.agents.place
    with pytest.raises(NotAPhoneNumber):
        await place(ANN, ToNumber(number="abc"), "offer")
    with pytest.raises(ColleagueNotFree):
        await place(ANN, TO_BOB, "offer")
    with pytest.raises(NoSuchColleague):
        await place(ANN, ToColleague(agent_id=ANN), "offer")
    with pytest.raises(NotIdle):
        await place(BOB, CUSTOMER, "offer")
    with pytest.raises(CannotDial):
        await place(ANN, CUSTOMER, None)  # no phone of his is registered
    await placed(centre)
    with pytest.raises(NotIdle):
        await placed(centre)

    assert len(centre.log.call_ids) == 1
    assert len(centre.switchboard.ports) == 2


# -- before anybody answers -----------------------------------------------------------------------------


def spoken(centre: Centre, port_id: PortId, seconds: float) -> None:
    """Sound comes from there, every 20 ms."""
    for _ in range(round(seconds / 0.02)):
        centre.switchboard.ports[port_id].received += 1
        centre.wait(0.02)


async def test_he_hears_what_the_carrier_says_as_long_as_it_does(centre: Centre) -> None:
    call_id = await placed(centre)
    ann, rung = centre.agent_port(call_id), centre.caller_port(call_id)
    centre.sip.progress(callee(centre))
    assert centre.switchboard.playing(ann) == [("ring_back",)]  # it has promised sound, and sent none
    centre.wait(5.0)
    assert centre.switchboard.playing(ann) == [("ring_back",)]

    spoken(centre, rung, 0.5)
    assert (centre.switchboard.hears(ann), centre.switchboard.playing(ann)) == ({rung}, [])
    assert centre.switchboard.hears(rung) == set()  # nobody there hears the agent yet

    centre.wait(0.5)
    assert (centre.switchboard.hears(ann), centre.switchboard.playing(ann)) == (set(), [("ring_back",)])
    spoken(centre, rung, 0.5)
    centre.sip.end(callee(centre), 404)

    assert centre.log.cdr(call_id).end_reason == "not_reached"
    assert centre.switchboard.ports == {}
    centre.wait(1.0)
    assert list(centre.stories.deadlines) == ["minute"]  # the wallboard's


async def test_of_several_places_that_ring_he_hears_who_spoke_last_and_then_who_answered(
    centre: Centre,
) -> None:
    call_id = await placed(centre)
    ann, rung = centre.agent_port(call_id), centre.caller_port(call_id)
    remotes = []
    for port in (30004, 30006):
        centre.sip.progress(callee(centre), port)
        spoken(centre, rung, 0.5)
        remotes.append(centre.switchboard.ports[rung].remote)
        assert centre.switchboard.hears(ann) == {rung}
    assert [remote.port for remote in remotes if remote is not None] == [30004, 30006]

    centre.sip.progress(callee(centre), body=b"v=0")  # of this one nothing can be heard, and nothing is lost
    assert not centre.sip.sessions[callee(centre)].ended
    centre.sip.pick_up(callee(centre))

    answered = centre.switchboard.ports[rung].remote
    assert answered is not None
    assert answered.port == 30002
    assert (centre.switchboard.hears(ann), centre.switchboard.hears(rung)) == ({rung}, {ann})
    centre.wait(1.0)
    assert centre.switchboard.hears(ann) == {rung}


async def test_a_caller_who_is_handed_on_and_an_agent_who_asks_hear_the_carrier_too(centre: Centre) -> None:
    call_id = await placed(centre)
    centre.sip.pick_up(callee(centre))
    customer, ann = centre.caller_port(call_id), centre.agent_port(call_id)

    centre.stories.agents.consult(ANN, call_id, ToNumber(number="010 8888 6666"))
    asked = rung_for(centre, call_id)
    centre.sip.progress(asked_session(centre))
    spoken(centre, asked, 0.5)
    assert (centre.switchboard.hears(ann), centre.switchboard.playing(ann)) == ({asked}, [])
    assert centre.switchboard.playing(customer) == [("music",)]

    centre.stories.agents.complete(ANN, call_id)
    assert (centre.switchboard.hears(customer), centre.switchboard.playing(customer)) == ({asked}, [])


def rung_for(centre: Centre, call_id: CallId) -> PortId:
    (guest,) = centre.stories.floor.get(call_id).guests.values()
    assert guest.leg is not None
    return guest.leg.port_id


def asked_session(centre: Centre) -> SessionId:
    return [i for i, s in centre.sip.sessions.items() if s.target == TrunkTarget(name="carrier")][-1]


# -- handed on, and not taken ---------------------------------------------------------------------------


async def test_a_customer_nobody_takes_waits_at_the_head_of_a_queue_of_who_handed_him_on(
    centre: Centre,
) -> None:
    centre.ready(BOB)
    call_id = await placed(centre)
    centre.sip.pick_up(callee(centre))
    centre.stories.agents.transfer(ANN, call_id, TO_BOB)
    customer = centre.caller_port(call_id)
    assert centre.switchboard.playing(customer) == [("ring_back",)]

    centre.wait(20.0)

    cdr = centre.log.cdr(call_id)
    assert (cdr.queue_id in (GENERAL, URGENT), cdr.end_reason) == (True, None)
    assert centre.switchboard.playing(customer) == [("music",)]
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")
    await centre.stories.agents.answer(ANN, call_id, "offer")
    assert centre.switchboard.hears(customer) == {centre.agent_port(call_id)}


async def test_where_no_queue_of_his_is_open_the_call_has_failed(centre: Centre) -> None:
    centre.ready(BOB)
    call_id = await placed(centre)
    centre.sip.pick_up(callee(centre))
    house = centre.set_up.house
    queues = {queue_id: replace(queue, is_active=False) for queue_id, queue in house.queues.items()}
    centre.set_up.house = replace(house, queues=queues)
    centre.stories.agents.transfer(ANN, call_id, TO_BOB)

    centre.wait(20.0)

    assert centre.log.cdr(call_id).end_reason == "failed"
    assert centre.switchboard.ports == {}


async def test_his_phone_may_hold_before_anybody_answers(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    centre.ready(ANN, "phone")
    made = await centre.stories.agents.place(ANN, CUSTOMER, None)
    phone = centre.sip.ringing("1001")
    assert phone is not None
    centre.sip.pick_up(phone)
    centre.sip.hold(phone)
    assert centre.log.kinds(made.call_id) == ["CallPlaced"]

    centre.sip.pick_up(callee(centre))
    customer = centre.caller_port(made.call_id)
    assert centre.switchboard.playing(customer) == [("music",)]  # until he takes him up
    centre.sip.hold(phone, held=False)

    assert centre.switchboard.hears(customer) == {centre.agent_port(made.call_id)}
    assert centre.switchboard.playing(customer) == []
