"""Automatic call distribution: which waiting call rings which agent. Sans-I/O; time is an argument, monotonic seconds.

Laws, after every command:
- an agent rings for at most one call; a call rings at one agent at most, or at as many as its queue says;
- no call waits while an agent who may take it is READY;
- of those who may take a call the first by the queue's strategy is rung; of those waiting the highest priority,
  then the longest;
- a call whose offer failed keeps its place and its time;
- nobody is lost: a call that came waits, rings or is called back, until it is answered, left or sent elsewhere, once.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime
from random import Random

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.base.plain import from_plain, to_plain
from banjie.routing.agents import WARM_UP, AgentState, Given
from banjie.routing.arrivals import Arrival
from banjie.routing.beside import BesideQueues
from banjie.routing.callbacks import Callback, Happened
from banjie.routing.errors import AlreadyInQueue, IllegalTransition, NoSuchOffer, NotInQueue
from banjie.routing.events import AcwExtended, Effect, Withdrawal
from banjie.routing.floor import Floor
from banjie.routing.grounds import callback_kept
from banjie.routing.kept import KeptCallback
from banjie.routing.offers import Misses
from banjie.routing.outcomes import ToQueue
from banjie.routing.places import Place
from banjie.routing.questions import Questions
from banjie.routing.queues import Queue
from banjie.routing.seats import Seat
from banjie.routing.skills import NO_SKILLS, Rated, levels
from banjie.routing.snapshot import Snapshot, export, restore, restore_callbacks, snapshot_of

_IN_CALL = frozenset({AgentState.RINGING, AgentState.DIALING, AgentState.TALKING, AgentState.ACW})
_WITH_CUSTOMER = frozenset({AgentState.DIALING, AgentState.TALKING})

_FORCED = {
    AgentState.READY: Given.MADE_READY,
    AgentState.BREAK: Given.TOOK_BREAK,
    AgentState.OFFLINE: Given.SIGNED_OUT,
}


class Acd(BesideQueues, Questions):
    """Every command returns what has to be done, in this order. A command that raises has changed nothing."""

    def __init__(self, queues: Iterable[Queue] = (), chance: Random | None = None) -> None:
        """`chance` is drawn from by queues that ring at random; the same seed and commands, the same decisions."""
        super().__init__(Floor(Random(0) if chance is None else chance))
        for queue in (given := list(queues)):
            self._floor.open(queue)
        for queue in given:
            self._check_ways(queue)

    # Going on elsewhere

    def export(self, now: float) -> object:
        """Return all but the queues' rules as plain data, fit for JSON."""
        return to_plain(export(self._floor, now))

    def restore(self, plain: object, now: float, elapsed_s: float = 0.0) -> None:
        """Go on where another ACD stopped `elapsed_s` ago; `now` may be by another clock. For an ACD with queues only."""
        restore(self._floor, from_plain(Snapshot, plain), now, elapsed_s)

    def restore_callbacks(self, plain: object, now: float, elapsed_s: float = 0.0) -> list[Effect]:
        """Go on after a crash: only who is to be called back still waits, at his place."""
        effects = restore_callbacks(self._floor, from_plain(Snapshot, plain), now, elapsed_s)
        return effects + self._floor.settle(now)

    def take_up_callbacks(self, kept: Sequence[KeptCallback], at: datetime, now: float) -> list[Effect]:
        """The same, from callbacks as they were written down; `at` is `now` by the wall clock."""
        return self.restore_callbacks(to_plain(snapshot_of(kept, at, now)), now)

    def lead(self, until: float, now: float) -> list[Effect]:
        """Ring agents until then, see `leadership.py`. Whom a lapse kept waiting is rung for now."""
        floor, had_lapsed = self._floor, not self.leads(now)
        floor.led_until = until
        if not had_lapsed or not self.leads(now):
            return []
        effects: list[Effect] = []
        for place in list(floor.calls.values()):
            effects += floor.stand_anew(place, now)
        return effects + floor.settle(now) + self.tick(now)

    def leads(self, now: float) -> bool:
        return now < self._floor.led_until

    # Queues

    def put_queue(self, queue: Queue, now: float) -> list[Effect]:
        """Open a queue or change its rules, for those who wait in it too; offers that ring keep the time they were given."""
        self._check_ways(queue)
        return self._floor.put_queue(queue, now)

    def put_queues(self, queues: Sequence[Queue], now: float) -> list[Effect]:
        """The same for several, which may lead to one another."""
        together = {queue.queue_id for queue in queues}
        for queue in queues:
            self._check_ways(queue, together)
        for queue in queues:
            if queue.queue_id not in self._floor.queues:
                self._floor.open(queue)
        return [effect for queue in queues for effect in self._floor.put_queue(queue, now)]

    def open_queue(self, queue_id: QueueId) -> None:
        """Its hours begin. A queue is open until it is closed. Repeatable."""
        self._queue(queue_id)
        self._floor.closed.discard(queue_id)

    def close_queue(self, queue_id: QueueId) -> None:
        """Its hours are over: it takes no more calls, those that wait are served. Repeatable."""
        self._queue(queue_id)
        self._floor.closed.add(queue_id)

    # Agents

    def sign_in(
        self,
        agent_id: AgentId,
        queues: Iterable[QueueId],
        now: float,
        skills: Rated = NO_SKILLS,
        position: int = 0,
        weight: float = 1.0,
    ) -> list[Effect]:
        """Seat an agent in BREAK (Warm-up). Signed in already: queues and skills are renewed, a sign-out asked for is taken back.

        Args:
            skills: with his proficiencies; see `skills.py`.
            position: where linear and round-robin queues find him; equal ones in the order they signed in.
            weight: his share where a queue rings at random, above 0.
        """
        served = frozenset(queues)
        for queue_id in served:
            self._queue(queue_id)
        if weight <= 0:
            raise ValueError(f"agent {agent_id}: weight must be above 0")
        have = dict(levels(skills))
        seat = self._floor.seats.get(agent_id)
        if seat is not None:
            effects = (
                self._floor.choose_next(seat, None, None) if seat.next_state is AgentState.OFFLINE else []
            )
            newly = replace(seat, queues=served, levels=have, place=(position, seat.place[1]), weight=weight)
            return effects + self._floor.reseat(seat, newly, now)
        place = (position, next(self._floor.numbers))
        seat = Seat(agent_id=agent_id, queues=served, levels=have, place=place, weight=weight)
        self._floor.seat(seat)
        return self._floor.move(seat, Given.SIGNED_IN, now, WARM_UP)

    def serve(
        self, agent_id: AgentId, queues: Iterable[QueueId], now: float, skills: Rated = NO_SKILLS
    ) -> list[Effect]:
        """Let an agent serve other queues, by other skills, from the next offer on; all else of him stays.

        One who is READY gets a call that waited for him at once; a call he has, or that rings at him, is his.
        Nothing for one who is away: he signs in by what he serves then.
        """
        served = frozenset(queues)
        for queue_id in served:
            self._queue(queue_id)
        seat = self._floor.seats.get(agent_id)
        if seat is None:
            return []
        newly = replace(seat, queues=served, levels=dict(levels(skills)))
        return self._floor.reseat(seat, newly, now)

    def sign_out(self, agent_id: AgentId, now: float) -> list[Effect]:
        """Leave: at once, or, in a call, after it. A ringing call goes on to the next agent. Repeatable."""
        seat = self._floor.seats.get(agent_id)
        if seat is None:
            return []
        if seat.state in _WITH_CUSTOMER:
            return self._floor.choose_next(seat, AgentState.OFFLINE, None)
        if seat.offer is not None:
            return self._floor.fail_offer(seat, Withdrawal.SIGNED_OUT, now)
        return self._floor.leave(seat, now)

    def ready(self, agent_id: AgentId, now: float) -> list[Effect]:
        """Take calls from now on; in a call: after it. Repeatable."""
        seat = self._seat(agent_id, Given.MADE_READY)
        if seat.state in _IN_CALL:
            return self._floor.choose_next(seat, None, None)
        if seat.state is AgentState.READY:
            return []
        seat.misses = Misses()
        return self._floor.make_ready(seat, Given.MADE_READY, now)

    def take_break(self, agent_id: AgentId, reason: str, now: float) -> list[Effect]:
        """Take no calls, for a reason; in a call: after it. Another reason is a new break."""
        seat = self._seat(agent_id, Given.TOOK_BREAK)
        if seat.state in _IN_CALL:
            return self._floor.choose_next(seat, AgentState.BREAK, reason)
        if seat.state is AgentState.BREAK and seat.reason == reason:
            return []
        return self._floor.take_break(seat, reason, now)

    def force(
        self, agent_id: AgentId, state: AgentState, now: float, reason: str | None = None
    ) -> list[Effect]:
        """A supervisor puts an agent into READY, BREAK (with a reason) or OFFLINE: at once, or after his conversation.

        A call that rings at him goes on to the next; after-call work ends here and now.
        """
        if state not in _FORCED:
            raise ValueError(f"agent {agent_id}: READY, BREAK or OFFLINE can be forced, not {state}")
        seat = self._seat(agent_id, _FORCED[state])
        if state is AgentState.BREAK and reason is None:
            raise ValueError(f"agent {agent_id}: a break needs a reason")
        if seat.state in _WITH_CUSTOMER:
            chosen = None if state is AgentState.READY else state
            return self._floor.choose_next(seat, chosen, reason if chosen is AgentState.BREAK else None)
        if state is AgentState.OFFLINE:
            return self.sign_out(agent_id, now)
        if seat.state is AgentState.ACW:
            effects = self._floor.choose_next(seat, None, None) if state is AgentState.READY else []
            if state is AgentState.BREAK:
                effects += self._floor.choose_next(seat, AgentState.BREAK, reason)
            return effects + self._floor.finish_acw(seat, now)
        if state is AgentState.BREAK and seat.offer is not None:
            return self._floor.fail_offer(seat, Withdrawal.TAKEN_AWAY, now, reason)
        if state is AgentState.BREAK and seat.state is AgentState.RINGING:  # for a call beside the queues
            return self._floor.choose_next(seat, AgentState.BREAK, reason)
        if state is AgentState.BREAK:
            return self.take_break(agent_id, reason or "", now)
        return self.ready(agent_id, now)

    # Calls

    def enqueue(
        self,
        call_id: CallId,
        queue_id: QueueId,
        priority: int,
        now: float,
        *,
        needs: Rated = NO_SKILLS,
        waiting_since: float | None = None,
    ) -> list[Effect]:
        """Let a call wait. `waiting_since` earlier than `now` keeps the place of one that has waited elsewhere."""
        arrival = Arrival(
            call_id=call_id, queue_id=queue_id, priority=priority, needs=needs, waiting_since=waiting_since
        )
        return self.enter(arrival, now)

    def enter(self, arrival: Arrival, now: float) -> list[Effect]:
        """Let a call wait, with all that is known of it."""
        place = self._placed(arrival, now)
        if arrival.call_id in self._floor.calls:
            raise AlreadyInQueue(arrival.call_id)
        place.number = next(self._floor.numbers)
        effects = self._floor.enter(place, now)
        if place.callback is not None:
            effects.append(callback_kept(place, place.callback))
        if arrival.last_served is not None and place.call_id in self._floor.calls:
            self._floor.keep_for_known(place, arrival.last_served, now)
        return effects + self._floor.settle(now)

    def reprioritise(self, call_id: CallId, now: float, priority: int, credit_s: float = 0.0) -> list[Effect]:
        """Give a waiting call another priority and credit; it takes the place they give it."""
        place = self._place(call_id)
        place.priority, place.credit_s = priority, credit_s
        return self._floor.stand_anew(place, now) + self._floor.settle(now)

    def change_needs(self, call_id: CallId, now: float, needs: Rated) -> list[Effect]:
        """Ask for other skills than the call came with, beside those of its queue. An agent it rings may still take it."""
        place = self._place(call_id)
        place.own_needs = levels(needs)
        return self._floor.stand_anew(place, now) + self._floor.settle(now)

    def send_to(self, call_id: CallId, queue_id: QueueId, now: float) -> list[Effect]:
        """Let a caller wait in another queue, with the time he has waited. An agent he rang is as long idle as he was."""
        self._queue(queue_id)
        place = self._place(call_id)
        if place.callback is not None:
            raise NotInQueue(call_id)
        if place.queue_id == queue_id:
            return []
        effects, seats = self._floor.close_offers(place, Withdrawal.SENT_ON, now)
        effects += self._floor.send_to(place, queue_id, now)
        return effects + self._floor.settle(now) + self._floor.spare_all(seats, now)

    def abandon(self, call_id: CallId, now: float) -> list[Effect]:
        """The caller left the queue, or does not want to be called back. An agent it rang is as long idle as he was."""
        place = self._place(call_id)
        effects, seats = self._floor.close_offers(place, Withdrawal.CALLER_LEFT, now)
        dialling = self._dialling(place)
        if place.callback is None:
            self._floor.leave_queue(place, now)
        else:
            effects += self._floor.end_callback(place, Happened.CANCELLED, now)
        if dialling is not None:
            effects += self._floor.go_on(dialling, Given.NOT_REACHED, now)
        return effects + self._floor.spare_all(seats, now)

    def accepted(self, call_id: CallId, agent_id: AgentId, now: float) -> list[Effect]:
        """The agent answered. Caller and agent hear each other and the call is out of the queue; of a callback the
        customer is to be dialled."""
        seat, place = self._offered(call_id, agent_id), self._place(call_id)
        self._floor.end_ringing(seat)
        seat.misses = Misses()
        seat.calls_taken += 1
        if place.callback is not None:
            effects = self._floor.dial(place, place.callback, seat, now)
        else:
            seat.call_id = call_id
            effects = self._floor.move(seat, Given.ACCEPTED, now)
        closed, others = self._floor.close_offers(place, Withdrawal.ANSWERED_ELSEWHERE, now)
        if place.callback is not None:
            self._floor.lines.remove_call(place)
        else:
            self._floor.leave_queue(place, now)
        return effects + closed + self._floor.spare_all(others, now)

    def rejected(self, call_id: CallId, agent_id: AgentId, now: float) -> list[Effect]:
        return self._floor.fail_offer(self._offered(call_id, agent_id), Withdrawal.REJECTED, now)

    def unreachable(self, call_id: CallId, agent_id: AgentId, now: float) -> list[Effect]:
        """The agent's device cannot be rung, or failed before the two heard each other."""
        return self._floor.fail_offer(self._offered(call_id, agent_id), Withdrawal.UNREACHABLE, now)

    def call_ended(self, agent_id: AgentId, now: float) -> list[Effect]:
        """The agent's call is over, whoever hung up. ACW, or on to what follows where the queue grants none.

        While he dials: the customer was not reached.
        """
        seat = self._seat(agent_id, Given.CALL_ENDED)
        if seat.state is AgentState.DIALING and seat.call_id is not None:
            return self.callback_failed(seat.call_id, agent_id, now)
        effects = self._floor.move(seat, Given.CALL_ENDED, now)
        acw_s = None if seat.queue_id is None else self._floor.queues[seat.queue_id].acw_s
        if acw_s == 0:
            return effects + self._floor.finish_acw(seat, now)
        if acw_s is not None:
            self._floor.end_acw_at(seat, now + acw_s)
        return effects

    def wrapped_up(self, agent_id: AgentId, now: float) -> list[Effect]:
        """The after-call work is done: READY, or what the agent chose."""
        seat = self._seat(agent_id, Given.MADE_READY)
        if seat.state is not AgentState.ACW:
            raise IllegalTransition(agent_id, seat.state, "wrapped up")
        return self._floor.finish_acw(seat, now)

    def extend_acw(self, agent_id: AgentId, more_s: float, now: float) -> list[Effect]:
        """Give more time. Nothing to give where the work has no end."""
        seat = self._seat(agent_id, Given.MADE_READY)
        if seat.state is not AgentState.ACW:
            raise IllegalTransition(agent_id, seat.state, "more after-call work")
        if seat.acw_ends_at is None:
            return []
        ends_at = max(seat.acw_ends_at, now) + more_s
        self._floor.end_acw_at(seat, ends_at)
        return [AcwExtended(agent_id=agent_id, ends_at=ends_at)]

    # Callbacks

    def call_back(self, call_id: CallId, number: str, now: float) -> list[Effect]:
        """Let a caller hang up and keep his place: he is called at this number when an agent is free for him."""
        place = self._place(call_id)
        if place.callback is not None:
            raise AlreadyInQueue(call_id)
        effects, seats = self._floor.close_offers(place, Withdrawal.CALLER_LEFT, now)
        effects += self._floor.become_callback(place, number, now)
        return effects + self._floor.settle(now) + self._floor.spare_all(seats, now)

    def callback_reached(
        self, call_id: CallId, agent_id: AgentId, now: float, in_call: CallId | None = None
    ) -> list[Effect]:
        """Customer and agent hear each other: the callback is out of the queue. `in_call`: they talk in this one."""
        place, _, seat = self._dialled(call_id, agent_id)
        effects = self._floor.end_callback(place, Happened.REACHED, now)
        seat.call_id = in_call or call_id
        return effects + self._floor.move(seat, Given.REACHED, now)

    def callback_failed(self, call_id: CallId, agent_id: AgentId, now: float) -> list[Effect]:
        """The customer did not answer, was busy, or the agent hung up first. He keeps his place till the next attempt."""
        return self._floor.miss_customer(*self._dialled(call_id, agent_id), now)

    # Time

    @property
    def next_deadline(self) -> float | None:
        """When `tick` has to be called next; None while nothing is due."""
        floor = self._floor
        dues = [
            floor.due_seats.rank(seat)[0] if (seat := floor.due_seats.first()) else None,
            floor.due_calls.rank(place)[0] if (place := floor.due_calls.first()) else None,
        ]
        return min((due for due in dues if due is not None), default=None)

    def tick(self, now: float) -> list[Effect]:
        """Do what is due, agents first: who comes free at the same moment takes a call before it changes. Repeatable.

        Who may not decide sets nobody aside either: it is done when he may.
        """
        floor, effects = self._floor, list[Effect]()
        if not self.leads(now):
            return []
        while (seat := floor.due_seats.first()) and floor.due_seats.rank(seat)[0] <= now:
            if seat.offer is not None:
                effects += floor.fail_offer(seat, Withdrawal.NO_ANSWER, now)
            else:
                effects += floor.finish_acw(seat, now)
        late: list[Place] = []
        while (place := floor.due_calls.first()) and floor.due_calls.rank(place)[0] <= now:
            floor.due_calls.discard(place)
            late.append(place)
        for place in late:
            effects += floor.stand_anew(place, now)
        return effects + floor.settle(now)

    # How

    def _check_ways(self, queue: Queue, together: Set[QueueId] = frozenset()) -> None:
        for to in (queue.when_closed, queue.when_nobody, queue.when_full, queue.when_waited):
            if isinstance(to, ToQueue) and to.queue_id not in {queue.queue_id, *together}:
                self._queue(to.queue_id)

    def _dialled(self, call_id: CallId, agent_id: AgentId) -> tuple[Place, Callback, Seat]:
        place = self._floor.calls.get(call_id)
        seat = None if place is None else self._dialling(place)
        if place is None or place.callback is None or seat is None or seat.agent_id != agent_id:
            raise NoSuchOffer(call_id, agent_id)
        return place, place.callback, seat

    def _dialling(self, place: Place) -> Seat | None:
        """The agent who dials this customer."""
        by = None if place.callback is None else place.callback.dialled_by
        return None if by is None else self._floor.seats[by]

    def _offered(self, call_id: CallId, agent_id: AgentId) -> Seat:
        place = self._floor.calls.get(call_id)
        if place is None or agent_id not in place.rung:
            raise NoSuchOffer(call_id, agent_id)
        return self._floor.seats[agent_id]
