"""REFER both ways, its NOTIFYs, and INVITE with Replaces: each message seen, the tables whole (RFC 3515, 3891, 4488)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.sip.errors import IllegalInState, Malformed
from banjie.sip.events import (
    CallOffered,
    ReferAccepted,
    ReferConcluded,
    ReferReceived,
    SessionEnded,
)
from banjie.sip.grammar import tag_of
from banjie.sip.model import Request, Response, SessionId, TrunkTarget, UserTarget
from banjie.sip.referrals import TRANSITIONS, Referral, ReferState, ReferTurn, fragment, status_in
from banjie.sip.replaces import Replaces, escaped, parse_replaces, replaces_in
from banjie.sip.replacing import refusal
from banjie.sip.sessions import SessionState
from tests.sip.peer import ANSWER, OFFER, FixedDirectory, Scene, to_tag, user_agent
from tests.sip.test_reoffers import all_is_forgotten, answered_call, placed_call

pytestmark = pytest.mark.unit

Lines = tuple[tuple[str, str], ...]
TO_BOB = "<sip:1002@192.0.2.1>"


def refer(scene: Scene, tag: str, *more: tuple[str, str], refer_to: str = TO_BOB, cseq: int = 2) -> None:
    scene.say(scene.build("REFER", to_tag=tag, cseq=cseq, more=[("Refer-To", refer_to), *more]))


def asked(scene: Scene) -> ReferReceived:
    (event,) = scene.take_events()
    assert isinstance(event, ReferReceived)
    return event


def notified(scene: Scene) -> Request:
    """Take the NOTIFY that is on its way, and say that it came."""
    notify = scene.request()
    assert notify.method == "NOTIFY"
    scene.reply(notify, 200)
    return notify


# -- the tables -----------------------------------------------------------------------------------------


def test_every_state_of_a_referral_can_end_and_over_takes_nothing() -> None:
    assert set(TRANSITIONS) == set(ReferState)
    for state in ReferState:
        for turn in ReferTurn:
            referral = Referral("refer")
            referral.state = state
            expected = TRANSITIONS[state].get(turn)
            assert (referral.turn(turn), referral.state) == (expected is not None, expected or state)
    assert all(row[ReferTurn.END] is ReferState.OVER for row in TRANSITIONS.values() if row)
    assert TRANSITIONS[ReferState.OVER] == {}


@pytest.mark.parametrize(
    ("state", "status", "early_only_status"),
    [
        (None, 481, 481),
        (SessionState.OFFERED, 481, 481),
        (SessionState.RINGING, 481, 481),
        (SessionState.ANSWERED, None, 486),
        (SessionState.CALLING, None, None),
        (SessionState.PROGRESSING, None, None),
        (SessionState.TALKING, None, 486),
        (SessionState.ENDED, 603, 603),
    ],
)
def test_who_can_be_replaced(
    state: SessionState | None, status: int | None, early_only_status: int | None
) -> None:
    """RFC 3891 §3, row by row."""
    assert (refusal(state, early_only=False), refusal(state, early_only=True)) == (status, early_only_status)


def test_the_table_of_who_can_be_replaced_has_every_state() -> None:
    (mark,) = [m for m in test_who_can_be_replaced.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    assert {row[0] for row in mark.args[1]} == {None, *SessionState}


# -- what is written ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12@a;to-tag=x;from-tag=y", Replaces(call_id="12@a", to_tag="x", from_tag="y")),
        (" 12@a ; from-tag=y ;to-tag=x;early-only", Replaces(call_id="12@a", to_tag="x", from_tag="y", early_only=True)),
        ("a.b(c)<d>;to-tag=1;from-tag=2;x=3", Replaces(call_id="a.b(c)<d>", to_tag="1", from_tag="2")),
    ],
)  # fmt: skip
def test_a_replaces_is_read(text: str, read: Replaces) -> None:
    assert parse_replaces(text) == read
    assert parse_replaces(str(read)) == read
    assert replaces_in(f"Subject=hello&{escaped(read)}&Require=replaces") == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12@a",
        "12@a;to-tag=x",
        "12@a;from-tag=y",
        "12@a;to-tag=;from-tag=y",
        "12@a;to-tag=x;to-tag=z;from-tag=y",
        "1 2@a;to-tag=x;from-tag=y",
        "12@a;to-tag=x y;from-tag=y",
        ";to-tag=x;from-tag=y",
        "1" * 600 + ";to-tag=x;from-tag=y",
        "12\r\nVia: x;to-tag=x;from-tag=y",
    ],
)
def test_a_replaces_that_names_no_dialog_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse_replaces(text)


@given(st.text(max_size=600))
def test_whatever_stands_there_is_read_or_malformed(text: str) -> None:
    for read in (parse_replaces, replaces_in):
        try:
            found = read(text)
        except Malformed:
            continue
        assert found is None or "\n" not in str(found)


def test_a_fragment_says_what_it_was_made_of() -> None:
    assert fragment(100) == b"SIP/2.0 100 Trying\r\n"
    assert [status_in(fragment(s)) for s in (100, 180, 200, 486, 603)] == [100, 180, 200, 486, 603]
    for broken in (b"", b"SIP/2.0\r\n", b"SIP/2.0 20\r\n", b"SIP/3.0 200 OK\r\n", b"SIP/2.0 2x0 OK\r\n"):
        with pytest.raises(Malformed):
            status_in(broken)


# -- the peer asks us -----------------------------------------------------------------------------------


def test_a_referral_is_accepted_and_told_to_its_end() -> None:
    scene = Scene()
    session, tag = answered_call(scene)

    refer(scene, tag)

    assert asked(scene) == ReferReceived(session_id=session, dialled="1002")
    scene.agent.answer_refer(session, 202, scene.now)
    accepted, trying = scene.heard()
    assert isinstance(accepted, Response)
    assert isinstance(trying, Request)
    assert (accepted.status, accepted.headers.get("Refer-Sub")) == (202, None)
    assert accepted.headers.get("Contact") == "<sip:banjie@192.0.2.1:5060>"
    assert (trying.method, trying.body) == ("NOTIFY", b"SIP/2.0 100 Trying\r\n")
    assert [trying.headers.get(n) for n in ("Event", "Subscription-State", "Content-Type", "Contact")] == [
        "refer",
        "active;expires=60",
        "message/sipfrag;version=2.0",
        "<sip:banjie@192.0.2.1:5060>",
    ]
    scene.reply(trying, 200)
    scene.agent.tell_refer(session, 180, scene.now)
    assert notified(scene).body == b"SIP/2.0 180 Ringing\r\n"
    scene.agent.tell_refer(session, 200, scene.now)
    last = notified(scene)
    assert last.body == b"SIP/2.0 200 OK\r\n"
    assert last.headers.get("Subscription-State") == "terminated;reason=noresource"
    scene.agent.tell_refer(session, 486, scene.now)  # after the last word there is none
    assert scene.heard() == []

    refer(scene, tag, cseq=3)
    scene.take_events()
    scene.agent.answer_refer(session, 202, scene.now)
    second = scene.heard()[1]
    assert second.headers.get("Event") == "refer;id=3"
    scene.agent.hang_up(session, scene.now)
    assert all_is_forgotten(scene)


def test_a_referral_may_be_refused() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    refer(scene, tag)
    scene.take_events()

    scene.agent.answer_refer(session, 403, scene.now)

    assert scene.response().status == 403
    with pytest.raises(IllegalInState):
        scene.agent.answer_refer(session, 202, scene.now)
    refer(scene, tag, cseq=3)
    assert asked(scene).session_id == session


def test_who_wants_no_notify_gets_none() -> None:
    """RFC 4488."""
    scene = Scene()
    session, tag = answered_call(scene)
    refer(scene, tag, ("Refer-Sub", "false"), ("Supported", "norefersub"), ("Require", "norefersub"))
    scene.take_events()

    scene.agent.answer_refer(session, 202, scene.now)
    scene.agent.tell_refer(session, 200, scene.now)

    accepted = scene.response()
    assert (accepted.status, accepted.headers.get("Refer-Sub")) == (202, "false")
    assert scene.wait(100) == []


def test_one_referral_at_a_time() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    refer(scene, tag)
    scene.take_events()
    scene.agent.answer_refer(session, 202, scene.now)
    scene.reply(scene.heard()[1], 200)  # type: ignore[arg-type]

    refer(scene, tag, refer_to="<sip:1003@192.0.2.1>", cseq=3)

    assert scene.response().status == 491
    assert scene.take_events() == []


def test_a_referral_that_nobody_answers_is_declined_and_one_that_nobody_ends_is_over() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    refer(scene, tag)
    assert [m.status for m in scene.wait(61) if isinstance(m, Response)] == [603]

    refer(scene, tag, cseq=3)
    scene.agent.answer_refer(session, 202, scene.now)
    scene.reply(scene.heard()[1], 200)  # type: ignore[arg-type]
    (last,) = {m.body for m in scene.wait(61)}
    assert last == b"SIP/2.0 408 Request Timeout\r\n"


def test_a_peer_that_does_not_listen_is_told_nothing_more() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    refer(scene, tag)
    scene.take_events()
    scene.agent.answer_refer(session, 202, scene.now)
    scene.reply(scene.heard()[1], 481)  # type: ignore[arg-type]

    scene.agent.tell_refer(session, 200, scene.now)

    assert scene.heard() == []


def test_a_call_that_ends_leaves_no_referral_behind() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    refer(scene, tag)
    scene.take_events()

    scene.say(scene.build("BYE", to_tag=tag, cseq=3))

    assert sorted(m.status for m in scene.heard() if isinstance(m, Response)) == [200, 487]
    assert [type(event) for event in scene.take_events()] == [SessionEnded]
    scene.agent.tell_refer(session, 200, scene.now)
    assert scene.heard() == []
    assert all_is_forgotten(scene)


@pytest.mark.parametrize(
    ("refer_to", "more", "status"),
    [
        (None, (), 400),
        (TO_BOB, (("Refer-To", TO_BOB),), 400),
        ("<sip:1002@192.0.2.1", (), 400),
        ("sip:1002@192.0.2.1?Replaces=x", (), 400),  # headers without brackets
        ("<sip:1002@192.0.2.1?Replaces=12%40a>", (), 400),
        ("<sip:1002@192.0.2.1?Replaces=a%3Bto-tag%3Dx%3Bfrom-tag%3Dy&Replaces=a%3Bto-tag%3Dx%3Bfrom-tag%3Dy>", (), 400),
        (f"<sip:{'1' * 2000}@192.0.2.1>", (), 400),
        ("<sip:1002@192.0.2.1;method=BYE>", (), 403),
        ("<http://example.com/>", (), 416),
        ("<mailto:a@example.com>", (), 416),
        (TO_BOB, (("Require", "teleport"),), 420),
    ],
)  # fmt: skip
def test_a_referral_that_cannot_be(refer_to: str | None, more: Lines, status: int) -> None:
    scene = Scene()
    _, tag = answered_call(scene)
    first = [] if refer_to is None else [("Refer-To", refer_to)]

    scene.say(scene.build("REFER", to_tag=tag, cseq=2, more=[*first, *more]))

    assert scene.response().status == status
    assert scene.take_events() == []


def test_a_referral_that_has_come_far_enough_is_refused() -> None:
    scene = Scene()
    _, tag = answered_call(scene)
    far = scene.build("REFER", to_tag=tag, cseq=2, more=[("Refer-To", TO_BOB)])
    far.headers.set("Max-Forwards", "0")

    scene.say(far)

    assert scene.response().status == 483
    assert scene.take_events() == []


def test_only_replaces_is_heard_of_what_a_refer_to_carries() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    other, other_tag = second_call(scene)
    text = str(Replaces(call_id="call-2", to_tag=other_tag, from_tag="theirs")).replace(";", "%3B")

    refer(
        scene,
        tag,
        refer_to=f"<sip:1002@evil.example?From=boss&Require=x&Replaces={text.replace('=', '%3D')}>",
    )

    assert asked(scene) == ReferReceived(session_id=session, dialled="1002", replaces=other)


def test_a_dialog_that_is_not_ours_is_named_as_it_came() -> None:
    scene = Scene()
    session, tag = answered_call(scene)

    refer(scene, tag, refer_to="<sip:1002@192.0.2.1?Replaces=9%40z%3Bto-tag%3Da%3Bfrom-tag%3Db>")

    assert asked(scene) == ReferReceived(
        session_id=session, dialled="1002", foreign="9@z;to-tag=a;from-tag=b"
    )


def test_a_refer_before_the_call_is_answered_waits() -> None:
    scene = Scene()
    scene.say(scene.build("INVITE", branch="z9hG4bK-invite", body=OFFER))
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    scene.agent.ring(event.session_id, None, scene.now)
    refer(scene, to_tag(scene.response()))

    assert scene.response().status == 491


@pytest.mark.parametrize(("to_tag", "status"), [("", 403), ("nobody", 481)])
def test_a_refer_of_no_call_is_refused(to_tag: str, status: int) -> None:
    scene = Scene()

    refer(scene, to_tag, cseq=1)

    assert scene.response().status == status
    assert scene.take_events() == []


# -- we ask the peer ------------------------------------------------------------------------------------


def our_refer(scene: Scene) -> tuple[SessionId, Request, Request]:
    session, invite = placed_call(scene)
    scene.agent.refer(session, TrunkTarget(name="t"), "01088886666", scene.now)
    return session, invite, scene.request()


def notify(scene: Scene, invite: Request, body: bytes, state: str, **more: str) -> Request:
    tag = tag_of(invite.headers.get("From") or "") or ""
    told = scene.build(
        "NOTIFY",
        call_id=invite.headers.get("Call-ID") or "",
        to_tag=tag,
        cseq=int(more.get("cseq", 2)),
        more=[("Event", more.get("event", "refer")), ("Subscription-State", state)],
        body=body,
    )
    told.headers.set("Content-Type", more.get("kind", "message/sipfrag"))
    return told


def test_we_ask_and_hear_what_comes_of_it() -> None:
    scene = Scene()
    session, invite, asked = our_refer(scene)
    assert (asked.method, asked.headers.get("Refer-To")) == ("REFER", "<sip:bob@192.0.2.2:5070>")
    assert asked.headers.get("Referred-By") == "<sip:banjie@192.0.2.1:5060>"
    with pytest.raises(IllegalInState):
        scene.agent.refer(session, TrunkTarget(name="t"), "1", scene.now)

    scene.reply(asked, 202)
    assert scene.take_events() == [ReferAccepted(session_id=session)]
    scene.say(notify(scene, invite, b"SIP/2.0 180 Ringing\r\n", "active;expires=60"))
    assert (scene.response().status, scene.take_events()) == (200, [])
    scene.say(notify(scene, invite, b"SIP/2.0 200 OK\r\n", "terminated;reason=noresource", cseq="3"))

    assert scene.response().status == 200
    assert scene.take_events() == [ReferConcluded(session_id=session, status=200)]
    scene.say(notify(scene, invite, b"SIP/2.0 200 OK\r\n", "terminated", cseq="4"))
    assert scene.response().status == 481
    scene.agent.hang_up(session, scene.now)
    assert all_is_forgotten(scene)


def test_a_notify_may_come_before_the_202() -> None:
    scene = Scene()
    session, invite, asked = our_refer(scene)

    scene.say(notify(scene, invite, b"SIP/2.0 100 Trying\r\n", "active"))
    scene.heard()
    scene.reply(asked, 202)

    assert scene.take_events() == [ReferAccepted(session_id=session)]


@pytest.mark.parametrize("status", [403, 405, 501, 603])
def test_a_peer_that_will_not_says_so(status: int) -> None:
    scene = Scene()
    session, _, asked = our_refer(scene)

    scene.reply(asked, status)

    assert scene.take_events() == [ReferConcluded(session_id=session, status=status)]
    scene.agent.refer(session, TrunkTarget(name="t"), "1", scene.now)
    assert scene.request().method == "REFER"


def test_a_peer_that_never_says_what_came_of_it_is_taken_to_have_failed() -> None:
    scene = Scene()
    session, invite, asked = our_refer(scene)
    scene.reply(asked, 202)
    scene.say(notify(scene, invite, b"SIP/2.0 100 Trying\r\n", "active"))
    scene.wait(61)

    assert scene.take_events() == [
        ReferAccepted(session_id=session),
        ReferConcluded(session_id=session, status=408),
    ]


def test_a_subscription_that_ends_without_a_word_has_failed() -> None:
    scene = Scene()
    session, invite, asked = our_refer(scene)
    scene.reply(asked, 202)
    scene.take_events()

    scene.say(notify(scene, invite, b"SIP/2.0 100 Trying\r\n", "Terminated;reason=giveup"))

    assert scene.take_events() == [ReferConcluded(session_id=session, status=408)]


@pytest.mark.parametrize(
    ("more", "body", "status"),
    [
        ({"event": "presence"}, b"SIP/2.0 200 OK\r\n", 489),
        ({"event": ""}, b"SIP/2.0 200 OK\r\n", 489),
        ({"event": "refer;id=1"}, b"SIP/2.0 200 OK\r\n", 481),
        ({"event": "refer;id=99999999999"}, b"SIP/2.0 200 OK\r\n", 481),
        ({"kind": "text/plain"}, b"SIP/2.0 200 OK\r\n", 415),
        ({}, b"hello", 400),
    ],
)
def test_a_notify_that_says_nothing_of_ours(more: dict[str, str], body: bytes, status: int) -> None:
    scene = Scene()
    _, invite, asked = our_refer(scene)
    scene.reply(asked, 202)
    scene.take_events()

    scene.say(notify(scene, invite, body, "active", **more))

    assert (scene.response().status, scene.take_events()) == (status, [])


def test_where_no_way_leads_nobody_is_asked() -> None:
    directory = FixedDirectory()
    scene = Scene(user_agent(directory))
    session, _ = placed_call(scene)
    directory.routes = ()

    scene.agent.refer(session, TrunkTarget(name="t"), "1", scene.now)

    assert scene.heard() == []
    assert scene.take_events() == [ReferConcluded(session_id=session, status=480)]


# -- a call in the place of another ---------------------------------------------------------------------


def second_call(scene: Scene) -> tuple[SessionId, str]:
    scene.say(scene.build("INVITE", call_id="call-2", body=OFFER))
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    scene.agent.answer(event.session_id, ANSWER, scene.now)
    tag = to_tag(scene.response())
    scene.say(scene.build("ACK", call_id="call-2", to_tag=tag))
    return event.session_id, tag


def invite_in_place(scene: Scene, *replaces: str, more: Lines = ()) -> None:
    lines = [("Replaces", text) for text in replaces]
    scene.say(
        scene.build("INVITE", call_id="call-3", body=OFFER, more=[("Require", "replaces"), *lines, *more])
    )


def test_a_call_asks_for_the_place_of_another() -> None:
    scene = Scene()
    session, tag = answered_call(scene)

    invite_in_place(scene, f"call-1;to-tag={tag};from-tag=theirs")

    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    assert event.replaces == session


@pytest.mark.parametrize(
    ("replaces", "more", "status"),
    [
        (("call-1;to-tag=TAG;from-tag=other",), (), 481),
        (("call-1;to-tag=other;from-tag=theirs",), (), 481),
        (("call-9;to-tag=TAG;from-tag=theirs",), (), 481),
        (("call-1;to-tag=theirs;from-tag=TAG",), (), 481),  # from our end, not from theirs
        (("call-1;to-tag=TAG;from-tag=theirs;early-only",), (), 486),
        (("call-1;to-tag=TAG;from-tag=theirs",) * 2, (), 400),
        (("call-1;to-tag=TAG;from-tag=theirs",), (("Join", "x;to-tag=a;from-tag=b"),), 400),
        (("call-1;to-tag=TAG",), (), 400),
    ],
)
def test_a_place_that_is_not_to_be_had(replaces: tuple[str, ...], more: Lines, status: int) -> None:
    scene = Scene()
    _, tag = answered_call(scene)

    invite_in_place(scene, *(text.replace("TAG", tag) for text in replaces), more=more)

    assert scene.response().status == status
    assert scene.take_events() == []


def test_an_early_call_of_the_peer_keeps_its_place_and_one_of_ours_gives_it() -> None:
    scene = Scene()
    scene.say(scene.build("INVITE", branch="z9hG4bK-invite", body=OFFER))
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    scene.agent.ring(event.session_id, None, scene.now)
    tag = to_tag(scene.response())
    invite_in_place(scene, f"call-1;to-tag={tag};from-tag=theirs")
    assert scene.response().status == 481

    ours = scene.agent.invite(
        UserTarget(username="bob"), caller="1", caller_name=None, dialled="2", body=OFFER, now=scene.now
    )
    invite = scene.request()
    scene.reply(invite, 180)
    scene.take_events()
    from_tag = tag_of(invite.headers.get("From") or "")
    scene.say(
        scene.build(
            "INVITE",
            call_id="call-4",
            body=OFFER,
            more=[
                ("Replaces", f"{invite.headers.get('Call-ID')};to-tag={from_tag};from-tag=theirs;early-only")
            ],
        )
    )
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    assert event.replaces == ours


def test_we_call_somebody_in_the_place_of_a_call_he_has() -> None:
    scene = Scene()
    target = UserTarget(username="bob", replaces="9@z;to-tag=a;from-tag=b")

    scene.agent.invite(target, caller="1", caller_name=None, dialled="2", body=OFFER, now=scene.now)

    invite = scene.request()
    assert invite.headers.all("Replaces") == ["9@z;to-tag=a;from-tag=b"]
    assert invite.headers.all("Require") == ["replaces"]
    assert "replaces" in (invite.headers.get("Supported") or "")
