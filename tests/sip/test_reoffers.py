"""Changes within a call: hold both ways, glare, UPDATE, refreshes and expiry (RFC 3261 §14, 3311, 4028)."""

import pytest

from banjie.sip.events import (
    AnswerReceived,
    CallOffered,
    OfferReceived,
    OfferRefused,
    SessionEnded,
)
from banjie.sip.grammar import tag_of
from banjie.sip.model import Message, Request, Response, SessionId, TrunkTarget
from banjie.sip.useragent import Settings
from tests.sip.peer import ANSWER, OFFER, REOFFER, Scene, cseq_of, to_tag, user_agent

pytestmark = pytest.mark.unit

HOLD = ANSWER.replace(b"a=", b"b=") + b"a=sendonly\r\n"


def answered_call(scene: Scene, *more: tuple[str, str], ack: bool = True) -> tuple[SessionId, str]:
    """A call that came in and was answered."""
    scene.say(scene.build("INVITE", branch="z9hG4bK-invite", body=OFFER, more=more))
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    scene.agent.answer(event.session_id, ANSWER, scene.now)
    tag = to_tag(scene.response())
    if ack:
        scene.say(scene.build("ACK", to_tag=tag))
    return event.session_id, tag


def placed_call(scene: Scene, *more: tuple[str, str]) -> tuple[SessionId, Request]:
    """A call of ours that was answered."""
    session = scene.agent.invite(
        TrunkTarget(name="t"), caller="1", caller_name=None, dialled="2", body=OFFER, now=scene.now
    )
    invite = scene.request()
    scene.reply(invite, 200, body=ANSWER, more=more)
    scene.heard()
    scene.take_events()
    return session, invite


def requests(messages: list[Message]) -> list[str]:
    return [m.method for m in messages if isinstance(m, Request)]


def statuses(messages: list[Message]) -> list[int]:
    return [m.status for m in messages if isinstance(m, Response)]


def all_is_forgotten(scene: Scene) -> bool:
    scene.wait(2000)
    return not any(scene.agent.table_sizes().values())


# ours


def test_our_offer_is_answered_and_confirmed() -> None:
    scene = Scene()
    session, _ = answered_call(scene)

    scene.agent.offer(session, HOLD, scene.now)
    invite = scene.request()
    assert (invite.method, invite.body, cseq_of(invite)) == ("INVITE", HOLD, "1 INVITE")
    scene.reply(invite, 200, body=REOFFER)
    ack = scene.request()
    assert (ack.method, cseq_of(ack)) == ("ACK", "1 ACK")
    assert scene.take_events() == [AnswerReceived(session_id=session, body=REOFFER)]
    scene.reply(invite, 200, body=REOFFER)
    assert scene.request() == ack
    assert scene.take_events() == []


def test_a_refused_offer_leaves_the_call_as_it_was() -> None:
    scene = Scene()
    session, _ = answered_call(scene)
    scene.agent.offer(session, HOLD, scene.now)
    invite = scene.request()

    scene.reply(invite, 488)

    assert requests(scene.heard()) == ["ACK"]
    assert scene.take_events() == [OfferRefused(session_id=session, status=488)]
    scene.agent.offer(session, ANSWER, scene.now)
    assert cseq_of(scene.request()) == "2 INVITE"


def test_offers_of_ours_wait_for_one_another_and_the_last_wins() -> None:
    scene = Scene()
    session, _ = answered_call(scene)
    scene.agent.offer(session, HOLD, scene.now)
    invite = scene.request()

    scene.agent.offer(session, b"v=0\r\n", scene.now)
    scene.agent.offer(session, ANSWER, scene.now)
    assert scene.heard() == []
    scene.reply(invite, 200, body=REOFFER)

    ack, second = scene.heard()
    assert isinstance(second, Request)
    assert (requests([ack]), second.body) == (["ACK"], ANSWER)


def test_an_offer_before_the_ack_waits_for_it() -> None:
    scene = Scene()
    session, tag = answered_call(scene, ack=False)

    scene.agent.offer(session, HOLD, scene.now)
    assert scene.heard() == []
    scene.say(scene.build("ACK", to_tag=tag))

    assert requests(scene.heard()) == ["INVITE"]


