"""Calls that go out: progress, answers, CANCEL at every stage, forks, challenges, failover; each message seen."""

import pytest

from banjie.sip.digest import DigestClient, Password
from banjie.sip.events import Accepted, Progressed, SessionEnded, SipEvent
from banjie.sip.model import Hop, Message, Request, Response, SessionId, TrunkTarget, UriTarget
from banjie.sip.ports import Credentials, Route
from banjie.sip.useragent import Settings, UserAgent
from tests.sip.peer import (
    ANSWER,
    OFFER,
    OTHER,
    PEER,
    FixedDirectory,
    OpenGate,
    Scene,
    cseq_of,
    hexadecimal_tokens,
    user_agent,
)

pytestmark = pytest.mark.unit

BOB = Route(hop=PEER, request_uri="sip:bob@192.0.2.2:5070;transport=udp")
SECOND = Route(hop=OTHER, request_uri="sip:bob@192.0.2.3:5070")


def calling(scene: Scene, body: bytes | None = OFFER) -> tuple[SessionId, Request]:
    session = scene.agent.invite(
        TrunkTarget(name="t"),
        caller="4000000001",
        caller_name='示范 "Bank"',
        dialled="13800001234",
        body=body,
        now=scene.now,
    )
    return session, scene.request()


def talking(scene: Scene) -> tuple[SessionId, Request, Request]:
    session, invite = calling(scene)
    scene.reply(invite, 200, body=ANSWER)
    ack = scene.request()
    scene.take_events()
    return session, invite, ack


def ended(events: list[SipEvent]) -> SessionEnded:
    (event,) = [e for e in events if isinstance(e, SessionEnded)]
    assert events[-1] is event
    return event


def methods(messages: list[Message]) -> list[str]:
    return [m.method for m in messages if isinstance(m, Request)]


def all_is_forgotten(scene: Scene) -> bool:
    scene.wait(100)
    return not any(scene.agent.table_sizes().values())


def test_a_call_rings_is_answered_and_hung_up_by_us() -> None:
    scene = Scene()
    session, invite = calling(scene)
    assert (invite.method, invite.uri, invite.body) == ("INVITE", "sip:bob@192.0.2.2:5070", OFFER)
    assert (invite.headers.get("From") or "").startswith('"示范 \\"Bank\\"" <sip:4000000001@192.0.2.1>;tag=')

    scene.reply(invite, 100, tag="")
    scene.reply(invite, 180)
    assert scene.take_events() == [Progressed(session_id=session, status=180, body=None)]
    scene.reply(invite, 200, body=ANSWER)
    ack = scene.request()
    assert (ack.method, ack.uri, cseq_of(ack)) == ("ACK", "sip:bob@192.0.2.2:5070", "1 ACK")
    assert scene.take_events() == [Accepted(session_id=session, body=ANSWER)]

    scene.agent.hang_up(session, scene.now)
    bye = scene.request()
    assert (bye.method, cseq_of(bye)) == ("BYE", "2 BYE")
    scene.reply(bye, 200)
    assert (ended(scene.take_events()).by, scene.heard()) == ("us", [])
    assert all_is_forgotten(scene)


def test_an_invite_is_repeated_until_something_comes_back_and_given_up_after_32_s() -> None:
    scene = Scene()
    calling(scene)

    assert methods(scene.wait(31.6)) == ["INVITE"] * 6
    scene.wait(2)

    event = ended(scene.take_events())
    assert (event.status, event.by) == (408, "failure")
    assert all_is_forgotten(scene)


def test_a_repeated_answer_is_confirmed_again_and_told_once() -> None:
    scene = Scene()
    session, invite = calling(scene)
    scene.reply(invite, 200, body=ANSWER)
    ack = scene.request()

    scene.reply(invite, 200, body=ANSWER)

    assert scene.request() == ack
    assert scene.take_events() == [Accepted(session_id=session, body=ANSWER)]


