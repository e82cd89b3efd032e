"""Whole calls in virtual time: from the first ring to the disposition, and every way it can go wrong between."""

import asyncio

import pytest

from banjie.calls.cdr import Outcome
from banjie.calls.errors import NoSuchCall
from banjie.routing.errors import NoSuchOffer
from banjie.sip.events import AnswerReceived, OfferReceived
from banjie.stories.views import AcwView, CallView, OfferView, QueueView, VisitorCallView
from tests.fakes.centre import ACW_S, ANN, BOB, GENERAL, RING_S, URGENT, Centre
from tests.fakes.sip import their_sdp

pytestmark = pytest.mark.story

NUMBER = "4000000001"


@pytest.fixture
def centre() -> Centre:
    return Centre()


async def answer(centre: Centre, agent_id: str, call_id: str) -> str:
    return (await centre.stories.agents.answer(agent_id, call_id, "offer")).sdp  # type: ignore[arg-type]


async def test_a_call_is_answered_in_a_browser_and_closed(centre: Centre) -> None:
    centre.ready(ANN)
    session = centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    caller = centre.caller_port(call_id)
    assert centre.sip.sessions[session].answered
    assert centre.switchboard.playing(caller) == [("welcome.zh",)]

    centre.press(call_id, "0")
    assert centre.switchboard.playing(caller) == [("music",)]
    offer = centre.board.topics["me/1001"]["offer"]
    assert isinstance(offer, OfferView)
    assert offer.caller.number == "138****1234"
    assert [p.digit for p in offer.pressed] == ["0"]

    centre.wait(4.0)
    assert await answer(centre, ANN, call_id) == "answer"
    agent = centre.agent_port(call_id)
    assert centre.switchboard.hears(caller) == {agent}
    assert centre.switchboard.hears(agent) == {caller}
    assert centre.switchboard.playing(caller) == []
    assert "offer" not in centre.board.topics["me/1001"]

    centre.stories.agents.hold(ANN, call_id)
    assert centre.switchboard.hears(caller) == centre.switchboard.hears(agent) == set()
    assert centre.switchboard.playing(caller) == [("music",)]
    centre.wait(10.0)
    centre.stories.agents.resume(ANN, call_id)
    centre.stories.agents.mute(ANN, call_id, True)
    assert centre.switchboard.hears(caller) == set()
    assert centre.switchboard.hears(agent) == {caller}
    view = centre.board.topics["me/1001"]["call"]
    assert isinstance(view, CallView)
    assert view.muted

    centre.wait(10.0)
    centre.stories.agents.hang_up(ANN, call_id)
    assert centre.sip.open_sessions == []
    assert centre.switchboard.ports == {}
    assert centre.state(ANN) == ("ACW", None)
    assert isinstance(centre.board.topics["me/1001"]["acw"], AcwView)

    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "余额")
    assert centre.state(ANN) == ("READY", None)
    assert "acw" not in centre.board.topics["me/1001"]
    assert centre.log.kinds(call_id) == [
        "CallArrived",
        "CallAnswered",
        "ScriptStarted",
        "DigitChosen",
        "CallQueued",
        "AgentOffered",
        "AgentConnected",
        "RecordingStarted",
        "CallHeld",
        "CallResumed",
        "CallEnded",
        "RecordingSaved",
        "CallDisposed",
    ]
    cdr = centre.log.cdr(call_id)
    assert (cdr.outcome, cdr.wait_s, cdr.talk_s, cdr.hold_s) == (Outcome.ANSWERED, 4.0, 20.0, 10.0)
    assert cdr.recording_file == f"2026/11/23/{call_id}.flac"
    assert len(centre.stories.floor) == 0


async def test_an_unanswered_offer_goes_to_the_next_agent_and_the_silent_one_is_set_aside(
    centre: Centre,
) -> None:
    centre.ready(ANN)
    centre.wait(1.0)
    centre.ready(BOB)
    centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    assert "offer" in centre.board.topics["me/1001"]

    centre.wait(RING_S)

    assert "offer" not in centre.board.topics["me/1001"]
    assert "offer" in centre.board.topics["me/1002"]
    assert centre.state(ANN) == ("BREAK", "RingingTimeout")
    with pytest.raises(NoSuchOffer):
        await answer(centre, ANN, call_id)
    await answer(centre, BOB, call_id)
    assert centre.log.cdr(call_id).offers_count == 2
    assert centre.log.cdr(call_id).agent_id == BOB


