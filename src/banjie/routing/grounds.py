"""What the floor stands on: everybody's place, rank, line and deadline, put right together. No offer is made here."""

from math import inf
from random import Random

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing import sticky, urgency, waits
from banjie.routing.arrivals import LastServed
from banjie.routing.callbacks import Callback
from banjie.routing.entry import Left, Taken, Ways, follow
from banjie.routing.events import CallbackKept, CallMoved, CallOverflowed, Effect
from banjie.routing.lines import Lines
from banjie.routing.order import Numbers, Order
from banjie.routing.outcomes import Cause, Leaving
from banjie.routing.places import Place
from banjie.routing.queues import Queue
from banjie.routing.seats import Seat
from banjie.routing.tally import Tally


class Grounds:
    def __init__(self, chance: Random) -> None:
        self.queues: dict[QueueId, Queue] = {}
        self.closed: set[QueueId] = set()
        self.seats: dict[AgentId, Seat] = {}
        self.calls: dict[CallId, Place] = {}  # waiting or ringing
        self.lines = Lines(chance)
        self.tallies: dict[QueueId, Tally] = {}
        self.due_seats: Order[Seat] = Order()  # one deadline an agent: his offer's or his after-call work's
        self.due_calls: Order[Place] = Order()
        self.homeless: list[Place] = []  # to be stood before the step is over
        self.deserted: set[QueueId] = set()  # their last agent left in this step
        self.led_until = inf  # nobody is rung from then on, see leadership.py
        self.numbers = Numbers()  # of two equal times the earlier command is first
        self.offer_numbers = Numbers()
        self._ways = Ways(
            queue=self.queues.__getitem__,
            tally=self.tallies.__getitem__,
            is_open=lambda queue_id: queue_id not in self.closed,
        )

    # Queues

    def open(self, queue: Queue) -> None:
        """Let it have these rules from now on."""
        self.queues[queue.queue_id] = queue
        self.lines.open_queue(queue)
        self.tallies.setdefault(queue.queue_id, Tally())
        self.deserted.add(queue.queue_id)  # if nobody is signed in, those who wait may have to go

    # Agents

    def seat(self, seat: Seat) -> None:
        self.seats[seat.agent_id] = seat
        self.count(seat, 1)

    def count(self, seat: Seat, change: int) -> None:
        """He counts for his queues, or does no more."""
        (self.lines.join if change > 0 else self.lines.part)(seat)
        for queue_id in seat.queues:
            tally = self.tallies[queue_id]
            tally.agents_count += change
            if not tally.agents_count:
                self.deserted.add(queue_id)

    def let_go(self, seat: Seat) -> None:
        """The calls kept for an agent are anybody's: he is away, or serves other calls."""
        for place in self.lines.kept_for(seat.agent_id):
            self.lines.remove_call(place)
            place.kept_for = None
            self.homeless.append(place)

    # Calls

    def enter(self, place: Place, now: float) -> list[Effect]:
        """Put a new call into its queue, or where that leads; it is stood when the step is settled."""
        asked = place.queue_id
        found = Taken(queue_id=asked, cause=None) if place.callback else self.find_way(asked)
        if isinstance(found, Taken) and found.queue_id == asked:
            self._settle_in(place, asked, now)
            return []
        return self.carry(place, found, found.cause, now)

    def find_way(self, first: QueueId, came_from: QueueId | None = None) -> Taken | Left:
        return follow(first, self._ways, came_from)

    def carry(self, place: Place, found: Taken | Left, cause: Cause | None, now: float) -> list[Effect]:
        """Bring a call that is in no queue where its way leads."""
        from_queue_id = place.queue_id
        match found:
            case Left():
                return [overflowed(place, found.queue_id, cause or found.cause, found.to)]
            case Taken():
                self._settle_in(place, found.queue_id, now)
                if cause is None:
                    return []
                return [
                    CallMoved(
                        call_id=place.call_id,
                        from_queue_id=from_queue_id,
                        queue_id=found.queue_id,
                        cause=cause,
                    )
                ]

    def _settle_in(self, place: Place, queue_id: QueueId, now: float) -> None:
        place.queue_id, place.entered_at, place.ring = queue_id, now, 0
        self.calls[place.call_id] = place
        waits.grow_older(place, self.queues[queue_id], now)
        self.take_rank(place)
        self.homeless.append(place)

    def keep_for_known(self, place: Place, last_served: LastServed, now: float) -> None:
        """Keep a call for the agent who served its customer last, if he can be waited for."""
        queue = self.queues[place.queue_id]
        known = self.seats.get(last_served.agent_id)
        if sticky.is_kept_for(known, last_served, queue, place.needs):
            place.kept_for, place.kept_until = last_served.agent_id, now + queue.sticky_wait_s
            self.set_due(place)

    def stand_anew(self, place: Place, now: float) -> list[Effect]:
        """What makes its rank or its line may have changed. It stands again when the step is settled."""
        queue = self.queues[place.queue_id]
        effects = waits.grow_older(place, queue, now)
        if place.kept_for is not None and not sticky.can_take(self.seats[place.kept_for], queue, place.needs):
            place.kept_for = None
        self.lines.remove_call(place)
        self.tallies[place.queue_id].remove(place)
        self.take_rank(place)
        self.homeless.append(place)
        return effects

    def take_rank(self, place: Place) -> None:
        self.line_up(place)
        self.set_due(place)

    def line_up(self, place: Place) -> None:
        """Take the position its rank gives it, among all who are in its queue."""
        place.rank = urgency.rank(place, self.queues[place.queue_id])
        self.tallies[place.queue_id].add(place)

    def set_due(self, place: Place) -> None:
        due_at = waits.due_at(place, self.queues[place.queue_id])
        if due_at is None:
            self.due_calls.discard(place)
        else:
            self.due_calls.put(place, (due_at, next(self.numbers)))

    def become_callback(self, place: Place, number: str, now: float) -> list[Effect]:
        """The caller leaves, his place waits on."""
        tally = self.tallies[place.queue_id]
        tally.remove(place)
        rules = self.queues[place.queue_id].callback
        place.callback = Callback(number=number, expires_at=now + rules.lasts_s)
        self.take_rank(place)
        self.lines.remove_call(place)
        self.homeless.append(place)
        return [callback_kept(place, place.callback)]

    def stand(self, place: Place, now: float) -> None:
        """In its line, if it may ring at one more."""
        if self.rings_more(place):
            self.lines.add_call(place)
        else:
            self.lines.remove_call(place)
        if not place.rung and not place.is_paced:
            place.is_paced = True
            self.tallies[place.queue_id].pace.begin(now)

    def leave_queue(self, place: Place, now: float) -> None:
        self.lines.remove_call(place)
        self.end_pace(place, now)
        self.tallies[place.queue_id].remove(place)
        self.due_calls.discard(place)
        del self.calls[place.call_id]

    def end_pace(self, place: Place, now: float) -> bool:
        """It waits no more, or somebody is found for it. Tell whether it had to wait."""
        had_to, place.is_paced = place.is_paced, False
        if had_to:
            self.tallies[place.queue_id].pace.leave(now)
        return had_to

    def take_up_pace(self, place: Place, now: float) -> None:
        """The agent found for it did not take it: it has not left those who wait."""
        pace = self.tallies[place.queue_id].pace
        pace.take_back()
        pace.begin(now)
        place.is_paced = True

    def rings_more(self, place: Place) -> bool:
        at_once = 1 if place.kept_for is not None else self.queues[place.queue_id].rings_at_once
        return len(place.rung) < at_once

    def first_agent_for(self, place: Place) -> Seat | None:
        """Whom the queue's strategy names, or the one it is kept for."""
        if place.kept_for is not None:
            known = self.seats[place.kept_for]
            return known if known.token else None
        line = self.lines.line_of(place)
        first = line.idle.first()
        if first is None or first[1].agent_id in place.tried:
            return None
        line.turn.rung(first[0])
        return first[1]


def callback_kept(place: Place, callback: Callback) -> CallbackKept:
    return CallbackKept(
        call_id=place.call_id,
        queue_id=place.queue_id,
        number=callback.number,
        expires_at=callback.expires_at,
    )


def overflowed(place: Place, queue_id: QueueId, cause: Cause, to: Leaving) -> CallOverflowed:
    return CallOverflowed(
        call_id=place.call_id, queue_id=queue_id, cause=cause, to=to, waiting_since=place.waiting_since
    )