def test_hanging_up_before_anything_came_back_waits_with_cancel() -> None:
    """RFC 3261 §9.1: CANCEL only after a provisional response."""
    scene = Scene()
    session, invite = calling(scene)

    scene.agent.hang_up(session, scene.now)
    assert scene.heard() == []
    assert ended(scene.take_events()).by == "us"
    scene.reply(invite, 180)
    cancel = scene.request()
    assert (cancel.method, cseq_of(cancel), cancel.uri) == ("CANCEL", "1 CANCEL", invite.uri)
    assert cancel.headers.get("Via") == invite.headers.get("Via")
    scene.reply(cancel, 200)
    scene.reply(invite, 487)
    ack = scene.request()
    assert (ack.method, ack.headers.get("Via")) == ("ACK", invite.headers.get("Via"))
    assert all_is_forgotten(scene)


def test_an_answer_that_crosses_the_cancel_is_confirmed_and_hung_up() -> None:
    scene = Scene()
    session, invite = calling(scene)
    scene.reply(invite, 180)
    scene.agent.hang_up(session, scene.now)
    assert methods(scene.heard()) == ["CANCEL"]

    scene.reply(invite, 200, body=ANSWER)

    ack, bye = scene.heard()
    assert isinstance(bye, Request)
    assert methods([ack, bye]) == ["ACK", "BYE"]
    scene.reply(bye, 200)
    assert len(scene.take_events()) == 2
    assert all_is_forgotten(scene)


def test_a_cancelled_call_whose_peer_falls_silent_is_forgotten() -> None:
    scene = Scene()
    session, invite = calling(scene)
    scene.reply(invite, 180)
    scene.agent.hang_up(session, scene.now)

    assert all_is_forgotten(scene)


@pytest.mark.parametrize("status", [302, 404, 486, 603])
def test_a_refusal_ends_the_call_with_its_status(status: int) -> None:
    scene = Scene(user_agent(FixedDirectory(BOB, SECOND)))
    _, invite = calling(scene)

    scene.reply(invite, status)

    assert methods(scene.heard()) == ["ACK"]
    event = ended(scene.take_events())
    assert (event.status, event.by) == (status, "peer")
    scene.reply(invite, status)
    assert methods(scene.heard()) == ["ACK"]
    assert all_is_forgotten(scene)


def test_a_second_phone_that_answers_too_is_hung_up() -> None:
    scene = Scene()
    session, invite = calling(scene)
    scene.reply(invite, 180, tag="one")
    scene.reply(invite, 180, tag="two")
    scene.reply(invite, 200, tag="one", body=ANSWER)
    scene.heard()
    scene.take_events()

    scene.reply(invite, 200, tag="two", body=ANSWER)

    _, bye = scene.heard()
    assert isinstance(bye, Request)
    assert (bye.method, (bye.headers.get("To") or "").endswith("tag=two")) == ("BYE", True)
    assert scene.take_events() == []
    scene.agent.hang_up(session, scene.now)
    assert all_is_forgotten(scene)


def test_early_media_sent_reliably_is_confirmed_once_in_order() -> None:
    scene = Scene()
    session, invite = calling(scene)
    reliable = [("Require", "100rel"), ("RSeq", "17")]

    scene.reply(invite, 183, body=ANSWER, more=reliable)
    prack = scene.request()
    assert (prack.method, prack.headers.get("RAck"), cseq_of(prack)) == ("PRACK", "17 1 INVITE", "2 PRACK")
    scene.reply(prack, 200)
    scene.reply(invite, 183, body=ANSWER, more=reliable)
    scene.reply(invite, 180, more=[("Require", "100rel"), ("RSeq", "19")])
    assert scene.heard() == []
    scene.reply(invite, 200)
    assert methods(scene.heard()) == ["ACK"]

    assert scene.take_events() == [
        Progressed(session_id=session, status=183, body=ANSWER),
        Accepted(session_id=session, body=ANSWER),
    ]
    scene.agent.hang_up(session, scene.now)
    assert cseq_of(scene.request()) == "3 BYE"


