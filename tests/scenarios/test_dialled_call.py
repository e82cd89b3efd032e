"""A desk phone that is in no call dials: a colleague, a number outside, a number of ours, or something that leads nowhere."""

from dataclasses import replace

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.calls.cdr import Outcome
from banjie.calls.dispositions import SystemDisposition
from banjie.media.model import PortId
from banjie.sip.model import SessionId, TrunkTarget, UserPeer
from banjie.stories.ports import ToQueue
from banjie.stories.views import CallView, OfferView
from tests.fakes.centre import ANN, BOB, CAT, GENERAL, Centre

pytestmark = pytest.mark.story

RING_BACK = [("ring_back",)]
IDLE, AWAY, TALKING = ("READY", None), ("OFFLINE", None), ("TALKING", None)


@pytest.fixture
def centre() -> Centre:
    made = Centre()
    made.sip.registered |= {"1001", "1002"}
    return made


def dials(centre: Centre, dialled: str, extension: str = "1001", **more: bytes | None) -> SessionId:
    return centre.sip.call(dialled, caller=extension, peer=UserPeer(username=extension), **more)  # type: ignore[arg-type]


def port(centre: Centre, session: SessionId) -> PortId:
    leg = centre.stories.legs.of_session(session)
    assert leg is not None
    return leg.port_id


def outside(centre: Centre) -> SessionId:
    (found,) = [
        i for i, s in centre.sip.sessions.items() if s.target == TrunkTarget(name="carrier") and not s.ended
    ]
    return found


def call_on(centre: Centre, agent_id: AgentId = ANN) -> CallView | None:
    view = centre.board.topics[f"me/{agent_id}"].get("call")
    assert view is None or isinstance(view, CallView)
    return view


def all_is_quiet(centre: Centre) -> bool:
    return (centre.switchboard.ports, len(centre.stories.floor), centre.sip.open_sessions) == ({}, 0, [])


# -- a number outside -----------------------------------------------------------------------------------


