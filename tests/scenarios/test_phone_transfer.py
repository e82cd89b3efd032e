"""A desk phone presses its own transfer key: blind, after asking a colleague; and calls that take the place of others."""

from dataclasses import replace

import pytest

from banjie.base.ids import CallId
from banjie.media.model import PortId
from banjie.sip.model import SessionId, TrunkPeer, TrunkTarget, UserPeer, UserTarget
from banjie.stories.handed_over import OnHisPhone
from banjie.stories.views import CallView
from tests.fakes.centre import ANN, BOB, GENERAL, Centre
from tests.fakes.sip import FakeSession

pytestmark = pytest.mark.story

MUSIC, RING_BACK = [("music",)], [("ring_back",)]
ANNS_PHONE, BOBS_PHONE = UserPeer(username="1001"), UserPeer(username="1002")


@pytest.fixture
def centre() -> Centre:
    return Centre()


class OnPhones:
    """Ann, at her desk phone, talks to a caller who waited 10 s; Bob's phone is free."""

    def __init__(self, centre: Centre) -> None:
        self.centre, self.sip = centre, centre.sip
        self.sip.registered |= {"1001", "1002"}
        self.caller = self.sip.call("4000000001")
        self.call_id: CallId = centre.log.call_ids[-1]
        centre.press(self.call_id, "0")
        centre.wait(10.0)
        centre.ready(ANN, "phone")
        self.ann = self.rung("1001")
        self.sip.pick_up(self.ann)
        centre.ready(BOB, "phone")

    def rung(self, username: str) -> SessionId:
        session = self.sip.ringing(username)
        assert session is not None
        return session

    def outside(self) -> SessionId:
        (found,) = [
            i for i, s in self.sip.sessions.items() if s.target == TrunkTarget(name="carrier") and not s.ended
        ]
        return found

    def ask(self, whom: str = "1002") -> SessionId:
        """Ann's phone holds the caller and calls somebody."""
        self.sip.hold(self.ann)
        return self.sip.call(whom, caller="1001", peer=ANNS_PHONE)

    def refer(
        self, dialled: str, replaces: SessionId | None = None, foreign: str | None = None
    ) -> FakeSession:
        return self.sip.ask_refer(self.ann, dialled, replaces, foreign)

    def port(self, session: SessionId) -> PortId:
        leg = self.centre.stories.legs.of_session(session)
        assert leg is not None
        return leg.port_id

    def hears(self, session: SessionId) -> set[PortId]:
        return self.centre.switchboard.hears(self.port(session))

    def hear_each_other(self, one: SessionId, other: SessionId) -> bool:
        return self.hears(one) == {self.port(other)} and self.hears(other) == {self.port(one)}

    def played(self, session: SessionId) -> list[tuple[str, ...]]:
        return self.centre.switchboard.playing(self.port(session))

    @property
    def is_with_ann(self) -> bool:
        ongoing = self.centre.stories.floor.get(self.call_id)
        return ongoing.agent_id == ANN and not self.sip.sessions[self.ann].ended


@pytest.fixture
def phones(centre: Centre) -> OnPhones:
    return OnPhones(centre)


# -- blind ----------------------------------------------------------------------------------------------


def test_the_transfer_key_hands_the_caller_to_an_extension(centre: Centre, phones: OnPhones) -> None:
    phones.centre.wait(30.0)
    asked = phones.refer("1002")

    assert (asked.refer_answer, asked.refer_told, asked.ended) == (202, [200], True)
    assert phones.played(phones.caller) == RING_BACK
    assert (centre.state(ANN), centre.state(BOB)) == (("ACW", None), ("RINGING", None))
    bob = phones.rung("1002")
    phones.sip.pick_up(bob)

    assert phones.hear_each_other(phones.caller, bob)
    centre.wait(20.0)
    phones.sip.end(phones.caller)
    cdr = centre.log.cdr(phones.call_id)
    assert [(s.agent_id, s.talk_s(cdr.last_at)) for s in cdr.segments] == [(ANN, 30.0), (BOB, 20.0)]
    assert len(centre.switchboard.recorded) == 1


