"""What time does to a waiting call: its needs relax, and it is no longer kept for the agent its customer knows."""

from banjie.routing import bullseye
from banjie.routing.events import Effect, NeedsRelaxed
from banjie.routing.places import Place
from banjie.routing.queues import Queue
from banjie.routing.skills import both


def due_at(place: Place, queue: Queue) -> float | None:
    """Return when to look again, monotonic seconds; None: never."""
    ring_ends_at = bullseye.ends_at(queue.rings, place.entered_at, place.ring)
    dues = [] if ring_ends_at is None else [ring_ends_at]
    if place.kept_for is not None:
        dues.append(place.kept_until)
    if queue.wait_max_s is not None and not place.rung:
        dues.append(place.entered_at + queue.wait_max_s)
    return min(dues, default=None)


def is_overdue(place: Place, queue: Queue, now: float) -> bool:
    """Tell whether it has waited here as long as the queue lets anybody wait."""
    return queue.wait_max_s is not None and place.entered_at + queue.wait_max_s <= now


def grow_older(place: Place, queue: Queue, now: float) -> list[Effect]:
    """Let go of what the call has waited for long enough. It has to be stood anew."""
    if place.kept_for is not None and place.kept_until <= now:
        place.kept_for = None
    ring = bullseye.ring_at(queue.rings, place.entered_at, now)
    needs = bullseye.relaxed(both(queue.required, place.own_needs), queue.rings, ring)
    was, place.ring, place.needs = place.ring, ring, needs
    if was == ring:
        return []
    return [
        NeedsRelaxed(call_id=place.call_id, queue_id=place.queue_id, ring=ring, needs=frozenset(dict(needs)))
    ]
