"""Whether a queue takes a call, and where the call goes if not: from queue to queue until one takes it or it leaves."""

from collections.abc import Callable
from dataclasses import dataclass

from banjie.base.ids import QueueId
from banjie.routing.outcomes import Cause, Leaving, Outcome, ToQueue
from banjie.routing.queues import Queue
from banjie.routing.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What a decision looks at."""

    queue: Callable[[QueueId], Queue]
    tally: Callable[[QueueId], Tally]
    is_open: Callable[[QueueId], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """By this queue; `cause` says why the first one asked refused, if it did."""

    queue_id: QueueId
    cause: Cause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """From this queue, for this cause, to somewhere else."""

    queue_id: QueueId
    cause: Cause
    to: Leaving


def refusal(queue: Queue, tally: Tally, is_open: bool) -> Cause | None:
    """Return why a queue does not take one more call; None: it does. It refuses nobody it has no way for."""
    if not is_open and queue.when_closed is not None:
        return Cause.CLOSED
    if not tally.agents_count and queue.when_nobody is not None:
        return Cause.NOBODY
    if queue.size_max is not None and tally.callers_count >= queue.size_max:
        return Cause.FULL
    return None


def way(queue: Queue, cause: Cause) -> Outcome | None:
    match cause:
        case Cause.CLOSED:
            return queue.when_closed
        case Cause.NOBODY:
            return queue.when_nobody
        case Cause.FULL:
            return queue.when_full
        case Cause.WAITED:
            return queue.when_waited
        case Cause.SENT:
            return None


def follow(first: QueueId, ways: Ways, came_from: QueueId | None = None) -> Taken | Left:
    """Go from queue to queue until one takes the call, or the way leads out.

    A circle of queues that all refuse ends in the one it comes by twice: nobody is lost by a mistake in the set-up.
    """
    seen = set() if came_from is None else {came_from}
    at, moved_by = first, None
    while at not in seen:
        seen.add(at)
        queue = ways.queue(at)
        cause = refusal(queue, ways.tally(at), ways.is_open(at))
        to = None if cause is None else way(queue, cause)
        if cause is None or to is None:
            break
        moved_by = moved_by or cause
        if not isinstance(to, ToQueue):
            return Left(queue_id=at, cause=cause, to=to)
        at = to.queue_id
    return Taken(queue_id=at, cause=moved_by)
