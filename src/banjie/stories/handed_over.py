"""An agent hands his caller on, or asks somebody first: transfer, consult, conference, and the way back.

Laws: the caller always hears a voice, music, ring-back or words; he is let go by one only when the next is being rung,
waits in a queue or listens to a script; a target that fails sends him back to the agent who asks, or, where that one has
left, to the head of the queue with the time he has waited; whom we called, and who never waited, to the head of a queue
of the agent who had him.
"""

from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, LegId, QueueId
from banjie.base.phones import parse_number
from banjie.base.prompts import Prompt
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import (
    CallHeld,
    CallResumed,
    GuestGone,
    GuestJoined,
    TransferAnswered,
    WhyLeft,
)
from banjie.calls.machine import CallState
from banjie.routing.agents import UNREACHABLE, AgentState
from banjie.routing.errors import NoSuchQueue, QueueClosed
from banjie.scripts.effects import EnterQueue
from banjie.stories.guests import Guests
from banjie.stories.house import PLEASE_HOLD
from banjie.stories.inbound_call import InboundCalls
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Guest, Ongoing
from banjie.stories.referred_out import Instead, ReferredOut
from banjie.stories.stage import Stage

RETURNED_PRIORITY: Final = 1000  # ahead of all: he had somebody already


class AlreadyConsulting(BanjieError):
    """One is asked at a time; finish with him, or let him join, first."""

    code: ClassVar[str] = "calls.already_consulting"


class NotConsulting(BanjieError):
    """Nobody is asked, or he has not answered yet."""

    code: ClassVar[str] = "calls.not_consulting"


class OnHisPhone(BanjieError):
    """He asks by a second call of his desk phone, which alone goes from one call to the other."""

    code: ClassVar[str] = "calls.on_his_phone"


