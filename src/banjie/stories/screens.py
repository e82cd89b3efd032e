"""What the screens show follows what happens: agents' desks and the wallboard."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from banjie.base.ids import AgentId, QueueId
from banjie.base.prompts import Bilingual
from banjie.calls.cdr import Cdr
from banjie.calls.events import (
    AgentConnected,
    AgentLeft,
    CallEnded,
    CallEvent,
    HelpAsked,
    HelpEnded,
    SupervisorChanged,
    SupervisorJoined,
    SupervisorLeft,
)
from banjie.calls.segments import find_segment
from banjie.calls.supervision import Mode
from banjie.customers.masking import mask_number
from banjie.routing.agents import AgentState
from banjie.routing.events import AcwExtended, AgentStateChanged, NextStateChosen
from banjie.routing.seats import AgentStatus
from banjie.stories.callback_room import Kept
from banjie.stories.guests import RING_S
from banjie.stories.legs import Leg
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Guest, Ongoing
from banjie.stories.ports import WALLBOARD, LiveBoard
from banjie.stories.queue_screens import QueueScreens
from banjie.stories.ringing import Ringing
from banjie.stories.stage import Stage
from banjie.stories.views import (
    AcwView,
    AgentView,
    CallerView,
    CallView,
    GuestView,
    OfferView,
    WatchedBy,
    WatchView,
)

_OF_SUPERVISION: Final = (HelpAsked, HelpEnded, SupervisorJoined, SupervisorChanged, SupervisorLeft)


class Screens:
    """Publishes on the topics `me/ID` and `wallboard`. Numbers of callers leave here masked."""

    def __init__(
        self, stage: Stage, board: LiveBoard, offers: OffersAndAnswers, queues: QueueScreens, *, is_told: bool
    ) -> None:
        """`is_told`: agents see who listens to them."""
        self._is_told = is_told
        self._house, self._floor, self._clock = stage.house, stage.floor, stage.clock
        self._board, self._offers, self._queues = board, offers, queues
        self._floor.watchers.append(self._happened)
        offers.on_offer = self._offered
        offers.on_callback_offer = self.show_callback
        offers.on_offer_gone = self._offer_gone
        offers.agent_watchers.append(self._agent_changed)
        offers.on_call_changed = self.show_call

    def show_all(self) -> None:
        """Publish the whole house: after a start, or when its set-up changed."""
        for agent_id in self._house().agents:
            self._show_agent(agent_id)
        self._queues.show_all()

    def forget_agent(self, agent_id: AgentId) -> None:
        """He works here no more."""
        self._board.drop(f"me/{agent_id}", "agent")
        self._board.drop(WALLBOARD, f"agent/{agent_id}")

    # -- calls ------------------------------------------------------------------------------------------

    def _happened(self, ongoing: Ongoing, event: CallEvent) -> None:
        self._queues.happened(ongoing, event)
        if isinstance(event, AgentLeft):
            self._board.drop(f"me/{event.agent_id}", "call")
        if isinstance(event, AgentLeft | AgentConnected):
            self._show_agent(event.agent_id)
            for supervisor_id in ongoing.watches:
                self.show_watch(supervisor_id, ongoing)
        if ongoing.agent_id is not None:
            if isinstance(event, CallEnded):
                self._board.drop(f"me/{ongoing.agent_id}", "call")
            elif not ongoing.live.is_over:
                self.show_call(ongoing)
            if isinstance(event, _OF_SUPERVISION):
                self._show_agent(ongoing.agent_id)

    def show_call(self, ongoing: Ongoing) -> None:
        """Publish the call on the desks of all who are in it; nothing of one that is over."""
        if ongoing.live.is_over:
            return
        if ongoing.agent_id is not None and ongoing.answered_at is not None:
            view = self._call(ongoing, ongoing.answered_at, ongoing.agent, is_muted=ongoing.is_muted)
            self._board.set(f"me/{ongoing.agent_id}", "call", view)
        for guest in ongoing.guests.values():
            if guest.agent_id is not None and guest.is_up and guest.leg is not None:
                view = self._call(ongoing, guest.since, guest.leg, is_muted=guest.is_muted)
                host = replace(view, is_guest=True, host_name=self._name(ongoing.agent_id), watched_by=())
                self._board.drop(f"me/{guest.agent_id}", "offer")
                self._board.set(f"me/{guest.agent_id}", "call", host)

    def show_inside(self, ongoing: Ongoing) -> None:
        """Publish, on the desk of whose phone has dialled one of our numbers, that he is in a call."""
        if ongoing.insider is None or ongoing.caller is None:
            return
        if ongoing.live.is_over:
            self._board.drop(f"me/{ongoing.insider}", "call")
            return
        cdr = ongoing.live.cdr
        view = self._call(ongoing, cdr.arrived_at, ongoing.caller, is_muted=False)
        caller = replace(view.caller, number=cdr.dialled, customer_name=None)
        self._board.set(f"me/{ongoing.insider}", "call", replace(view, is_inside=True, caller=caller))

    def show_guest(self, agent_id: AgentId, ongoing: Ongoing | None) -> None:
        """A colleague is no longer in somebody's call."""
        if ongoing is None:
            self._board.drop(f"me/{agent_id}", "offer")
            self._board.drop(f"me/{agent_id}", "call")

    def _call(self, ongoing: Ongoing, answered_at: datetime, leg: Leg | None, *, is_muted: bool) -> CallView:
        cdr = ongoing.live.cdr
        return CallView(
            call_id=ongoing.call_id,
            state=ongoing.live.state.value,
            muted=is_muted,
            queue_id=ongoing.queue_id,
            queue_name=self._queue_name(ongoing.queue_id),
            dialled=_dialled(cdr),
            caller=masked(ongoing.view),
            language=ongoing.language,
            pressed=ongoing.pressed,
            answered_at=answered_at,
            waited_s=cdr.wait_s or 0.0,
            recording=ongoing.recording_id is not None,
            held_since=cdr.held_since,
            leg_id=None if leg is None else leg.leg_id,
            is_on_phone=leg is not None and not leg.is_browser,
            told=ongoing.told,
            guests=tuple(map(_guest, ongoing.guests.values())),
            is_aside=ongoing.is_aside,
            help_since=ongoing.help_since,
            watched_by=tuple(
                who for who in _watched_by(ongoing) if self._is_told or who.mode != Mode.MONITOR
            ),
        )

    def _queue_name(self, queue_id: QueueId | None) -> Bilingual:
        return {} if queue_id is None else self._house().queues[queue_id].name

    def _name(self, agent_id: AgentId | None) -> Bilingual | None:
        known = None if agent_id is None else self._house().agents.get(agent_id)
        return None if known is None else known.name

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
            expires_at=self._clock.utc_of(offer.expires_at),
        )
        self._board.set(f"me/{offer.agent_id}", "offer", view)

    def show_callback(self, ringing: Ringing, kept: Kept) -> None:
        """Somebody is to be called back."""
        offer, row = ringing.offer, kept.row
        view = OfferView(
            call_id=offer.call_id,
            queue_id=offer.queue_id,
            queue_name=self._queue_name(offer.queue_id),
            dialled=row.dialled,
            caller=masked(kept.view),
            language=row.language,
            pressed=(),
            queued_at=row.waiting_since,
            offered_at=ringing.since,
            expires_at=self._clock.utc_of(offer.expires_at),
            kind="callback",
            asked_at=row.asked_at,
            attempts=row.attempts,
        )
        self._board.set(f"me/{offer.agent_id}", "offer", view)

    def show_invitation(self, ongoing: Ongoing, guest: Guest) -> None:
        """A colleague is rung for a call that goes on."""
        if guest.agent_id is None:
            return
        cdr = ongoing.live.cdr
        view = OfferView(
            call_id=ongoing.call_id,
            queue_id=ongoing.queue_id,
            queue_name=self._queue_name(ongoing.queue_id),
            dialled=_dialled(cdr),
            caller=masked(ongoing.view),
            language=ongoing.language,
            pressed=ongoing.pressed,
            queued_at=cdr.queued_at or cdr.arrived_at,
            offered_at=guest.since,
            expires_at=guest.since + timedelta(seconds=RING_S),
            kind=guest.purpose,
            from_name=self._name(ongoing.agent_id),
        )
        self._board.set(f"me/{guest.agent_id}", "offer", view)

    def show_offer_again(self, ongoing: Ongoing) -> None:
        """More is known of the caller now than when it began to ring."""
        for ringing in self._offers.ringing_of(ongoing.call_id):
            self._offered(ringing, ongoing)

    def _offer_gone(self, agent_id: AgentId) -> None:
        self._board.drop(f"me/{agent_id}", "offer")

    # -- agents and queues ------------------------------------------------------------------------------

    def _agent_changed(self, change: AgentStateChanged | NextStateChosen | AcwExtended) -> None:
        agent_id = change.agent_id
        self._show_agent(agent_id)
        topic = f"me/{agent_id}"
        status = self._offers.acd.find_agent(agent_id)
        paperwork = self._offers.paperwork.of(agent_id)
        if status is not None and status.state is AgentState.ACW and paperwork is not None:
            self._board.set(topic, "acw", self._acw(status, paperwork))
        else:
            self._board.drop(topic, "acw")
        if isinstance(change, AgentStateChanged):
            for queue_id in self._house().agents[agent_id].queues:
                self._queues.show_soon(queue_id)

    def show_paperwork(self, ongoing: Ongoing) -> None:
        """More is known of whose call it was, while its agents write it up."""
        for agent_id in ongoing.paperwork:
            status = self._offers.acd.find_agent(agent_id)
            if status is not None and status.state is AgentState.ACW and status.call_id == ongoing.call_id:
                self._board.set(f"me/{agent_id}", "acw", self._acw(status, ongoing))

    def _acw(self, status: AgentStatus, ongoing: Ongoing) -> AcwView:
        queue_id = ongoing.queue_id
        ends_at = status.acw_ends_at
        part = find_segment(ongoing.live.cdr.segments, status.agent_id)
        return AcwView(
            call_id=ongoing.call_id,
            queue_name={} if queue_id is None else self._house().queues[queue_id].name,
            caller=masked(ongoing.view),
            ended_at=self._clock.utc() if part is None or part.left_at is None else part.left_at,
            ends_at=None if ends_at is None else self._clock.utc_of(ends_at),
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
            since=self._clock.utc() if status is None else self._clock.utc_of(status.since),
            device=self._offers.device(agent_id),
            queues=tuple(sorted(profile.queues)),
            skills=dict(sorted(profile.skills.items())),
            is_moved=profile.move is not None,
            moved_until=None if profile.move is None else profile.move.until,
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


def _guest(guest: Guest) -> GuestView:
    return GuestView(
        guest_id=guest.guest_id,
        agent_id=guest.agent_id,
        name=guest.name,
        number=guest.number,
        since=guest.since,
        is_up=guest.is_up,
        is_member=guest.is_member,
    )


def _watched_by(ongoing: Ongoing) -> tuple[WatchedBy, ...]:
    return tuple(
        WatchedBy(supervisor_id=watch.supervisor_id, name=watch.name, mode=watch.mode.value)
        for watch in ongoing.watches.values()
        if watch.is_up
    )


def _dialled(cdr: Cdr) -> str:
    """Where we called somebody it is his number."""
    return mask_number(cdr.dialled) if cdr.direction == "out" else cdr.dialled


def masked(view: CallerView) -> CallerView:
    return replace(view, number=mask_number(view.number))
