"""The deadlines of the user agent: a heap that forgets what was cancelled. Seconds are monotonic, given from outside."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Final

_TIDY_ABOVE: Final = 64  # cancelled entries are swept out when they are more than these and more than half


class Timer:
    """One deadline. `fire` is None once it has fired or was cancelled."""

    __slots__ = ("at", "fire")

    def __init__(self, at: float, fire: Callable[[float], None]) -> None:
        self.at = at
        self.fire: Callable[[float], None] | None = fire


class Deadlines:
    """Fires timers in order of their time. Cancelled timers let go of what they held at once."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._count = 0
        self._cancelled = 0

    def at(self, at: float, fire: Callable[[float], None]) -> Timer:
        timer = Timer(at, fire)
        self._count += 1
        heappush(self._heap, (at, self._count, timer))
        return timer

    def cancel(self, timer: Timer | None) -> None:
        """May be repeated."""
        if timer is None or timer.fire is None:
            return
        timer.fire = None
        self._cancelled += 1
        if self._cancelled > _TIDY_ABOVE and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].fire is not None]
            heapify(self._heap)
            self._cancelled = 0

    def tick(self, now: float) -> None:
        """Fire all that is due, in order. What they set anew for `now` or before may wait for the next tick."""
        newest = self._count
        while self._heap and self._heap[0][0] <= now and self._heap[0][1] <= newest:
            timer = heappop(self._heap)[2]
            fire, timer.fire = timer.fire, None
            if fire is None:
                self._cancelled -= 1
            else:
                fire(now)

    @property
    def next_deadline(self) -> float | None:
        while self._heap and self._heap[0][2].fire is None:
            heappop(self._heap)
            self._cancelled -= 1
        return self._heap[0][0] if self._heap else None

    def __len__(self) -> int:
        """Return how many are running."""
        return len(self._heap) - self._cancelled
