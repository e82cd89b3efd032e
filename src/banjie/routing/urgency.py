"""Which of the waiting calls is next. A rank that time does not change, comparable over all queues.

A call is ranked by tier, then by the moment it began to wait less its credit. Where priority is pure it is the tier:
a higher one always goes first. Where it is scored (waiting time plus credit) there is one tier, and a point of
priority is worth so many seconds of waiting. Every wait grows alike, so that the order never changes by itself.
"""

from banjie.routing.order import Rank
from banjie.routing.places import Place
from banjie.routing.queues import Queue, Urgency


def rank(place: Place, queue: Queue) -> Rank:
    """Return (0, tier, since, number), smallest first. The leading 0 becomes 1 while it rings and would ring more."""
    since = place.waiting_since - place.credit_s
    if queue.urgency is Urgency.SCORE:
        return (0.0, 0.0, since - place.priority * queue.score_s_per_priority, place.number)
    return (0.0, -place.priority, since, place.number)
