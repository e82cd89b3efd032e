"""Short waits of the stories: what happens when, in one heap, driven by one alarm."""

import heapq
from collections.abc import Callable, Hashable, Iterator
from itertools import count
from typing import Protocol


class Alarm(Protocol):
    """Wakes the owner at a time; a later `set` replaces an earlier one."""

    def set(self, at: float) -> None: ...


class Deadlines:
    """At most one deadline a key. Times are monotonic seconds; `tick` runs what is due, oldest first."""

    def __init__(self, alarm: Alarm) -> None:
        self._alarm = alarm
        self._acts: dict[Hashable, tuple[float, int, Callable[[], None]]] = {}
        self._heap: list[tuple[float, int, Hashable]] = []
        self._order = count()

    def set(self, key: Hashable, at: float | None, act: Callable[[], None]) -> None:
        """Do `act` at `at`, and forget what the key waited for. `None` only forgets."""
        if at is None:
            self._acts.pop(key, None)
            return
        known = self._acts.get(key)
        if known is not None and known[0] == at:
            self._acts[key] = (at, known[1], act)
            return
        order = next(self._order)
        self._acts[key] = (at, order, act)
        earliest = self.next_deadline
        heapq.heappush(self._heap, (at, order, key))
        if earliest is None or at < earliest:
            self._alarm.set(at)

    def gather(self, key: Hashable, at: float, act: Callable[[], None]) -> None:
        """Do `act` at `at`, once for all who ask until then."""
        if key not in self._acts:
            self.set(key, at, act)

    def clear(self, key: Hashable) -> None:
        self._acts.pop(key, None)

    def __iter__(self) -> Iterator[Hashable]:
        """The keys of what is due some time."""
        return iter(self._acts)

    @property
    def next_deadline(self) -> float | None:
        while self._heap:
            at, order, key = self._heap[0]
            if self._is_current(key, order):
                return at
            heapq.heappop(self._heap)
        return None

    def tick(self, now: float) -> None:
        """Do everything due, then arm the alarm for the next: an act that fails takes no other with it."""
        try:
            while (at := self.next_deadline) is not None and at <= now:
                _, _, key = heapq.heappop(self._heap)
                _, _, act = self._acts.pop(key)
                act()
        finally:
            if (at := self.next_deadline) is not None:
                self._alarm.set(at)

    def _is_current(self, key: Hashable, order: int) -> bool:
        current = self._acts.get(key)
        return current is not None and current[1] == order
