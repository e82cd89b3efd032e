"""Who is first: keys in the order of their ranks, put in, taken out and looked up in logarithmic time."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, Protocol, TypeVar

K = TypeVar("K")
Rank = tuple[float, ...]  # smaller is first; ranks of one order are of one length and all distinct

_SLACK = 16
_BLOCK = 256


class Numbers:
    """1, 2, 3 … with the one that comes next in sight, so that counting can go on elsewhere."""

    __slots__ = ("coming",)

    def __init__(self, coming: int = 1) -> None:
        self.coming = coming

    def __next__(self) -> int:
        number = self.coming
        self.coming = number + 1
        return number


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

    def rank(self, key: K) -> Rank:
        return self._ranks[key]


class Standing(Protocol):
    """Somebody who stands somewhere. Each time he does so he takes a new token, above 0; 0: he stands nowhere."""

    token: int


S = TypeVar("S", bound=Standing)


class Heap(Generic[S]):
    """One of many orders somebody stands in at once: to leave them all is to give up the token, none is touched.

    Those who left are skipped when they come first, and swept when as many have come as were there.
    """

    __slots__ = ("_sweep_at", "entries")

    def __init__(self) -> None:
        self.entries: list[tuple[Rank, int, S]] = []  # empty: nobody stands here for certain
        self._sweep_at = _SLACK

    def __iter__(self) -> Iterator[S]:
        """All who stand here, in no order."""
        return (one for _, token, one in self.entries if one.token == token)

    def push(self, rank: Rank, one: S) -> None:
        if len(self.entries) >= self._sweep_at:
            self.entries = [entry for entry in self.entries if entry[2].token == entry[1]]
            heapify(self.entries)
            self._sweep_at = 2 * len(self.entries) + _SLACK
        heappush(self.entries, (rank, one.token, one))

    def first(self) -> tuple[Rank, S] | None:
        heap = self.entries
        while heap:
            rank, token, one = heap[0]
            if one.token == token:
                return rank, one
            heappop(heap)
        return None


class Row:
    """Ranks in order, each of whose positions is known: blocks of a few hundred, so that no insertion moves all."""

    __slots__ = ("_blocks", "_lasts")

    def __init__(self) -> None:
        self._blocks: list[list[Rank]] = []
        self._lasts: list[Rank] = []  # of each block

    def __len__(self) -> int:
        return sum(map(len, self._blocks))

    def __iter__(self) -> Iterator[Rank]:
        return (rank for block in self._blocks for rank in block)

    def add(self, rank: Rank) -> None:
        if not self._blocks:
            self._blocks, self._lasts = [[rank]], [rank]
            return
        at = min(bisect_left(self._lasts, rank), len(self._blocks) - 1)
        block = self._blocks[at]
        insort(block, rank)
        if len(block) > 2 * _BLOCK:
            self._blocks[at : at + 1] = [block[:_BLOCK], block[_BLOCK:]]
            self._lasts[at : at + 1] = [block[_BLOCK - 1], block[-1]]
        else:
            self._lasts[at] = block[-1]

    def remove(self, rank: Rank) -> None:
        at = bisect_left(self._lasts, rank)
        block = self._blocks[at]
        del block[bisect_left(block, rank)]
        if block:
            self._lasts[at] = block[-1]
        else:
            del self._blocks[at], self._lasts[at]

    def position(self, rank: Rank) -> int:
        """Return how many stand before this rank."""
        at = bisect_left(self._lasts, rank)
        before = sum(len(block) for block in self._blocks[:at])
        return before + (bisect_left(self._blocks[at], rank) if at < len(self._blocks) else 0)
