"""How a queue stands: who waits in it and how many are signed in for it, counted as they come and go."""

from collections.abc import Iterator
from dataclasses import dataclass

from banjie.base.ids import CallId
from banjie.routing.estimate import Pace, WaitRange, expected_wait
from banjie.routing.order import Order, Rank, Row
from banjie.routing.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """`longest_since` in monotonic seconds; None while nobody waits."""

    waiting_count: int  # those that ring included, and those to be called back
    longest_since: float | None
    ready_count: int
    agents_count: int  # signed in, whatever they do
    callbacks_count: int = 0  # of those that wait


class Tally:
    """Of one queue. Calls that ring stand in their place."""

    __slots__ = ("_by_age", "_row", "_who", "agents_count", "callers_count", "pace")

    def __init__(self) -> None:
        self._row = Row()  # who is next first
        self._who: dict[Rank, CallId] = {}
        self._by_age: Order[CallId] = Order()  # an urgent call overtakes, it has not waited longer
        self.agents_count = 0
        self.callers_count = 0
        self.pace = Pace()

    def __len__(self) -> int:
        return len(self._who)

    def __iter__(self) -> Iterator[CallId]:
        return (self._who[rank] for rank in self._row)

    def add(self, place: Place) -> None:
        self._row.add(place.rank)
        self.callers_count += place.callback is None
        self._who[place.rank] = place.call_id
        self._by_age.put(place.call_id, (place.waiting_since, place.number))

    def remove(self, place: Place) -> None:
        self._row.remove(place.rank)
        self.callers_count -= place.callback is None
        del self._who[place.rank]
        self._by_age.discard(place.call_id)

    def position(self, place: Place) -> int:
        return 1 + self._row.position(place.rank)

    def expected_wait(self, rank: Rank, now: float) -> WaitRange | None:
        """For one who waits at this rank, or would."""
        found = len(self._who) - self.pace.waiting_count  # they ring already, before him or soon
        position = max(1, 1 + self._row.position(rank) - found)
        return expected_wait(position, *self.pace.seen(now))

    def status(self, ready_count: int) -> QueueStatus:
        oldest = self._by_age.first()
        return QueueStatus(
            waiting_count=len(self._who),
            callbacks_count=len(self._who) - self.callers_count,
            longest_since=None if oldest is None else self._by_age.rank(oldest)[0],
            ready_count=ready_count,
            agents_count=self.agents_count,
        )
