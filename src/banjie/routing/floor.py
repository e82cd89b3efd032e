"""The floor: who sits where, which calls wait, and the elementary steps between them. `Acd` decides which to take.

Every step leaves the laws of `acd.py` standing: whoever becomes idle is given the first call he can serve,
whatever begins to wait is given the first agent of its queue's strategy, so nothing else need ever be looked at.
"""

from collections.abc import Iterable, Mapping

from banjie.base.ids import AgentId, QueueId
from banjie.routing import waits
from banjie.routing.agents import AgentState, Given, next_state
from banjie.routing.callbacks import Callback, Happened
from banjie.routing.entry import Left, Taken, way
from banjie.routing.events import (
    AgentStateChanged,
    CallbackEnded,
    CallbackPostponed,
    DialCustomer,
    Effect,
    NextStateChosen,
    Offer,
    OfferId,
    OfferWithdrawn,
    Withdrawal,
)
from banjie.routing.grounds import Grounds
from banjie.routing.offers import REASON_AFTER, OpenOffer, is_set_aside
from banjie.routing.order import Rank
from banjie.routing.outcomes import Cause, ToQueue
from banjie.routing.places import Place
from banjie.routing.queues import Queue
from banjie.routing.seats import Seat
from banjie.routing.skills import Skill

_AWAY = frozenset({AgentState.BREAK, AgentState.OFFLINE})