def test_a_caller_who_leaves_while_an_agent_rings_leaves_nothing_ringing(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    centre.ready(ANN, "phone")
    session = centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    ringing = centre.sip.ringing("1001")
    assert ringing is not None

    centre.sip.end(session)

    assert centre.sip.sessions[ringing].ended
    assert centre.state(ANN) == ("READY", None)
    assert centre.log.cdr(call_id).outcome is Outcome.ABANDONED_RINGING
    assert centre.switchboard.ports == {}
    assert len(centre.stories.floor) == 0


def test_a_desk_phone_rings_answers_and_hangs_up(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    centre.ready(ANN, "phone")
    session = centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    phone = centre.sip.ringing("1001")
    assert phone is not None

    centre.sip.pick_up(phone)
    assert centre.switchboard.hears(centre.caller_port(call_id)) == {centre.agent_port(call_id)}
    assert centre.state(ANN) == ("TALKING", None)

    centre.sip.end(phone)
    assert centre.sip.sessions[session].ended
    assert centre.log.cdr(call_id).end_reason == "agent_hung_up"
    centre.wait(ACW_S)
    assert centre.state(ANN) == ("READY", None)


def test_a_desk_phone_that_takes_the_call_back_by_asking_for_our_offer_is_heard_again(centre: Centre) -> None:
    """Some exchanges hold with an offer of theirs and resume with an INVITE that asks for ours."""
    centre.sip.registered.add("1001")
    centre.ready(ANN, "phone")
    centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    phone = centre.sip.ringing("1001")
    assert phone is not None
    centre.sip.pick_up(phone)

    centre.sip.on_event(OfferReceived(session_id=phone, body=their_sdp(30002, "inactive")))
    assert centre.switchboard.hears(centre.caller_port(call_id)) == set()
    centre.sip.on_event(OfferReceived(session_id=phone, body=b""))
    assert b"a=sendrecv" in centre.sip.sessions[phone].offers_answered[-1]
    centre.sip.on_event(AnswerReceived(session_id=phone, body=their_sdp(30002)))

    assert centre.switchboard.hears(centre.caller_port(call_id)) == {centre.agent_port(call_id)}


def test_a_phone_that_is_not_registered_sets_its_agent_aside_at_once(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    centre.wait(1.0)
    centre.ready(BOB)
    centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids

    centre.press(call_id, "0")

    assert centre.state(ANN) == ("BREAK", "Unreachable")
    assert "offer" in centre.board.topics["me/1002"]
    assert centre.switchboard.ports.keys() == {centre.caller_port(call_id)}


def test_a_phone_that_declines_passes_the_call_on(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    centre.ready(ANN, "phone")
    centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    phone = centre.sip.ringing("1001")
    assert phone is not None

    centre.sip.end(phone, 486)

    assert centre.state(ANN) == ("BREAK", "RejectCall")
    assert centre.log.kinds(call_id)[-1] == "OfferFailed"


async def test_a_caller_who_leaves_while_the_browser_connects_is_not_answered(centre: Centre) -> None:
    centre.ready(ANN)
    session = centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    centre.browsers.opening = asyncio.Event()
    answering = asyncio.create_task(answer(centre, ANN, call_id))
    await asyncio.sleep(0)

    centre.sip.end(session)
    centre.browsers.opening.set()

    with pytest.raises(NoSuchOffer):
        await answering
    assert centre.switchboard.ports == {}
    assert centre.state(ANN) == ("READY", None)


def test_urgent_calls_are_offered_first_and_silence_leads_to_a_person(centre: Centre) -> None:
    centre.sip.call(NUMBER)
    centre.sip.call(NUMBER)
    silent, urgent = centre.log.call_ids
    for _ in range(2):  # the welcome, and once more
        centre.switchboard.finish_plays(centre.caller_port(silent))
        centre.wait(5.0)
    assert centre.log.cdr(silent).queue_id == GENERAL
    centre.press(urgent, "2")
    assert centre.log.cdr(urgent).queue_id == URGENT

    centre.ready(ANN)

    offer = centre.board.topics["me/1001"]["offer"]
    assert isinstance(offer, OfferView)
    assert offer.call_id == urgent


async def test_a_break_asked_for_during_a_call_is_taken_after_it(centre: Centre) -> None:
    centre.ready(ANN)
    centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    await answer(centre, ANN, call_id)

    centre.stories.agents.set_state(ANN, "BREAK", "lunch", "browser")
    assert centre.state(ANN) == ("TALKING", None)
    centre.stories.agents.hang_up(ANN, call_id)
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")

    assert centre.state(ANN) == ("BREAK", "lunch")


async def test_nobody_acts_on_another_agents_call(centre: Centre) -> None:
    centre.ready(ANN)
    centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    await answer(centre, ANN, call_id)

    for act in (centre.stories.agents.hang_up, centre.stories.agents.hold, centre.stories.agents.extend_acw):
        with pytest.raises(NoSuchCall):
            act(BOB, call_id)
    assert centre.state(ANN) == ("TALKING", None)


def test_the_script_says_goodbye_and_ends(centre: Centre) -> None:
    session = centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "4")
    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("bye.zh",)]

    centre.switchboard.finish_plays(centre.caller_port(call_id))

    assert centre.sip.sessions[session].ended
    assert centre.log.cdr(call_id).outcome is Outcome.SERVED_BY_SCRIPT


def test_a_caller_who_leaves_before_prompts_nobody_hears_are_over_stays_ended(centre: Centre) -> None:
    centre.prompts.are_spoken = False
    session = centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "5")

    centre.sip.end(session)
    centre.wait(1.0)

    assert centre.log.cdr(call_id).end_reason == "caller_hung_up"
    assert len(centre.stories.floor) == 0


def test_a_script_hands_the_caller_to_a_number_outside(centre: Centre) -> None:
    session = centre.sip.call(NUMBER)
    (call_id,) = centre.log.call_ids
    caller = centre.caller_port(call_id)
    centre.press(call_id, "3")
    assert centre.switchboard.playing(caller) == [("ring_back",)]
    (outside,) = set(centre.sip.open_sessions) - {session}

    centre.sip.pick_up(outside)
    assert centre.switchboard.hears(caller) == {centre.agent_port(call_id)}

    centre.sip.end(outside)
    assert centre.sip.sessions[session].ended
    assert centre.log.cdr(call_id).outcome is Outcome.TRANSFERRED


def test_a_call_handed_on_in_circles_ends(centre: Centre) -> None:
    """A number outside may lead back to us: each round leaves one hop less, and a call with none left is refused."""
    session = centre.sip.call(NUMBER, hops_left=5)
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "3")
    (outside,) = set(centre.sip.open_sessions) - {session}

    assert centre.sip.sessions[outside].hops_left == 4


