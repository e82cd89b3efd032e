"""The agent a customer knows (熟客优先): the call is kept for him for a while. It changes who answers, not who is next."""

from typing import Final

from banjie.routing.agents import AgentState
from banjie.routing.arrivals import LastServed
from banjie.routing.queues import Queue
from banjie.routing.seats import Seat
from banjie.routing.skills import Levels, can

_AT_WORK: Final = frozenset(AgentState) - {AgentState.BREAK, AgentState.OFFLINE}


def is_kept_for(seat: Seat | None, last: LastServed, queue: Queue, needs: Levels) -> bool:
    """Tell whether a call waits for the one who served its customer last.

    He must have served him recently enough, be at work, not about to leave, and able to take the call.
    """
    return (
        seat is not None
        and last.ago_s < queue.sticky_within_s
        and seat.state in _AT_WORK
        and seat.next_state is None
        and can_take(seat, queue, needs)
    )


def can_take(seat: Seat, queue: Queue, needs: Levels) -> bool:
    return queue.queue_id in seat.queues and can(seat.levels, needs)
