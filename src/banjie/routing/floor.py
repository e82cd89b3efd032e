"""The floor: who sits where, which calls wait, and the elementary steps between them. `Acd` decides which to take.

Every step leaves the laws of `acd.py` standing: whoever becomes idle is given the first call he can serve,
whatever begins to wait is given the longest idle agent, so nothing else need ever be looked at.
"""

from itertools import count

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.agents import AgentState, Given, next_state
from banjie.routing.events import (
    AgentStateChanged,
    Effect,
    NextStateChosen,
    Offer,
    OfferId,
    OfferWithdrawn,
    Withdrawal,
)
from banjie.routing.lines import Lines
from banjie.routing.offers import REASON_AFTER, OpenOffer, is_set_aside
from banjie.routing.order import Order, Rank
from banjie.routing.queues import Queue, Skills, WaitingCall
from banjie.routing.seats import Seat
from banjie.routing.tally import Tally


class Floor:
    __slots__ = (
        "_numbers",
        "_offer_numbers",
        "calls",
        "due",
        "lines",
        "queues",
        "ranks",
        "rung",
        "seats",
        "tallies",
    )

    def __init__(self) -> None:
        self.queues: dict[QueueId, Queue] = {}
        self.seats: dict[AgentId, Seat] = {}
        self.calls: dict[CallId, WaitingCall] = {}  # waiting or ringing
        self.ranks: dict[CallId, Rank] = {}
        self.rung: dict[CallId, AgentId] = {}
        self.lines = Lines()
        self.tallies: dict[QueueId, Tally] = {}
        self.due: Order[AgentId] = Order()  # one deadline an agent: his offer's or his after-call work's
        self._numbers = count(1)  # of two equal times the earlier command is first
        self._offer_numbers = count(1)

    def open_queue(self, queue: Queue) -> None:
        """Or change its rules."""
        self.queues[queue.queue_id] = queue
        self.lines.open_queue(queue.queue_id)
        self.tallies.setdefault(queue.queue_id, Tally())

    # Agents

    def seat(self, agent_id: AgentId, queues: frozenset[QueueId], skills: Skills) -> Seat:
        self.seats[agent_id] = Seat(agent_id=agent_id, queues=queues, skills=skills)
        self._count(queues, 1)
        return self.seats[agent_id]

    def move(self, seat: Seat, given: Given, now: float, reason: str | None = None) -> list[Effect]:
        state = next_state(seat.agent_id, seat.state, given)
        if seat.state is AgentState.READY:
            self.lines.remove_agent(seat.agent_id)
        seat.state, seat.reason, seat.since = state, reason, now
        return [AgentStateChanged(agent_id=seat.agent_id, state=state, reason=reason, since=now)]

    def make_ready(self, seat: Seat, given: Given, now: float) -> list[Effect]:
        """READY, and last of the idle."""
        seat.idle_rank = (now, next(self._numbers))
        effects = self.move(seat, given, now)
        return effects + self.let_idle(seat, now)

    def let_idle(self, seat: Seat, now: float) -> list[Effect]:
        """Stand a READY agent in his lines, at the place his idle time gives, unless a call waits for him."""
        self.lines.add_agent(seat.agent_id, seat.queues, seat.skills, seat.idle_rank)
        call_id = self.lines.first_call_for(seat.agent_id)
        return [] if call_id is None else self._ring(call_id, seat, now)

    def reseat(self, seat: Seat, queues: frozenset[QueueId], skills: Skills, now: float) -> list[Effect]:
        """Other queues or skills, from the next offer on."""
        self._count(seat.queues, -1)
        self._count(queues, 1)
        seat.queues, seat.skills = queues, skills
        if seat.state is not AgentState.READY:
            return []
        self.lines.remove_agent(seat.agent_id)
        return self.let_idle(seat, now)

    def choose_next(self, seat: Seat, state: AgentState | None, reason: str | None) -> list[Effect]:
        if (seat.next_state, seat.next_reason) == (state, reason):
            return []
        seat.next_state, seat.next_reason = state, reason
        return [NextStateChosen(agent_id=seat.agent_id, state=state, reason=reason)]

    def take_chosen_break(self, seat: Seat, now: float) -> list[Effect]:
        reason, seat.next_state, seat.next_reason = seat.next_reason, None, None
        return self.move(seat, Given.TOOK_BREAK, now, reason)

    def leave(self, seat: Seat, now: float) -> list[Effect]:
        effects = self.move(seat, Given.SIGNED_OUT, now)
        self.due.discard(seat.agent_id)
        del self.seats[seat.agent_id]
        self._count(seat.queues, -1)
        return effects

    def end_acw_at(self, seat: Seat, ends_at: float) -> None:
        seat.acw_ends_at = ends_at
        self.due.put(seat.agent_id, (ends_at, next(self._numbers)))

    def finish_acw(self, seat: Seat, now: float) -> list[Effect]:
        self.due.discard(seat.agent_id)
        seat.acw_ends_at = seat.call_id = seat.queue_id = None
        match seat.next_state:
            case AgentState.OFFLINE:
                return self.leave(seat, now)
            case AgentState.BREAK:
                return self.take_chosen_break(seat, now)
            case _:
                return self.make_ready(seat, Given.MADE_READY, now)

    def _count(self, queues: frozenset[QueueId], change: int) -> None:
        for queue_id in queues:
            self.tallies[queue_id].agents_count += change

    # Calls

    def put_call(self, call: WaitingCall) -> None:
        rank = (-call.priority, call.waiting_since, next(self._numbers))
        self.calls[call.call_id], self.ranks[call.call_id] = call, rank
        self.tallies[call.queue_id].add_call(call.call_id, rank, call.waiting_since)

    def let_wait(self, call_id: CallId, now: float) -> list[Effect]:
        """Stand a call in its line, unless somebody is idle for it."""
        call = self.calls[call_id]
        self.lines.add_call(call_id, call.queue_id, call.needs, self.ranks[call_id])
        agent_id = self.lines.first_agent_for(call_id)
        return [] if agent_id is None else self._ring(call_id, self.seats[agent_id], now)

    def forget_call(self, call_id: CallId) -> None:
        self.lines.remove_call(call_id)
        self.tallies[self.calls[call_id].queue_id].remove_call(call_id)
        del self.calls[call_id], self.ranks[call_id]

    # Offers

    def end_ringing(self, seat: Seat) -> OpenOffer | None:
        """The offer is over, one way or the other."""
        offer, seat.offer, seat.call_id = seat.offer, None, None
        if offer is not None:
            self.due.discard(seat.agent_id)
            del self.rung[offer.call_id]
        return offer

    def fail_offer(self, seat: Seat, why: Withdrawal, now: float) -> list[Effect]:
        """The call goes to the next agent with its place and time; the silent agent is set aside or goes last."""
        offer = self.end_ringing(seat)
        if offer is None:
            return []
        effects: list[Effect] = [_withdrawn(offer, seat.agent_id, why)]
        seat.misses = seat.misses.after(why)
        if why is Withdrawal.SIGNED_OUT:
            effects += self.leave(seat, now)
        elif is_set_aside(seat.misses, why, self.queues[offer.queue_id]):
            seat.next_state = seat.next_reason = None
            effects += self.move(seat, Given.SET_ASIDE, now, REASON_AFTER[why])
        effects += self.let_wait(offer.call_id, now)  # first, so that it finds another agent if there is one
        if seat.state is AgentState.RINGING:
            effects += self._spare(seat, now, (now, next(self._numbers)))
        return effects

    def withdraw_offer(self, seat: Seat, now: float) -> list[Effect]:
        """The caller left: no fault of the agent's, he is as long idle as he was."""
        offer = self.end_ringing(seat)
        if offer is None:
            return []
        self.forget_call(offer.call_id)
        withdrawn = _withdrawn(offer, seat.agent_id, Withdrawal.CALLER_LEFT)
        return [withdrawn, *self._spare(seat, now, seat.idle_rank)]

    def _spare(self, seat: Seat, now: float, idle_rank: Rank) -> list[Effect]:
        if seat.next_state is AgentState.BREAK:
            return self.take_chosen_break(seat, now)
        seat.idle_rank = idle_rank
        return self.move(seat, Given.OFFER_CLOSED, now) + self.let_idle(seat, now)

    def _ring(self, call_id: CallId, seat: Seat, now: float) -> list[Effect]:
        queue = self.queues[self.calls[call_id].queue_id]
        offer = OpenOffer(
            offer_id=OfferId(next(self._offer_numbers)),
            call_id=call_id,
            queue_id=queue.queue_id,
            expires_at=now + queue.ring_timeout_s,
        )
        effects = self.move(seat, Given.OFFERED, now)
        self.lines.remove_call(call_id)
        self.rung[call_id] = seat.agent_id
        seat.offer, seat.call_id, seat.queue_id = offer, call_id, queue.queue_id
        self.due.put(seat.agent_id, (offer.expires_at, next(self._numbers)))
        effects.append(
            Offer(
                offer_id=offer.offer_id,
                call_id=call_id,
                agent_id=seat.agent_id,
                queue_id=queue.queue_id,
                expires_at=offer.expires_at,
            )
        )
        return effects


def _withdrawn(offer: OpenOffer, agent_id: AgentId, why: Withdrawal) -> OfferWithdrawn:
    return OfferWithdrawn(offer_id=offer.offer_id, call_id=offer.call_id, agent_id=agent_id, why=why)
