"""Calls no queue offers: one that is handed to an agent, or that he makes himself. No queue offers him another meanwhile."""

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.agents import AgentState, Given
from banjie.routing.errors import IllegalTransition
from banjie.routing.events import Effect, Withdrawal
from banjie.routing.floor import Floor
from banjie.routing.offers import REASON_AFTER
from banjie.routing.seats import Seat


class BesideQueues:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def reserve(self, agent_id: AgentId, call_id: CallId, now: float) -> list[Effect]:
        """Let a READY agent ring for a call that somebody hands him: no queue offers him another meanwhile."""
        seat = self._seat(agent_id, Given.OFFERED)
        effects = self._floor.move(seat, Given.OFFERED, now)
        seat.call_id, seat.queue_id = call_id, None
        return effects

    def engage(
        self, agent_id: AgentId, call_id: CallId, now: float, queue_id: QueueId | None = None
    ) -> list[Effect]:
        """He is in a call no queue offered him: reserved for it, or by his own doing, from a break too.

        `queue_id` says whose after-call work it ends with. After it he is where he was before.
        """
        seat = self._unrung(agent_id, Given.ENGAGED)
        was, reason = seat.state, seat.reason
        effects = self._floor.move(seat, Given.ACCEPTED if was is AgentState.RINGING else Given.ENGAGED, now)
        if was is AgentState.BREAK:
            effects += self._floor.choose_next(seat, AgentState.BREAK, reason)
        seat.call_id, seat.queue_id = call_id, queue_id
        return effects

    def belongs_to(self, agent_id: AgentId, queue_id: QueueId | None) -> None:
        """The call he is in is his from now on: it ends with the after-call work of this queue."""
        self._seat(agent_id, Given.CALL_ENDED).queue_id = queue_id

    def let_go(self, agent_id: AgentId, now: float, set_aside: Withdrawal | None = None) -> list[Effect]:
        """The call he was reserved for, or asked about, needs him no more: no after-call work.

        `set_aside` puts him in the break of somebody who did not answer.
        """
        seat = self._unrung(agent_id, Given.OFFER_CLOSED)
        if seat.state is not AgentState.RINGING:
            return self._floor.move(seat, Given.CALL_ENDED, now) + self._floor.finish_acw(seat, now)
        seat.call_id = None
        if set_aside is not None:
            return self._floor.move(seat, Given.SET_ASIDE, now, REASON_AFTER[set_aside])
        if seat.next_state is AgentState.BREAK:
            return self._floor.take_chosen_break(seat, now)
        return self._floor.move(seat, Given.OFFER_CLOSED, now) + self._floor.let_idle(seat, now)

    def _seat(self, agent_id: AgentId, given: Given) -> Seat:
        seat = self._floor.seats.get(agent_id)
        if seat is None:
            raise IllegalTransition(agent_id, AgentState.OFFLINE, given)
        return seat

    def _unrung(self, agent_id: AgentId, given: Given) -> Seat:
        """Who is rung by a queue is not free for this."""
        seat = self._seat(agent_id, given)
        if seat.offer is not None:
            raise IllegalTransition(agent_id, seat.state, given)
        return seat
