"""What the story of offers needs of the one of callbacks."""

from dataclasses import dataclass
from typing import Protocol

from banjie.base.ids import CallId, QueueId
from banjie.routing.events import CallbackEffect, Offer
from banjie.routing.kept import KeptCallback
from banjie.stories.legs import Leg
from banjie.stories.ongoing import Ongoing
from banjie.stories.views import CallerView


@dataclass(slots=True, kw_only=True)
class Kept:
    """A callback that has not ended. `view` is of whom is called, at the number he is called at."""

    row: KeptCallback
    view: CallerView
    attempt: Ongoing | None = None  # the call to him, from when an agent has taken it


class CallbackRoom(Protocol):
    def find(self, call_id: CallId) -> Kept | None:
        """None: the caller of this call is on the line, or the callback has ended."""

    def place_of(self, ongoing: Ongoing, queue_id: QueueId) -> float | None:
        """Somebody comes to a queue. Return since when he waits there for a callback; None: he does not."""

    def came_himself(self, ongoing: Ongoing, queue_id: QueueId) -> None:
        """He has his place there himself now: he is not called back."""

    def taken(self, offer: Offer, leg: Leg) -> Ongoing:
        """An agent has taken the callback with this leg. Return the call to the customer, which begins."""

    def carry_out(self, effect: CallbackEffect) -> None: ...
