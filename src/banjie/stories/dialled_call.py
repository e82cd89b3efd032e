"""A desk phone dials: a colleague, a number outside, one of our numbers; of anything else it says why not.

Laws: a phone may call whom its agent may call at the desk, and is shown as whom he would be; no queue offers him a call
meanwhile, and after it he is where he was, who was not signed in is away again; the phone is answered when somebody
answers, and until then hears what he would hear at his desk; a refusal has its own status, after its words.
"""

from collections.abc import Callable, Mapping
from typing import Final

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, LegId
from banjie.base.phones import NotAPhoneNumber
from banjie.base.prompts import Prompt
from banjie.calls.events import AgentConnected, CallArrived, CallEnded, CallEvent, CallPlaced, EndReason
from banjie.media.model import PlayId
from banjie.routing.agents import AgentState
from banjie.routing.events import AcwExtended, AgentStateChanged, NextStateChosen
from banjie.sip.events import CallOffered
from banjie.sip.model import Peer, UserPeer
from banjie.stories.dialled_number import destination
from banjie.stories.guests import ColleagueNotFree, NoSuchColleague
from banjie.stories.house import NO_OUTSIDE_LINE, NO_SUCH_NUMBER
from banjie.stories.inbound_call import InboundCalls
from banjie.stories.legs import CannotDial, EndedBy, Leg
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.placed_call import NotIdle, PlacedCalls
from banjie.stories.ports import ToColleague, ToNumber, ToQueue, ToScript
from banjie.stories.stage import Stage

NOT_FOUND: Final = 404
UNAVAILABLE: Final = 480
INCOMPLETE: Final = 484
BUSY: Final = 486
NO_WAY: Final = 503
_REFUSED: Final[Mapping[type[BanjieError], int]] = {
    NoSuchColleague: NOT_FOUND,
    ColleagueNotFree: BUSY,
    NotIdle: BUSY,
}
_SAID: Final[Mapping[int, Prompt]] = {
    NOT_FOUND: NO_SUCH_NUMBER,
    INCOMPLETE: NO_SUCH_NUMBER,
    NO_WAY: NO_OUTSIDE_LINE,
}
_ENDED: Final[Mapping[EndReason, int]] = {"busy": BUSY, "interrupted": NO_WAY}  # the rest: not there now