@pytest.mark.parametrize(("ours", "least", "most"), [(True, 2.1, 4.0), (False, 0.0, 2.0)])
def test_after_glare_we_offer_again_by_ourselves(ours: bool, least: float, most: float) -> None:
    scene = Scene()
    session = placed_call(scene)[0] if ours else answered_call(scene)[0]
    scene.agent.offer(session, HOLD, scene.now)
    scene.reply(scene.request(), 491)
    assert requests(scene.heard()) == ["ACK"]

    assert scene.wait(least - 0.01 if least else 0.0) == []
    again = scene.wait(most - least + 0.02)[0]

    assert isinstance(again, Request)
    assert (again.method, again.body) == ("INVITE", HOLD)
    assert scene.take_events() == []


@pytest.mark.parametrize("status", [481, 408])
def test_an_offer_to_a_peer_that_forgot_the_call_ends_it(status: int) -> None:
    scene = Scene()
    session, _ = answered_call(scene)
    scene.agent.offer(session, HOLD, scene.now)
    scene.reply(scene.request(), status)

    assert requests(scene.heard()) == ["ACK", "BYE"]
    (event,) = scene.take_events()
    assert isinstance(event, SessionEnded)
    assert event.by == "failure"
    assert all_is_forgotten(scene)


def test_an_offer_nobody_answers_ends_the_call() -> None:
    scene = Scene()
    session, _ = answered_call(scene)
    scene.agent.offer(session, HOLD, scene.now)

    assert "BYE" in requests(scene.wait(33))
    assert len(scene.take_events()) == 1
    assert all_is_forgotten(scene)


def test_hanging_up_while_our_offer_is_on_its_way_still_confirms_its_answer() -> None:
    scene = Scene()
    session, _ = answered_call(scene)
    scene.agent.offer(session, HOLD, scene.now)
    invite = scene.request()
    scene.agent.hang_up(session, scene.now)
    bye = scene.request()

    scene.reply(invite, 200, body=REOFFER)
    assert requests(scene.heard()) == ["ACK"]
    scene.reply(bye, 200)

    assert len(scene.take_events()) == 1
    assert all_is_forgotten(scene)


# the peer's


def test_the_peers_offer_is_told_and_may_be_refused() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER))
    assert scene.take_events() == [OfferReceived(session_id=session, body=REOFFER)]

    scene.agent.refuse_offer(session, 488, scene.now)

    assert scene.response().status == 488


def test_a_second_offer_before_the_first_is_answered_is_500() -> None:
    scene = Scene()
    _, tag = answered_call(scene)
    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER))
    scene.say(scene.build("INVITE", to_tag=tag, cseq=3, body=OFFER))

    refused = scene.response()
    assert refused.status == 500
    assert 0 <= int(refused.headers.get("Retry-After") or "-1") <= 10


def test_offers_that_cross_are_refused_with_491() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    scene.agent.offer(session, HOLD, scene.now)
    scene.heard()

    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER))
    scene.say(scene.build("UPDATE", to_tag=tag, cseq=3, body=REOFFER))

    assert statuses(scene.heard()) == [491, 491]
    assert scene.take_events() == []


def test_a_reinvite_that_overtakes_a_lost_ack_is_taken() -> None:
    scene = Scene()
    session, tag = answered_call(scene, ack=False)

    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER))
    scene.agent.answer_offer(session, ANSWER, scene.now)
    assert statuses(scene.heard()) == [200]
    scene.say(scene.build("ACK", to_tag=tag))
    scene.say(scene.build("ACK", to_tag=tag, cseq=2))

    assert scene.wait(40) == []
    assert scene.take_events() == [OfferReceived(session_id=session, body=REOFFER)]


def test_a_cancelled_reinvite_leaves_the_call_and_its_answer_comes_to_nothing() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER, branch="z9hG4bK-re"))
    scene.take_events()

    scene.say(scene.build("CANCEL", to_tag=tag, cseq=2, branch="z9hG4bK-re"))
    assert statuses(scene.heard()) == [200, 487]
    scene.agent.answer_offer(session, ANSWER, scene.now)

    assert scene.heard() == []
    assert scene.take_events() == []


