"""Calls that come in: offered, rung, answered, refused, cancelled; each message of the peer seen."""

import pytest

from banjie.sip.events import AnswerReceived, CallOffered, DigitsReceived, OfferReceived, SessionEnded
from banjie.sip.model import Request, Response, SessionId, TrunkPeer
from banjie.sip.overload import CALM_S, LATE_S, STANDING_S, retry_after_s
from tests.sip.peer import ANSWER, OFFER, REOFFER, Scene, cseq_of, to_tag

pytestmark = pytest.mark.unit


def offered(scene: Scene, **more: object) -> CallOffered:
    scene.say(scene.build("INVITE", branch="z9hG4bK-invite", body=OFFER, **more))  # type: ignore[arg-type]
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    return event


def talking(scene: Scene, **more: object) -> tuple[SessionId, str]:
    session = offered(scene, **more).session_id
    scene.agent.answer(session, ANSWER, scene.now)
    tag = to_tag(scene.response())
    scene.say(scene.build("ACK", to_tag=tag))
    assert scene.heard() == []
    return session, tag


def all_is_forgotten(scene: Scene) -> bool:
    scene.wait(100)
    return not any(scene.agent.table_sizes().values())


def test_a_call_is_offered_rung_answered_and_hung_up_by_the_caller() -> None:
    scene = Scene()

    event = offered(scene)
    assert (event.caller, event.caller_name, event.dialled) == ("13800001234", "Wang Wu", "4000000001")
    assert (event.peer, event.body) == (TrunkPeer(name="test"), OFFER)

    scene.agent.ring(event.session_id, None, scene.now)
    ringing = scene.response()
    assert (ringing.status, ringing.body) == (180, b"")
    scene.agent.answer(event.session_id, ANSWER, scene.now)
    answered = scene.response()
    assert (answered.status, answered.body, to_tag(answered)) == (200, ANSWER, to_tag(ringing))
    assert answered.headers.get("Contact") == "<sip:banjie@192.0.2.1:5060>"

    scene.say(scene.build("ACK", to_tag=to_tag(answered)))
    assert scene.wait(10) == []
    scene.say(scene.build("BYE", to_tag=to_tag(answered), cseq=2))
    assert scene.response().status == 200
    assert scene.take_events() == [
        SessionEnded(session_id=event.session_id, status=None, reason="hung up", by="peer")
    ]
    assert all_is_forgotten(scene)


def test_while_we_are_late_new_calls_are_turned_away_and_those_under_way_served() -> None:
    """RFC 3261 §21.5.4."""
    scene = Scene()
    _, tag = talking(scene, call_id="under-way")
    scene.agent.overload.heard(LATE_S, scene.now - STANDING_S)
    scene.agent.overload.heard(LATE_S + STANDING_S, scene.now)

    scene.say(scene.build("INVITE", branch="z9hG4bK-late", call_id="new", body=OFFER))
    refused = scene.response()
    assert refused.status == 503
    assert refused.headers.get("Retry-After") == str(retry_after_s("new"))
    assert scene.take_events() == []
    scene.say(scene.build("OPTIONS", branch="z9hG4bK-options", call_id="ping"))
    assert scene.response().status == 200
    scene.say(scene.build("BYE", branch="z9hG4bK-bye", call_id="under-way", to_tag=tag, cseq=2))
    assert scene.response().status == 200
    assert len(scene.take_events()) == 1

    scene.wait(CALM_S)
    scene.say(scene.build("INVITE", branch="z9hG4bK-in-time", call_id="later", body=OFFER))
    assert [type(event) for event in scene.take_events()] == [CallOffered]
    assert scene.agent.overload.refused == 1


def test_a_retransmitted_invite_opens_no_second_session() -> None:
    scene = Scene()
    session = offered(scene).session_id
    scene.agent.ring(session, None, scene.now)
    ringing = scene.response()

    scene.say(scene.build("INVITE", branch="z9hG4bK-invite", body=OFFER))

    assert scene.response() == ringing
    assert scene.take_events() == []


def test_trying_is_said_when_nobody_says_anything_for_200_ms() -> None:
    scene = Scene()
    offered(scene)

    assert [m.status for m in scene.wait(0.25) if isinstance(m, Response)] == [100]