class DialledCalls:
    """Satisfies `LegOwner` for a phone that is told why not."""

    def __init__(
        self, stage: Stage, offers: OffersAndAnswers, inbound: InboundCalls, placed: PlacedCalls
    ) -> None:
        self._house, self._floor, self._legs = stage.house, stage.floor, stage.legs
        self._prompts, self._clock = stage.prompts, stage.clock
        self._offers, self._inbound, self._placed = offers, inbound, placed
        self._unanswered: set[LegId] = set()  # phones that hear it ring
        self._away: set[AgentId] = set()  # who call without being signed in
        self._told: dict[PlayId, tuple[Leg, int]] = {}
        self.on_inside: Callable[[Ongoing], None] = lambda ongoing: None
        stage.floor.watchers.append(self._noted)
        offers.agent_watchers.append(self._agent_changed)

    def takes(self, event: CallOffered) -> bool:
        """Take what an agent's phone dials; calls to our numbers enter like any other's."""
        agent_id = self._agent_at(event.peer)
        if agent_id is None:
            return False
        match destination(self._house(), self._inbound, event.dialled):
            case ToScript():
                return False
            case ToQueue():  # has no number
                self._refuse(event, NOT_FOUND)
            case ToColleague() | ToNumber() as to:
                self._place(event, agent_id, to)
        return True

    def _agent_at(self, peer: Peer | None) -> AgentId | None:
        if not isinstance(peer, UserPeer):
            return None
        agents = self._house().agents.values()
        return next((one.agent_id for one in agents if one.extension == peer.username), None)

    def _place(self, event: CallOffered, agent_id: AgentId, to: ToColleague | ToNumber) -> None:
        leg = self._legs.take(event, self._offers)
        if leg is None:
            return
        self._unanswered.add(leg.leg_id)
        was_away = self._offers.acd.find_agent(agent_id) is None
        try:
            self._placed.dialled(agent_id, to, leg)
        except BanjieError as cause:
            if leg.leg_id in self._unanswered:  # else it was a call already, which has ended as not reached
                self._unanswered.discard(leg.leg_id)
                self._tell(leg, self._status(cause, event.dialled))
        else:
            if was_away:
                self._away.add(agent_id)

    def _status(self, cause: BanjieError, dialled: str) -> int:
        if isinstance(cause, NotAPhoneNumber):
            longest = max(len(profile.extension) for profile in self._house().agents.values())
            return INCOMPLETE if dialled.isdigit() and len(dialled) > longest else NOT_FOUND
        return NO_WAY if isinstance(cause, CannotDial) else _REFUSED.get(type(cause), UNAVAILABLE)

    # -- why not ----------------------------------------------------------------------------------------

    def _refuse(self, event: CallOffered, status: int) -> None:
        leg = self._legs.take(event, self)
        if leg is not None:
            self._tell(leg, status)

    def _tell(self, leg: Leg, status: int) -> None:
        """Say it before the call is refused, so that nobody pays for it; where there are no words, refuse at once."""
        leg.owner = self
        prompt = _SAID.get(status)
        clips = () if prompt is None or leg.agreed is None else self._prompts.clips((prompt,), "zh")
        if not clips:
            self._legs.turn_down(leg, status)
            return
        self._legs.ring(leg)
        self._told[self._floor.switchboard.play(leg.port_id, clips)] = (leg, status)

    def said(self, play_id: PlayId) -> None:
        """Words have come to their end: ours, or those of a call that is over."""
        if (told := self._told.pop(play_id, None)) is not None:
            self._legs.turn_down(*told)

    # -- what becomes of it -----------------------------------------------------------------------------

    def _noted(self, ongoing: Ongoing, event: CallEvent) -> None:
        match event:
            case CallPlaced():
                pass
            case CallArrived() if ongoing.caller is not None:
                self._comes_from_inside(ongoing, self._agent_at(ongoing.caller.peer))
            case AgentConnected() if ongoing.agent is not None and ongoing.agent.leg_id in self._unanswered:
                self._unanswered.discard(ongoing.agent.leg_id)
                self._legs.answer(ongoing.agent)
            case CallEnded(reason=reason) if ongoing.agent is not None:
                self._not_reached(ongoing, ongoing.agent, reason)
            case _:
                pass

    def _not_reached(self, ongoing: Ongoing, leg: Leg, reason: EndReason) -> None:
        if leg.leg_id in self._unanswered:
            self._unanswered.discard(leg.leg_id)
            self._floor.empty_seat(ongoing)
            self._legs.turn_down(leg, _ENDED.get(reason, UNAVAILABLE))

    def _comes_from_inside(self, ongoing: Ongoing, agent_id: AgentId | None) -> None:
        """He is in this call, unless his phone has another one already."""
        now = None if agent_id is None else self._offers.acd.find_agent(agent_id)
        if agent_id is None or (now is not None and now.state not in (AgentState.READY, AgentState.BREAK)):
            return
        ongoing.insider = agent_id
        self._offers.engage(agent_id, ongoing.call_id, "phone")
        self.on_inside(ongoing)

    def over(self, ongoing: Ongoing) -> None:
        """Who called one of our numbers is free again."""
        if ongoing.insider is not None:
            self.on_inside(ongoing)
            self._offers.apply(self._offers.acd.let_go(ongoing.insider, self._clock.mono()))

    def _agent_changed(self, change: AgentStateChanged | NextStateChosen | AcwExtended) -> None:
        """Who was not signed in has no screen on which to write the call up: he registers it when he is."""
        if not isinstance(change, AgentStateChanged) or change.agent_id not in self._away:
            return
        now = self._offers.acd.find_agent(change.agent_id)
        if change.state is AgentState.ACW and now is not None and now.next_state is AgentState.OFFLINE:
            self._offers.sign_out(change.agent_id)
        if change.state is not AgentState.TALKING:
            self._away.discard(change.agent_id)

    # -- a phone that is told why not (LegOwner) --------------------------------------------------------

    def leg_answered(self, leg: Leg) -> None:
        """Phones call us."""

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        self._told = {play_id: told for play_id, told in self._told.items() if told[0] is not leg}

    def leg_held(self, leg: Leg, held: bool) -> None:
        """There is nothing to hold."""

    def digit_heard(self, leg: Leg, digit: str) -> None:
        """Keys lead nowhere."""