def test_an_offerless_reinvite_asks_for_our_offer_and_answers_in_its_ack() -> None:
    """What we said last may only have followed the peer's hold: the offer is ours to make (RFC 6337 §5.3)."""
    scene = Scene()
    session, tag = answered_call(scene)

    scene.say(scene.build("INVITE", to_tag=tag, cseq=2))
    assert scene.take_events() == [OfferReceived(session_id=session, body=b"")]
    scene.agent.answer_offer(session, HOLD, scene.now)
    assert scene.response().body == HOLD
    scene.say(scene.build("ACK", to_tag=tag, cseq=2, body=REOFFER))

    assert scene.take_events() == [AnswerReceived(session_id=session, body=REOFFER)]


def test_a_reinvite_that_changes_nothing_is_answered_without_asking() -> None:
    scene = Scene()
    _, tag = answered_call(scene)

    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=OFFER))

    assert (scene.response().body, scene.take_events()) == (ANSWER, [])


def test_update_changes_the_session_like_a_reinvite() -> None:
    scene = Scene()
    session, tag = answered_call(scene)

    scene.say(scene.build("UPDATE", to_tag=tag, cseq=2, body=REOFFER))
    assert scene.take_events() == [OfferReceived(session_id=session, body=REOFFER)]
    scene.agent.answer_offer(session, ANSWER, scene.now)

    answered = scene.response()
    assert (answered.status, answered.body, cseq_of(answered)) == (200, ANSWER, "2 UPDATE")
    assert scene.wait(5) == []


def test_an_update_before_our_answer_is_500() -> None:
    scene = Scene()
    scene.say(scene.build("INVITE", branch="z9hG4bK-invite", body=OFFER))
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    scene.agent.ring(event.session_id, None, scene.now)
    tag = to_tag(scene.response())

    scene.say(scene.build("UPDATE", to_tag=tag, cseq=2, body=REOFFER))

    assert scene.response().status == 500


def test_a_target_refresh_moves_where_our_requests_go() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    moved = scene.build("INVITE", to_tag=tag, cseq=2, body=OFFER)
    moved.headers.set("Contact", "<sip:13800001234@192.0.2.77:5090>")
    scene.say(moved)
    scene.heard()
    scene.say(scene.build("ACK", to_tag=tag, cseq=2))

    scene.agent.hang_up(session, scene.now)

    (transmit,) = scene.agent.take_outbox()
    assert (transmit.hop.host, transmit.hop.port) == ("192.0.2.77", 5090)


def test_requests_out_of_order_are_500() -> None:
    scene = Scene()
    _, tag = answered_call(scene)
    scene.say(scene.build("INVITE", to_tag=tag, cseq=7, body=OFFER))
    scene.heard()
    scene.say(scene.build("BYE", to_tag=tag, cseq=6))
    assert scene.response().status == 500


@pytest.mark.parametrize(
    ("method", "status"), [("MESSAGE", 405), ("SUBSCRIBE", 405), ("FROBNICATE", 501), ("OPTIONS", 200)]
)
def test_other_requests_in_a_call(method: str, status: int) -> None:
    scene = Scene()
    _, tag = answered_call(scene)

    scene.say(scene.build(method, to_tag=tag, cseq=2))

    answered = scene.response()
    assert (answered.status, "UPDATE" in (answered.headers.get("Allow") or "")) == (status, True)


def test_a_request_of_no_dialog_is_481() -> None:
    scene = Scene()
    for method in ("BYE", "INVITE", "UPDATE", "INFO", "PRACK"):
        scene.say(scene.build(method, to_tag="nobody"))
        assert scene.response().status == 481
    scene.say(scene.build("ACK", to_tag="nobody"))
    assert scene.heard() == []


# signs of life


def test_the_caller_is_asked_to_refresh_when_it_can() -> None:
    scene = Scene()
    scene.say(scene.build("INVITE", body=OFFER, more=[("Supported", "timer"), ("Session-Expires", "600")]))
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    scene.agent.answer(event.session_id, ANSWER, scene.now)

    answered = scene.response()

    assert answered.headers.get("Session-Expires") == "600;refresher=uac"
    assert answered.headers.get("Require") == "timer"