async def test_a_number_outside_is_a_call_placed_at_the_desk(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    phone = dials(centre, "010 8888 6666")

    (call_id,) = centre.log.call_ids
    assert (centre.sip.sessions[phone].rang, centre.sip.sessions[phone].answered) == (1, False)
    assert centre.switchboard.playing(port(centre, phone)) == RING_BACK
    assert (
        centre.sip.sessions[outside(centre)].shown == "01066668888"
    )  # never the phone's word, never a 400 number
    shown = call_on(centre)
    assert shown is not None
    assert (shown.state, shown.is_on_phone, centre.state(ANN)) == ("PLACING", True, TALKING)
    centre.wait(6.0)
    centre.sip.pick_up(outside(centre))

    assert centre.sip.sessions[phone].answered
    customer = centre.caller_port(call_id)
    assert centre.switchboard.hears(port(centre, phone)) == {customer}
    assert centre.switchboard.hears(customer) == {port(centre, phone)}
    centre.stories.agents.hold(ANN, call_id)
    assert centre.switchboard.playing(customer) == [("music",)]
    centre.stories.agents.resume(ANN, call_id)
    centre.wait(30.0)
    centre.sip.end(phone)

    cdr = centre.log.cdr(call_id)
    assert (cdr.direction, cdr.outcome, cdr.talk_s, cdr.agent_id) == ("out", Outcome.ANSWERED, 30.0, ANN)
    assert (cdr.dialled, cdr.caller, cdr.end_reason) == ("01088886666", "01066668888", "agent_hung_up")
    assert len(centre.switchboard.recorded) == 1
    assert centre.state(ANN) == ("ACW", None)
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")
    assert centre.state(ANN) == IDLE
    assert all_is_quiet(centre)


@pytest.mark.parametrize(
    ("status", "told", "reason"),
    [(486, 486, "busy"), (404, 480, "not_reached"), (480, 480, "no_answer"), (None, 480, "no_answer")],
)
def test_whom_it_does_not_reach_its_phone_is_told(
    centre: Centre, status: int | None, told: int, reason: str
) -> None:
    centre.ready(ANN, "phone")
    phone = dials(centre, "13800001234")
    if status is None:
        centre.wait(46.0)
    else:
        centre.sip.end(outside(centre), status)

    assert centre.sip.sessions[phone].rejected == told
    cdr = centre.log.cdr(centre.log.call_ids[0])
    assert (cdr.end_reason, cdr.outcome) == (reason, Outcome.NOT_REACHED)
    assert (centre.state(ANN), call_on(centre)) == (IDLE, None)
    assert all_is_quiet(centre)


def test_who_puts_his_phone_down_while_it_rings_is_free(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    phone = dials(centre, "13800001234")
    rung = outside(centre)

    centre.sip.end(phone)

    assert centre.sip.sessions[rung].ended
    assert centre.log.cdr(centre.log.call_ids[0]).end_reason == "agent_hung_up"
    assert centre.state(ANN) == IDLE
    assert all_is_quiet(centre)


def test_no_queue_offers_him_a_call_meanwhile_and_from_a_break_he_returns_to_it(centre: Centre) -> None:
    centre.stories.agents.set_state(ANN, "BREAK", "lunch", "phone")
    dials(centre, "13800001234")
    centre.sip.call("4000000001")
    waiting = centre.log.call_ids[-1]
    centre.press(waiting, "0")
    assert "AgentOffered" not in centre.log.kinds(waiting)

    centre.sip.end(outside(centre), 486)

    assert centre.state(ANN) == ("BREAK", "lunch")


def test_who_is_not_signed_in_may_call_and_is_away_again_after_it(centre: Centre) -> None:
    phone = dials(centre, "13800001234")
    assert centre.state(ANN) == TALKING
    centre.sip.pick_up(outside(centre))
    centre.sip.end(phone)

    assert centre.state(ANN) == AWAY  # with no screen to write it up on
    assert centre.log.kinds(centre.log.call_ids[0])[-1] == "CallDisposed"
    assert centre.log.cdr(centre.log.call_ids[0]).disposition == SystemDisposition.INTERRUPTED
    assert all_is_quiet(centre)


async def test_who_signs_in_during_the_call_has_its_after_call_work(centre: Centre) -> None:
    phone = dials(centre, "13800001234")
    centre.sip.pick_up(outside(centre))
    centre.ready(ANN, "phone")
    centre.sip.end(phone)
    assert centre.state(ANN) == ("ACW", None)
    await centre.stories.agents.dispose(ANN, centre.log.call_ids[0], "enquiry", "")

    assert centre.state(ANN) == IDLE


async def test_it_is_handed_on_from_the_desk_and_by_the_phone_alike(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    dials(centre, "13800001234")
    centre.sip.pick_up(outside(centre))
    centre.ready(BOB)
    centre.stories.agents.transfer(ANN, centre.log.call_ids[0], ToQueue(queue_id=GENERAL))
    assert centre.log.kinds(centre.log.call_ids[0])[-2:] == ["CallQueued", "AgentOffered"]

    other = Centre()
    other.sip.registered |= {"1001", "1002"}
    other.ready(ANN, "phone")
    other.ready(BOB, "phone")
    phone = dials(other, "13800001234")
    other.sip.pick_up(outside(other))
    assert other.sip.ask_refer(phone, "1002").refer_told == [200]
    bob = other.sip.ringing("1002")
    assert bob is not None
    other.sip.pick_up(bob)
    assert other.switchboard.hears(port(other, bob)) == {other.caller_port(other.log.call_ids[0])}


def test_a_phone_that_offers_no_sound_is_answered_with_ours(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    phone = dials(centre, "13800001234", body=None)
    assert (centre.sip.sessions[phone].rang, centre.sip.sessions[phone].said) == (1, None)

    centre.sip.pick_up(outside(centre))

    assert centre.sip.sessions[phone].answered
    assert centre.sip.sessions[phone].our_sdp


def test_a_call_that_goes_in_circles_ends(centre: Centre) -> None:
    centre.sip.call("13800001234", caller="1001", hops_left=5, peer=UserPeer(username="1001"))

    assert centre.sip.sessions[outside(centre)].hops_left == 4


# -- a colleague ----------------------------------------------------------------------------------------


async def test_a_colleague_rings_where_he_answers(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    centre.ready(BOB)
    phone = dials(centre, "1002")
    offer = centre.board.topics["me/1002"]["offer"]
    assert isinstance(offer, OfferView)
    assert (offer.kind, offer.from_name) == ("internal", {"zh": "1001", "en": "1001"})
    assert centre.switchboard.playing(port(centre, phone)) == RING_BACK

    await centre.stories.agents.answer(BOB, centre.log.call_ids[0], "offer")

    assert centre.sip.sessions[phone].answered
    (bob,) = centre.switchboard.hears(port(centre, phone))
    assert centre.switchboard.hears(bob) == {port(centre, phone)}
    centre.sip.end(phone)
    cdr = centre.log.cdr(centre.log.call_ids[0])
    assert (cdr.direction, cdr.dialled, cdr.caller) == ("internal", "1002", "1001")
    assert (centre.state(ANN), centre.state(BOB)) == (IDLE, IDLE)
    assert all_is_quiet(centre)


def test_a_colleague_at_his_desk_phone(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    centre.ready(BOB, "phone")
    phone = dials(centre, "1002")
    bob = centre.sip.ringing("1002")
    assert bob is not None
    centre.sip.pick_up(bob)

    assert centre.switchboard.hears(port(centre, phone)) == {port(centre, bob)}
    centre.sip.end(bob)
    assert centre.sip.sessions[phone].ended
    assert (centre.state(ANN), centre.state(BOB)) == (IDLE, IDLE)


def test_a_colleague_whose_phone_is_gone_is_not_reached(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    centre.ready(BOB, "phone")
    centre.sip.registered.discard("1002")
    phone = dials(centre, "1002")

    assert centre.sip.sessions[phone].rejected == 480
    assert centre.log.cdr(centre.log.call_ids[0]).outcome is Outcome.NOT_REACHED
    assert (centre.state(ANN), centre.state(BOB)) == (IDLE, IDLE)
    assert all_is_quiet(centre)


def test_who_is_not_free_is_busy_and_so_is_who_has_a_call_already(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    assert centre.sip.sessions[dials(centre, "1002")].rejected == 486  # Bob is away

    dials(centre, "13800001234")
    second = dials(centre, "13900001234")

    assert centre.sip.sessions[second].rejected == 486
    assert len(centre.log.call_ids) == 1


# -- a number of ours -----------------------------------------------------------------------------------


def test_a_number_of_ours_is_called_like_any_caller_does(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    phone = dials(centre, "4000000001")
    (call_id,) = centre.log.call_ids
    assert centre.switchboard.playing(port(centre, phone)) == [("welcome.zh",)]
    shown = call_on(centre)
    assert shown is not None
    assert (shown.is_inside, shown.caller.number, centre.state(ANN)) == (True, "4000000001", TALKING)

    centre.press(call_id, "0")  # he waits in a queue he serves himself
    assert "AgentOffered" not in centre.log.kinds(call_id)
    centre.ready(BOB, "phone")
    bob = centre.sip.ringing("1002")
    assert bob is not None
    centre.sip.pick_up(bob)
    assert centre.switchboard.hears(port(centre, phone)) == {port(centre, bob)}
    centre.sip.end(bob)

    assert centre.sip.sessions[phone].ended
    assert (centre.state(ANN), call_on(centre)) == (IDLE, None)
    assert centre.state(BOB) == ("ACW", None)
    cdr = centre.log.cdr(call_id)
    assert (cdr.direction, cdr.agent_id) == ("in", BOB)


def test_he_is_not_offered_his_own_call_when_he_gives_it_up(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    phone = dials(centre, "4000000001")
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")

    centre.sip.end(phone)

    assert (centre.state(ANN), centre.sip.ringing("1001")) == (IDLE, None)
    assert "AgentOffered" not in centre.log.kinds(call_id)
    assert all_is_quiet(centre)


def test_he_ends_it_at_his_desk_too(centre: Centre) -> None:
    phone = dials(centre, "4000000001")
    (call_id,) = centre.log.call_ids

    centre.stories.agents.hang_up(ANN, call_id)

    assert centre.sip.sessions[phone].ended
    assert (centre.state(ANN), centre.log.cdr(call_id).end_reason) == (AWAY, "caller_hung_up")


# -- what leads nowhere ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialled", "status", "words"),
    [
        ("1099", 404, "no_such_number.zh"),
        ("hello", 404, "no_such_number.zh"),
        ("1001", 404, "no_such_number.zh"),  # himself
        (GENERAL, 404, "no_such_number.zh"),  # a queue has no number
        ("0108888", 484, "no_such_number.zh"),
    ],
)
def test_what_leads_nowhere_is_said_and_then_refused(
    centre: Centre, dialled: str, status: int, words: str
) -> None:
    centre.ready(ANN, "phone")
    phone = dials(centre, dialled)
    assert (centre.sip.sessions[phone].rejected, centre.sip.sessions[phone].answered) == (None, False)
    assert centre.switchboard.playing(port(centre, phone)) == [(words,)]

    centre.switchboard.finish_plays(port(centre, phone))

    assert centre.sip.sessions[phone].rejected == status
    assert centre.state(ANN) == IDLE
    assert all_is_quiet(centre)
    assert centre.log.call_ids == []


def test_without_a_trunk_that_leads_out_it_is_said(centre: Centre) -> None:
    centre.set_up.house = replace(centre.set_up.house, outbound_trunk=None)
    phone = dials(centre, "13800001234")
    assert centre.switchboard.playing(port(centre, phone)) == [("no_outside_line.zh",)]

    centre.switchboard.finish_plays(port(centre, phone))

    assert centre.sip.sessions[phone].rejected == 503
    assert (centre.state(ANN), all_is_quiet(centre)) == (AWAY, True)


def test_who_does_not_listen_to_the_end_leaves_nothing_behind(centre: Centre) -> None:
    phone = dials(centre, "1099")
    centre.sip.end(phone)

    assert all_is_quiet(centre)


def test_where_nothing_is_spoken_it_is_refused_at_once(centre: Centre) -> None:
    centre.prompts.are_spoken = False
    assert centre.sip.sessions[dials(centre, "1099")].rejected == 404
    centre.prompts.are_spoken = True
    assert centre.sip.sessions[dials(centre, "1099", body=None)].rejected == 404
    assert all_is_quiet(centre)


def test_only_phones_of_people_here_call_out(centre: Centre) -> None:
    """A trunk, and a user who takes no calls, reach our numbers and nothing else."""
    assert centre.sip.sessions[centre.sip.call("13800001234")].rejected == 404
    assert centre.sip.sessions[dials(centre, "13800001234", "door")].rejected == 404
    assert centre.state(CAT) == AWAY
    assert centre.log.call_ids == list[CallId]()