async def test_to_a_queue_a_number_of_ours_and_a_number_outside(centre: Centre, phones: OnPhones) -> None:
    assert phones.refer(GENERAL).refer_told == [200]
    assert centre.log.kinds(phones.call_id)[-2:] == ["CallQueued", "AgentOffered"]  # Bob is free

    other = OnPhones(Centre())
    assert other.refer("4000000001").refer_told == [200]
    assert other.centre.log.kinds(other.call_id)[-1] == "ScriptStarted"
    assert other.played(other.caller) == [("welcome.zh",)]

    third = OnPhones(Centre())
    assert third.refer("010 8888 6666").refer_told == [200]
    assert third.played(third.caller) == RING_BACK
    outside = third.outside()
    third.sip.pick_up(outside)
    assert third.hear_each_other(third.caller, outside)


@pytest.mark.parametrize(
    ("dialled", "status"),
    [("1003", 486), ("1001", 486), ("12", 484), ("not-a-queue", 484), ("1002", 503), ("01088886666", 503)],
)
def test_a_transfer_that_cannot_be_leaves_the_caller_where_he_is(
    centre: Centre, phones: OnPhones, dialled: str, status: int
) -> None:
    phones.sip.registered.discard("1002")
    house = centre.set_up.house
    centre.set_up.house = replace(house, outbound_trunk=None)
    before = centre.log.kinds(phones.call_id)

    asked = phones.refer(dialled)

    assert (asked.refer_answer, asked.refer_told) == (202, [status])
    assert phones.is_with_ann
    assert phones.hear_each_other(phones.caller, phones.ann)
    assert centre.log.kinds(phones.call_id) == before


def test_nobody_but_the_agent_may_refer(centre: Centre, phones: OnPhones) -> None:
    from_caller = phones.sip.ask_refer(phones.caller, "01088886666")

    assert (from_caller.refer_answer, from_caller.refer_told) == (403, [])
    phones.refer("1002")
    bob = phones.rung("1002")
    phones.sip.pick_up(bob)
    phones.sip.ask_refer(bob, "01088886666")
    outside = phones.outside()
    phones.sip.pick_up(outside)

    assert phones.sip.ask_refer(outside, "01099998888").refer_answer == 403


def test_a_colleague_who_does_not_take_him_sends_him_to_the_head_of_the_queue(
    centre: Centre, phones: OnPhones
) -> None:
    phones.refer("1002")
    centre.wait(20.0)

    assert centre.log.kinds(phones.call_id)[-2:] == ["GuestLeft", "CallQueued"]
    assert phones.played(phones.caller) == MUSIC


def test_whom_the_phone_asked_without_us_gets_the_caller_in_the_place_of_that_call(
    centre: Centre, phones: OnPhones
) -> None:
    phones.refer("1002", foreign="9@z;to-tag=a;from-tag=b")

    targets = [s.target for s in phones.sip.sessions.values()]
    assert targets[-1] == UserTarget(username="1002", replaces="9@z;to-tag=a;from-tag=b")


# -- after asking ---------------------------------------------------------------------------------------


def test_he_asks_a_colleague_and_leaves_the_caller_to_him(centre: Centre, phones: OnPhones) -> None:
    centre.wait(30.0)
    second = phones.ask()
    assert (phones.sip.sessions[second].rang, phones.sip.sessions[second].answered) == (1, False)
    assert phones.played(second) == RING_BACK
    assert phones.played(phones.caller) == MUSIC
    bob = phones.rung("1002")
    phones.sip.pick_up(bob)
    assert phones.sip.sessions[second].answered
    assert phones.played(second) == []
    assert phones.hear_each_other(second, bob)
    assert (phones.hears(phones.caller), phones.played(phones.caller)) == (set(), MUSIC)
    centre.wait(5.0)

    asked = phones.refer("1002", second)

    assert (asked.refer_told, asked.ended, phones.sip.sessions[second].ended) == ([200], True, True)
    assert phones.hear_each_other(phones.caller, bob)
    assert phones.played(phones.caller) == []
    assert (centre.state(ANN), centre.state(BOB)) == (("ACW", None), ("TALKING", None))
    centre.wait(20.0)
    phones.sip.end(phones.caller)
    cdr = centre.log.cdr(phones.call_id)
    assert [(s.agent_id, s.talk_s(cdr.last_at)) for s in cdr.segments] == [(ANN, 35.0), (BOB, 20.0)]
    assert cdr.hold_s == 5.0
    assert centre.log.call_ids == [phones.call_id]  # the two are one call
    assert centre.switchboard.ports == {}
    assert len(centre.switchboard.recorded) == 1