def test_an_answer_is_repeated_until_its_ack() -> None:
    scene = Scene()
    session = offered(scene).session_id
    scene.agent.answer(session, ANSWER, scene.now)
    answered = scene.response()

    assert scene.wait(0.5 + 1 + 2 + 4 + 4) == [answered] * 5
    scene.say(scene.build("ACK", to_tag=to_tag(answered)))
    assert scene.wait(20) == []


def test_an_answer_never_confirmed_ends_in_bye_after_32_s() -> None:
    scene = Scene()
    session = offered(scene).session_id
    scene.agent.answer(session, ANSWER, scene.now)

    heard = scene.wait(32.1)

    assert [m.method for m in heard if isinstance(m, Request)] == ["BYE"]
    (ended,) = scene.take_events()
    assert isinstance(ended, SessionEnded)
    assert ended.by == "failure"
    assert all_is_forgotten(scene)


@pytest.mark.parametrize("ringing", [False, True])
def test_cancel_before_the_answer_ends_the_call_with_487_until_ack(ringing: bool) -> None:
    scene = Scene()
    session = offered(scene).session_id
    if ringing:
        scene.agent.ring(session, None, scene.now)
        scene.heard()

    scene.say(scene.build("CANCEL", branch="z9hG4bK-invite"))

    cancelled, terminated = scene.heard()
    assert isinstance(cancelled, Response)
    assert isinstance(terminated, Response)
    assert (cancelled.status, cseq_of(cancelled)) == (200, "1 CANCEL")
    assert (terminated.status, cseq_of(terminated)) == (487, "1 INVITE")
    assert to_tag(cancelled) == to_tag(terminated)  # RFC 3261 §9.2
    (ended,) = scene.take_events()
    assert isinstance(ended, SessionEnded)
    assert (ended.status, ended.by) == (487, "peer")
    assert scene.wait(1.5) == [terminated] * 2
    scene.say(scene.build("ACK", branch="z9hG4bK-invite", to_tag=to_tag(terminated)))
    assert scene.wait(32) == []
    assert all_is_forgotten(scene)


def test_cancel_after_the_answer_changes_nothing() -> None:
    scene = Scene()
    session = offered(scene).session_id
    scene.agent.answer(session, ANSWER, scene.now)
    answered = scene.response()

    scene.say(scene.build("CANCEL", branch="z9hG4bK-invite"))

    assert scene.response().status == 200
    assert scene.take_events() == []
    scene.say(scene.build("ACK", to_tag=to_tag(answered)))
    scene.agent.hang_up(session, scene.now)
    assert scene.request().method == "BYE"


def test_cancel_of_an_unknown_call_is_481() -> None:
    scene = Scene()
    scene.say(scene.build("CANCEL"))
    assert scene.response().status == 481


def test_reject_says_why_and_when_to_come_back() -> None:
    scene = Scene()
    session = offered(scene).session_id

    scene.agent.reject(session, 503, "All lines busy", scene.now, retry_after_s=7)

    refused = scene.response()
    assert (refused.status, refused.reason, refused.headers.get("Retry-After")) == (
        503,
        "All lines busy",
        "7",
    )
    assert isinstance(scene.take_events()[0], SessionEnded)
    scene.say(scene.build("ACK", branch="z9hG4bK-invite", to_tag=to_tag(refused)))
    assert all_is_forgotten(scene)


def test_hanging_up_between_answer_and_ack_waits_for_the_ack() -> None:
    """RFC 3261 §15: the callee sends no BYE before the ACK."""
    scene = Scene()
    session = offered(scene).session_id
    scene.agent.answer(session, ANSWER, scene.now)
    answered = scene.response()

    scene.agent.hang_up(session, scene.now)
    scene.agent.hang_up(session, scene.now)

    assert scene.heard() == []
    assert len(scene.take_events()) == 1
    scene.say(scene.build("ACK", to_tag=to_tag(answered)))
    bye = scene.request()
    assert bye.method == "BYE"
    scene.reply(bye, 200)
    assert all_is_forgotten(scene)
    assert scene.take_events() == []


