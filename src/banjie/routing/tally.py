"""How a queue stands: who waits in it and how many are signed in for it, counted as they come and go."""

from dataclasses import dataclass

from banjie.base.ids import CallId
from banjie.routing.order import Order, Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """`longest_since` in monotonic seconds; None while nobody waits."""

    waiting_count: int  # those that ring included
    longest_since: float | None
    ready_count: int
    agents_count: int  # signed in, whatever they do


class Tally:
    """Of one queue. Calls that ring stand in their place."""

    __slots__ = ("_by_age", "agents_count", "by_rank")

    def __init__(self) -> None:
        self.by_rank: Order[CallId] = Order()  # who is next first
        self._by_age: Order[CallId] = (
            Order()
        )  # who came first: an urgent call overtakes, it has not waited longer
        self.agents_count = 0

    def add_call(self, call_id: CallId, rank: Rank, waiting_since: float) -> None:
        self.by_rank.put(call_id, rank)
        self._by_age.put(call_id, (waiting_since, rank[-1]))

    def remove_call(self, call_id: CallId) -> None:
        self.by_rank.discard(call_id)
        self._by_age.discard(call_id)

    def status(self, ready_count: int) -> QueueStatus:
        oldest = self._by_age.first()
        return QueueStatus(
            waiting_count=len(self._by_age),
            longest_since=None if oldest is None else self._by_age.rank(oldest)[0],
            ready_count=ready_count,
            agents_count=self.agents_count,
        )
