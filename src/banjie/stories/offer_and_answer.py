"""A waiting call finds a person: the ACD's offers ring agents, an answer joins the two, an end parts them.

Laws: an agent's screen or phone rings for as long as the offer stands and no longer; whoever ends first, the other
is told and nothing keeps ringing; an agent is never left without a next state.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from banjie.base.errors import Unavailable
from banjie.base.ids import AgentId, CallId
from banjie.calls.dispositions import SystemDisposition
from banjie.calls.events import (
    AgentConnected,
    AgentLeft,
    AgentOffered,
    CallEnded,
    CallHeld,
    CallResumed,
    EndReason,
    OfferFailed,
    OfferPassed,
    RecordingStarted,
    WhyLeft,
)
from banjie.calls.machine import CallState
from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.errors import NoSuchOffer
from banjie.routing.events import (
    AcwExtended,
    AgentStateChanged,
    CallbackEnded,
    CallbackKept,
    CallbackPostponed,
    CallMoved,
    CallOverflowed,
    DialCustomer,
    Effect,
    NeedsRelaxed,
    NextStateChosen,
    Offer,
    OfferWithdrawn,
    Withdrawal,
)
from banjie.routing.queues import Queue
from banjie.sip.model import UserTarget
from banjie.stories.callback_room import CallbackRoom, Kept
from banjie.stories.legs import EndedBy, Leg
from banjie.stories.ongoing import Ongoing
from banjie.stories.paperwork import Paperwork
from banjie.stories.ports import BrowserAnswer
from banjie.stories.queued_call import QueuedCalls
from banjie.stories.recorded_call import RecordedCalls
from banjie.stories.ringing import Ringing, StandingOffers
from banjie.stories.stage import Stage
from banjie.stories.views import CallerView

# Final responses of a phone that say the person there refused, rather than that nobody could be reached.
DECLINED = frozenset({486, 600, 603})
_AGENTS_DOING = frozenset({Withdrawal.NO_ANSWER, Withdrawal.REJECTED, Withdrawal.UNREACHABLE})


class OffersAndAnswers:
    """Owns the ACD. Satisfies `LegOwner` for the legs of agents."""

    def __init__(self, stage: Stage, acd: Acd, recordings: RecordedCalls) -> None:
        self._house, self._floor, self._legs = stage.house, stage.floor, stage.legs
        self._prompts, self._deadlines, self._clock = stage.prompts, stage.deadlines, stage.clock
        self._acd, self._recordings = acd, recordings
        self._standing = StandingOffers()
        self.paperwork = Paperwork(self._floor)
        self.queued = QueuedCalls(stage, acd, self.apply, lambda: self.callbacks)
        self._devices: dict[AgentId, str] = {}
        self.on_offer: Callable[[Ringing, Ongoing], None] = lambda ringing, ongoing: None
        self.on_offer_gone: Callable[[AgentId], None] = lambda agent_id: None
        self.agent_watchers: list[Callable[[AgentStateChanged | NextStateChosen | AcwExtended], None]] = []
        self.ending_watchers: list[Callable[[Ongoing], None]] = []
        self.on_agent_away: Callable[[Ongoing], bool] = lambda ongoing: False
        self.on_call_over: Callable[[Ongoing], None] = lambda ongoing: None
        self.on_agent_lost: Callable[[Ongoing], None] = lambda ongoing: self.end(ongoing, "media_lost")
        self.on_browser_lost: Callable[[Ongoing], None] = lambda ongoing: self.on_agent_lost(ongoing)
        self.on_call_changed: Callable[[Ongoing], None] = lambda ongoing: None
        self.on_overflow: Callable[[Ongoing, CallOverflowed], None] = lambda ongoing, _: self.end(
            ongoing, "failed"
        )
        self.callbacks: CallbackRoom  # it enters by itself
        self.on_callback_offer: Callable[[Ringing, Kept], None] = lambda ringing, kept: None
        self._decided: deque[Effect] = deque()
        self._is_applying = False

    # -- agents -----------------------------------------------------------------------------------------

    def sign_in(self, agent_id: AgentId, device: str) -> None:
        profile, before = self._house().agents[agent_id], self._devices.get(agent_id)
        self._devices[agent_id] = device
        self.apply(self._acd.sign_in(agent_id, profile.queues, self._clock.mono(), profile.skills))
        now = self._acd.find_agent(agent_id)
        if before not in (None, device) and now is not None:  # he is in the same state, elsewhere
            self._agent_changed(
                AgentStateChanged(agent_id=agent_id, state=now.state, reason=now.reason, since=now.since)
            )

    def serve(self, agent_id: AgentId) -> None:
        """He serves other queues, or by other skills, than he did: from now on, a call in hand stays his."""
        profile = self._house().agents[agent_id]
        self.apply(self._acd.serve(agent_id, profile.queues, self._clock.mono(), profile.skills))

    def sign_out(self, agent_id: AgentId) -> None:
        """At once, or, in a call, after it. After-call work is left undone: the call is interrupted."""
        self.paperwork.leave(agent_id, SystemDisposition.INTERRUPTED)
        self.apply(self._acd.sign_out(agent_id, self._clock.mono()))

    def ready(self, agent_id: AgentId) -> None:
        self.apply(self._acd.ready(agent_id, self._clock.mono()))

    def take_break(self, agent_id: AgentId, reason: str) -> None:
        self.apply(self._acd.take_break(agent_id, reason, self._clock.mono()))

    def put_queues(self, rules: Sequence[Queue]) -> None:
        """Open queues, or change their rules for those who wait in them too."""
        self.apply(self._acd.put_queues(rules, self._clock.mono()))

    def extend_acw(self, agent_id: AgentId, more_s: float) -> None:
        self.apply(self._acd.extend_acw(agent_id, more_s, self._clock.mono()))

    def paperwork_done(self, ongoing: Ongoing, agent_id: AgentId) -> None:
        """The disposition is given: it ends the after-call work, unless its timer has done so already."""
        if self.paperwork.done(ongoing, agent_id):
            self.apply(self._acd.wrapped_up(agent_id, self._clock.mono()))
        self._floor.release(ongoing)

    def device(self, agent_id: AgentId) -> str:
        return self._devices.get(agent_id, "browser")

    # -- the end ----------------------------------------------------------------------------------------

    def end(self, ongoing: Ongoing, reason: EndReason) -> None:
        """End the call for everybody in it, in whatever state it is. May be repeated."""
        if ongoing.live.is_over:
            return
        for watch in self.ending_watchers:
            watch(ongoing)
        was_queued = ongoing.live.state in (CallState.WAITING, CallState.RINGING)
        self._floor.silence(ongoing)
        has_work = ongoing.live.state is not CallState.PLACING and ongoing.live.cdr.direction != "internal"
        if ongoing.agent_id is not None and has_work:
            self.paperwork.owe(ongoing, ongoing.agent_id)
        self._floor.note(ongoing, CallEnded, reason=reason)
        for leg in ongoing.legs:
            self._floor.unseat(leg)
            self._legs.hang_up(leg)
        self._recordings.stop(ongoing)
        if was_queued:
            self.apply(self._acd.abandon(ongoing.call_id, self._clock.mono()))
        if ongoing.agent_id is not None:
            self._free(ongoing, ongoing.agent_id, has_work=has_work)
        self.on_call_over(ongoing)
        self._floor.release(ongoing)

    def _free(self, ongoing: Ongoing, agent_id: AgentId, *, has_work: bool) -> None:
        """The agent is without this call now. Whom a callback did not reach keeps his place, unless he gave it up."""
        now, callback_of = self._clock.mono(), ongoing.live.cdr.callback_of
        if has_work:
            self.apply(self._acd.call_ended(agent_id, now))
        elif callback_of is None:
            self.apply(self._acd.let_go(agent_id, now))
        elif self._acd.dials(agent_id, callback_of):
            self.apply(self._acd.callback_failed(callback_of, agent_id, now))

    # -- from agent to agent ----------------------------------------------------------------------------

    def part(self, ongoing: Ongoing, why: WhyLeft) -> None:
        """Let the agent go, not the caller; the agent has his after-call work. Who is next is for who asks to say."""
        agent_id, leg = ongoing.agent_id, ongoing.agent
        if agent_id is None:
            return
        self._floor.empty_seat(ongoing)
        ongoing.agent_id, ongoing.is_muted, ongoing.help_since = None, False, None
        self.paperwork.owe(ongoing, agent_id)
        self._floor.note(ongoing, AgentLeft, agent_id=agent_id, why=why)
        if leg is not None:
            self._legs.hang_up(leg)
        self.apply(self._acd.call_ended(agent_id, self._clock.mono()))

    def engage(self, agent_id: AgentId, call_id: CallId, device: str) -> None:
        """Occupy somebody with a call no queue offered him. Who was not signed in is signed out after it."""
        was_away = self._acd.find_agent(agent_id) is None
        if was_away:
            self.sign_in(agent_id, device)
        self.apply(self._acd.engage(agent_id, call_id, self._clock.mono()))
        if was_away:
            self.sign_out(agent_id)

    def hand_to(self, ongoing: Ongoing, agent_id: AgentId, leg: Leg) -> None:
        """The call is this agent's from now on, who is in it already, with the leg he has."""
        leg.owner = self
        ongoing.agent_id = agent_id
        self._floor.seat(ongoing, leg)
        ongoing.answered_at = self._clock.utc()
        self._acd.belongs_to(agent_id, ongoing.queue_id)
        self._floor.note(ongoing, AgentConnected, agent_id=agent_id)

    def _agent_hung_up(self, ongoing: Ongoing) -> None:
        """At his phone: whoever else is with the caller, or asked for him, has him; or else it is over."""
        if not self.on_agent_away(ongoing):
            self.end(ongoing, "agent_hung_up")

    # -- the agent answers ------------------------------------------------------------------------------

    async def answer_in_browser(self, agent_id: AgentId, call_id: CallId, offer_sdp: str) -> BrowserAnswer:
        """Open the browser's audio and join it; return the answer for the page."""
        ringing = self._offered(agent_id, call_id)
        if ringing.is_answering or ringing.phone is not None:
            raise NoSuchOffer(call_id, agent_id)
        ringing.is_answering = True
        try:
            leg, answer_sdp = await self._legs.open_browser(offer_sdp, self)
        except BaseException:
            ringing.is_answering = False
            raise
        if self._standing.at_agent(agent_id) is not ringing:  # meanwhile the caller left, or it rang too long
            self._legs.hang_up(leg)
            raise NoSuchOffer(call_id, agent_id)
        return BrowserAnswer(sdp=answer_sdp, leg_id=leg.leg_id, call_id=self._connect(ringing, leg))

    def reject(self, agent_id: AgentId, call_id: CallId) -> None:
        self._offered(agent_id, call_id)
        self.apply(self._acd.rejected(call_id, agent_id, self._clock.mono()))

    def _offered(self, agent_id: AgentId, call_id: CallId) -> Ringing:
        ringing = self._standing.at_agent(agent_id)
        if ringing is None or ringing.offer.call_id != call_id:
            raise NoSuchOffer(call_id, agent_id)
        return ringing

    def _connect(self, ringing: Ringing, leg: Leg) -> CallId:
        """Return the call he is in."""
        offer = ringing.offer
        self._standing.end(offer.agent_id)
        if self.callbacks.find(offer.call_id) is None:
            ongoing = self._floor.get(offer.call_id)
            self._join(ongoing, offer.agent_id, leg)
        else:
            ongoing = self.callbacks.taken(offer, leg)
        self.on_offer_gone(offer.agent_id)
        self.apply(self._acd.accepted(offer.call_id, offer.agent_id, self._clock.mono()))
        return ongoing.call_id

    def _join(self, ongoing: Ongoing, agent_id: AgentId, leg: Leg) -> None:
        self._floor.silence(ongoing)
        ongoing.agent_id = agent_id
        self._floor.seat(ongoing, leg)
        ongoing.answered_at = self._clock.utc()
        self.connected(ongoing, agent_id)

    def connected(self, ongoing: Ongoing, agent_id: AgentId) -> None:
        """The agent and the other side hear each other: that is written, and recorded from here on."""
        self._floor.note(ongoing, AgentConnected, agent_id=agent_id)
        file = None if ongoing.recording_id is not None else self._recordings.start(ongoing)
        if file is not None:
            self._floor.note(ongoing, RecordingStarted, file=file)

    # -- what the ACD decides ---------------------------------------------------------------------------

    def apply(self, effects: Iterable[Effect]) -> None:
        """Carry out what was decided, in order; what follows from it meanwhile waits for its turn."""
        self._decided.extend(effects)
        if self._is_applying:
            return
        self._is_applying = True
        try:
            while self._decided:
                self._carry_out(self._decided.popleft())
        finally:
            self._is_applying = False
        self._deadlines.set("acd", self._acd.next_deadline, self._tick)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Offer():
                self._ring(effect)
            case OfferWithdrawn():
                self._stop_ringing(effect)
            case AgentStateChanged() | NextStateChosen() | AcwExtended():
                self._agent_changed(effect)
            case CallMoved():
                self.queued.moved(effect)
            case NeedsRelaxed():
                self.queued.widened(effect)
            case CallOverflowed():
                if (ongoing := self._floor.find(effect.call_id)) is not None and not ongoing.live.is_over:
                    self.on_overflow(ongoing, effect)
            case CallbackKept() | DialCustomer() | CallbackPostponed() | CallbackEnded():
                self.callbacks.carry_out(effect)
            case never:
                assert_never(never)

    def lead(self, until: float) -> None:
        """Offer calls until then, by the monotonic clock."""
        self.apply(self._acd.lead(until, self._clock.mono()))

    def _tick(self) -> None:
        """While another may lead nothing is due here; `lead` looks again."""
        now = self._clock.mono()
        if self._acd.leads(now):
            self.apply(self._acd.tick(now))

    def _agent_changed(self, change: AgentStateChanged | NextStateChosen | AcwExtended) -> None:
        if isinstance(change, AgentStateChanged):
            if change.state is AgentState.OFFLINE:
                self._devices.pop(change.agent_id, None)
            if change.state not in (AgentState.TALKING, AgentState.ACW):
                self.paperwork.leave(change.agent_id, SystemDisposition.ACW_TIMED_OUT)
        for watch in self.agent_watchers:
            watch(change)

    def _ring(self, offer: Offer) -> None:
        kept, ongoing = self.callbacks.find(offer.call_id), self._floor.find(offer.call_id)
        if kept is not None:
            ringing = self._standing.begin(offer, self._clock.utc())
            self.on_callback_offer(ringing, kept)
            self._ring_phone(ringing, kept.view)
        elif ongoing is not None and ongoing.live.state in (CallState.WAITING, CallState.RINGING):
            self._floor.note(ongoing, AgentOffered, agent_id=offer.agent_id)
            ringing = self._standing.begin(offer, self._clock.utc())
            self.on_offer(ringing, ongoing)
            self._ring_phone(ringing, ongoing.view)
        # Else the caller left meanwhile: the withdrawal of this offer is already decided.

    def _ring_phone(self, ringing: Ringing, view: CallerView) -> None:
        """At his desk, if that is where he answers."""
        offer = ringing.offer
        if self.device(offer.agent_id) != "phone":
            return
        extension = self._house().agents[offer.agent_id].extension
        try:
            phone = self._legs.dial(
                UserTarget(username=extension),
                caller=view.number,
                caller_name=view.customer_name,
                dialled=extension,
                owner=self,
            )
        except Unavailable:
            self.apply(self._acd.unreachable(offer.call_id, offer.agent_id, self._clock.mono()))
        else:
            self._standing.ring_at(ringing, phone)

    def _stop_ringing(self, withdrawn: OfferWithdrawn) -> None:
        ringing = self._standing.end(withdrawn.agent_id)
        if ringing is not None and ringing.phone is not None:
            self._legs.hang_up(ringing.phone)
        ongoing = self._floor.find(withdrawn.call_id)
        if ongoing is not None and ongoing.live.state is CallState.RINGING:
            why = withdrawn.why.value if withdrawn.why in _AGENTS_DOING else "withdrawn"
            kind = OfferPassed if self._standing.of_call(withdrawn.call_id) else OfferFailed
            self._floor.note(ongoing, kind, agent_id=withdrawn.agent_id, why=why)
        self.on_offer_gone(withdrawn.agent_id)

    # -- the agent's leg (LegOwner) ---------------------------------------------------------------------

    def leg_answered(self, leg: Leg) -> None:
        ringing = self._standing.at_phone(leg)
        if ringing is None:  # answered while the offer was being taken back
            self._legs.hang_up(leg)
        else:
            self._connect(ringing, leg)

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        ringing = self._standing.at_phone(leg)
        if ringing is not None:
            offer, now = ringing.offer, self._clock.mono()
            refuse = self._acd.rejected if status in DECLINED else self._acd.unreachable
            self.apply(refuse(offer.call_id, offer.agent_id, now))
            return
        ongoing = self._floor.of_leg(leg)
        if ongoing is None:
            return
        if by != "failure":
            self._agent_hung_up(ongoing)
        elif leg.is_browser:
            self.on_browser_lost(ongoing)
        else:
            self.on_agent_lost(ongoing)

    def leg_held(self, leg: Leg, held: bool) -> None:
        """With others in the call it is between him and his phone: they talk on, unless it is his phone he asks them by."""
        ongoing = self._floor.of_leg(leg)
        if ongoing is None:
            return
        if ongoing.second is not None:
            ongoing.is_aside = held
        elif ongoing.guests and (held or ongoing.is_aside):
            return
        if ongoing.live.state in (CallState.TALKING, CallState.HELD):
            (self.hold if held else self.resume)(ongoing)
        self._floor.patch(ongoing)

    def digit_heard(self, leg: Leg, digit: str) -> None:
        """A key on the agent's phone goes on to the other side."""
        ongoing = self._floor.of_leg(leg)
        if ongoing is not None and ongoing.caller is not None:
            self._floor.switchboard.send_digits(ongoing.caller.port_id, digit)

    # -- hold -------------------------------------------------------------------------------------------

    def hold(self, ongoing: Ongoing) -> None:
        """Let the caller hear music. Repeatable."""
        if ongoing.live.state is not CallState.HELD:
            self._floor.note(ongoing, CallHeld)

    def resume(self, ongoing: Ongoing) -> None:
        if ongoing.live.state is not CallState.TALKING:
            self._floor.note(ongoing, CallResumed)

    # -- questions --------------------------------------------------------------------------------------

    def ringing_of(self, call_id: CallId) -> tuple[Ringing, ...]:
        return self._standing.of_call(call_id)

    def position(self, call_id: CallId) -> int | None:
        return self._acd.position(call_id)

    @property
    def acd(self) -> Acd:
        return self._acd
