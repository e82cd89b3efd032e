"""What the screens show follows what happens: agents' desks and the wallboard."""

from dataclasses import replace
from typing import Final

from banjie.base.ids import AgentId, QueueId
from banjie.calls.cdr import Outcome
from banjie.calls.events import (
    AgentConnected,
    CallEnded,
    CallEvent,
    CallQueued,
    HelpAsked,
    HelpEnded,
    SupervisorChanged,
    SupervisorJoined,
    SupervisorLeft,
)
from banjie.calls.supervision import Mode
from banjie.calls.today import Today, service_level
from banjie.customers.masking import mask_number
from banjie.routing.agents import AgentState
from banjie.routing.events import AcwExtended, AgentStateChanged, NextStateChosen
from banjie.routing.seats import AgentStatus
from banjie.stories.clock import utc_at
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.ports import LiveBoard
from banjie.stories.ringing import Ringing
from banjie.stories.stage import Stage
from banjie.stories.views import (
    AcwView,
    AgentView,
    CallerView,
    CallView,
    OfferView,
    QueueView,
    WatchedBy,
    WatchView,
)

WALLBOARD: Final = "wallboard"
GATHER_S: Final = 0.1
_OF_SUPERVISION: Final = (HelpAsked, HelpEnded, SupervisorJoined, SupervisorChanged, SupervisorLeft)
_ABANDONED: Final = frozenset({Outcome.ABANDONED_IN_QUEUE, Outcome.ABANDONED_RINGING})