def test_without_an_offer_of_ours_the_ack_brings_our_answer() -> None:
    scene = Scene()
    session, invite = calling(scene, body=None)
    assert invite.headers.get("Content-Type") is None

    scene.reply(invite, 200, body=OFFER)
    assert scene.heard() == []
    assert scene.take_events() == [Accepted(session_id=session, body=OFFER)]
    scene.agent.answer_offer(session, ANSWER, scene.now)

    ack = scene.request()
    assert (ack.method, ack.body) == ("ACK", ANSWER)
    scene.reply(invite, 200, body=OFFER)
    assert scene.request() == ack


def test_the_route_set_of_the_answer_is_followed() -> None:
    scene = Scene()
    session, invite = calling(scene)
    routes = [
        ("Record-Route", "<sip:192.0.2.9;lr>, <sip:192.0.2.8;lr>"),
        ("Record-Route", "<sip:192.0.2.7;lr>"),
    ]

    scene.reply(invite, 200, body=ANSWER, more=routes)

    scene.agent.take_events()
    (transmit,) = scene.agent.take_outbox()
    assert transmit.hop == Hop("udp", "192.0.2.7", 5060)
    scene.agent.hang_up(session, scene.now)
    bye = scene.request()
    assert bye.headers.all("Route") == ["<sip:192.0.2.7;lr>", "<sip:192.0.2.8;lr>", "<sip:192.0.2.9;lr>"]
    assert bye.uri == "sip:bob@192.0.2.2:5070"


def test_a_strict_router_gets_its_own_uri() -> None:
    scene = Scene()
    session, invite = calling(scene)
    scene.reply(invite, 200, body=ANSWER, more=[("Record-Route", "<sip:192.0.2.7>")])
    scene.heard()

    scene.agent.hang_up(session, scene.now)

    bye = scene.request()
    assert (bye.uri, bye.headers.all("Route")) == ("sip:192.0.2.7", ["<sip:bob@192.0.2.2:5070>"])


class CountingPasswords:
    """A digest client, as a trunk has one."""

    def __init__(self) -> None:
        self._client = DigestClient(Password(username="bank", password="zanzibar"))

    def answer(self, name: str, request: Request, challenge: Response) -> tuple[str, str] | None:
        chosen = self._client.choose(challenge.headers.all("WWW-Authenticate"))
        assert chosen is not None
        return "Authorization", self._client.answer(chosen, request.method, request.uri)


class Passwords:
    def answer(self, name: str, request: Request, challenge: Response) -> tuple[str, str] | None:
        if name != "trunk" or "WWW-Authenticate" not in challenge.headers:
            return None
        return ("Authorization", f'Digest username="{name}", uri="{request.uri}"')


def proving_agent(credentials: Credentials | None = None) -> UserAgent:
    count = hexadecimal_tokens()
    return UserAgent(
        directory=FixedDirectory(Route(hop=PEER, request_uri="sip:bob@192.0.2.2", credentials="trunk")),
        gate=OpenGate(),
        credentials=credentials or Passwords(),
        token=lambda: f"{next(count):016x}",
    )


