"""All phones of a user ring at once: the first that answers has the call, one that is busy does not speak for the others."""

import pytest

from banjie.sip.events import Accepted, SessionEnded
from banjie.sip.model import Hop, Request, SessionId, UserTarget
from banjie.sip.ports import Route
from tests.sip.peer import ANSWER, OFFER, OTHER, PEER, FixedDirectory, Scene, user_agent

pytestmark = pytest.mark.unit

DESK = Route(hop=PEER, request_uri="sip:1001@192.0.2.2:5070")
SOFT = Route(hop=OTHER, request_uri="sip:1001@192.0.2.3:5070")
HOME = Route(hop=Hop("udp", "192.0.2.4", 5070), request_uri="sip:1001@192.0.2.4:5070")
ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'


class Ringing:
    """A call to a user, and the INVITEs his phones got."""

    def __init__(self, *routes: Route) -> None:
        self.scene = Scene(user_agent(FixedDirectory(*routes)))
        self.session: SessionId = self.scene.agent.invite(
            UserTarget(username="1001"),
            caller="13800001234",
            caller_name=None,
            dialled="1001",
            body=OFFER,
            now=self.scene.now,
        )
        self.invites = self.requests("INVITE")

    def requests(self, method: str) -> list[Request]:
        return [m for m in self.scene.heard() if isinstance(m, Request) and m.method == method]

    def ring(self, *invites: Request) -> None:
        for invite in invites:
            self.scene.reply(invite, 180)
        self.scene.heard()
        self.scene.take_events()

    @property
    def ended(self) -> list[tuple[int | None, str]]:
        return [(e.status, e.by) for e in self.scene.take_events() if isinstance(e, SessionEnded)]

    @property
    def all_is_forgotten(self) -> bool:
        self.scene.wait(100)
        return not any(self.scene.agent.table_sizes().values())


def test_all_ring_at_once_each_as_a_call_of_its_own() -> None:
    ringing = Ringing(DESK, SOFT, HOME)

    assert [invite.uri for invite in ringing.invites] == [
        DESK.request_uri,
        SOFT.request_uri,
        HOME.request_uri,
    ]
    assert len({invite.headers.get("Call-ID") for invite in ringing.invites}) == 3
    assert {invite.body for invite in ringing.invites} == {OFFER}


def test_the_first_that_answers_has_the_call_and_the_others_are_told_so() -> None:
    ringing = Ringing(DESK, SOFT, HOME)
    desk, soft, home = ringing.invites
    ringing.ring(desk, soft)  # the third has not said a word yet

    ringing.scene.reply(soft, 200, body=ANSWER)

    sent = [m for m in ringing.scene.heard() if isinstance(m, Request)]
    assert sorted((m.method, m.headers.get("Call-ID")) for m in sent) == [
        ("ACK", soft.headers.get("Call-ID")),
        ("CANCEL", desk.headers.get("Call-ID")),
    ]
    (cancel,) = [m for m in sent if m.method == "CANCEL"]
    assert cancel.headers.get("Reason") == ELSEWHERE
    assert ringing.scene.take_events() == [Accepted(session_id=ringing.session, body=ANSWER)]
    ringing.scene.reply(desk, 487)
    ringing.scene.heard()

    ringing.scene.reply(home, 180)  # RFC 3261 §9.1: only now may it be cancelled

    (late,) = ringing.requests("CANCEL")
    assert (late.uri, late.headers.get("Reason")) == (HOME.request_uri, ELSEWHERE)
    ringing.scene.reply(home, 487)
    ringing.scene.heard()
    ringing.scene.agent.hang_up(ringing.session, ringing.scene.now)
    (bye,) = ringing.requests("BYE")
    ringing.scene.reply(bye, 200)
    assert ringing.ended == [(None, "us")]
    assert ringing.all_is_forgotten


def test_two_that_answer_at_once_do_not_both_have_it() -> None:
    ringing = Ringing(DESK, SOFT)
    desk, soft = ringing.invites
    ringing.ring(desk, soft)
    ringing.scene.reply(desk, 200, body=ANSWER)
    ringing.scene.heard()
    ringing.scene.take_events()

    ringing.scene.reply(soft, 200, body=ANSWER)

    sent = [m for m in ringing.scene.heard() if isinstance(m, Request)]
    assert [(m.method, m.headers.get("Call-ID")) for m in sent] == [
        ("ACK", soft.headers.get("Call-ID")),
        ("BYE", soft.headers.get("Call-ID")),
    ]
    assert ringing.scene.take_events() == []


def test_busy_on_one_is_not_busy_on_all() -> None:
    ringing = Ringing(DESK, SOFT)
    desk, soft = ringing.invites
    ringing.ring(desk, soft)

    ringing.scene.reply(desk, 486)
    assert ringing.ended == []
    ringing.scene.heard()
    ringing.scene.reply(soft, 200, body=ANSWER)

    sent = [m for m in ringing.scene.heard() if isinstance(m, Request)]
    assert [m.method for m in sent] == ["ACK"]  # nothing is cancelled that is over
    assert ringing.scene.take_events() == [Accepted(session_id=ringing.session, body=ANSWER)]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [(486, 480, 486), (480, 486, 486), (404, 503, 404), (486, 486, 486), (503, 480, 480)],
)
def test_when_none_takes_it_the_call_ends_by_the_best_of_their_answers(
    first: int, second: int, told: int
) -> None:
    ringing = Ringing(DESK, SOFT)
    desk, soft = ringing.invites
    ringing.scene.reply(desk, first)
    assert ringing.ended == []

    ringing.scene.reply(soft, second)

    assert [status for status, _ in ringing.ended] == [told]
    assert ringing.all_is_forgotten


def test_who_declines_for_all_ends_it_for_all() -> None:
    """RFC 3261 §16.7, step 5: a 6xx speaks for the person."""
    ringing = Ringing(DESK, SOFT)
    desk, soft = ringing.invites
    ringing.ring(desk, soft)

    ringing.scene.reply(desk, 603)

    cancelled = ringing.requests("CANCEL")
    assert [(c.uri, c.headers.get("Reason")) for c in cancelled] == [(SOFT.request_uri, None)]
    assert ringing.ended == [(603, "peer")]
    ringing.scene.reply(soft, 487)
    assert ringing.all_is_forgotten


def test_a_phone_that_is_gone_costs_the_others_no_time() -> None:
    ringing = Ringing(DESK, SOFT)
    _, soft = ringing.invites
    ringing.ring(soft)
    ringing.scene.wait(40.0)  # the other has timed out

    assert ringing.ended == []
    ringing.scene.reply(soft, 200, body=ANSWER)
    assert Accepted(session_id=ringing.session, body=ANSWER) in ringing.scene.take_events()


def test_hanging_up_stops_them_all() -> None:
    ringing = Ringing(DESK, SOFT)
    desk, soft = ringing.invites
    ringing.ring(desk, soft)

    ringing.scene.agent.hang_up(ringing.session, ringing.scene.now)

    cancelled = ringing.requests("CANCEL")
    assert [(c.uri, c.headers.get("Reason")) for c in cancelled] == [
        (DESK.request_uri, None),
        (SOFT.request_uri, None),
    ]
    for invite in (desk, soft):
        ringing.scene.reply(invite, 487)
    assert ringing.all_is_forgotten