def test_the_key_may_be_pressed_in_the_second_call(centre: Centre, phones: OnPhones) -> None:
    second = phones.ask()
    bob = phones.rung("1002")
    phones.sip.pick_up(bob)

    asked = phones.sip.ask_refer(second, "4000000001", phones.ann)

    assert asked.refer_told == [200]
    assert phones.hear_each_other(phones.caller, bob)


def test_he_need_not_wait_for_the_answer(centre: Centre, phones: OnPhones) -> None:
    second = phones.ask()

    asked = phones.refer("1002", second)

    assert (asked.refer_told, phones.played(phones.caller)) == ([200], RING_BACK)
    bob = phones.rung("1002")
    phones.sip.pick_up(bob)
    assert phones.hear_each_other(phones.caller, bob)


def test_his_phone_goes_from_one_to_the_other(centre: Centre, phones: OnPhones) -> None:
    second = phones.ask()
    bob = phones.rung("1002")
    phones.sip.pick_up(bob)

    with pytest.raises(OnHisPhone):
        centre.stories.agents.swap(ANN, phones.call_id, aside=False)
    phones.sip.hold(second)
    phones.sip.hold(phones.ann, held=False)

    assert phones.hear_each_other(phones.caller, phones.ann)
    assert (phones.hears(bob), phones.played(bob)) == (set(), MUSIC)
    view = centre.board.topics[f"me/{ANN}"]["call"]
    assert isinstance(view, CallView)
    assert view.state == "TALKING"

    phones.sip.hold(second, held=False)  # his phone mixes the two by itself
    assert phones.hear_each_other(phones.caller, phones.ann)
    assert phones.hear_each_other(second, bob)


@pytest.mark.parametrize("status", [486, 603, 480, None], ids=["busy", "no", "off", "late"])
def test_whom_he_asks_does_not_answer(centre: Centre, phones: OnPhones, status: int | None) -> None:
    second = phones.ask()
    if status is None:
        centre.wait(20.0)
    else:
        phones.sip.end(phones.rung("1002"), status)

    assert phones.sip.sessions[second].rejected == (status or 480)
    assert phones.is_with_ann
    assert phones.played(phones.caller) == MUSIC  # until he takes him back
    phones.sip.hold(phones.ann, held=False)
    assert phones.hear_each_other(phones.caller, phones.ann)


def test_he_puts_the_second_call_down(centre: Centre, phones: OnPhones) -> None:
    second = phones.ask()
    phones.sip.pick_up(phones.rung("1002"))

    phones.sip.end(second)

    assert centre.state(BOB) == ("READY", None)
    assert phones.played(phones.caller) == MUSIC
    phones.sip.hold(phones.ann, held=False)
    assert phones.hear_each_other(phones.caller, phones.ann)


def test_the_caller_hangs_up_meanwhile(centre: Centre, phones: OnPhones) -> None:
    second = phones.ask()
    phones.sip.pick_up(phones.rung("1002"))

    phones.sip.end(phones.caller)

    assert phones.sip.sessions[second].ended
    assert centre.switchboard.ports == {}
    assert (centre.state(ANN), centre.state(BOB)) == (("ACW", None), ("READY", None))


def test_who_puts_the_first_call_down_leaves_the_caller_to_whom_he_asked(
    centre: Centre, phones: OnPhones
) -> None:
    second = phones.ask()
    bob = phones.rung("1002")
    phones.sip.pick_up(bob)

    phones.sip.end(phones.ann)

    assert phones.sip.sessions[second].ended
    assert phones.hear_each_other(phones.caller, bob)


def test_he_asks_a_number_outside(centre: Centre, phones: OnPhones) -> None:
    second = phones.ask("01088886666")
    outside = phones.outside()
    phones.sip.progress(outside)
    for _ in range(25):  # what the carrier says
        centre.switchboard.ports[phones.port(outside)].received += 1
        centre.wait(0.02)
    assert (phones.hears(second), phones.hears(outside)) == ({phones.port(outside)}, set())
    phones.sip.pick_up(outside)
    assert phones.hear_each_other(second, outside)

    phones.refer("01088886666", second)

    assert phones.hear_each_other(phones.caller, outside)
    assert centre.log.cdr(phones.call_id).transferred_to == "01088886666"