class Floor(Grounds):
    # Queues

    def put_queue(self, queue: Queue, now: float) -> list[Effect]:
        """Open it, or change its rules for those who wait in it too."""
        self.open(queue)
        effects: list[Effect] = []
        for call_id in list(self.tallies[queue.queue_id]):
            effects += self.stand_anew(self.calls[call_id], now)
        return effects + self.settle(now)

    # Agents

    def move(self, seat: Seat, given: Given, now: float, reason: str | None = None) -> list[Effect]:
        state = next_state(seat.agent_id, seat.state, given)
        self.lines.remove_agent(seat)
        seat.state, seat.reason, seat.since = state, reason, now
        if state in _AWAY:
            self.let_go(seat)
        return [AgentStateChanged(agent_id=seat.agent_id, state=state, reason=reason, since=now)]

    def make_ready(self, seat: Seat, given: Given, now: float) -> list[Effect]:
        """READY, and last of the idle."""
        seat.idle_rank = (now, next(self.numbers))
        effects = self.move(seat, given, now)
        return effects + self.let_idle(seat, now)

    def let_idle(self, seat: Seat, now: float) -> list[Effect]:
        """Give a READY agent the first call that waits for him, or stand him in his lines."""
        found = self.lines.first_call_for(seat) if now < self.led_until else None
        if found is None:
            self.lines.add_agent(seat)
            return []
        place, line = found
        if line is not None:
            line.turn.took(seat)
        effects = self._ring(place, seat, now)
        self.stand(place, now)
        return effects

    def reseat(self, seat: Seat, newly: Seat, now: float) -> list[Effect]:
        """Other queues, skills, position or weight, from the next offer on."""
        if _qualities(seat) == _qualities(newly):
            return []
        self.lines.remove_agent(seat)
        self.count(seat, -1)
        seat.queues, seat.levels, seat.place, seat.weight = _qualities(newly)
        self.count(seat, 1)
        self.let_go(seat)
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
        self.count(seat, -1)
        return effects + self.settle(now)

    def end_acw_at(self, seat: Seat, ends_at: float) -> None:
        seat.acw_ends_at = ends_at
        self.due_seats.put(seat, (ends_at, next(self.numbers)))

    def finish_acw(self, seat: Seat, now: float) -> list[Effect]:
        self.due_seats.discard(seat)
        seat.acw_ends_at = None
        return self.go_on(seat, Given.MADE_READY, now)

    def go_on(self, seat: Seat, given: Given, now: float) -> list[Effect]:
        """His call is done with: READY, or what he chose."""
        seat.call_id = seat.queue_id = None
        match seat.next_state:
            case AgentState.OFFLINE:
                return self.leave(seat, now)
            case AgentState.BREAK:
                return self.take_chosen_break(seat, now)
            case _:
                return self.make_ready(seat, given, now)

    # Calls

    def settle(self, now: float) -> list[Effect]:
        """Stand everybody who has lost his line in this step, the most urgent first; send on who can stay nowhere."""
        effects: list[Effect] = []
        while self.homeless or self.deserted:
            deserted, self.deserted = sorted(self.deserted), set()
            for queue_id in deserted:
                effects += self._clear(queue_id, now)
            homeless, self.homeless = sorted(self.homeless, key=lambda place: place.rank), []
            for place in homeless:
                effects += self._let_wait(place, now)
        return effects

    def _let_wait(self, place: Place, now: float) -> list[Effect]:
        """Ring agents, as many as may, or stand the call in its line until somebody is idle for it."""
        if place.call_id not in self.calls:
            return []  # it was sent on in this step
        if (callback := place.callback) and callback.has_run_out(now):
            return self.end_callback(place, Happened.RAN_OUT, now)
        if callback and callback.is_held_back:
            return []
        effects: list[Effect] = []
        while now < self.led_until and self.rings_more(place) and (seat := self.first_agent_for(place)):
            effects += self._ring(place, seat, now)
        queue = self.queues[place.queue_id]
        if not place.rung and waits.is_overdue(place, queue, now):
            return effects + self._send_on(place, Cause.WAITED, now)
        self.stand(place, now)
        return effects

    def _clear(self, queue_id: QueueId, now: float) -> list[Effect]:
        """Nobody is signed in for it any more: who waits there goes where it says."""
        tally, queue = self.tallies[queue_id], self.queues[queue_id]
        if tally.agents_count or queue.when_nobody is None:
            return []
        effects: list[Effect] = []
        for place in [self.calls[call_id] for call_id in tally]:
            if not place.rung and not place.callback:
                effects += self._send_on(place, Cause.NOBODY, now)
        return effects

    def _send_on(self, place: Place, cause: Cause, now: float) -> list[Effect]:
        """Because it cannot stay. Where every way leads back here for want of agents, it stays all the same."""
        at = place.queue_id
        to = way(self.queues[at], cause)
        if to is None:
            return []
        found = (
            self.find_way(to.queue_id, at)
            if isinstance(to, ToQueue)
            else Left(queue_id=at, cause=cause, to=to)
        )
        if cause is Cause.NOBODY and isinstance(found, Taken) and found.queue_id == at:
            return []
        self.leave_queue(place, now)
        place.kept_for = None
        return self.carry(place, found, cause, now)

    def send_to(self, place: Place, queue_id: QueueId, now: float) -> list[Effect]:
        """Because a supervisor says so: into that queue, or where it leads."""
        found = self.find_way(queue_id, place.queue_id)
        self.leave_queue(place, now)
        place.kept_for = None
        return self.carry(place, found, Cause.SENT if isinstance(found, Taken) else None, now)

    # Callbacks

    def dial(self, place: Place, callback: Callback, seat: Seat, now: float) -> list[Effect]:
        """The agent took it: he is held, his customer's phone rings."""
        callback.take(place.call_id, Happened.TAKEN)
        callback.attempts += 1
        callback.dialled_by = seat.agent_id
        place.kept_for = None
        seat.call_id, seat.queue_id = place.call_id, place.queue_id
        effects = self.move(seat, Given.TOOK_CALLBACK, now)
        effects.append(
            DialCustomer(
                call_id=place.call_id,
                agent_id=seat.agent_id,
                number=callback.number,
                attempt=callback.attempts,
            )
        )
        return effects

    def miss_customer(self, place: Place, callback: Callback, seat: Seat, now: float) -> list[Effect]:
        """He was not reached: once more later, or never; the agent goes on."""
        rules = self.queues[place.queue_id].callback
        if callback.attempts >= rules.attempts_max:
            effects = self.end_callback(place, Happened.ENOUGH_TRIED, now)
        else:
            callback.take(place.call_id, Happened.NOT_REACHED)
            callback.asleep_until = now + rules.retry_after_s
            self.set_due(place)
            self.homeless.append(place)
            effects = [
                CallbackPostponed(
                    call_id=place.call_id, attempts=callback.attempts, until=callback.asleep_until
                )
            ]
        effects += self.settle(now)
        return effects + self.go_on(seat, Given.NOT_REACHED, now)

    def end_callback(self, place: Place, happened: Happened, now: float) -> list[Effect]:
        """It is over, in the way this leads to."""
        if (callback := place.callback) is None:
            return []
        callback.take(place.call_id, happened)
        self.leave_queue(place, now)
        return [CallbackEnded(call_id=place.call_id, queue_id=place.queue_id, how=callback.state)]

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

    def fail_offer(self, seat: Seat, why: Withdrawal, now: float, reason: str | None = None) -> list[Effect]:
        """The call goes to the next agent with its place and time; the silent agent is set aside or goes last."""
        ended = self.end_ringing(seat)
        if ended is None:
            return []
        offer, place = ended
        effects: list[Effect] = [_withdrawn(offer, seat.agent_id, why)]
        seat.misses = seat.misses.after(why)
        place.kept_for = None  # he had his chance
        self._fell_silent(place, seat, now)
        if why is Withdrawal.SIGNED_OUT:
            effects += self.leave(seat, now)
        elif why is Withdrawal.TAKEN_AWAY:
            seat.next_state = seat.next_reason = None
            effects += self.move(seat, Given.TOOK_BREAK, now, reason)
        elif is_set_aside(seat.misses, why, self.queues[offer.queue_id]):
            seat.next_state = seat.next_reason = None
            effects += self.move(seat, Given.SET_ASIDE, now, REASON_AFTER[why])
        effects += self.settle(now)  # first, so that it finds another agent if there is one
        if seat.state is AgentState.RINGING:
            effects += self._spare(seat, now, (now, next(self.numbers)))
        return effects

    def _fell_silent(self, place: Place, seat: Seat, now: float) -> None:
        """A call rings at one agent less; if he was the only one, it waits again."""
        self.homeless.append(place)
        if place.rung:
            place.tried.add(seat.agent_id)
            return
        place.tried.clear()
        if place.callback is not None:
            place.callback.take(place.call_id, Happened.PASSED)
        self.set_due(place)
        if not self.tallies[place.queue_id].agents_count:
            self.deserted.add(place.queue_id)  # the last agent has left the queue while it rang
        if place.was_paced:
            self.take_up_pace(place, now)

    def close_offers(self, place: Place, why: Withdrawal, now: float) -> tuple[list[Effect], list[Seat]]:
        """It rings nowhere any more. The agents have to be spared when the call has found its place."""
        seats = [self.seats[agent_id] for agent_id in place.rung]
        effects: list[Effect] = []
        for seat in seats:
            if ended := self.end_ringing(seat):
                effects.append(_withdrawn(ended[0], seat.agent_id, why))
        place.tried.clear()
        return effects, seats

    def spare_all(self, seats: Iterable[Seat], now: float) -> list[Effect]:
        """No fault of theirs: they are as long idle as they were."""
        return [effect for seat in seats for effect in self._spare(seat, now, seat.idle_rank)]

    def _spare(self, seat: Seat, now: float, idle_rank: Rank) -> list[Effect]:
        if seat.next_state is AgentState.BREAK:
            return self.take_chosen_break(seat, now)
        seat.idle_rank = idle_rank
        return self.move(seat, Given.OFFER_CLOSED, now) + self.let_idle(seat, now)

    def _ring(self, place: Place, seat: Seat, now: float) -> list[Effect]:
        queue = self.queues[place.queue_id]
        offer = OpenOffer(
            offer_id=OfferId(next(self.offer_numbers)),
            call_id=place.call_id,
            queue_id=queue.queue_id,
            expires_at=now + queue.ring_timeout_s,
        )
        effects = self.move(seat, Given.OFFERED, now)
        if not place.rung:
            place.was_paced = self.end_pace(place, now)
            if place.callback is not None:
                place.callback.take(place.call_id, Happened.OFFERED)
        place.rung[seat.agent_id] = None
        if place in self.due_calls:
            self.set_due(place)  # what rings is not sent on
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


def _qualities(seat: Seat) -> tuple[frozenset[QueueId], Mapping[Skill, int], tuple[float, ...], float]:
    return seat.queues, seat.levels, seat.place, seat.weight