def test_we_hang_up_with_bye_to_the_callers_contact() -> None:
    scene = Scene()
    session, tag = talking(scene)

    scene.agent.hang_up(session, scene.now, "the agent hung up")

    bye = scene.request()
    assert (bye.method, bye.uri, cseq_of(bye)) == ("BYE", "sip:13800001234@192.0.2.2:5070", "1 BYE")
    assert bye.headers.get("Reason") == 'SIP;text="the agent hung up"'
    assert (bye.headers.get("From") or "").endswith(f";tag={tag}")
    assert [cseq_of(m) for m in scene.wait(0.6)] == ["1 BYE"]
    scene.reply(bye, 200)
    assert all_is_forgotten(scene)


def test_crossing_byes_are_both_answered() -> None:
    scene = Scene()
    session, tag = talking(scene)
    scene.agent.hang_up(session, scene.now)
    bye = scene.request()
    scene.take_events()

    scene.say(scene.build("BYE", to_tag=tag, cseq=2))
    assert scene.response().status == 200
    scene.reply(bye, 200)

    assert scene.take_events() == []
    assert all_is_forgotten(scene)


def test_a_bye_repeated_after_the_end_is_answered_again() -> None:
    scene = Scene()
    _, tag = talking(scene)
    bye = scene.build("BYE", to_tag=tag, cseq=2)

    scene.say(bye)
    first = scene.response()
    scene.say(bye)

    assert scene.response() == first
    assert len(scene.take_events()) == 1


def test_an_offerless_invite_gets_our_offer_and_the_answer_comes_in_the_ack() -> None:
    scene = Scene()
    scene.say(scene.build("INVITE", branch="z9hG4bK-invite"))
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    assert event.body is None

    scene.agent.answer(event.session_id, ANSWER, scene.now)
    tag = to_tag(scene.response())
    scene.say(scene.build("ACK", to_tag=tag, body=OFFER))

    assert scene.take_events() == [AnswerReceived(session_id=event.session_id, body=OFFER)]


def test_early_media_to_a_peer_that_can_is_sent_reliably_and_the_answer_waits_for_its_prack() -> None:
    scene = Scene()
    event = offered(scene, more=[("Supported", "100rel")])

    scene.agent.ring(event.session_id, ANSWER, scene.now)
    early = scene.response()
    assert (early.status, early.body, early.headers.get("Require")) == (183, ANSWER, "100rel")
    scene.agent.answer(event.session_id, ANSWER, scene.now)
    assert scene.wait(1.5) == [early, early]

    rseq = early.headers.get("RSeq")
    scene.say(scene.build("PRACK", to_tag=to_tag(early), cseq=2, more=[("RAck", f"{rseq} 1 INVITE")]))
    confirmed, answered = scene.heard()
    assert isinstance(confirmed, Response)
    assert isinstance(answered, Response)
    assert (confirmed.status, cseq_of(confirmed)) == (200, "2 PRACK")
    assert (answered.status, cseq_of(answered), answered.body) == (200, "1 INVITE", b"")


def test_a_prack_of_nothing_is_481() -> None:
    scene = Scene()
    event = offered(scene, more=[("Require", "100rel")])
    scene.agent.ring(event.session_id, None, scene.now)
    ringing = scene.response()
    assert ringing.headers.get("Require") == "100rel"

    scene.say(scene.build("PRACK", to_tag=to_tag(ringing), cseq=2, more=[("RAck", "1 1 INVITE")]))

    assert scene.response().status == 481


def test_a_reliable_response_never_confirmed_ends_the_call() -> None:
    scene = Scene()
    event = offered(scene, more=[("Require", "100rel")])
    scene.agent.ring(event.session_id, None, scene.now)

    heard = scene.wait(40)

    assert 504 in [m.status for m in heard if isinstance(m, Response)]
    assert isinstance(scene.take_events()[0], SessionEnded)
    assert all_is_forgotten(scene)


def test_a_caller_who_gives_up_by_bye_in_the_early_dialog_ends_the_call() -> None:
    scene = Scene()
    session = offered(scene).session_id
    scene.agent.ring(session, None, scene.now)
    tag = to_tag(scene.response())

    scene.say(scene.build("BYE", to_tag=tag, cseq=2))

    assert [m.status for m in scene.heard() if isinstance(m, Response)] == [200, 487]
    assert len(scene.take_events()) == 1