def test_an_interval_too_small_is_422() -> None:
    scene = Scene()
    scene.say(scene.build("INVITE", body=OFFER, more=[("Supported", "timer"), ("Session-Expires", "30")]))
    refused = scene.response()
    assert (refused.status, refused.headers.get("Min-SE")) == (422, "90")


def test_a_peer_that_never_refreshes_is_hung_up_before_the_interval_ends() -> None:
    scene = Scene()
    answered_call(scene, ("Supported", "timer"), ("Session-Expires", "600;refresher=uac"))

    assert scene.wait(567) == []
    assert requests(scene.wait(2)) == ["BYE", "BYE"]

    (event,) = scene.take_events()
    assert isinstance(event, SessionEnded)
    assert (event.status, event.by) == (408, "failure")
    assert all_is_forgotten(scene)


def test_a_refresh_of_the_peer_keeps_the_call() -> None:
    scene = Scene()
    _, tag = answered_call(scene, ("Supported", "timer"), ("Session-Expires", "600;refresher=uac"))
    scene.wait(300)

    refresh = [("Supported", "timer"), ("Session-Expires", "600;refresher=uac")]
    scene.say(scene.build("UPDATE", to_tag=tag, cseq=2, more=refresh))
    answered = scene.response()
    assert (answered.status, answered.headers.get("Session-Expires")) == (200, "600;refresher=uac")

    assert scene.wait(560) == []
    assert scene.take_events() == []


def test_we_refresh_by_update_where_the_peer_takes_it() -> None:
    scene = Scene(user_agent(settings=Settings(session_expires_s=600)))
    placed_call(scene, ("Session-Expires", "600;refresher=uac"), ("Allow", "INVITE, UPDATE"))

    update = scene.wait(301)[0]
    assert isinstance(update, Request)
    assert (update.method, update.headers.get("Session-Expires")) == ("UPDATE", "600;refresher=uac")
    assert update.body == b""
    scene.reply(update, 200, more=[("Session-Expires", "600;refresher=uac")])
    again = scene.wait(301)[0]
    assert isinstance(again, Request)
    assert cseq_of(again) == "3 UPDATE"


def test_we_refresh_by_the_same_offer_where_it_does_not() -> None:
    scene = Scene()
    session, tag = answered_call(scene, ("Session-Expires", "600"))

    invite = scene.wait(301)[0]
    assert isinstance(invite, Request)
    assert (invite.method, invite.body) == ("INVITE", ANSWER)
    scene.reply(invite, 200, body=OFFER)
    assert requests(scene.heard()) == ["ACK"]

    assert scene.take_events() == []
    scene.agent.hang_up(session, scene.now)
    assert all_is_forgotten(scene)
    assert tag


def test_a_refresh_nobody_answers_ends_the_call() -> None:
    scene = Scene()
    placed_call(scene, ("Session-Expires", "600;refresher=uac"), ("Allow", "UPDATE"))

    assert "BYE" in requests(scene.wait(340))
    (event,) = scene.take_events()
    assert isinstance(event, SessionEnded)
    assert all_is_forgotten(scene)


# what crosses


def test_a_reinvite_with_a_contact_that_cannot_be_read_is_400_and_blocks_nothing() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    broken = scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER)
    broken.headers.set("Contact", "<sip:bob@192.0.2.2")

    scene.say(broken)
    assert statuses(scene.heard()) == [400]

    scene.say(scene.build("INVITE", to_tag=tag, cseq=3, body=REOFFER))
    assert scene.take_events() == [OfferReceived(session_id=session, body=REOFFER)]


def test_a_sign_of_life_while_an_offer_is_open_leaves_the_offer_open() -> None:
    scene = Scene()
    session, tag = answered_call(scene)
    scene.say(scene.build("INVITE", to_tag=tag, cseq=2, body=REOFFER))
    scene.take_events()

    scene.say(scene.build("UPDATE", to_tag=tag, cseq=3))
    assert cseq_of(scene.response()) == "3 UPDATE"
    scene.agent.answer_offer(session, ANSWER, scene.now)

    answered = scene.response()
    assert (answered.status, cseq_of(answered)) == (200, "2 INVITE")


