"""An agent's page that reloads takes its call up again: the caller hears music meanwhile, and nobody hangs up on him.

Laws: an agent has one leg in a call, the newest; without one the call waits for him as long as his screen may be away,
and then somebody else has it, or the caller waits again, ahead of all; whether it is on hold does not change.
"""

from typing import Final

from banjie.base.ids import AgentId, CallId
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import AgentLost, AgentRejoined
from banjie.calls.machine import CallState
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.ports import BrowserAnswer
from banjie.stories.stage import Stage

SCREEN_GRACE_S: Final = 10.0  # a page reloads, a laptop changes its network


class RejoinedCalls:
    def __init__(self, stage: Stage, offers: OffersAndAnswers) -> None:
        self._floor, self._legs = stage.floor, stage.legs
        self._deadlines, self._clock = stage.deadlines, stage.clock
        self._offers = offers
        offers.on_browser_lost = self._lost

    async def rejoin(self, ongoing: Ongoing, agent_id: AgentId, offer_sdp: str) -> BrowserAnswer:
        """Give the agent this page's sound instead of the one he had. Raise `NoSuchCall` where a phone has it."""
        if ongoing.agent is not None and not ongoing.agent.is_browser:
            raise NoSuchCall(ongoing.call_id)
        leg, answer_sdp = await self._legs.open_browser(offer_sdp, self._offers)
        if ongoing.live.is_over:
            self._legs.hang_up(leg)
            raise NoSuchCall(ongoing.call_id)
        self._deadlines.clear(_key(ongoing.call_id))
        before = ongoing.agent
        self._floor.empty_seat(ongoing)
        self._floor.seat(ongoing, leg)
        self._floor.note(ongoing, AgentRejoined, agent_id=agent_id)
        if before is not None:
            self._legs.hang_up(before)
        return BrowserAnswer(sdp=answer_sdp, leg_id=leg.leg_id, call_id=ongoing.call_id)

    def _lost(self, ongoing: Ongoing) -> None:
        agent_id = ongoing.agent_id
        if agent_id is None or ongoing.live.state not in (CallState.TALKING, CallState.HELD):
            self._offers.on_agent_lost(ongoing)
            return
        self._floor.empty_seat(ongoing)
        self._floor.note(ongoing, AgentLost, agent_id=agent_id)
        at = self._clock.mono() + SCREEN_GRACE_S
        self._deadlines.set(_key(ongoing.call_id), at, lambda: self._gone_for_good(ongoing, agent_id))

    def _gone_for_good(self, ongoing: Ongoing, agent_id: AgentId) -> None:
        """Unless somebody else has the call by now."""
        if ongoing.agent_id == agent_id and ongoing.agent is None:
            self._offers.on_agent_lost(ongoing)


def _key(call_id: CallId) -> tuple[CallId, str]:
    return (call_id, "rejoin")
