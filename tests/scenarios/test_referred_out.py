"""A trunk that carries callers on by itself (REFER): what is asked of it, what comes of it, and what we do where it will not."""

from dataclasses import replace

import pytest

from banjie.base.ids import CallId
from banjie.base.phones import NotAPhoneNumber
from banjie.calls.cdr import Outcome
from banjie.sip.events import ReferAccepted, ReferConcluded
from banjie.sip.model import SessionId, TrunkTarget
from banjie.stories.ports import ToColleague, ToNumber
from tests.fakes.centre import ANN, BOB, Centre

pytestmark = pytest.mark.story

OUTSIDE, NUMBER = ToNumber(number="010-8888 6666"), "01088886666"
MUSIC, RING_BACK = [("music",)], [("ring_back",)]


@pytest.fixture
def centre() -> Centre:
    made = Centre()
    made.set_up.house = replace(made.set_up.house, referring_trunks=frozenset({"loopback"}))
    return made


async def talking(centre: Centre) -> tuple[CallId, SessionId]:
    session = centre.sip.call("4000000001")
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, "0")
    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, call_id, "offer")
    return call_id, session


def bridges(centre: Centre) -> list[SessionId]:
    """The sessions that ring the number by us."""
    sessions = centre.sip.sessions.items()
    return [i for i, session in sessions if session.target == TrunkTarget(name="carrier")]


def playing(centre: Centre, call_id: CallId) -> list[tuple[str, ...]]:
    return centre.switchboard.playing(centre.caller_port(call_id))


async def test_the_carrier_carries_him_on_and_he_leaves_us(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.wait(30.0)

    centre.stories.agents.transfer(ANN, call_id, OUTSIDE)

    assert centre.sip.sessions[session].referred_to == (TrunkTarget(name="loopback"), NUMBER)
    assert (centre.state(ANN), playing(centre, call_id), bridges(centre)) == (("ACW", None), MUSIC, [])
    centre.sip.on_event(ReferAccepted(session_id=session))
    centre.wait(8.0)
    assert playing(centre, call_id) == MUSIC
    centre.sip.on_event(ReferConcluded(session_id=session, status=200))

    assert centre.sip.sessions[session].ended
    assert centre.switchboard.ports == {}
    cdr = centre.log.cdr(call_id)
    assert (cdr.transferred_to, cdr.end_reason, cdr.outcome) == (NUMBER, "carried_on", Outcome.ANSWERED)
    assert [(s.agent_id, s.talk_s(cdr.last_at)) for s in cdr.segments] == [(ANN, 30.0)]


async def test_a_carrier_that_lets_us_go_without_a_word_has_him(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, OUTSIDE)
    centre.sip.on_event(ReferAccepted(session_id=session))

    centre.sip.end(session)

    cdr = centre.log.cdr(call_id)
    assert (cdr.transferred_to, cdr.end_reason) == (NUMBER, "carried_on")
    assert centre.switchboard.ports == {}


async def test_a_caller_who_hangs_up_before_the_carrier_has_said_yes_has_hung_up(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, OUTSIDE)

    centre.sip.end(session)

    cdr = centre.log.cdr(call_id)
    assert (cdr.transferred_to, cdr.end_reason) == (None, "caller_hung_up")


@pytest.mark.parametrize("how", [403, 501, "in the middle of something"])
async def test_where_the_carrier_will_not_we_bridge(centre: Centre, how: int | str) -> None:
    call_id, session = await talking(centre)
    centre.sip.is_referring_illegal = how == "in the middle of something"
    centre.stories.agents.transfer(ANN, call_id, OUTSIDE)
    if isinstance(how, int):
        centre.sip.on_event(ReferConcluded(session_id=session, status=how))

    (bridge,) = bridges(centre)
    assert playing(centre, call_id) == RING_BACK
    centre.sip.pick_up(bridge)
    assert len(centre.switchboard.hears(centre.caller_port(call_id))) == 1
    assert centre.log.cdr(call_id).transferred_to == NUMBER
    centre.sip.end(session)
    assert centre.switchboard.ports == {}


async def test_a_carrier_that_did_not_reach_the_number_leaves_him_with_us(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, OUTSIDE)
    centre.sip.on_event(ReferAccepted(session_id=session))
    centre.sip.on_event(ReferConcluded(session_id=session, status=486))

    assert bridges(centre) == []  # it is no use to ring it again
    assert centre.log.kinds(call_id)[-1] == "CallQueued"
    assert playing(centre, call_id) == MUSIC
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")
    assert centre.log.kinds(call_id)[-1] == "AgentOffered"


async def test_where_we_cannot_bridge_either_he_waits(centre: Centre) -> None:
    centre.set_up.house = replace(centre.set_up.house, outbound_trunk=None)
    call_id, session = await talking(centre)
    centre.stories.agents.transfer(ANN, call_id, OUTSIDE)
    centre.sip.on_event(ReferConcluded(session_id=session, status=405))

    assert centre.log.kinds(call_id)[-1] == "CallQueued"


async def test_a_number_that_is_none_changes_nothing(centre: Centre) -> None:
    call_id, session = await talking(centre)

    with pytest.raises(NotAPhoneNumber):
        centre.stories.agents.transfer(ANN, call_id, ToNumber(number="hello"))

    assert centre.sip.sessions[session].referred_to is None
    assert centre.state(ANN) == ("TALKING", None)


async def test_other_trunks_and_other_targets_are_bridged_by_us(centre: Centre) -> None:
    call_id, session = await talking(centre)
    centre.ready(BOB)
    centre.stories.agents.transfer(ANN, call_id, ToColleague(agent_id=BOB))
    assert centre.sip.sessions[session].referred_to is None

    other = Centre()
    call_id, session = await talking(other)
    other.stories.agents.transfer(ANN, call_id, OUTSIDE)
    assert other.sip.sessions[session].referred_to is None
    assert len(bridges(other)) == 1


@pytest.mark.parametrize(
    ("conclusion", "reason", "to"),
    [(200, "carried_on", NUMBER), (486, "failed", NUMBER), (None, "script_ended", NUMBER)],
)
def test_a_script_lets_the_carrier_carry_him_on_too(
    centre: Centre, conclusion: int | None, reason: str, to: str
) -> None:
    session = centre.sip.call("4000000001")
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, "3")
    assert centre.sip.sessions[session].referred_to == (TrunkTarget(name="loopback"), NUMBER)
    assert playing(centre, call_id) == RING_BACK
    if conclusion is None:
        centre.sip.on_event(ReferConcluded(session_id=session, status=403))
        (bridge,) = bridges(centre)
        centre.sip.pick_up(bridge)
        centre.sip.end(bridge)
    else:
        centre.sip.on_event(ReferAccepted(session_id=session))
        centre.sip.on_event(ReferConcluded(session_id=session, status=conclusion))

    cdr = centre.log.cdr(call_id)
    assert (cdr.end_reason, cdr.transferred_to) == (reason, to)
    assert centre.switchboard.ports == {}
