"""What an agent does with a call and with himself: states, hold, mute, keypad, hang up, after-call work."""

from collections.abc import Callable
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, CallId, LegId
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import CallDisposed, CustomerMatched
from banjie.calls.machine import CallState
from banjie.customers.model import Customer
from banjie.routing.agents import UNREACHABLE, AgentState
from banjie.routing.states import StateStretch
from banjie.stories.guests import Guests
from banjie.stories.handed_over import HandedOver
from banjie.stories.house import NotAnAgent
from banjie.stories.known_caller import known_as
from banjie.stories.late_disposition import LateDispositions
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.placed_call import PlacedCalls
from banjie.stories.ports import (
    BrowserAnswer,
    Party,
    PlacedCall,
    Target,
    ToColleague,
    ToNumber,
    ToQueue,
    ToScript,
)
from banjie.stories.rejoined_call import SCREEN_GRACE_S, RejoinedCalls
from banjie.stories.stage import Stage
from banjie.stories.supervise_call import Supervision
from banjie.stories.targets import targets
from banjie.stories.views import TargetsView

ACW_EXTENSION_S: Final = 30.0
NOTE_MAX: Final = 2000


class NoSuchReason(BanjieError):
    """A break needs one of the site's reasons."""

    code: ClassVar[str] = "desk.no_such_reason"


class NoSuchDisposition(BanjieError):
    """A call is closed with one of the site's dispositions."""

    code: ClassVar[str] = "desk.no_such_disposition"


class NoteNeeded(BanjieError):
    """Of this disposition the site wants to read more than its name."""

    code: ClassVar[str] = "desk.note_needed"


class NotHere(BanjieError):
    """Nobody is put in another state, or called by a colleague, while he is signed out."""

    code: ClassVar[str] = "desk.not_here"


class NoCustomer(BanjieError):
    """In a call between colleagues there is nobody to hand on."""

    code: ClassVar[str] = "calls.no_customer"


class NotWithGuests(BanjieError):
    """Hold is for two: with others in the call one speaks to one side or the other."""

    code: ClassVar[str] = "calls.not_with_guests"