@pytest.mark.parametrize(("whom", "status"), [("1003", 486), ("77", 484), ("1001", 486)])
def test_whom_he_cannot_ask(centre: Centre, phones: OnPhones, whom: str, status: int) -> None:
    second = phones.ask(whom)

    assert phones.sip.sessions[second].rejected == status
    assert phones.is_with_ann


def test_one_is_asked_at_a_time(centre: Centre, phones: OnPhones) -> None:
    phones.ask()

    third = phones.sip.call("01088886666", caller="1001", peer=ANNS_PHONE)

    assert phones.sip.sessions[third].rejected == 486


def test_a_phone_that_is_in_no_call_asks_nobody_but_calls_by_itself(centre: Centre, phones: OnPhones) -> None:
    phones.sip.call("01088886666", caller="1002", peer=BOBS_PHONE)

    assert centre.log.cdr(centre.log.call_ids[-1]).direction == "out"
    assert centre.stories.floor.get(phones.call_id).guests == {}


def test_the_other_call_may_wait_in_a_queue_of_ours(centre: Centre, phones: OnPhones) -> None:
    """He calls the number himself, hears that one waits, and lets the caller wait instead."""
    centre.stories.agents.set_state(BOB, "BREAK", "lunch", "phone")
    other = phones.ask("4000000001")
    his = centre.log.call_ids[-1]
    assert his != phones.call_id
    in_script = phones.refer("4000000001", other)
    assert in_script.refer_told == [200]
    assert centre.log.kinds(phones.call_id)[-1] == "ScriptStarted"
    assert centre.log.kinds(his)[-1] == "CallEnded"

    again = OnPhones(Centre())
    again.centre.stories.agents.set_state(BOB, "BREAK", "lunch", "phone")
    other = again.ask("4000000001")
    his = again.centre.log.call_ids[-1]
    again.centre.press(his, "2")
    assert again.refer("4000000001", other).refer_told == [200]
    assert again.centre.log.cdr(again.call_id).queue_id == "urgent"
    assert again.sip.sessions[other].ended


def test_a_call_of_somebody_else_cannot_be_joined(centre: Centre, phones: OnPhones) -> None:
    stranger = phones.sip.call("4000000001", caller="13900005678")

    asked = phones.refer("4000000001", stranger)

    assert asked.refer_told == [603]
    assert phones.is_with_ann


# -- in the place of another call -----------------------------------------------------------------------


def test_his_other_phone_takes_the_call_over(centre: Centre, phones: OnPhones) -> None:
    port = phones.port(phones.ann)

    other = phones.sip.call("4000000001", peer=ANNS_PHONE, replaces=phones.ann)

    assert phones.sip.sessions[other].answered
    assert phones.sip.sessions[phones.ann].ended
    assert phones.port(other) == port
    assert phones.hear_each_other(phones.caller, other)
    assert "CallHeld" not in centre.log.kinds(phones.call_id)


def test_his_other_phone_picks_up_what_rings(centre: Centre, phones: OnPhones) -> None:
    phones.refer("1002")

    other = phones.sip.call("", peer=BOBS_PHONE, replaces=phones.rung("1002"))

    assert phones.hear_each_other(phones.caller, other)
    assert centre.state(BOB) == ("TALKING", None)


def test_the_callers_own_exchange_may_put_him_on_another_line(centre: Centre, phones: OnPhones) -> None:
    other = phones.sip.call("4000000001", peer=TrunkPeer(name="loopback"), replaces=phones.caller)

    assert phones.hear_each_other(other, phones.ann)


def test_nobody_takes_the_place_of_another(centre: Centre, phones: OnPhones) -> None:
    for peer in (BOBS_PHONE, TrunkPeer(name="loopback"), TrunkPeer(name="carrier")):
        thief = phones.sip.call("4000000001", peer=peer, replaces=phones.ann)
        assert phones.sip.sessions[thief].rejected == 403
    late = phones.sip.call("4000000001", peer=ANNS_PHONE, replaces=SessionId("gone"))

    assert phones.sip.sessions[late].rejected == 481
    assert phones.hear_each_other(phones.caller, phones.ann)


def test_a_call_without_a_word_we_understand_takes_no_place(centre: Centre, phones: OnPhones) -> None:
    other = phones.sip.call("4000000001", body=b"v=0", peer=ANNS_PHONE, replaces=phones.ann)

    assert phones.sip.sessions[other].rejected == 488
    assert phones.hear_each_other(phones.caller, phones.ann)
