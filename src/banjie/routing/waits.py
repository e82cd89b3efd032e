"""What time does to a waiting call: its needs relax, it is no longer kept for one agent, a callback wakes or expires."""

from banjie.routing import bullseye
from banjie.routing.callbacks import CallbackState, Happened
from banjie.routing.events import Effect, NeedsRelaxed
from banjie.routing.places import Place
from banjie.routing.queues import Queue
from banjie.routing.skills import Levels, both


def due_at(place: Place, queue: Queue) -> float | None:
    """Return when to look again, monotonic seconds; None: never."""
    ring_ends_at = bullseye.ends_at(queue.rings, place.entered_at, place.ring)
    dues = [] if ring_ends_at is None else [ring_ends_at]
    if place.kept_for is not None:
        dues.append(place.kept_until)
    if place.callback is not None:
        if (callback_due := place.callback.next_due) is not None:
            dues.append(callback_due)
    elif queue.wait_max_s is not None and not place.rung:
        dues.append(place.entered_at + queue.wait_max_s)
    return min(dues, default=None)


def is_overdue(place: Place, queue: Queue, now: float) -> bool:
    """Tell whether it has waited here as long as the queue lets anybody wait."""
    return (
        place.callback is None and queue.wait_max_s is not None and place.entered_at + queue.wait_max_s <= now
    )


def grow_older(place: Place, queue: Queue, now: float) -> list[Effect]:
    """Let go of what the call has waited for long enough. It has to be stood anew."""
    if (
        (callback := place.callback)
        and callback.state is CallbackState.ASLEEP
        and callback.asleep_until <= now
    ):
        callback.take(place.call_id, Happened.WOKE)
    if place.kept_for is not None and place.kept_until <= now:
        place.kept_for = None
    was, place.ring = place.ring, bullseye.ring_at(queue.rings, place.entered_at, now)
    place.needs = needs_of(place, queue)
    if place.ring == was:
        return []
    needs = frozenset(skill for skill, _ in place.needs)
    return [NeedsRelaxed(call_id=place.call_id, queue_id=place.queue_id, ring=place.ring, needs=needs)]


def needs_of(place: Place, queue: Queue) -> Levels:
    """Return what the call asks for in the ring it is in."""
    return bullseye.relaxed(both(queue.required, place.own_needs), queue.rings, place.ring)