CHALLENGE_WITH_COUNT = [("WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth"')]
CHALLENGE = [("WWW-Authenticate", 'Digest realm="r", nonce="n"')]


def test_a_challenge_is_answered_once() -> None:
    scene = Scene(proving_agent())
    _, invite = calling(scene)

    scene.reply(invite, 401, more=CHALLENGE)
    ack, again = scene.heard()
    assert isinstance(again, Request)
    assert methods([ack, again]) == ["ACK", "INVITE"]
    assert (cseq_of(again), again.headers.get("Call-ID")) == ("2 INVITE", invite.headers.get("Call-ID"))
    assert "Authorization" in again.headers
    scene.reply(again, 401, more=CHALLENGE)

    assert methods(scene.heard()) == ["ACK"]
    assert ended(scene.take_events()).status == 401


def test_each_nonce_is_counted_from_one_without_gaps() -> None:
    """RFC 7616 §3.4: carriers that count along refuse a first answer that says it is the second."""
    scene = Scene(proving_agent(CountingPasswords()))
    session, invite = calling(scene)
    counted = []

    scene.reply(invite, 401, more=CHALLENGE_WITH_COUNT)
    _, again = scene.heard()
    assert isinstance(again, Request)
    counted.append(again.headers.get("Authorization") or "")
    scene.reply(again, 200, body=ANSWER)
    scene.heard()
    scene.agent.hang_up(session, scene.now)
    scene.reply(scene.request(), 401, more=CHALLENGE_WITH_COUNT)
    counted.append(scene.request().headers.get("Authorization") or "")

    assert ["nc=00000001" in counted[0], "nc=00000002" in counted[1]] == [True, True], counted


def test_a_challenge_of_a_bye_is_answered_and_the_ack_proves_itself_as_the_invite_did() -> None:
    scene = Scene(proving_agent())
    session, invite = calling(scene)
    scene.reply(invite, 401, more=CHALLENGE)
    _, again = scene.heard()
    assert isinstance(again, Request)
    scene.reply(again, 200, body=ANSWER)
    ack = scene.request()
    assert ack.headers.get("Authorization") == again.headers.get("Authorization")

    scene.agent.hang_up(session, scene.now)
    bye = scene.request()
    scene.reply(bye, 401, more=CHALLENGE)
    again = scene.request()
    assert (again.method, "Authorization" in again.headers) == ("BYE", True)
    scene.reply(again, 200)
    assert all_is_forgotten(scene)


def test_the_session_interval_is_lengthened_when_asked() -> None:
    scene = Scene()
    _, invite = calling(scene)

    scene.reply(invite, 422, more=[("Min-SE", "3600")])

    _, again = scene.heard()
    assert isinstance(again, Request)
    assert again.headers.get("Session-Expires") == "3600"


@pytest.mark.parametrize("failure", ["503", "flow lost", "impatience", "time-out"])
def test_the_next_route_is_taken_when_one_fails(failure: str) -> None:
    patience_s = 3.0 if failure == "impatience" else None
    first = Route(hop=PEER, request_uri="sip:bob@192.0.2.2", patience_s=patience_s)
    scene = Scene(user_agent(FixedDirectory(first, SECOND)))
    session, invite = calling(scene)

    match failure:
        case "503":
            scene.reply(invite, 503)
        case "flow lost":
            scene.agent.flow_lost(PEER, scene.now)
        case "impatience":
            scene.wait(2.9)
            scene.now += 0.2
            scene.agent.tick(scene.now)
        case _:
            scene.wait(31.9)
            scene.now += 0.2
            scene.agent.tick(scene.now)

    again = [m for m in scene.heard() if isinstance(m, Request) and m.uri == SECOND.request_uri]
    assert [m.method for m in again] == ["INVITE"]
    assert scene.take_events() == []
    scene.hop = OTHER
    scene.reply(again[0], 200, body=ANSWER)
    assert scene.take_events() == [Accepted(session_id=session, body=ANSWER)]
    scene.agent.hang_up(session, scene.now)
    assert all_is_forgotten(scene)


def test_a_route_given_up_that_answers_after_all_is_hung_up() -> None:
    first = Route(hop=PEER, request_uri="sip:bob@192.0.2.2", patience_s=3.0)
    scene = Scene(user_agent(FixedDirectory(first, SECOND)))
    session, invite = calling(scene)
    scene.wait(3.1)

    scene.reply(invite, 180)
    assert methods(scene.heard()) == ["CANCEL"]
    scene.reply(invite, 200, body=ANSWER)
    assert methods(scene.heard()) == ["ACK", "BYE"]

    assert scene.take_events() == []
    scene.agent.hang_up(session, scene.now)
    assert all_is_forgotten(scene)


def test_the_last_route_failing_ends_the_call() -> None:
    scene = Scene()
    _, invite = calling(scene)
    scene.reply(invite, 503)
    event = ended(scene.take_events())
    assert (event.status, event.by) == (503, "failure")


def test_no_way_to_the_target_ends_the_call_at_once() -> None:
    directory = FixedDirectory()
    directory.routes = ()
    scene = Scene(user_agent(directory))

    scene.agent.invite(
        UriTarget(uri="sip:x@y"), caller="1", caller_name=None, dialled="2", body=None, now=scene.now
    )

    assert ended(scene.take_events()).status == 480
    assert all_is_forgotten(scene)


def test_nobody_is_rung_for_ever() -> None:
    scene = Scene(user_agent(settings=Settings(longest_ringing_s=60)))
    _, invite = calling(scene)
    scene.reply(invite, 180)

    assert "CANCEL" in methods(scene.wait(61))
    assert ended(scene.take_events()).by == "failure"
    assert all_is_forgotten(scene)


def test_an_answer_that_cannot_be_read_is_confirmed_and_ended() -> None:
    scene = Scene()
    _, invite = calling(scene)

    scene.reply(invite, 200, body=ANSWER, contact="<sip:b@@>>")

    assert methods(scene.heard())[0] == "ACK"
    scene.wait(64)
    assert len([e for e in scene.take_events() if isinstance(e, SessionEnded)]) == 1
    assert all_is_forgotten(scene)


def test_a_peer_behind_nat_is_reached_where_it_was_seen() -> None:
    route = Route(hop=PEER, request_uri="sip:bob@10.1.1.1:5060", is_natted=True)
    scene = Scene(user_agent(FixedDirectory(route)))
    session, invite = calling(scene)
    scene.reply(invite, 200, body=ANSWER, contact="<sip:bob@10.1.1.1:5060>")
    scene.agent.take_outbox()

    scene.agent.hang_up(session, scene.now)

    (transmit,) = scene.agent.take_outbox()
    assert transmit.hop == PEER


def test_responses_nobody_waits_for_are_ignored() -> None:
    scene = Scene()
    calling(scene)
    strange = scene.build("INVITE")
    scene.reply(strange, 200, body=ANSWER)
    assert scene.heard() == []
    assert scene.take_events() == []


@pytest.mark.parametrize("reliable", [True, False])
def test_the_answer_is_that_of_the_phone_which_answered(reliable: bool) -> None:
    """Two phones of a fork send early media; the one that answers says nothing more in its 200 (RFC 6337 §2.2).

    Some carriers say it in a 183 that nobody confirms, and then no more: what was heard is what was meant.
    """
    scene = Scene()
    session, invite = calling(scene)
    for number, tag in enumerate(("desk", "mobile"), start=1):
        more = [("Require", "100rel"), ("RSeq", "1")] if reliable else []
        body = ANSWER.replace(b"m=audio 4000", b"m=audio 400%d" % number)
        scene.reply(invite, 183, tag=tag, body=body, more=more)
    scene.heard()
    scene.take_events()

    scene.reply(invite, 200, tag="desk")

    assert methods(scene.heard()) == ["ACK"]
    assert scene.take_events() == [
        Accepted(session_id=session, body=ANSWER.replace(b"m=audio 4000", b"m=audio 4001"))
    ]


@pytest.mark.parametrize(
    ("header", "rest_s"),
    [
        ("120", 120.0),
        ("120 (in a meeting);duration=60", 120.0),
        ("86400", 300.0),
        ("soon", None),
        (None, None),
    ],
)
def test_a_server_that_asks_for_rest_is_given_it(header: str | None, rest_s: float | None) -> None:
    """RFC 3261 §21.5.4."""
    directory = FixedDirectory(Route(hop=PEER, request_uri="sip:bob@192.0.2.2"), SECOND)
    scene = Scene(user_agent(directory))
    _, invite = calling(scene)

    scene.reply(invite, 503, more=[("Retry-After", header)] if header else [])

    assert directory.resting == (None if rest_s is None else (PEER, scene.now + rest_s))
    assert methods(scene.heard()) == ["ACK", "INVITE"]


def test_a_call_passed_on_says_how_much_further_it_may_go() -> None:
    scene = Scene()
    scene.agent.invite(
        TrunkTarget(name="t"),
        caller="1",
        caller_name=None,
        dialled="2",
        body=OFFER,
        now=scene.now,
        hops_left=7,
    )

    assert scene.request().headers.get("Max-Forwards") == "7"
