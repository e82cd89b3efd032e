"""The expected wait as it is shown: in the minutes a caller would be told."""

from typing import Final

from banjie.base.ids import CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.arrivals import Arrival
from banjie.routing.spoken_wait import SaidWait, said_wait

_ANYBODY: Final = CallId("")


def expected_of(acd: Acd, queue_id: QueueId, now: float) -> SaidWait | None:
    """Of an ordinary call that comes to this queue now; it costs no look along the line."""
    wait = acd.expected_wait_of(Arrival(call_id=_ANYBODY, queue_id=queue_id), now)
    return None if wait is None else said_wait(wait)


def expected_for(acd: Acd, call_id: CallId, now: float) -> SaidWait | None:
    """Of one who waits."""
    wait = acd.expected_wait(call_id, now)
    return None if wait is None else said_wait(wait)
