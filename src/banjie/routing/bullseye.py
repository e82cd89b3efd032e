"""Timed relaxation: from ring to ring a call drops skills it asked for, so that more agents may take it."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from banjie.routing.skills import Levels, Skills, without

RINGS_MAX: Final = 6  # as many as the field has (features B3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """So many seconds with the skills that are left; when they are over, these are dropped."""

    lasts_s: float
    drops: Skills


def check(rings: tuple[Ring, ...]) -> None:
    """Raise ValueError for rings that cannot be."""
    if len(rings) > RINGS_MAX:
        raise ValueError(f"{len(rings)} rings, {RINGS_MAX} at most")
    if any(ring.lasts_s <= 0 for ring in rings):
        raise ValueError("a ring must last longer than 0 seconds")


def ring_at(rings: tuple[Ring, ...], entered_at: float, now: float) -> int:
    """Return how many rings are over."""
    return sum(entered_at + end <= now for end in _ends(rings)) if rings else 0


def ends_at(rings: tuple[Ring, ...], entered_at: float, ring: int) -> float | None:
    """Return when this ring is over; None: it is the last."""
    return None if ring >= len(rings) else entered_at + _ends(rings)[ring]


def relaxed(needs: Levels, rings: tuple[Ring, ...], ring: int) -> Levels:
    """Return what is still asked for in a ring."""
    for over in rings[:ring]:
        needs = without(needs, over.drops)
    return needs


def _ends(rings: tuple[Ring, ...]) -> list[float]:
    return list(accumulate(ring.lasts_s for ring in rings))
