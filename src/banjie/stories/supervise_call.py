"""A supervisor is in somebody's call: he listens, coaches, takes part, ends it, and moves agents between their states.

Laws: he has one ear, in one call at a time; another mode or another call is another set of cords, not another leg;
his leaving changes nothing for anybody else, and the end of the call ends his part in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.base.faults import fault, require
from banjie.base.ids import AgentId, CallId, QueueId, TenantId, UserId, new_id
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import (
    HelpAsked,
    HelpEnded,
    SupervisorChanged,
    SupervisorJoined,
    SupervisorLeft,
)
from banjie.calls.supervision import Mode
from banjie.people.model import AuditEntry, AuditId
from banjie.routing.errors import NoSuchQueue, QueueClosed
from banjie.routing.skills import Skill
from banjie.sip.model import UserTarget
from banjie.stories.house import NotAnAgent
from banjie.stories.legs import EndedBy, Leg
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import TOGETHER, Ongoing, Watch
from banjie.stories.ports import BrowserAnswer, Supervisor
from banjie.stories.stage import Stage
from banjie.stories.views import WaitingView
from banjie.stories.waiting_list import waiting_in


class OwnCall(BanjieError):
    """Nobody supervises a call he is in himself."""

    code: ClassVar[str] = "calls.own_call"


class NotWatching(BanjieError):
    """The supervisor is in no call; his sound has to be opened first."""

    code: ClassVar[str] = "calls.not_watching"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEnd:
    """A supervisor is no longer in a call, whoever ended it."""

    supervisor_id: AgentId
    call_id: CallId
    mode: Mode
    occurred_at: datetime


def watch_ended(tenant_id: TenantId, end: WatchEnd) -> AuditEntry:
    """Return what the audit log keeps of it; that it began was written down by the desk."""
    return AuditEntry(
        audit_id=AuditId(new_id()),
        tenant_id=tenant_id,
        user_id=UserId(end.supervisor_id),
        action="call.supervision_ended",
        subject=end.call_id,
        facts={"mode": end.mode.value},
        source="",
        occurred_at=end.occurred_at,
    )


class Supervision:
    """Satisfies `ports.SupervisorDesk`, and `LegOwner` for the legs of supervisors."""

    def __init__(self, stage: Stage, offers: OffersAndAnswers) -> None:
        self._house, self._floor, self._legs, self._clock = (
            stage.house,
            stage.floor,
            stage.legs,
            stage.clock,
        )
        self._offers = offers
        self._calls: dict[AgentId, Ongoing] = {}  # by supervisor
        self.on_watch: Callable[[AgentId, Ongoing | None], None] = lambda supervisor_id, ongoing: None
        self.on_take_over: Callable[[Ongoing], None] = lambda ongoing: None
        self.on_watch_end: Callable[[WatchEnd], None] = lambda end: None
        offers.ending_watchers.append(self._call_ends)

    # -- being in a call --------------------------------------------------------------------------------

    async def listen_in_browser(
        self, supervisor: Supervisor, call_id: CallId, mode: Mode, offer_sdp: str
    ) -> BrowserAnswer:
        """Open his ear in the browser, in this call. An ear he had before is closed."""
        self._watchable(supervisor.agent_id, call_id)
        leg, answer_sdp = await self._legs.open_browser(offer_sdp, self)
        try:
            ongoing = self._watchable(supervisor.agent_id, call_id)
        except NoSuchCall:
            self._legs.hang_up(leg)
            raise
        self.leave(supervisor.agent_id)
        self._join(ongoing, self._watch(supervisor, mode, leg, is_up=True))
        return BrowserAnswer(sdp=answer_sdp, leg_id=leg.leg_id, call_id=call_id)

    def listen_on_phone(self, supervisor: Supervisor, call_id: CallId, mode: Mode) -> None:
        """Ring his desk phone; once he picks up he is in the call. Raise `CannotDial` where it is not registered."""
        ongoing = self._watchable(supervisor.agent_id, call_id)
        if supervisor.extension is None:
            raise NotWatching("this user has no desk phone; use the browser")
        self.leave(supervisor.agent_id)
        leg = self._legs.dial(
            UserTarget(username=supervisor.extension),
            caller=supervisor.extension,
            caller_name=None,
            dialled=supervisor.extension,
            owner=self,
        )
        self._join(ongoing, self._watch(supervisor, mode, leg, is_up=False))

    def change(self, supervisor: Supervisor, call_id: CallId, mode: Mode) -> None:
        """Go on in another mode or in another call, with the ear he has. Repeatable."""
        before = self._calls.get(supervisor.agent_id)
        if before is None:
            raise NotWatching("open the sound first")
        ongoing = self._watchable(supervisor.agent_id, call_id)
        watch = before.watches[supervisor.agent_id]
        if ongoing is before:
            if watch.mode is not mode:
                watch.mode = mode
                self._note(ongoing, watch, SupervisorChanged)
            return
        self._take_out(before, watch)
        self._join(ongoing, self._watch(supervisor, mode, watch.leg, is_up=watch.is_up))

    def leave(self, supervisor_id: AgentId) -> None:
        """Close his ear. May be repeated."""
        ongoing = self._calls.get(supervisor_id)
        if ongoing is not None:
            watch = ongoing.watches[supervisor_id]
            self._take_out(ongoing, watch)
            self._legs.hang_up(watch.leg)

    def take_over(self, supervisor: Supervisor, call_id: CallId) -> None:
        """Have the call himself 拦截, with the ear he has in it; its agent goes to his after-call work."""
        me = supervisor.agent_id
        ongoing = self._watchable(me, call_id)
        watch = ongoing.watches.get(me)
        if watch is None or not watch.is_up or ongoing.agent_id is None:
            raise NotWatching("open the sound in this call first")
        if me not in self._house().agents:
            raise NotAnAgent("this user takes no calls; give him an extension first")
        self._offers.engage(me, call_id, "browser" if watch.leg.is_browser else "phone")
        self._take_out(ongoing, watch)
        self.on_take_over(ongoing)
        self._offers.part(ongoing, "taken_over")
        self._offers.hand_to(ongoing, me, watch.leg)

    def reprioritise(self, supervisor: Supervisor, call_id: CallId, priority: int) -> None:
        self._offers.queued.reprioritise(self._floor.get(call_id), supervisor.agent_id, priority)

    def change_needs(self, supervisor: Supervisor, call_id: CallId, needs: Mapping[Skill, int]) -> None:
        """What nobody has is refused: he would wait for ever."""
        agents = self._house().agents.values()
        unknown = sorted(
            skill
            for skill, least in needs.items()
            if not any(agent.skills.get(skill, -1) >= least for agent in agents)
        )
        names = ", ".join(unknown)
        require(
            [fault("needs", f"没有坐席具备：{names}", f"no agent has, as well as that: {names}")]
            if unknown
            else []
        )
        self._offers.queued.change_needs(self._floor.get(call_id), supervisor.agent_id, needs)

    def send_to(self, call_id: CallId, queue_id: QueueId) -> None:
        queue = self._house().queues.get(queue_id)
        if queue is None:
            raise NoSuchQueue(queue_id)
        if not queue.takes_calls(self._clock.utc()):
            raise QueueClosed(queue_id)
        self._offers.queued.send_to(self._floor.get(call_id), queue_id)

    def waiting(self, queue_id: QueueId, after: int, limit: int) -> list[WaitingView]:
        return waiting_in(self._offers.acd, self._floor, self._clock, queue_id, after=after, limit=limit)

    def queue_of(self, call_id: CallId) -> QueueId | None:
        waiting = self._offers.acd.find_call(call_id)
        return None if waiting is None else waiting.queue_id

    def end_call(self, call_id: CallId) -> None:
        """End the call for everybody in it 强拆."""
        self._offers.end(self._live(call_id), "supervisor_hung_up")

    def agent_of(self, call_id: CallId) -> AgentId | None:
        return self._live(call_id).agent_id

    def _watchable(self, supervisor_id: AgentId, call_id: CallId) -> Ongoing:
        ongoing = self._live(call_id)
        if ongoing.agent_id == supervisor_id:
            raise OwnCall(f"call {call_id} is your own")
        return ongoing

    def _live(self, call_id: CallId) -> Ongoing:
        ongoing = self._floor.get(call_id)
        if ongoing.live.state not in TOGETHER:
            raise NoSuchCall(call_id)
        return ongoing

    def _watch(self, supervisor: Supervisor, mode: Mode, leg: Leg, *, is_up: bool) -> Watch:
        return Watch(
            supervisor_id=supervisor.agent_id,
            name=supervisor.name,
            mode=mode,
            leg=leg,
            since=self._clock.utc(),
            is_up=is_up,
        )

    def _join(self, ongoing: Ongoing, watch: Watch) -> None:
        self._calls[watch.supervisor_id] = ongoing
        self._floor.seat_watch(ongoing, watch)
        if watch.is_up:
            self._note(ongoing, watch, SupervisorJoined)
        else:
            self.on_watch(watch.supervisor_id, ongoing)

    def _note(
        self, ongoing: Ongoing, watch: Watch, kind: type[SupervisorJoined] | type[SupervisorChanged]
    ) -> None:
        self._floor.note(ongoing, kind, supervisor_id=watch.supervisor_id, mode=watch.mode)
        self.on_watch(watch.supervisor_id, ongoing)
        if watch.mode is not Mode.MONITOR:
            self.end_help(ongoing)

    def _take_out(self, ongoing: Ongoing, watch: Watch) -> None:
        self._floor.unseat_watch(ongoing, watch)
        del self._calls[watch.supervisor_id]
        self.on_watch(watch.supervisor_id, None)
        if watch.is_up:
            self._floor.note(ongoing, SupervisorLeft, supervisor_id=watch.supervisor_id)
            self.on_watch_end(
                WatchEnd(
                    supervisor_id=watch.supervisor_id,
                    call_id=ongoing.call_id,
                    mode=watch.mode,
                    occurred_at=self._clock.utc(),
                )
            )

    def _call_ends(self, ongoing: Ongoing) -> None:
        for supervisor_id in list(ongoing.watches):
            self.leave(supervisor_id)

    # -- the supervisor's leg (LegOwner) ----------------------------------------------------------------

    def leg_answered(self, leg: Leg) -> None:
        ongoing = self._floor.of_leg(leg)
        watch = None if ongoing is None else ongoing.watch_of(leg)
        if ongoing is not None and watch is not None:
            watch.is_up = True
            self._note(ongoing, watch, SupervisorJoined)

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        ongoing = self._floor.of_leg(leg)
        watch = None if ongoing is None else ongoing.watch_of(leg)
        if ongoing is not None and watch is not None:
            self._take_out(ongoing, watch)

    def leg_held(self, leg: Leg, held: bool) -> None:
        """His phone's own hold: nobody else notices."""

    def digit_heard(self, leg: Leg, digit: str) -> None:
        """Keys of his are nobody's business."""

    # -- help -------------------------------------------------------------------------------------------

    def ask_help(self, ongoing: Ongoing) -> None:
        """Show on the wallboard that the agent wants somebody with him. Repeatable."""
        if ongoing.help_since is None and ongoing.agent_id is not None:
            ongoing.help_since = self._clock.utc()
            self._floor.note(ongoing, HelpAsked, agent_id=ongoing.agent_id)

    def end_help(self, ongoing: Ongoing) -> None:
        """Repeatable."""
        if ongoing.help_since is not None and ongoing.agent_id is not None:
            ongoing.help_since = None
            self._floor.note(ongoing, HelpEnded, agent_id=ongoing.agent_id)