class Screens:
    """Publishes on the topics `me/ID` and `wallboard`. Numbers of callers leave here masked."""

    def __init__(
        self, stage: Stage, board: LiveBoard, offers: OffersAndAnswers, today: Today, *, is_told: bool
    ) -> None:
        """`is_told`: agents see who listens to them."""
        self._is_told = is_told
        self._house, self._floor, self._clock, self._deadlines = (
            stage.house,
            stage.floor,
            stage.clock,
            stage.deadlines,
        )
        self._board, self._offers, self._today = board, offers, today
        self._floor.watchers.append(self._happened)
        offers.on_offer = self._offered
        offers.on_offer_gone = self._offer_gone
        offers.agent_watchers.append(self._agent_changed)
        offers.on_call_changed = self.show_call

    def show_all(self) -> None:
        """Publish the whole house: after a start, or when its set-up changed."""
        for agent_id in self._house().agents:
            self._show_agent(agent_id)
        for queue_id in self._house().queues:
            self._show_queue(queue_id)

    # -- calls ------------------------------------------------------------------------------------------

    def _happened(self, ongoing: Ongoing, event: CallEvent) -> None:
        if ongoing.queue_id is not None:
            self._count(ongoing, event)
            if isinstance(event, CallQueued | AgentConnected | CallEnded):
                self._show_queue_soon(ongoing.queue_id)
        if ongoing.agent_id is not None:
            if isinstance(event, CallEnded):
                self._board.drop(f"me/{ongoing.agent_id}", "call")
            elif not ongoing.live.is_over:
                self.show_call(ongoing)
            if isinstance(event, _OF_SUPERVISION):
                self._show_agent(ongoing.agent_id)

    def _count(self, ongoing: Ongoing, event: CallEvent) -> None:
        queue_id, cdr = ongoing.queue_id, ongoing.live.cdr
        if queue_id is None:
            return
        threshold_s = self._house().queues[queue_id].service_level_s
        if isinstance(event, CallQueued):
            self._today.queued(queue_id, event.occurred_at)
        elif isinstance(event, AgentConnected):
            self._today.answered(cdr, threshold_s)
        elif isinstance(event, CallEnded) and cdr.outcome in _ABANDONED:
            self._today.abandoned(cdr, threshold_s)

    def show_call(self, ongoing: Ongoing) -> None:
        """Publish the call an agent has."""
        cdr = ongoing.live.cdr
        if ongoing.agent_id is None or ongoing.queue_id is None or ongoing.answered_at is None:
            return
        view = CallView(
            call_id=ongoing.call_id,
            state=ongoing.live.state.value,
            muted=ongoing.is_muted,
            queue_id=ongoing.queue_id,
            queue_name=self._house().queues[ongoing.queue_id].name,
            dialled=cdr.dialled,
            caller=masked(ongoing.view),
            language=ongoing.language,
            pressed=ongoing.pressed,
            answered_at=ongoing.answered_at,
            waited_s=cdr.wait_s or 0.0,
            recording=ongoing.recording_id is not None,
            held_since=cdr.held_since,
            leg_id=None if ongoing.agent is None else ongoing.agent.leg_id,
            help_since=ongoing.help_since,
            watched_by=tuple(
                who for who in _watched_by(ongoing) if self._is_told or who.mode != Mode.MONITOR
            ),
        )
        self._board.set(f"me/{ongoing.agent_id}", "call", view)

    def show_watch(self, supervisor_id: AgentId, ongoing: Ongoing | None) -> None:
        """Publish the call a supervisor is in, or that he is in none."""
        topic = f"me/{supervisor_id}"
        if ongoing is None:
            self._board.drop(topic, "watch")
            return
        watch = ongoing.watches[supervisor_id]
        agent = None if ongoing.agent_id is None else self._house().agents.get(ongoing.agent_id)
        view = WatchView(
            call_id=ongoing.call_id,
            agent_id=ongoing.agent_id,
            agent_name={} if agent is None else agent.name,
            mode=watch.mode.value,
            since=watch.since,
            leg_id=watch.leg.leg_id,
            is_up=watch.is_up,
        )
        self._board.set(topic, "watch", view)

    # -- offers -----------------------------------------------------------------------------------------

    def _offered(self, ringing: Ringing, ongoing: Ongoing) -> None:
        offer, cdr = ringing.offer, ongoing.live.cdr
        view = OfferView(
            call_id=offer.call_id,
            queue_id=offer.queue_id,
            queue_name=self._house().queues[offer.queue_id].name,
            dialled=cdr.dialled,
            caller=masked(ongoing.view),
            language=ongoing.language,
            pressed=ongoing.pressed,
            queued_at=cdr.queued_at or cdr.arrived_at,
            offered_at=ringing.since,
            expires_at=utc_at(self._clock, offer.expires_at),
        )
        self._board.set(f"me/{offer.agent_id}", "offer", view)

    def show_offer_again(self, ongoing: Ongoing) -> None:
        """More is known of the caller now than when it began to ring."""
        ringing = self._offers.ringing_of(ongoing.call_id)
        if ringing is not None:
            self._offered(ringing, ongoing)

    def _offer_gone(self, agent_id: AgentId) -> None:
        self._board.drop(f"me/{agent_id}", "offer")

    # -- agents and queues ------------------------------------------------------------------------------

    def _agent_changed(self, change: AgentStateChanged | NextStateChosen | AcwExtended) -> None:
        agent_id = change.agent_id
        self._show_agent(agent_id)
        topic = f"me/{agent_id}"
        status = self._offers.acd.find_agent(agent_id)
        paperwork = self._offers.paperwork_of(agent_id)
        if status is not None and status.state is AgentState.ACW and paperwork is not None:
            self._board.set(topic, "acw", self._acw(status, paperwork))
        else:
            self._board.drop(topic, "acw")
        if isinstance(change, AgentStateChanged):
            for queue_id in self._house().agents[agent_id].queues:
                self._show_queue_soon(queue_id)

    def _acw(self, status: AgentStatus, ongoing: Ongoing) -> AcwView:
        queue_id = ongoing.queue_id
        ends_at = status.acw_ends_at
        return AcwView(
            call_id=ongoing.call_id,
            queue_name={} if queue_id is None else self._house().queues[queue_id].name,
            caller=masked(ongoing.view),
            ended_at=ongoing.live.cdr.ended_at or self._clock.utc(),
            ends_at=None if ends_at is None else utc_at(self._clock, ends_at),
        )

    def _show_agent(self, agent_id: AgentId) -> None:
        profile = self._house().agents[agent_id]
        status = self._offers.acd.find_agent(agent_id)
        view = AgentView(
            agent_id=agent_id,
            name=profile.name,
            extension=profile.extension,
            state=AgentState.OFFLINE if status is None else status.state,
            reason=None if status is None else status.reason,
            since=self._clock.utc() if status is None else utc_at(self._clock, status.since),
            device=self._offers.device(agent_id),
            queues=tuple(sorted(profile.queues)),
            call_id=None if status is None else status.call_id,
            next_state=None if status is None or status.next_state is None else status.next_state.value,
        )
        self._board.set(f"me/{agent_id}", "agent", view)
        in_hand = None if status is None or status.call_id is None else self._floor.find(status.call_id)
        if in_hand is not None and in_hand.agent_id == agent_id and not in_hand.live.is_over:
            view = replace(view, help_since=in_hand.help_since, watched_by=_watched_by(in_hand))
        if status is None and not profile.queues:  # a supervisor who takes no part now
            self._board.drop(WALLBOARD, f"agent/{agent_id}")
        else:
            self._board.set(WALLBOARD, f"agent/{agent_id}", view)

    def _show_queue_soon(self, queue_id: QueueId) -> None:
        """Once for all that happens within a moment: a busy queue changes with every call."""
        at = self._clock.mono() + GATHER_S
        self._deadlines.gather(("show", queue_id), at, lambda: self._show_queue(queue_id))

    def _show_queue(self, queue_id: QueueId) -> None:
        profile = self._house().queues[queue_id]
        counts = self._today.of(queue_id, self._clock.utc())
        status = self._offers.acd.queue_status(queue_id)
        longest = status.longest_since
        view = QueueView(
            queue_id=queue_id,
            name=profile.name,
            waiting_count=status.waiting_count,
            longest_since=None if longest is None else utc_at(self._clock, longest),
            ready_count=status.ready_count,
            agents_count=status.agents_count,
            offered_count=counts.offered_count,
            answered_count=counts.answered_count,
            abandoned_count=counts.abandoned_count,
            service_level_ratio=service_level(counts),
            service_level_s=profile.service_level_s,
        )
        self._board.set(WALLBOARD, f"queue/{queue_id}", view)


def _watched_by(ongoing: Ongoing) -> tuple[WatchedBy, ...]:
    return tuple(
        WatchedBy(supervisor_id=watch.supervisor_id, name=watch.name, mode=watch.mode.value)
        for watch in ongoing.watches.values()
        if watch.is_up
    )


def masked(view: CallerView) -> CallerView:
    return replace(view, number=mask_number(view.number))
