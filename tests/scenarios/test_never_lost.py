"""Whatever agents, colleagues, supervisors and numbers outside do with a caller, he hears something true and is not lost."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, CallId
from banjie.calls.machine import CallState
from banjie.calls.supervision import Mode
from banjie.routing.agents import AgentState
from banjie.sip.model import SessionId, TrunkTarget, UserPeer, UserTarget
from banjie.stories.legs import Leg
from banjie.stories.ports import Supervisor, ToColleague, ToNumber, ToQueue, ToScript
from tests.fakes.centre import ANN, BOB, CAT, EVE, URGENT, Centre

pytestmark = pytest.mark.story

AGENTS = (ANN, BOB, CAT)
SUPERVISOR = Supervisor(agent_id=EVE, name={}, extension="2001")


class Play:
    """One caller, and everybody who may have him."""

    def __init__(self, device: str = "browser", *, refers: bool = False) -> None:
        self.centre = Centre()
        if refers:
            house = self.centre.set_up.house
            self.centre.set_up.house = replace(house, referring_trunks=frozenset({"loopback"}))
        self.centre.sip.registered |= {*AGENTS, EVE}
        for agent_id in AGENTS:
            self.centre.ready(agent_id, device)
        self.session = self.centre.sip.call("4000000001")
        self.call_id: CallId = self.centre.log.call_ids[0]
        self.centre.press(self.call_id, "0")
        self.may_end = self.has_said_yes = False

    @property
    def host(self) -> AgentId:
        return self.centre.stories.floor.get(self.call_id).agent_id or ANN

    def outside(self, act: str) -> None:
        for session_id, session in list(self.centre.sip.sessions.items()):
            if session.target == TrunkTarget(name="carrier") and not session.ended:
                if act == "answers" and not session.answered:
                    self.centre.sip.pick_up(session_id)
                elif act == "ends":
                    was_answered = session.answered
                    self.centre.sip.end(session_id, None if was_answered else 486)
                    self.may_end |= was_answered  # who is alone with the caller ends the call for both
                return

    def phones(self, act: str) -> None:
        """Every desk phone that rings is picked up, or declines."""
        for session_id, session in list(self.centre.sip.sessions.items()):
            if isinstance(session.target, UserTarget) and not session.ended and not session.answered:
                if act == "answer":
                    self.centre.sip.pick_up(session_id)
                else:
                    self.centre.sip.end(session_id, 486)

    def carrier(self, status: int) -> None:
        """Say yes to what we asked of it, or what came of that; it takes him, or does not."""
        session = self.centre.sip.sessions[self.session]
        if session.referred_to is None or (status == 202) == self.has_said_yes:
            return
        self.has_said_yes = status == 202
        self.may_end |= status == 200
        self.centre.sip.conclude_refer(self.session, status)

    def refuses(self) -> None:
        session = self.centre.sip.sessions[self.session]
        if session.referred_to is not None and not self.has_said_yes:
            self.centre.sip.conclude_refer(self.session, 405)

    def leg(self, which: str) -> Leg | None:
        ongoing = self.centre.stories.floor.find(self.call_id)
        leg = None if ongoing is None or ongoing.live.is_over else getattr(ongoing, which)
        return leg if isinstance(leg, Leg) and leg.session_id is not None else None

    def holds(self, which: str, held: bool) -> None:
        if (leg := self.leg(which)) is not None and leg.is_up and leg.session_id is not None:
            self.centre.sip.hold(leg.session_id, held)

    def puts_down(self, which: str) -> None:
        if (leg := self.leg(which)) is not None and leg.session_id is not None:
            if which == "agent":  # with nobody else there he ends the call
                ongoing = self.centre.stories.floor.get(self.call_id)
                self.may_end |= ongoing.consulted is None and not ongoing.members
            self.centre.sip.end(leg.session_id)

    def asks(self, whom: str) -> None:
        if (leg := self.leg("agent")) is not None and isinstance(leg.peer, UserPeer):
            self.holds("agent", True)
            self.centre.sip.call(whom, caller=leg.peer.username, peer=leg.peer)

    def refers(self, dialled: str, *, attended: bool = False) -> None:
        leg, second = self.leg("agent"), self.leg("second")
        if leg is not None and leg.session_id is not None and not (attended and second is None):
            replaces: SessionId | None = second.session_id if attended and second is not None else None
            self.centre.sip.ask_refer(leg.session_id, dialled, replaces)

    async def each(self, act: Callable[[AgentId], Awaitable[object] | None]) -> None:
        for agent_id in (*AGENTS, EVE):
            with suppress(BanjieError):
                done = act(agent_id)
                if done is not None:
                    await done


def acts(play: Play) -> dict[str, Callable[[], Awaitable[object] | None]]:
    desk, hands, call_id = play.centre.stories.agents, play.centre.stories.supervision, play.call_id

    def dismiss() -> None:
        guests = list(play.centre.stories.floor.get(call_id).guests)
        if guests:
            desk.dismiss(play.host, call_id, guests[0])

    return {
        "somebody answers": lambda: play.each(lambda agent_id: desk.answer(agent_id, call_id, "offer")),
        "somebody declines": lambda: play.each(lambda agent_id: desk.reject(agent_id, call_id)),
        "to Bob": lambda: desk.transfer(play.host, call_id, ToColleague(agent_id=BOB)),
        "to Cat": lambda: desk.transfer(play.host, call_id, ToColleague(agent_id=CAT)),
        "to a number": lambda: desk.transfer(play.host, call_id, ToNumber(number="01088886666")),
        "to a queue": lambda: desk.transfer(play.host, call_id, ToQueue(queue_id=URGENT)),
        "to a script": lambda: desk.transfer(play.host, call_id, ToScript(dialled="4000000001")),
        "he presses 0": lambda: play.centre.press(call_id, "0"),
        "ask Bob": lambda: desk.consult(play.host, call_id, ToColleague(agent_id=BOB)),
        "ask a number": lambda: desk.consult(play.host, call_id, ToNumber(number="01088885555")),
        "back to him": lambda: desk.swap(play.host, call_id, aside=False),
        "aside again": lambda: desk.swap(play.host, call_id, aside=True),
        "conference": lambda: desk.join(play.host, call_id),
        "leave it to them": lambda: desk.complete(play.host, call_id),
        "let go": dismiss,
        "hold": lambda: desk.hold(play.host, call_id),
        "resume": lambda: desk.resume(play.host, call_id),
        "the number answers": lambda: play.outside("answers"),
        "the number ends": lambda: play.outside("ends"),
        "listen": lambda: hands.listen_in_browser(SUPERVISOR, call_id, Mode.MONITOR, "offer"),
        "barge": lambda: hands.change(SUPERVISOR, call_id, Mode.BARGE),
        "take over": lambda: hands.take_over(SUPERVISOR, call_id),
        "Bob goes": lambda: desk.set_state(BOB, "OFFLINE", None, "browser"),
        "Bob comes": lambda: desk.set_state(BOB, "READY", None, "browser"),
        "a while": lambda: play.centre.wait(5.0),
        "too long": lambda: play.centre.wait(21.0),
        "all say what it was": lambda: play.each(
            lambda agent_id: desk.dispose(agent_id, call_id, "enquiry", "")
        ),
    }


def acts_of_phones(play: Play) -> dict[str, Callable[[], Awaitable[object] | None]]:
    return {
        "a phone answers": lambda: play.phones("answer"),
        "a phone declines": lambda: play.phones("decline"),
        "his phone asks Bob": lambda: play.asks("1002"),
        "his phone asks Cat": lambda: play.asks("1003"),
        "his phone asks a number": lambda: play.asks("01088885555"),
        "his phone holds him": lambda: play.holds("agent", True),
        "his phone has him back": lambda: play.holds("agent", False),
        "his phone holds the other": lambda: play.holds("second", True),
        "his phone has the other back": lambda: play.holds("second", False),
        "he puts the other down": lambda: play.puts_down("second"),
        "he puts him down": lambda: play.puts_down("agent"),
        "his phone joins them": lambda: play.refers("1002", attended=True),
        "his phone refers to Bob": lambda: play.refers("1002"),
        "his phone refers to a queue": lambda: play.refers("urgent"),
        "his phone refers to a script": lambda: play.refers("4000000001"),
        "his phone refers to a number": lambda: play.refers("01088885555"),
        "the carrier says yes": lambda: play.carrier(202),
        "the carrier has him": lambda: play.carrier(200),
        "the carrier did not reach it": lambda: play.carrier(486),
        "the carrier says no": play.refuses,
    }


def check(play: Play) -> None:
    centre = play.centre
    ongoing = centre.stories.floor.find(play.call_id)
    has_ended = ongoing is None or ongoing.live.is_over
    assert has_ended == is_over(play)
    assert not has_ended or play.may_end, centre.log.cdr(play.call_id).end_reason
    legs = [] if ongoing is None or has_ended else list(ongoing.legs)
    ringing = centre.stories.offers.ringing_of(play.call_id)
    legs += [one.phone for one in ringing if one.phone is not None]
    assert {leg.port_id for leg in legs} == set(centre.switchboard.ports)  # nobody's leg is left behind
    if ongoing is not None and not has_ended and ongoing.live.state is not CallState.IN_SCRIPT:
        caller = centre.caller_port(play.call_id)
        hears, played = centre.switchboard.hears(caller), centre.switchboard.playing(caller)
        assert bool(hears) != bool(played), (ongoing.live.state, hears, played)  # one or the other, always
        held = {leg.port_id for leg in (ongoing.agent,) if leg is not None and leg.is_held}
        assert not hears or hears - held  # who holds him says nothing
    for agent_id in (*AGENTS, EVE):
        status = centre.stories.offers.acd.find_agent(agent_id)
        if status is not None and status.state is AgentState.TALKING:
            assert ongoing is not None
            guest = ongoing.colleague(agent_id)
            assert ongoing.agent_id == agent_id or (guest is not None and guest.is_up)
        if ongoing is not None and not has_ended and ongoing.agent_id == agent_id:
            assert status is not None
            assert status.state is AgentState.TALKING


def is_over(play: Play) -> bool:
    return play.centre.sip.sessions[play.session].ended


async def run(names: list[str], device: str = "browser", *, refers: bool = False) -> None:
    play = Play(device, refers=refers)
    check(play)
    known = acts(play) | acts_of_phones(play)
    for name in names:
        if is_over(play):
            return
        with suppress(BanjieError):
            done = known[name]()
            if done is not None:
                await done
        check(play)
    centre = play.centre
    if not is_over(play):
        centre.sip.end(play.session)
        play.may_end = True
        check(play)
        assert centre.switchboard.ports == {}
        assert all(
            status.state is not AgentState.TALKING and status.state is not AgentState.RINGING
            for status in centre.stories.offers.acd.agents()
        )


# Drawn more often, so that consultations get as far as a conference and what follows it.
OFTEN = ("ask Bob", "ask a number", "somebody answers", "the number answers", "conference", "Bob comes")
NAMES = [*sorted(acts(Play())), *OFTEN * 6]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(NAMES), max_size=40))
def test_a_caller_is_never_silent_and_never_lost(names: list[str]) -> None:
    asyncio.run(run(["somebody answers", *names]))


PHONES_OFTEN = (
    "a phone answers",
    "his phone asks Bob",
    "his phone asks Cat",
    "his phone joins them",
    "Bob comes",
    "his phone refers to a number",
    "the carrier says yes",
)
NOT_BY_PHONE = {"resume", "hold", "somebody answers"}  # what the desk says against the phone that holds
NAMES_OF_PHONES = [
    *sorted(({*acts(Play())} - NOT_BY_PHONE) | {*acts_of_phones(Play())}),
    *PHONES_OFTEN * 8,
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(NAMES_OF_PHONES), max_size=40), st.booleans())
def test_nor_is_he_whatever_desk_phones_and_carriers_do(names: list[str], refers: bool) -> None:
    asyncio.run(run(["a phone answers", *names], "phone", refers=refers))