class HandedOver:
    def __init__(
        self,
        stage: Stage,
        offers: OffersAndAnswers,
        guests: Guests,
        inbound: InboundCalls,
        referred: ReferredOut,
    ) -> None:
        self._house, self._floor, self._clock = stage.house, stage.floor, stage.clock
        self._prompts = stage.prompts
        self._offers, self._guests, self._inbound = offers, guests, inbound
        self._referred = referred
        guests.on_answered = self._answered
        guests.on_gone = self._gone
        offers.on_agent_away = self._agent_away
        offers.on_agent_lost = self._agent_lost

    # -- blind ------------------------------------------------------------------------------------------

    def to_agent(self, ongoing: Ongoing, agent_id: AgentId, replaces: str | None = None) -> None:
        """Let a colleague have the caller, who hears him ring; others in the call go. Refused, nothing has changed.

        `replaces` names a call that his phone has without us, and that this one is to take the place of.
        """
        heir = self._guests.invite_agent(ongoing, agent_id, "transfer", replaces)
        self._clear_guests(ongoing, but=heir)
        self._part(ongoing, "transferred")

    def to_number(self, ongoing: Ongoing, number: str) -> None:
        if self._referred.may(ongoing):
            self._refer_to(ongoing, parse_number(number).national)
            return
        heir = self._guests.invite_number(ongoing, number, "transfer")
        self._clear_guests(ongoing, but=heir)
        self._part(ongoing, "transferred")

    def _refer_to(self, ongoing: Ongoing, number: str) -> None:
        """Let the caller's own trunk carry him on; where it will not, ring the number as ever."""
        self._clear_guests(ongoing)
        self._part(ongoing, "transferred")

        def bridge() -> None:
            try:
                self._guests.invite_number(ongoing, number, "transfer")
            except BanjieError:
                self._give_back(ongoing)

        lost = partial(self._give_back, ongoing)
        self._referred.begin(ongoing, number, Instead(when_refused=bridge, when_not_reached=lost))

    def to_queue(self, ongoing: Ongoing, queue_id: QueueId) -> None:
        """Let him wait there, with the time he has waited."""
        queue = self._house().queues.get(queue_id)
        if queue is None:
            raise NoSuchQueue(queue_id)
        if not queue.takes_calls(self._clock.utc()):
            raise QueueClosed(queue_id)
        self._clear_guests(ongoing)
        self._part(ongoing, "to_queue")
        self._enqueue(ongoing, queue_id, 0)

    def to_script(self, ongoing: Ongoing, dialled: str) -> None:
        """Let him begin with what one of our numbers leads to. Raise `LeadsNowhere`."""
        destination = self._inbound.leads_to(dialled)
        self._clear_guests(ongoing)
        self._part(ongoing, "to_script")
        self._inbound.take_on(ongoing, destination)

    # -- asking first -----------------------------------------------------------------------------------

    def consult_agent(self, ongoing: Ongoing, agent_id: AgentId) -> None:
        self._check_free(ongoing)
        self._guests.invite_agent(ongoing, agent_id, "consult")
        self._go_aside(ongoing)

    def consult_number(self, ongoing: Ongoing, number: str) -> None:
        self._check_free(ongoing)
        self._guests.invite_number(ongoing, number, "consult")
        self._go_aside(ongoing)

    def swap(self, ongoing: Ongoing, *, aside: bool) -> None:
        """Speak to the other side; the one left hears music. Repeatable."""
        asked = ongoing.consulted
        if asked is None or not asked.is_up:
            raise NotConsulting("nobody has answered yet")
        if ongoing.second is not None:
            raise OnHisPhone("his phone has both calls, and goes from one to the other")
        (self._go_aside if aside else self._go_back)(ongoing)

    def join(self, ongoing: Ongoing) -> None:
        """Make a conference: all hear each other."""
        asked = ongoing.consulted
        if asked is None or not asked.is_up:
            raise NotConsulting("nobody has answered yet")
        asked.is_member = True
        self._go_back(ongoing)
        self._offers.resume(ongoing)  # he hears the other, whatever the agent's phone does
        self._floor.note(ongoing, GuestJoined, guest_id=asked.guest_id)

    def complete(self, ongoing: Ongoing) -> None:
        """Leave the caller to whom was asked, or, while he still rings, to his answer; in a conference to those there."""
        asked = ongoing.consulted
        if asked is None and not ongoing.members:
            raise NotConsulting("nobody is there to leave the caller to")
        if asked is not None and not asked.is_up and ongoing.members:
            self._guests.dismiss(ongoing, asked, "dismissed")
            asked = None
        heirs = [*([asked] if asked is not None else []), *ongoing.members]
        self._part(ongoing, "transferred" if asked is not None else "left_conference")
        if asked is not None and not asked.is_up:
            asked.purpose = "transfer"  # he still rings: the caller hears it
            self._floor.patch(ongoing)
            self._shown(ongoing, asked)
            return
        self._inherit(ongoing, [guest for guest in heirs if guest.is_up])

    def dismiss(self, ongoing: Ongoing, guest_id: LegId) -> None:
        """Send a guest away; the agent is with the caller again."""
        guest = ongoing.guests.get(guest_id)
        if guest is None:
            raise NoSuchCall(ongoing.call_id)
        self._guests.dismiss(ongoing, guest, "dismissed")

    # -- what becomes of it -----------------------------------------------------------------------------

    def _answered(self, ongoing: Ongoing, guest: Guest) -> None:
        if guest.purpose == "transfer":
            self._inherit(ongoing, [guest])
        elif guest.purpose == "internal" and ongoing.agent_id is not None:
            guest.is_member = True
            self._offers.connected(ongoing, ongoing.agent_id)
        else:
            self._shown(ongoing, guest)

    def _gone(self, ongoing: Ongoing, guest: Guest, why: GuestGone) -> None:
        if ongoing.live.is_over or why == "call_ended":
            return
        match ongoing.live.state:
            case CallState.HANDED_ON if guest.purpose == "transfer":
                self._give_back(ongoing)
            case CallState.PLACING:
                self._offers.end(ongoing, "no_answer" if why == "no_answer" else "not_reached")
            case CallState.TALKING | CallState.HELD if ongoing.caller is None and not ongoing.members:
                self._offers.end(ongoing, "guest_hung_up")
            case CallState.TRANSFERRED if not ongoing.members:
                self._offers.end(ongoing, "guest_hung_up")
            case CallState.TALKING | CallState.HELD if guest.purpose == "consult" and not guest.is_member:
                self._go_back(ongoing)
            case _:
                self._floor.patch(ongoing)
        self._offers.on_call_changed(ongoing)

    def _agent_away(self, ongoing: Ongoing) -> bool:
        """The agent put his phone down while others are with the caller, or asked: they have him. Tell whether so."""
        if ongoing.caller is None:  # two colleagues: one alone is no call
            return False
        if ongoing.consulted is None and not ongoing.members:
            return False
        self.complete(ongoing)
        return True

    def _agent_lost(self, ongoing: Ongoing) -> None:
        """Nobody hung up, his page or phone is gone: the caller waits again, ahead of all, if nobody else has him.

        The agent is in a break of ours after his after-call work, for he could not be rung; whose page was missed
        before is signed out at once.
        """
        is_talking = ongoing.live.state in (CallState.TALKING, CallState.HELD)
        if is_talking and self._agent_away(ongoing):
            return
        if is_talking and ongoing.caller is not None and ongoing.queue_id is not None:
            agent = None if ongoing.agent_id is None else self._offers.acd.find_agent(ongoing.agent_id)
            if agent is not None and agent.next_state is None:
                self._offers.take_break(agent.agent_id, UNREACHABLE)
            self._part(ongoing, "lost")
            if agent is not None and agent.next_state is AgentState.OFFLINE:
                self._offers.sign_out(agent.agent_id)
            self._enqueue(ongoing, ongoing.queue_id, RETURNED_PRIORITY, PLEASE_HOLD)
        else:
            self._offers.end(ongoing, "media_lost")

    def _inherit(self, ongoing: Ongoing, heirs: list[Guest]) -> None:
        """The call is the first colleague's; where there is none, those outside go on with the caller alone."""
        for guest in heirs:
            guest.is_member = True
            guest.purpose = "consult"
        colleague = next((guest for guest in heirs if guest.agent_id is not None), None)
        if colleague is None:
            self._floor.note(ongoing, TransferAnswered, number=heirs[0].number)
            return
        self._guests.take_out(ongoing, colleague)
        if colleague.agent_id is not None and colleague.leg is not None:
            self._offers.hand_to(ongoing, colleague.agent_id, colleague.leg)

    def _give_back(self, ongoing: Ongoing) -> None:
        queue_id = ongoing.queue_id or self._queue_of_last(ongoing)
        if queue_id is None:
            self._offers.end(ongoing, "failed")
            return
        self._enqueue(ongoing, queue_id, RETURNED_PRIORITY)

    def _queue_of_last(self, ongoing: Ongoing) -> QueueId | None:
        """Whom we called has waited nowhere: a queue of who handed him on, that takes callers now."""
        house, segments = self._house(), ongoing.live.cdr.segments
        agent = house.agents.get(segments[-1].agent_id) if segments else None
        return next(
            (
                queue_id
                for queue_id, queue in house.queues.items()
                if agent is not None and queue_id in agent.queues and queue.takes_calls(self._clock.utc())
            ),
            None,
        )

    def _enqueue(self, ongoing: Ongoing, queue_id: QueueId, priority: int, *words: Prompt) -> None:
        since = self._waiting_since(ongoing.live.cdr.queued_at)
        wanted = EnterQueue(
            queue_id=queue_id,
            priority=priority,
            needs=frozenset(),
            language=ongoing.language,
            collected={},
            prompts=words,
        )
        self._offers.queued.enqueue(ongoing, wanted, since)

    def _waiting_since(self, queued_at: datetime | None) -> float:
        """By the monotonic clock."""
        now = self._clock.mono()
        return now if queued_at is None else now - (self._clock.utc() - queued_at).total_seconds()

    # -- steps ------------------------------------------------------------------------------------------

    def _part(self, ongoing: Ongoing, why: WhyLeft) -> None:
        ongoing.is_aside = False
        self._offers.part(ongoing, why)

    def _go_aside(self, ongoing: Ongoing) -> None:
        ongoing.is_aside = True
        if ongoing.live.state is CallState.TALKING and not ongoing.members:
            self._floor.note(ongoing, CallHeld)
        self._shown(ongoing, ongoing.consulted)

    def _go_back(self, ongoing: Ongoing) -> None:
        ongoing.is_aside = False
        is_held = ongoing.agent is not None and ongoing.agent.is_held  # until his phone takes him up again
        if ongoing.live.state is CallState.HELD and not is_held:
            self._floor.note(ongoing, CallResumed)
        self._shown(ongoing, ongoing.consulted)

    def _shown(self, ongoing: Ongoing, guest: Guest | None) -> None:
        self._floor.patch(ongoing)
        self._offers.on_call_changed(ongoing)

    def _check_free(self, ongoing: Ongoing) -> None:
        if ongoing.consulted is not None:
            raise AlreadyConsulting("somebody is asked already")

    def end_consult(self, ongoing: Ongoing) -> None:
        """Send away whom the agent asks, or rings; those in the conference stay."""
        if (asked := ongoing.consulted) is not None:
            self._guests.dismiss(ongoing, asked, "dismissed")

    def _clear_guests(self, ongoing: Ongoing, but: Guest | None = None) -> None:
        for guest in list(ongoing.guests.values()):
            if guest is not but:
                self._guests.dismiss(ongoing, guest, "dismissed")
