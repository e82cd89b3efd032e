"""Whatever agents, colleagues, supervisors and numbers outside do with a caller, he hears something true and is not lost."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, CallId
from banjie.calls.machine import CallState
from banjie.calls.supervision import Mode
from banjie.routing.agents import AgentState
from banjie.sip.model import TrunkTarget
from banjie.stories.ports import Supervisor, ToColleague, ToNumber, ToQueue, ToScript
from tests.fakes.centre import ANN, BOB, CAT, EVE, URGENT, Centre

pytestmark = pytest.mark.story

AGENTS = (ANN, BOB, CAT)
SUPERVISOR = Supervisor(agent_id=EVE, name={}, extension="2001")


class Play:
    """One caller, and everybody who may have him."""

    def __init__(self) -> None:
        self.centre = Centre()
        for agent_id in AGENTS:
            self.centre.ready(agent_id)
        self.session = self.centre.sip.call("4000000001")
        self.call_id: CallId = self.centre.log.call_ids[0]
        self.centre.press(self.call_id, "0")
        self.may_end = False

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


def check(play: Play) -> None:
    centre = play.centre
    ongoing = centre.stories.floor.find(play.call_id)
    has_ended = ongoing is None or ongoing.live.is_over
    assert has_ended == is_over(play)
    assert not has_ended or play.may_end, centre.log.cdr(play.call_id).end_reason
    legs = [] if ongoing is None or has_ended else list(ongoing.legs)
    assert {leg.port_id for leg in legs} == set(centre.switchboard.ports)  # nobody's leg is left behind
    if ongoing is not None and not has_ended and ongoing.live.state is not CallState.IN_SCRIPT:
        caller = centre.caller_port(play.call_id)
        hears, played = centre.switchboard.hears(caller), centre.switchboard.playing(caller)
        assert bool(hears) != bool(played), (ongoing.live.state, hears, played)  # one or the other, always
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


async def run(names: list[str]) -> None:
    play = Play()
    check(play)
    known = acts(play)
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
