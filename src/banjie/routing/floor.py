"""The floor: who sits where, which calls wait, and the elementary steps between them. `Acd` decides which to take.

Every step leaves the laws of `acd.py` standing: whoever becomes idle is given the first call he can serve,
whatever begins to wait is given the first agent of its queue's strategy, so nothing else need ever be looked at.
"""

from collections.abc import Mapping
from itertools import count
from random import Random

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing import sticky, urgency, waits
from banjie.routing.agents import AgentState, Given, next_state
from banjie.routing.arrivals import LastServed
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
from banjie.routing.places import Place
from banjie.routing.queues import Queue
from banjie.routing.seats import Seat
from banjie.routing.skills import Skill
from banjie.routing.tally import Tally

_AWAY = frozenset({AgentState.BREAK, AgentState.OFFLINE})


class Floor:
    __slots__ = (
        "_homeless",
        "_offer_numbers",
        "calls",
        "due_calls",
        "due_seats",
        "lines",
        "numbers",
        "queues",
        "seats",
        "tallies",
    )

    def __init__(self, chance: Random) -> None:
        self.queues: dict[QueueId, Queue] = {}
        self.seats: dict[AgentId, Seat] = {}
        self.calls: dict[CallId, Place] = {}  # waiting or ringing
        self.lines = Lines(chance)
        self.tallies: dict[QueueId, Tally] = {}
        self.due_seats: Order[Seat] = Order()  # one deadline an agent: his offer's or his after-call work's
        self.due_calls: Order[Place] = Order()
        self._homeless: list[Place] = []  # to be stood before the step is over
        self.numbers = count(1)  # of two equal times the earlier command is first
        self._offer_numbers = count(1)

    # Queues

    def put_queue(self, queue: Queue, now: float) -> list[Effect]:
        """Open it, or change its rules for those who wait in it too."""
        self.queues[queue.queue_id] = queue
        self.lines.open_queue(queue)
        tally = self.tallies.setdefault(queue.queue_id, Tally())
        effects: list[Effect] = []
        for call_id in list(tally):
            effects += self.stand_anew(self.calls[call_id], now)
        return effects + self.settle(now)

    # Agents

    def seat(self, seat: Seat) -> None:
        self.seats[seat.agent_id] = seat
        self._count(seat, 1)

    def move(self, seat: Seat, given: Given, now: float, reason: str | None = None) -> list[Effect]:
        state = next_state(seat.agent_id, seat.state, given)
        self.lines.remove_agent(seat)
        seat.state, seat.reason, seat.since = state, reason, now
        if state in _AWAY:
            self._let_go(seat)
        return [AgentStateChanged(agent_id=seat.agent_id, state=state, reason=reason, since=now)]

    def make_ready(self, seat: Seat, given: Given, now: float) -> list[Effect]:
        """READY, and last of the idle."""
        seat.idle_rank = (now, next(self.numbers))
        effects = self.move(seat, given, now)
        return effects + self.let_idle(seat, now)

    def let_idle(self, seat: Seat, now: float) -> list[Effect]:
        """Give a READY agent the first call that waits for him, or stand him in his lines."""
        found = self.lines.first_call_for(seat)
        if found is None:
            self.lines.add_agent(seat)
            return []
        place, line = found
        if line is not None:
            line.turn.took(seat)
        effects = self._ring(place, seat, now)
        self._stand(place)
        return effects

    def reseat(
        self, seat: Seat, queues: frozenset[QueueId], levels: Mapping[Skill, int], now: float
    ) -> list[Effect]:
        """Other queues or skills, from the next offer on."""
        if (seat.queues, seat.levels) == (queues, levels):
            return []
        self.lines.remove_agent(seat)
        self._count(seat, -1)
        seat.queues, seat.levels = queues, levels
        self._count(seat, 1)
        self._let_go(seat)
        effects = self.settle(now)
        return effects + self.let_idle(seat, now) if seat.state is AgentState.READY else effects

    def choose_next(self, seat: Seat, state: AgentState | None, reason: str | None) -> list[Effect]:
        if (seat.next_state, seat.next_reason) == (state, reason):
            return []
        seat.next_state, seat.next_reason = state, reason
        return [NextStateChosen(agent_id=seat.agent_id, state=state, reason=reason)]

    def take_chosen_break(self, seat: Seat, now: float) -> list[Effect]:
        reason, seat.next_state, seat.next_reason = seat.next_reason, None, None
        return self.take_break(seat, reason, now)

    def take_break(self, seat: Seat, reason: str | None, now: float) -> list[Effect]:
        return self.move(seat, Given.TOOK_BREAK, now, reason) + self.settle(now)

    def leave(self, seat: Seat, now: float) -> list[Effect]:
        effects = self.move(seat, Given.SIGNED_OUT, now)
        self.due_seats.discard(seat)
        del self.seats[seat.agent_id]
        self._count(seat, -1)
        return effects + self.settle(now)

    def end_acw_at(self, seat: Seat, ends_at: float) -> None:
        seat.acw_ends_at = ends_at
        self.due_seats.put(seat, (ends_at, next(self.numbers)))

    def finish_acw(self, seat: Seat, now: float) -> list[Effect]:
        self.due_seats.discard(seat)
        seat.acw_ends_at = seat.call_id = seat.queue_id = None
        match seat.next_state:
            case AgentState.OFFLINE:
                return self.leave(seat, now)
            case AgentState.BREAK:
                return self.take_chosen_break(seat, now)
            case _:
                return self.make_ready(seat, Given.MADE_READY, now)

    def _count(self, seat: Seat, change: int) -> None:
        (self.lines.join if change > 0 else self.lines.part)(seat)
        for queue_id in seat.queues:
            self.tallies[queue_id].agents_count += change

    # Calls

    def admit(self, place: Place, last_served: LastServed | None, now: float) -> list[Effect]:
        """Let a call into its queue, kept for the agent its customer knows if he can be waited for."""
        queue = self.queues[place.queue_id]
        self.calls[place.call_id] = place
        waits.grow_older(place, queue, now)
        if last_served is not None:
            known = self.seats.get(last_served.agent_id)
            if sticky.is_kept_for(known, last_served, queue, place.needs):
                place.kept_for, place.kept_until = last_served.agent_id, now + queue.sticky_wait_s
        self._take_rank(place)
        self._homeless.append(place)
        return self.settle(now)

    def stand_anew(self, place: Place, now: float) -> list[Effect]:
        """What makes its rank or its line may have changed. It stands again when the step is settled."""
        queue = self.queues[place.queue_id]
        effects = waits.grow_older(place, queue, now)
        if place.kept_for is not None and not sticky.can_take(self.seats[place.kept_for], queue, place.needs):
            place.kept_for = None
        self.lines.remove_call(place)
        self.tallies[place.queue_id].remove(place)
        self._take_rank(place)
        self._homeless.append(place)
        return effects

    def settle(self, now: float) -> list[Effect]:
        """Stand everybody who has lost his line in this step, the most urgent first."""
        effects: list[Effect] = []
        while self._homeless:
            homeless, self._homeless = sorted(self._homeless, key=lambda place: place.rank), []
            for place in homeless:
                effects += self._let_wait(place, now)
        return effects

    def _take_rank(self, place: Place) -> None:
        queue = self.queues[place.queue_id]
        place.rank = urgency.rank(place, queue)
        self.tallies[place.queue_id].add(place)
        due_at = waits.due_at(place, queue)
        if due_at is None:
            self.due_calls.discard(place)
        else:
            self.due_calls.put(place, (due_at, next(self.numbers)))

    def _let_wait(self, place: Place, now: float) -> list[Effect]:
        """Ring whom the queue's strategy names, or stand the call in its line until somebody is idle for it."""
        effects: list[Effect] = []
        while self._rings_more(place) and (seat := self._first_agent_for(place)):
            effects += self._ring(place, seat, now)
        self._stand(place)
        return effects

    def _first_agent_for(self, place: Place) -> Seat | None:
        if place.kept_for is not None:
            known = self.seats[place.kept_for]
            return known if known.token else None
        turn, idle = (line := self.lines.line_of(place)).turn, line.idle.first()
        if idle is None or idle[1].agent_id in place.tried:
            return None
        turn.rung(idle[0])
        return idle[1]

    def _let_go(self, seat: Seat) -> None:
        """The calls kept for an agent are anybody's: he is away, or serves other calls."""
        for place in self.lines.kept_for(seat.agent_id):
            self.lines.remove_call(place)
            place.kept_for = None
            self._homeless.append(place)

    def forget_call(self, place: Place) -> None:
        self.lines.remove_call(place)
        self.tallies[place.queue_id].remove(place)
        self.due_calls.discard(place)
        del self.calls[place.call_id]

    def _rings_more(self, place: Place) -> bool:
        at_once = 1 if place.kept_for is not None else self.queues[place.queue_id].rings_at_once
        return len(place.rung) < at_once

    def _stand(self, place: Place) -> None:
        """In its line, if it may ring at one more."""
        if self._rings_more(place):
            self.lines.add_call(place)
        else:
            self.lines.remove_call(place)

    # Offers

    def end_ringing(self, seat: Seat) -> tuple[OpenOffer, Place] | None:
        """The offer is over, one way or the other."""
        offer, seat.offer, seat.call_id = seat.offer, None, None
        if offer is None:
            return None
        self.due_seats.discard(seat)
        place = self.calls[offer.call_id]
        del place.rung[seat.agent_id]
        return offer, place

    def fail_offer(self, seat: Seat, why: Withdrawal, now: float) -> list[Effect]:
        """The call goes to the next agent with its place and time; the silent agent is set aside or goes last."""
        ended = self.end_ringing(seat)
        if ended is None:
            return []
        offer, place = ended
        effects: list[Effect] = [_withdrawn(offer, seat.agent_id, why)]
        seat.misses = seat.misses.after(why)
        place.kept_for = None  # he had his chance
        if place.rung:
            place.tried.add(seat.agent_id)
        else:
            place.tried.clear()
        self._homeless.append(place)
        if why is Withdrawal.SIGNED_OUT:
            effects += self.leave(seat, now)
        elif is_set_aside(seat.misses, why, self.queues[offer.queue_id]):
            seat.next_state = seat.next_reason = None
            effects += self.move(seat, Given.SET_ASIDE, now, REASON_AFTER[why])
        effects += self.settle(now)  # first, so that it finds another agent if there is one
        if seat.state is AgentState.RINGING:
            effects += self._spare(seat, now, (now, next(self.numbers)))
        return effects

    def withdraw_offers(self, place: Place, why: Withdrawal, now: float) -> list[Effect]:
        """The call is over or taken: no fault of the agents it rings, they are as long idle as they were."""
        seats = [self.seats[agent_id] for agent_id in place.rung]
        effects: list[Effect] = []
        for seat in seats:
            if ended := self.end_ringing(seat):
                effects.append(_withdrawn(ended[0], seat.agent_id, why))
        self.forget_call(place)
        for seat in seats:
            effects += self._spare(seat, now, seat.idle_rank)
        return effects

    def _spare(self, seat: Seat, now: float, idle_rank: Rank) -> list[Effect]:
        if seat.next_state is AgentState.BREAK:
            return self.take_chosen_break(seat, now)
        seat.idle_rank = idle_rank
        return self.move(seat, Given.OFFER_CLOSED, now) + self.let_idle(seat, now)

    def _ring(self, place: Place, seat: Seat, now: float) -> list[Effect]:
        queue = self.queues[place.queue_id]
        offer = OpenOffer(
            offer_id=OfferId(next(self._offer_numbers)),
            call_id=place.call_id,
            queue_id=queue.queue_id,
            expires_at=now + queue.ring_timeout_s,
        )
        effects = self.move(seat, Given.OFFERED, now)
        place.rung[seat.agent_id] = None
        seat.offer, seat.call_id, seat.queue_id = offer, place.call_id, queue.queue_id
        self.due_seats.put(seat, (offer.expires_at, next(self.numbers)))
        effects.append(
            Offer(
                offer_id=offer.offer_id,
                call_id=place.call_id,
                agent_id=seat.agent_id,
                queue_id=queue.queue_id,
                expires_at=offer.expires_at,
            )
        )
        return effects


def _withdrawn(offer: OpenOffer, agent_id: AgentId, why: Withdrawal) -> OfferWithdrawn:
    return OfferWithdrawn(offer_id=offer.offer_id, call_id=offer.call_id, agent_id=agent_id, why=why)
