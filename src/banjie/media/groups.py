"""Which ports hear each other, directly or through others, and so must have their turns together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from banjie.media.layout import SLOTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """This port is of `group` now, and has its turns with `beside`."""

    port: int
    group: int
    beside: int


class Groups:
    """Ports by index. Every change returns who must be told; costs grow with a group, not with all ports."""

    def __init__(self) -> None:
        self._beside: Final[dict[int, dict[int, int]]] = {}  # port: neighbour: cords between them
        self._group: Final[dict[int, int]] = {}
        self._next_slot = 0

    def open(self, port: int) -> int:
        """Add a port that hears nobody; return the slot for it."""
        self._beside[port] = {}
        self._group[port] = port
        self._next_slot = (self._next_slot + 1) % SLOTS
        return self._next_slot

    def close(self, port: int) -> None:
        """Take a port away whose cords are gone."""
        del self._beside[port], self._group[port]

    def join(self, a: int, b: int) -> list[Regrouped]:
        """One more cord between them. Those about `b` come to the slot of `a`."""
        self._beside[a][b] = self._beside[b][a] = self._beside[a].get(b, 0) + 1
        if self._group[a] == self._group[b]:
            return []
        return list(self._name(self._around(b, without=a), self._group[a], beside=a))

    def part(self, a: int, b: int) -> list[Regrouped]:
        """One cord less. If it was the last link, those about `b` are a group of their own from now on."""
        if a == b:
            self._beside[a].pop(b, None)
            return []
        left = self._beside[a][b] - 1
        self._beside[a][b] = self._beside[b][a] = left
        if left:
            return []
        del self._beside[a][b], self._beside[b][a]
        alone = self._around(b)
        if a in alone:
            return []
        changed = list(self._name(alone, b, beside=b))
        if self._group[a] in alone:  # those who stay were named for one of those who went
            changed += self._name(self._around(a), a, beside=a)
        return changed

    def _name(self, ports: set[int], group: int, beside: int) -> Iterator[Regrouped]:
        for port in ports:
            self._group[port] = group
            yield Regrouped(port=port, group=group, beside=beside)

    def _around(self, port: int, without: int = -1) -> set[int]:
        found, todo = {port}, [port]
        while todo:
            for other in self._beside[todo.pop()]:
                if other not in found and other != without:
                    found.add(other)
                    todo.append(other)
        return found