def test_digits_by_info() -> None:
    scene = Scene()
    session, tag = talking(scene)
    info = scene.build("INFO", to_tag=tag, cseq=2)
    info.headers.set("Content-Type", "application/dtmf-relay")

    scene.say(Request(info.method, info.uri, info.headers, b"Signal=5\r\nDuration=160\r\n"))

    assert scene.response().status == 200
    assert scene.take_events() == [DigitsReceived(session_id=session, digits="5")]


def test_nobody_rings_for_ever() -> None:
    scene = Scene()
    offered(scene)

    scene.wait(301)

    (ended,) = scene.take_events()
    assert isinstance(ended, SessionEnded)
    assert (ended.status, ended.by) == (480, "failure")
    assert all_is_forgotten(scene)


def test_the_same_call_by_two_ways_is_482() -> None:
    scene = Scene()
    offered(scene)

    scene.say(scene.build("INVITE", branch="z9hG4bK-another-way", body=OFFER))

    assert scene.response().status == 482
    assert scene.take_events() == []


def test_hold_by_reinvite_is_told_and_answered() -> None:
    scene = Scene()
    session, tag = talking(scene)

    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER))
    assert scene.take_events() == [OfferReceived(session_id=session, body=REOFFER)]
    scene.agent.answer_offer(session, ANSWER, scene.now)
    answered = scene.response()
    assert (answered.status, answered.body, cseq_of(answered)) == (200, ANSWER, "2 INVITE")
    assert scene.wait(0.6) == [answered]
    scene.say(scene.build("ACK", to_tag=tag, cseq=2))
    assert scene.wait(10) == []


def test_a_prack_that_crosses_our_answer_is_confirmed() -> None:
    """RFC 3262 §3: after the final answer the PRACK of a 180 is still due; a 481 would end the caller's dialog."""
    scene = Scene()
    session = offered(scene, more=[("Require", "100rel")]).session_id
    scene.agent.ring(session, None, scene.now)
    ringing = scene.response()
    scene.agent.answer(session, ANSWER, scene.now)
    tag = to_tag(scene.response())

    rack = f"{ringing.headers.get('RSeq')} 1 INVITE"
    scene.say(scene.build("PRACK", to_tag=tag, cseq=2, more=[("RAck", rack)]))

    assert scene.response().status == 200
    scene.say(scene.build("ACK", to_tag=tag))
    assert scene.wait(40) == []
    assert scene.take_events() == []


def test_a_second_invite_before_our_answer_to_the_first_is_500() -> None:
    """RFC 3261 §14.2."""
    scene = Scene()
    session = offered(scene).session_id
    scene.agent.ring(session, None, scene.now)
    tag = to_tag(scene.response())

    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER))

    refused = scene.response()
    assert (refused.status, refused.headers.get("Retry-After") is not None) == (500, True)
    assert scene.take_events() == []


@pytest.mark.parametrize(
    ("asserted", "caller", "name"),
    [
        ("<sip:+8613800138000@ims.example>, <tel:+8613800138000>", "+8613800138000", None),
        (
            '"Li, Lei" <sip:+8613800138000;phone-context=+86@ims.example;user=phone>',
            "+8613800138000",
            "Li, Lei",
        ),
        ("<urn:service:sos>, <tel:+8613800138000>", "+8613800138000", None),
        ("<sip:broken", "13800001234", "Wang Wu"),
        ("<sip:ims.example>", "13800001234", "Wang Wu"),
    ],
)
def test_a_trunk_tells_who_calls(asserted: str, caller: str, name: str | None) -> None:
    """RFC 3325 §9.1: one or two values, SIP and tel; what cannot be read gives way to From and refuses nobody."""
    event = offered(Scene(), more=[("P-Asserted-Identity", asserted)])

    assert (event.caller, event.caller_name) == (caller, name)