class FloorDesk:
    """Satisfies `ports.AgentDesk`."""

    def __init__(
        self,
        stage: Stage,
        offers: OffersAndAnswers,
        supervision: Supervision,
        guests: Guests,
        hand_over: HandedOver,
        placed: PlacedCalls,
    ) -> None:
        self._placed = placed
        self.on_known: Callable[[Ongoing], None] = lambda ongoing: None
        self._supervision, self._guests, self._hand_over = supervision, guests, hand_over
        self._house, self._floor, self._offers = stage.house, stage.floor, offers
        self._deadlines, self._clock = stage.deadlines, stage.clock
        self._late = LateDispositions(stage.floor)
        self._rejoins = RejoinedCalls(stage, offers)
        self._awaited: set[AgentId] = set()  # whose phones have not registered since a restart

    # -- states -----------------------------------------------------------------------------------------

    def set_state(self, agent_id: AgentId, state: str, reason: str | None, device: str) -> None:
        if agent_id not in self._house().agents:
            raise NotAnAgent("this user takes no calls; give him an extension first")
        if state == AgentState.OFFLINE:
            self._offers.sign_out(agent_id)
            return
        if state == AgentState.BREAK and reason is not None and reason not in self._house().break_reasons:
            raise NoSuchReason(f"there is no break reason {reason!r}; choose one of the list")
        if self._offers.acd.find_agent(agent_id) is None or device != self._offers.device(agent_id):
            self._offers.sign_in(agent_id, device)
        if state == AgentState.READY:
            self._offers.ready(agent_id)
        elif reason is not None:
            self._offers.take_break(agent_id, reason)

    def steer(self, agent_id: AgentId, state: str, reason: str | None) -> None:
        if agent_id not in self._house().agents:
            raise NotAnAgent("this user takes no calls; give him an extension first")
        if self._offers.acd.find_agent(agent_id) is None:
            raise NotHere("who is not signed in is in no state one could change")
        self.set_state(agent_id, state, reason, self._offers.device(agent_id))

    def screen_lost(self, agent_id: AgentId) -> None:
        """Without a screen no browser can ring: after a grace the agent is signed out, in a call after it."""
        if self._offers.device(agent_id) == "browser" and self._offers.acd.find_agent(agent_id) is not None:
            at = self._clock.mono() + SCREEN_GRACE_S
            self._deadlines.set((agent_id, "screen"), at, lambda: self._offers.sign_out(agent_id))

    def screen_back(self, agent_id: AgentId) -> None:
        self._deadlines.clear((agent_id, "screen"))

    def take_up(self, agent_id: AgentId, before: StateStretch) -> None:
        """Give an agent the state he had before a restart, where he answered. A call he had is over: he is in a break of ours.

        Browsers reconnect by themselves: who answers there, and has no screen within the grace, is signed out. Desk
        phones register anew in their own time: until his does, he is a break of ours away from READY.
        """
        device = before.device or "browser"
        self._offers.sign_in(agent_id, device)
        if before.state == AgentState.READY and device == "phone":
            self._offers.take_break(agent_id, UNREACHABLE)
            self._awaited.add(agent_id)
        elif before.state == AgentState.READY:
            self._offers.ready(agent_id)
        elif before.state == AgentState.BREAK and before.reason in self._house().break_reasons:
            self._offers.take_break(agent_id, before.reason)
        self.screen_lost(agent_id)

    def phone_registered(self, extension: str) -> None:
        """The phone of somebody who waits for it since a restart is there again."""
        for agent_id in [one for one in self._awaited if self._house().agents[one].extension == extension]:
            self._awaited.discard(agent_id)
            now = self._offers.acd.find_agent(agent_id)
            if now is not None and (now.state, now.reason) == (AgentState.BREAK, UNREACHABLE):
                self._offers.ready(agent_id)

    # -- a ringing call ---------------------------------------------------------------------------------

    async def answer(self, agent_id: AgentId, call_id: CallId, offer_sdp: str) -> BrowserAnswer:
        if (invited := self._guests.call_of(agent_id, call_id)) is not None:
            return await self._guests.answer_in_browser(*invited, offer_sdp)
        return await self._offers.answer_in_browser(agent_id, call_id, offer_sdp)

    def reject(self, agent_id: AgentId, call_id: CallId) -> None:
        if (invited := self._guests.call_of(agent_id, call_id)) is not None:
            self._guests.dismiss(*invited, "rejected")
        else:
            self._offers.reject(agent_id, call_id)

    # -- a call -----------------------------------------------------------------------------------------

    async def rejoin(self, agent_id: AgentId, call_id: CallId, offer_sdp: str) -> BrowserAnswer:
        return await self._rejoins.rejoin(self._mine(agent_id, call_id), agent_id, offer_sdp)

    def hold(self, agent_id: AgentId, call_id: CallId) -> None:
        ongoing = self._mine(agent_id, call_id)
        if ongoing.guests:
            raise NotWithGuests("with others in the call, speak to one side or the other")
        self._offers.hold(ongoing)

    def resume(self, agent_id: AgentId, call_id: CallId) -> None:
        ongoing = self._mine(agent_id, call_id)
        if ongoing.guests:
            raise NotWithGuests("with others in the call, speak to one side or the other")
        self._offers.resume(ongoing)

    def mute(self, agent_id: AgentId, call_id: CallId, muted: bool) -> None:
        if (invited := self._guests.call_of(agent_id, call_id)) is not None:
            ongoing, guest = invited
            guest.is_muted = muted
        else:
            ongoing = self._mine(agent_id, call_id)
            ongoing.is_muted = muted
        self._floor.patch(ongoing)
        self._offers.on_call_changed(ongoing)

    def send_digits(self, agent_id: AgentId, call_id: CallId, digits: str) -> None:
        caller = self._mine(agent_id, call_id).caller
        if caller is not None:
            self._floor.switchboard.send_digits(caller.port_id, digits)

    def hang_up(self, agent_id: AgentId, call_id: CallId) -> None:
        """End the call; a guest only leaves it."""
        if (invited := self._guests.call_of(agent_id, call_id)) is not None:
            self._guests.dismiss(*invited, "hung_up")
        else:
            ongoing = self._floor.get(call_id)
            if agent_id not in (ongoing.agent_id, ongoing.insider) or ongoing.live.is_over:
                raise NoSuchCall(call_id)
            is_caller = agent_id == ongoing.insider
            self._offers.end(ongoing, "caller_hung_up" if is_caller else "agent_hung_up")

    # -- other people -----------------------------------------------------------------------------------

    async def place(self, agent_id: AgentId, to: ToColleague | ToNumber, offer_sdp: str | None) -> PlacedCall:
        return await self._placed.place(agent_id, to, offer_sdp)

    def party(self, agent_id: AgentId, call_id: CallId) -> Party:
        ongoing = self._his(agent_id, call_id)
        if ongoing.live.cdr.direction == "internal":
            raise NoCustomer("two colleagues talk; neither is a customer")
        return Party(number=ongoing.view.number, customer_id=ongoing.live.cdr.customer_id)

    async def link(self, call_id: CallId, customer: Customer) -> None:
        ongoing = self._floor.find(call_id)
        if ongoing is None:
            await self._late.link(call_id, customer.customer_id)
            return
        ongoing.view = known_as(ongoing.view, customer)
        self._floor.note(ongoing, CustomerMatched, customer_id=customer.customer_id)
        self.on_known(ongoing)

    def _his(self, agent_id: AgentId, call_id: CallId) -> Ongoing:
        """A call that rings at him, that he is in, or that he has yet to write up."""
        ongoing = self._floor.get(call_id)
        is_his = (
            agent_id == ongoing.agent_id
            or agent_id in ongoing.paperwork
            or ongoing.colleague(agent_id) is not None
            or any(ringing.offer.agent_id == agent_id for ringing in self._offers.ringing_of(call_id))
        )
        if not is_his:
            raise NoSuchCall(call_id)
        return ongoing

    def targets(self, agent_id: AgentId) -> TargetsView:
        return targets(self._house(), self._offers, self._clock, agent_id)

    def transfer(self, agent_id: AgentId, call_id: CallId, to: Target) -> None:
        ongoing = self._with_customer(agent_id, call_id)
        match to:
            case ToColleague():
                self._hand_over.to_agent(ongoing, to.agent_id)
            case ToNumber():
                self._hand_over.to_number(ongoing, to.number)
            case ToQueue():
                self._hand_over.to_queue(ongoing, to.queue_id)
            case ToScript():
                self._hand_over.to_script(ongoing, to.dialled)

    def consult(self, agent_id: AgentId, call_id: CallId, whom: ToColleague | ToNumber) -> None:
        ongoing = self._with_customer(agent_id, call_id)
        if isinstance(whom, ToColleague):
            self._hand_over.consult_agent(ongoing, whom.agent_id)
        else:
            self._hand_over.consult_number(ongoing, whom.number)

    def swap(self, agent_id: AgentId, call_id: CallId, aside: bool) -> None:
        self._hand_over.swap(self._with_customer(agent_id, call_id), aside=aside)

    def join(self, agent_id: AgentId, call_id: CallId) -> None:
        self._hand_over.join(self._with_customer(agent_id, call_id))

    def complete(self, agent_id: AgentId, call_id: CallId) -> None:
        self._hand_over.complete(self._with_customer(agent_id, call_id))

    def dismiss(self, agent_id: AgentId, call_id: CallId, guest_id: LegId) -> None:
        self._hand_over.dismiss(self._with_customer(agent_id, call_id), guest_id)

    def ask_help(self, agent_id: AgentId, call_id: CallId, wanted: bool) -> None:
        ongoing = self._with_customer(agent_id, call_id)
        (self._supervision.ask_help if wanted else self._supervision.end_help)(ongoing)

    def _mine(self, agent_id: AgentId, call_id: CallId) -> Ongoing:
        ongoing = self._floor.get(call_id)
        if ongoing.agent_id != agent_id or ongoing.live.state not in (CallState.TALKING, CallState.HELD):
            raise NoSuchCall(call_id)
        return ongoing

    def _with_customer(self, agent_id: AgentId, call_id: CallId) -> Ongoing:
        ongoing = self._mine(agent_id, call_id)
        if ongoing.caller is None:
            raise NoCustomer("two colleagues talk; there is nobody to hand on")
        return ongoing

    # -- after it ---------------------------------------------------------------------------------------

    async def dispose(self, agent_id: AgentId, call_id: CallId, code: str, note: str) -> None:
        house = self._house()
        if code not in house.disposition_codes:
            raise NoSuchDisposition(f"there is no disposition {code!r}; choose one of the list")
        note = note.strip()[:NOTE_MAX]
        if code in house.noted_dispositions and not note:
            raise NoteNeeded(f"the disposition {code!r} asks for a note")
        ongoing = self._floor.find(call_id)
        if ongoing is None or agent_id not in ongoing.paperwork:
            await self._late.register(agent_id, call_id, code, note)
            return
        self._floor.note(ongoing, CallDisposed, agent_id=agent_id, code=code, note=note)
        self._offers.paperwork_done(ongoing, agent_id)

    def extend_acw(self, agent_id: AgentId, call_id: CallId) -> None:
        ongoing = self._floor.get(call_id)
        if agent_id not in ongoing.paperwork:
            raise NoSuchCall(call_id)
        self._offers.extend_acw(agent_id, ACW_EXTENSION_S)
