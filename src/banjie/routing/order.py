"""Who is first: keys in the order of their ranks, put in, taken out and looked up in logarithmic time."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

K = TypeVar("K")
Rank = tuple[float, ...]  # smaller is first; ranks of one order are of one length and all distinct

_SLACK = 16


class Order(Generic[K]):
    """A heap that forgets lazily: what was taken out is skipped, and swept once it is the larger part."""

    __slots__ = ("_heap", "_ranks")

    def __init__(self) -> None:
        self._ranks: dict[K, Rank] = {}
        self._heap: list[tuple[Rank, K]] = []

    def __len__(self) -> int:
        return len(self._ranks)

    def __contains__(self, key: K) -> bool:
        return key in self._ranks

    def __iter__(self) -> Iterator[K]:
        """All keys, first to last; costs a sort."""
        return iter(sorted(self._ranks, key=self._ranks.__getitem__))

    def put(self, key: K, rank: Rank) -> None:
        self._ranks[key] = rank
        if len(self._heap) > 2 * len(self._ranks) + _SLACK:
            self._heap = [(r, k) for k, r in self._ranks.items()]
            heapify(self._heap)
        else:
            heappush(self._heap, (rank, key))

    def discard(self, key: K) -> None:
        self._ranks.pop(key, None)

    def first(self) -> K | None:
        heap = self._heap
        while heap:
            rank, key = heap[0]
            if self._ranks.get(key) == rank:
                return key
            heappop(heap)
        return None

    def count_before(self, key: K) -> int:
        """How many are ahead of this one; looks at all keys."""
        rank = self._ranks[key]
        return sum(other < rank for other in self._ranks.values())

    def rank(self, key: K) -> Rank:
        return self._ranks[key]
