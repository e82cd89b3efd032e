"""Units 责任单位: who answers for a kind of work, with a head, and a unit above."""

from collections.abc import Mapping
from dataclasses import dataclass

from banjie.base.ids import UserId
from banjie.base.prompts import Bilingual
from banjie.matters.ids import UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    unit_id: UnitId
    name: Bilingual
    head_id: UserId | None = None
    parent_id: UnitId | None = None
    members: frozenset[UserId] = frozenset()
    is_active: bool = True


def heads_above(unit_id: UnitId, units: Mapping[UnitId, Unit], levels: int) -> list[UserId]:
    """Return the head of a unit and of so many units above it, the nearest first; a unit without a head is passed by.

    A circle of units, which a mistake in the set-up may make, ends where it began.
    """
    heads: list[UserId] = []
    seen: set[UnitId] = set()
    at = units.get(unit_id)
    while at is not None and at.unit_id not in seen and len(seen) <= levels:
        seen.add(at.unit_id)
        if at.head_id is not None and at.head_id not in heads:
            heads.append(at.head_id)
        at = None if at.parent_id is None else units.get(at.parent_id)
    return heads