def test_an_unknown_number_and_a_full_house_are_refused(centre: Centre) -> None:
    refused = centre.sip.call("4000000123")
    assert centre.sip.sessions[refused].rejected == 404
    for _ in range(50):
        centre.sip.call(NUMBER)
    refused = centre.sip.call(NUMBER)
    assert centre.sip.sessions[refused].rejected == 503
    assert len(centre.log.call_ids) == 50


def test_an_offer_without_a_common_codec_is_refused_and_leaves_nothing(centre: Centre) -> None:
    body = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n"
    refused = centre.sip.call(NUMBER, body=body)

    assert centre.sip.sessions[refused].rejected == 488
    assert centre.switchboard.ports == {}


def test_the_diagnostic_numbers_echo_and_join(centre: Centre) -> None:
    centre.sip.call("4000000099")
    (port,) = centre.switchboard.ports
    assert centre.switchboard.hears(port) == {port}

    for _ in range(3):
        centre.sip.call("4000000097")
    one, two, three = sorted(centre.switchboard.ports)[1:]
    assert centre.switchboard.hears(one) == {two, three}
    assert centre.switchboard.hears(three) == {one, two}


async def test_the_wallboard_counts_what_became_of_calls(centre: Centre) -> None:
    centre.ready(ANN)
    centre.sip.call(NUMBER)
    (answered,) = centre.log.call_ids
    centre.press(answered, "0")
    await answer(centre, ANN, answered)
    leaving = centre.sip.call(NUMBER)
    centre.press(centre.log.call_ids[1], "0")
    centre.wait(21.0)
    queue = centre.board.topics["wallboard"][f"queue/{GENERAL}"]
    assert isinstance(queue, QueueView)
    assert (queue.waiting_count, queue.longest_since is not None) == (1, True)

    centre.sip.end(leaving)
    centre.wait(1.0)

    queue = centre.board.topics["wallboard"][f"queue/{GENERAL}"]
    assert isinstance(queue, QueueView)
    assert (queue.waiting_count, queue.offered_count, queue.answered_count, queue.abandoned_count) == (
        0,
        2,
        1,
        1,
    )
    assert queue.service_level_ratio == 0.5


async def test_a_visitor_calls_from_the_page(centre: Centre) -> None:
    centre.ready(ANN)
    visit = await centre.stories.visitors.call(NUMBER, "offer", "en", "127.0.0.1")
    assert centre.stories.visitors.is_token_of(visit.call_id, visit.token)
    assert not centre.stories.visitors.is_token_of(visit.call_id, "x")
    assert centre.switchboard.playing(centre.caller_port(visit.call_id)) == [("welcome.en",)]

    view = centre.board.topics[f"visitor/{visit.call_id}"]["call"]
    assert isinstance(view, VisitorCallView)
    assert (view.state, view.prompt) == ("IN_SCRIPT", {"zh": "welcome", "en": "welcome"})
    assert view.choices["0"] == {"zh": "人工", "en": "person"}

    centre.stories.visitors.send_digits(visit.call_id, "0")
    await answer(centre, ANN, visit.call_id)
    assert centre.switchboard.hears(centre.caller_port(visit.call_id)) == {centre.agent_port(visit.call_id)}

    centre.stories.visitors.hang_up(visit.call_id)
    assert centre.log.cdr(visit.call_id).end_reason == "caller_hung_up"
    assert not centre.stories.visitors.is_token_of(visit.call_id, visit.token)


def test_a_caller_on_an_offerless_invite_is_heard_after_his_answer(centre: Centre) -> None:
    session = centre.sip.call(NUMBER, body=None)
    (call_id,) = centre.log.call_ids
    port = centre.switchboard.ports[centre.caller_port(call_id)]
    assert port.remote is None

    centre.sip.on_event(AnswerReceived(session_id=session, body=their_sdp(30044)))

    assert port.remote is not None
    assert port.remote.port == 30044