def test_an_invite_in_a_call_that_we_are_placing_is_491() -> None:
    """RFC 3261 §14.2, even where the early answer was sent reliably."""
    scene = Scene()
    scene.agent.invite(
        TrunkTarget(name="t"), caller="1", caller_name=None, dialled="2", body=OFFER, now=scene.now
    )
    invite = scene.request()
    scene.reply(invite, 183, body=ANSWER, more=[("Require", "100rel"), ("RSeq", "1")])
    scene.heard()
    scene.take_events()
    ours = tag_of(invite.headers.get("From") or "") or ""

    scene.say(
        scene.build("INVITE", call_id=invite.headers.get("Call-ID") or "", to_tag=ours, cseq=1, body=REOFFER)
    )

    assert statuses(scene.heard()) == [491]


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
@pytest.mark.parametrize("ending", ["expiry", "hang up", "refresh"])
def test_an_offer_left_open_at_the_end_is_refused_and_forgotten(method: str, ending: str) -> None:
    scene = Scene()
    session, tag = answered_call(scene, ("Supported", "timer"), ("Session-Expires", "90;refresher=uac"))
    scene.say(scene.build(method, to_tag=tag, cseq=2, body=REOFFER))
    scene.take_events()

    if ending == "expiry":
        heard = scene.wait(61)
    elif ending == "hang up":
        scene.agent.hang_up(session, scene.now)
        heard = scene.heard()
    else:
        scene.say(scene.build("BYE", to_tag=tag, cseq=3))
        heard = scene.heard()

    assert 487 in statuses(heard)
    assert all_is_forgotten(scene)


def test_an_early_offer_of_a_peer_we_stop_calling_is_forgotten() -> None:
    scene = Scene()
    session = scene.agent.invite(
        TrunkTarget(name="t"), caller="1", caller_name=None, dialled="2", body=OFFER, now=scene.now
    )
    invite = scene.request()
    scene.reply(invite, 183, body=ANSWER, more=[("Require", "100rel"), ("RSeq", "1")])
    (prack,) = [m for m in scene.heard() if isinstance(m, Request)]
    scene.reply(prack, 200)
    ours = tag_of(invite.headers.get("From") or "") or ""
    call_id = invite.headers.get("Call-ID") or ""
    scene.say(scene.build("UPDATE", call_id=call_id, to_tag=ours, cseq=1, body=REOFFER))
    assert OfferReceived(session_id=session, body=REOFFER) in scene.take_events()

    scene.agent.hang_up(session, scene.now)

    assert statuses(scene.heard()) == [487]
    scene.reply(invite, 487)
    assert all_is_forgotten(scene)


def test_an_update_that_crosses_our_reliable_offer_is_491() -> None:
    """RFC 3311 §5.2: we wait for the answer that the PRACK brings."""
    scene = Scene()
    scene.say(scene.build("INVITE", branch="z9hG4bK-invite", more=[("Supported", "100rel")]))
    (event,) = scene.take_events()
    assert isinstance(event, CallOffered)
    scene.agent.ring(event.session_id, ANSWER, scene.now)
    tag = to_tag(scene.response())

    scene.say(scene.build("UPDATE", to_tag=tag, cseq=2, body=OFFER))

    assert scene.response().status == 491


@pytest.mark.parametrize("status", [500, 503])
def test_a_refused_sign_of_life_is_given_again(status: int) -> None:
    """The call goes on until its interval ends: one refusal is no reason to lose it (RFC 4028 §10)."""
    scene = Scene()
    placed_call(scene, ("Session-Expires", "180;refresher=uac"))
    (reinvite,) = [m for m in scene.wait(90.2) if isinstance(m, Request)]

    scene.reply(reinvite, status)
    again = [m for m in scene.wait(10.2) if isinstance(m, Request)]

    assert requests(list(again)) == ["ACK", "INVITE"]
    scene.reply(again[1], 200, body=ANSWER, more=[("Session-Expires", "180;refresher=uac")])
    assert requests(scene.wait(85)) == ["ACK"]
    assert scene.take_events() == []