@pytest.mark.parametrize(
    ("shown", "caller", "name"),
    [
        ('"王五"'.encode("gbk") + b" <sip:1@a.example>", "1", "王五"),
        ('"王五"'.encode() + b" <sip:1@a.example>", "1", "王五"),
        (b"<sip:1%00%0d%0aX-Evil%3a%201%ff@a.example>", "1X-Evil: 1\ufffd", None),
        (b'"a\x1b[31m\xe2\x80\xae b" <sip:1@a.example>', "1", "a[31m b"),
        (b'"' + b"n" * 5000 + b'" <sip:' + b"9" * 5000 + b"@a.example>", "9" * 128, "n" * 128),
    ],
)
def test_names_and_numbers_are_fit_to_be_shown_and_stored(
    shown: bytes, caller: str, name: str | None
) -> None:
    """Neither a log, nor a database, nor a header of ours takes what only bytes can hold."""
    scene = Scene()
    invite = scene.build("INVITE", branch="z9hG4bK-invite", body=OFFER).to_bytes()
    start, _, rest = invite.partition(b"From: ")

    scene.say(start + b"From: " + shown + b";tag=theirs\r\n" + rest.partition(b"\r\n")[2])

    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    assert (event.caller, event.caller_name) == (caller, name)


def test_the_number_dialled_comes_without_its_parameters() -> None:
    """RFC 3966 §3 and RFC 4694 §5: carriers add routing numbers and contexts to the number itself."""
    event = offered(Scene(), uri="sip:4000000001;phone-context=+86;npdi@192.0.2.1;user=phone")

    assert event.dialled == "4000000001"


def test_every_via_is_repeated_in_its_place() -> None:
    """However they are written: one by line, by comma, or with a comma in quotes."""
    scene = Scene()
    invite = scene.build("INVITE", body=OFFER)
    top = invite.headers.get("Via")
    invite.headers.set("Via", f'{top};note="a, b", SIP/2.0/UDP 192.0.2.8;branch=z9hG4bKtwo')
    invite.headers.add("Via", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKthree")
    scene.say(invite)

    (trying,) = scene.wait(0.25)

    branches = [
        part.partition(";")[0] for value in trying.headers.all("Via") for part in value.split("branch=")[1:]
    ]
    assert branches == ["z9hG4bK-peer-1", "z9hG4bKtwo", "z9hG4bKthree"]


def test_a_reason_of_the_peer_is_fit_to_be_stored() -> None:
    scene = Scene()
    _, tag = talking(scene)

    scene.say(scene.build("BYE", to_tag=tag, cseq=2, more=[("Reason", "Q.850;cause=16\x00" + "x" * 9000)]))

    (event,) = scene.take_events()
    assert isinstance(event, SessionEnded)
    assert (event.reason[:14], len(event.reason)) == ("Q.850;cause=16", 128)


@pytest.mark.parametrize(("hops", "left"), [("70", 70), ("1", 1), (None, 70)])
def test_a_call_tells_how_much_further_it_may_be_passed_on(hops: str | None, left: int) -> None:
    scene = Scene()
    invite = scene.build("INVITE", body=OFFER)
    invite.headers.remove("Max-Forwards")
    if hops is not None:
        invite.headers.add("Max-Forwards", hops)
    scene.say(invite)

    (event,) = scene.take_events()

    assert isinstance(event, CallOffered)
    assert event.hops_left == left


def test_a_call_that_has_gone_in_circles_is_483() -> None:
    scene = Scene()
    invite = scene.build("INVITE", body=OFFER)
    invite.headers.set("Max-Forwards", "0")
    scene.say(invite)

    assert scene.response().status == 483
    assert scene.take_events() == []


@pytest.mark.parametrize("contact", ["", ",", "*", "<>", "<sip:a@b", "sip:"])
def test_a_call_that_cannot_be_called_back_is_400(contact: str) -> None:
    scene = Scene()
    invite = scene.build("INVITE", body=OFFER)
    invite.headers.set("Contact", contact)

    scene.say(invite)

    assert scene.response().status == 400
    assert scene.take_events() == []
    assert all_is_forgotten(scene)


@pytest.mark.parametrize("contact", ["", ",", "*"])
def test_an_answer_of_ours_is_not_lost_on_a_contact_that_says_nothing(contact: str) -> None:
    """In a call, too: the request is refused and the call stands."""
    scene = Scene()
    session, tag = talking(scene)
    moved = scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER)
    moved.headers.set("Contact", contact)

    scene.say(moved)

    assert scene.response().status == 400
    scene.agent.hang_up(session, scene.now)
    bye = scene.request()
    assert (bye.method, bye.uri) == ("BYE", "sip:13800001234@192.0.2.2:5070")
