"""Who waits in a queue, one after the other, as those who look after it see him. Asking changes nothing."""

from itertools import islice

from banjie.base.ids import CallId, QueueId
from banjie.routing.acd import Acd
from banjie.stories.clock import Clock
from banjie.stories.expected_wait import expected_for
from banjie.stories.floor import Floor
from banjie.stories.views import WaitingView


def waiting_in(
    acd: Acd, floor: Floor, clock: Clock, queue_id: QueueId, *, after: int, limit: int
) -> list[WaitingView]:
    """Return a part of the line, who is next first. Raise `NoSuchQueue`."""
    part = islice(enumerate(acd.line(queue_id), start=1), after, after + limit)
    rows = (_row(acd, floor, clock, call_id, position) for position, call_id in part)
    return [row for row in rows if row is not None]


def _row(acd: Acd, floor: Floor, clock: Clock, call_id: CallId, position: int) -> WaitingView | None:
    call, ongoing = acd.find_call(call_id), floor.find(call_id)
    if call is None:
        return None
    who = None if ongoing is None else ongoing.view  # None: he is to be called back
    return WaitingView(
        call_id=call_id,
        number=call.callback_number or ("" if who is None else who.number),
        customer_name=None if who is None else who.customer_name,
        level=None if who is None else who.level,
        waiting_since=clock.utc_of(call.waiting_since),
        position=position,
        priority=call.priority,
        needs=call.needs,
        own_needs=call.own_needs,
        expected=expected_for(acd, call_id, clock.mono()),
        is_ringing=call.is_offered,
        is_callback=call.callback_state is not None,
    )
