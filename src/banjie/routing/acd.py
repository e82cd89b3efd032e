"""Automatic call distribution: which waiting call rings which agent. Sans-I/O; time is an argument, monotonic seconds.

Laws, after every command:
- an agent rings for at most one call; a call rings at one agent at most, or at as many as its queue says;
- no call waits while an agent who may take it is READY;
- of those who may take a call the first by the queue's strategy is rung; of those waiting the highest priority,
  then the longest;
- a call whose offer failed keeps its place and its time;
- nobody is lost: a call waits, rings or has been handed to one agent, until it is abandoned.
"""

from collections.abc import Iterable, Iterator
from random import Random

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing import urgency
from banjie.routing.agents import WARM_UP, AgentState, Given
from banjie.routing.arrivals import Arrival
from banjie.routing.errors import AlreadyInQueue, IllegalTransition, NoSuchOffer, NoSuchQueue, NotInQueue
from banjie.routing.estimate import AT_ONCE, WaitRange
from banjie.routing.events import AcwExtended, Effect, Withdrawal
from banjie.routing.floor import Floor
from banjie.routing.offers import REASON_AFTER, Misses
from banjie.routing.outcomes import ToQueue
from banjie.routing.places import Place
from banjie.routing.queues import Queue, WaitingCall
from banjie.routing.seats import AgentStatus, Seat
from banjie.routing.skills import NO_SKILLS, Rated, both, levels
from banjie.routing.tally import QueueStatus

_IN_CALL = frozenset({AgentState.RINGING, AgentState.TALKING, AgentState.ACW})


