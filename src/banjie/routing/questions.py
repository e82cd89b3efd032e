"""What may be asked of the ACD. Asking changes nothing."""

from collections.abc import Iterator

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing import urgency
from banjie.routing.arrivals import Arrival
from banjie.routing.callbacks import Callback
from banjie.routing.errors import NoSuchQueue, NotInQueue
from banjie.routing.estimate import AT_ONCE, WaitRange
from banjie.routing.floor import Floor
from banjie.routing.places import Place
from banjie.routing.queues import Queue, WaitingCall
from banjie.routing.seats import AgentStatus
from banjie.routing.skills import both, levels
from banjie.routing.tally import QueueStatus


class Questions:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor

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

    def dials(self, agent_id: AgentId, call_id: CallId) -> bool:
        """Tell whether this agent is held for the customer of this callback, whose phone rings."""
        place = self._floor.calls.get(call_id)
        return place is not None and place.callback is not None and place.callback.dialled_by == agent_id

    def queue_status(self, queue_id: QueueId) -> QueueStatus:
        """What is counted of a queue; costs nothing, however many wait or work."""
        self._queue(queue_id)
        return self._floor.tallies[queue_id].status(self._floor.lines.idle_count(queue_id))

    # How

    def _queue(self, queue_id: QueueId) -> Queue:
        queue = self._floor.queues.get(queue_id)
        if queue is None:
            raise NoSuchQueue(queue_id)
        return queue

    def _place(self, call_id: CallId) -> Place:
        place = self._floor.calls.get(call_id)
        if place is None:
            raise NotInQueue(call_id)
        return place

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
            callback=self._callback(arrival, now),
        )

    def _callback(self, arrival: Arrival, now: float) -> Callback | None:
        if arrival.callback_number is None:
            return None
        rules = self._queue(arrival.queue_id).callback
        return Callback(number=arrival.callback_number, expires_at=now + rules.lasts_s)