class Acd:
    """Every command returns what has to be done, in this order. A command that raises has changed nothing."""

    def __init__(self, queues: Iterable[Queue] = (), chance: Random | None = None) -> None:
        """`chance` is drawn from by queues that ring at random; the same seed and commands, the same decisions."""
        self._floor = Floor(Random(0) if chance is None else chance)
        for queue in (given := list(queues)):
            self._floor.open(queue)
        for queue in given:
            self._check_ways(queue)

    # Queues

    def put_queue(self, queue: Queue, now: float) -> list[Effect]:
        """Open a queue or change its rules, for those who wait in it too; offers that ring keep the time they were given."""
        self._check_ways(queue)
        return self._floor.put_queue(queue, now)

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
            seat.place, seat.weight = (position, seat.place[1]), weight
            return effects + self._floor.reseat(seat, served, have, now)
        place = (position, next(self._floor.numbers))
        seat = Seat(agent_id=agent_id, queues=served, levels=have, place=place, weight=weight)
        self._floor.seat(seat)
        return self._floor.move(seat, Given.SIGNED_IN, now, WARM_UP)

    def sign_out(self, agent_id: AgentId, now: float) -> list[Effect]:
        """Leave: at once, or, in a call, after it. A ringing call goes on to the next agent. Repeatable."""
        seat = self._floor.seats.get(agent_id)
        if seat is None:
            return []
        if seat.state is AgentState.TALKING:
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
        effects = self._floor.enter(place, place.queue_id, now)
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

    def abandon(self, call_id: CallId, now: float) -> list[Effect]:
        """The caller left the queue. An agent it rang is READY again, as long idle as he was."""
        return self._floor.withdraw_offers(self._place(call_id), Withdrawal.CALLER_LEFT, now)

    def accepted(self, call_id: CallId, agent_id: AgentId, now: float) -> list[Effect]:
        """Caller and agent hear each other: the call is out of the queue, and rings nowhere else."""
        seat = self._offered(call_id, agent_id)
        self._floor.end_ringing(seat)
        seat.misses = Misses()
        seat.call_id = call_id
        seat.calls_taken += 1
        effects = self._floor.move(seat, Given.ACCEPTED, now)
        place = self._place(call_id)
        return effects + self._floor.withdraw_offers(place, Withdrawal.ANSWERED_ELSEWHERE, now)

    def rejected(self, call_id: CallId, agent_id: AgentId, now: float) -> list[Effect]:
        return self._floor.fail_offer(self._offered(call_id, agent_id), Withdrawal.REJECTED, now)

    def unreachable(self, call_id: CallId, agent_id: AgentId, now: float) -> list[Effect]:
        """The agent's device cannot be rung, or failed before the two heard each other."""
        return self._floor.fail_offer(self._offered(call_id, agent_id), Withdrawal.UNREACHABLE, now)

    def call_ended(self, agent_id: AgentId, now: float) -> list[Effect]:
        """The agent's call is over, whoever hung up. ACW, or on to what follows where the queue grants none."""
        seat = self._seat(agent_id, Given.CALL_ENDED)
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

    # Calls beside the queues

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
        seat = self._seat(agent_id, Given.ENGAGED)
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
        seat = self._seat(agent_id, Given.OFFER_CLOSED)
        if seat.state is not AgentState.RINGING:
            return self._floor.move(seat, Given.CALL_ENDED, now) + self._floor.finish_acw(seat, now)
        seat.call_id = None
        if set_aside is not None:
            return self._floor.move(seat, Given.SET_ASIDE, now, REASON_AFTER[set_aside])
        if seat.next_state is AgentState.BREAK:
            return self._floor.take_chosen_break(seat, now)
        return self._floor.move(seat, Given.OFFER_CLOSED, now) + self._floor.let_idle(seat, now)

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
        """Do what is due, agents first: who comes free at the same moment takes a call before it changes. Repeatable."""
        floor, effects = self._floor, list[Effect]()
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

    # Questions

    def agents(self) -> list[AgentStatus]:
        """Everybody signed in."""
        return [seat.status() for seat in self._floor.seats.values()]

    def find_agent(self, agent_id: AgentId) -> AgentStatus | None:
        """None: OFFLINE."""
        seat = self._floor.seats.get(agent_id)
        return None if seat is None else seat.status()

    def find_call(self, call_id: CallId) -> WaitingCall | None:
        place = self._floor.calls.get(call_id)
        return None if place is None else place.status()

    def waiting(self, queue_id: QueueId) -> list[WaitingCall]:
        """The calls of a queue, who is next first; those that ring stand in their place."""
        return [self._floor.calls[call_id].status() for call_id in self.line(queue_id)]

    def line(self, queue_id: QueueId) -> Iterator[CallId]:
        """The same, their ids alone."""
        self._queue(queue_id)
        return iter(self._floor.tallies[queue_id])

    def position(self, call_id: CallId) -> int | None:
        """1 is next in its queue; None when the call does not wait."""
        place = self._floor.calls.get(call_id)
        return None if place is None else self._floor.tallies[place.queue_id].position(place)

    def expected_wait(self, call_id: CallId, now: float) -> WaitRange | None:
        """How long from now until an agent is found for a waiting call; None: too little has been seen to judge by."""
        place = self._place(call_id)
        if place.rung:
            return AT_ONCE
        return self._floor.tallies[place.queue_id].expected_wait(place.rank, now)

    def expected_wait_of(self, arrival: Arrival, now: float) -> WaitRange | None:
        """The same for a call that has not come yet: what a caller, or who would transfer one, can be told."""
        place = self._placed(arrival, now)
        floor = self._floor
        place.rank = urgency.rank(place, floor.queues[place.queue_id])
        place.needs = both(floor.queues[place.queue_id].required, place.own_needs)
        if floor.lines.line_of(place).idle.first() is not None:
            return AT_ONCE
        return floor.tallies[place.queue_id].expected_wait(place.rank, now)

    def queue_status(self, queue_id: QueueId) -> QueueStatus:
        """What is counted of a queue; costs nothing, however many wait or work."""
        self._queue(queue_id)
        return self._floor.tallies[queue_id].status(self._floor.lines.idle_count(queue_id))

    # How

    def _check_ways(self, queue: Queue) -> None:
        for to in (queue.when_closed, queue.when_nobody, queue.when_full, queue.when_waited):
            if isinstance(to, ToQueue) and to.queue_id != queue.queue_id:
                self._queue(to.queue_id)

    def _queue(self, queue_id: QueueId) -> Queue:
        queue = self._floor.queues.get(queue_id)
        if queue is None:
            raise NoSuchQueue(queue_id)
        return queue

    def _seat(self, agent_id: AgentId, given: Given) -> Seat:
        seat = self._floor.seats.get(agent_id)
        if seat is None:
            raise IllegalTransition(agent_id, AgentState.OFFLINE, given)
        return seat

    def _placed(self, arrival: Arrival, now: float) -> Place:
        self._queue(arrival.queue_id)
        since = arrival.waiting_since
        return Place(
            call_id=arrival.call_id,
            queue_id=arrival.queue_id,
            priority=arrival.priority,
            credit_s=arrival.credit_s,
            own_needs=levels(arrival.needs),
            waiting_since=now if since is None else since,
            entered_at=now,
            number=0,
        )

    def _place(self, call_id: CallId) -> Place:
        place = self._floor.calls.get(call_id)
        if place is None:
            raise NotInQueue(call_id)
        return place

    def _offered(self, call_id: CallId, agent_id: AgentId) -> Seat:
        place = self._floor.calls.get(call_id)
        if place is None or agent_id not in place.rung:
            raise NoSuchOffer(call_id, agent_id)
        return self._floor.seats[agent_id]
