"""A cabinet in memory: what an act wrote is there when it ended, and not if it raised."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from banjie.base.ids import UserId
from banjie.matters import standard
from banjie.matters.classes import MatterClass
from banjie.matters.history import Filed, Line
from banjie.matters.ids import MatterId, UnitId
from banjie.matters.ladder import Climb
from banjie.matters.model import Matter
from banjie.matters.notices import Notice
from banjie.matters.office import OfficeRules
from banjie.matters.ports import Key, MatterFilter, Order, Place
from banjie.matters.units import Unit
from banjie.stories.handle_matter import Drawer


@dataclass
class Kept:
    """All that is in the cabinet."""

    filed: dict[MatterId, Filed] = field(default_factory=dict)
    lines: dict[MatterId, list[Line]] = field(default_factory=dict)
    climbed: set[Key] = field(default_factory=set)
    serials: dict[int, int] = field(default_factory=dict)
    notices: dict[str, tuple[datetime, Notice]] = field(default_factory=dict)


class FakeMatterStore:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    async def next_number(self, year: int) -> str:
        self._kept.serials[year] = self._kept.serials.get(year, 0) + 1
        return f"{year}-{self._kept.serials[year]:06d}"

    async def find(self, matter_id: MatterId) -> Filed | None:
        return self._kept.filed.get(matter_id)

    async def take_up(self, matter_ids: Iterable[MatterId]) -> Sequence[Filed]:
        return [self._kept.filed[one] for one in sorted(matter_ids) if one in self._kept.filed]

    async def claim_awake(self, now: datetime, limit: int) -> Sequence[Filed]:
        awake = [filed for filed in self._kept.filed.values() if filed.wakes_at and filed.wakes_at <= now]
        return sorted(awake, key=lambda filed: filed.wakes_at or now)[:limit]

    async def next_wake(self) -> datetime | None:
        return min((f.wakes_at for f in self._kept.filed.values() if f.wakes_at is not None), default=None)

    async def file(self, filed: Sequence[Filed], lines: Sequence[Line]) -> None:
        for one in filed:
            self._kept.filed[one.matter.matter_id] = one
        for line in lines:
            before = self._kept.lines.setdefault(line.matter_id, [])
            assert line.number == len(before), "a history has no gap, and no line twice"
            before.append(line)

    async def history(self, matter_id: MatterId, after: int, limit: int) -> Sequence[Line]:
        return [line for line in self._kept.lines.get(matter_id, []) if line.number > after][:limit]

    async def climbed(self, matter_ids: Iterable[MatterId]) -> Mapping[MatterId, Set[Key]]:
        wanted = set(matter_ids)
        return {one: {key for key in self._kept.climbed if key[0] == one} for one in wanted}

    async def note_climbs(self, climbs: Sequence[Climb], at: datetime) -> None:
        for climb in climbs:
            assert climb.key not in self._kept.climbed, "a rung is climbed once"
            self._kept.climbed.add(climb.key)

    async def open_parts(self, matter_id: MatterId) -> frozenset[MatterId]:
        return frozenset(
            one
            for one, filed in self._kept.filed.items()
            if filed.matter.brief.parent_id == matter_id and filed.matter.is_open
        )

    async def list_matters(
        self, wanted: MatterFilter, order: Order, after: Place | None, limit: int
    ) -> Sequence[Filed]:
        def place(filed: Filed) -> tuple[datetime, MatterId] | None:
            at = {
                "due": filed.matter.due_at,
                "stage_due": filed.matter.stage_due_at,
                "opened": filed.matter.opened_at,
            }[order]
            return None if at is None else (at, filed.matter.matter_id)

        is_down = order == "opened"
        found = [
            (p, filed) for filed in self._kept.filed.values() if _fits(filed, wanted) and (p := place(filed))
        ]
        found.sort(key=lambda pair: pair[0], reverse=is_down)
        if after is not None:
            end = (after.at, after.matter_id)
            found = [(p, filed) for p, filed in found if (p < end if is_down else p > end)]
        return [filed for _, filed in found[:limit]]

    async def count(self, wanted: MatterFilter, most: int) -> int:
        return min(most, sum(_fits(filed, wanted) for filed in self._kept.filed.values()))


def _fits(filed: Filed, wanted: MatterFilter) -> bool:
    matter, brief, hands = filed.matter, filed.matter.brief, filed.matter.hands
    asked = [
        (wanted.owner_id, matter.owner_id),
        (wanted.unit_id, None if hands is None else hands.unit_id),
        (wanted.supervisor_id, matter.supervisor_id),
        (wanted.class_id, brief.class_id),
        (wanted.customer_id, brief.customer_id),
        (wanted.call_id, brief.call_id),
        (wanted.parent_id, brief.parent_id),
    ]
    helpers = () if hands is None else hands.helpers
    return (
        all(want is None or want == has for want, has in asked)
        and (wanted.states is None or matter.state in wanted.states)
        and (wanted.is_open is None or matter.is_open == wanted.is_open)
        and (wanted.helper_id is None or wanted.helper_id in helpers)
        and (wanted.due_before is None or matter.due_at < wanted.due_before)
        and (wanted.opened_since is None or matter.opened_at >= wanted.opened_since)
        and (wanted.opened_before is None or matter.opened_at < wanted.opened_before)
        and (
            wanted.text is None or wanted.text == matter.number or wanted.text.lower() in brief.title.lower()
        )
        and (wanted.takes_part is None or _takes_part(matter, wanted))
        and (wanted.sees_confidential or not brief.is_confidential or _is_in_hands(matter, wanted.reader_id))
    )


def _takes_part(matter: Matter, wanted: MatterFilter) -> bool:
    unit_id = None if matter.hands is None else matter.hands.unit_id
    return _is_in_hands(matter, wanted.takes_part) or unit_id in wanted.heads


def _is_in_hands(matter: Matter, user_id: UserId | None) -> bool:
    helpers = () if matter.hands is None else matter.hands.helpers
    return user_id is not None and user_id in (matter.owner_id, matter.supervisor_id, *helpers)


class FakeNoticeBox:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    async def add(self, notices: Sequence[Notice], at: datetime) -> None:
        for notice in notices:
            self._kept.notices.setdefault(notice.key, (at, notice))


class FakeCabinet:  # satisfies stories.handle_matter.Cabinet
    def __init__(self) -> None:
        self.kept = Kept()
        self.stored = FakeMatterStore(self.kept)

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Drawer]:
        draft = deepcopy(self.kept)
        yield Drawer(matters=FakeMatterStore(draft), notices=FakeNoticeBox(draft))
        vars(self.kept).update(vars(draft))


class FakeMatterOffice:  # satisfies matters.office.OfficeStore
    """The standard's classes; two units, 供水 of 4001 and 供气 of 4002, in a city whose head is 4003."""

    def __init__(self) -> None:
        self.rules: OfficeRules | None = None
        self.classes = {of_class.class_id: of_class for of_class in standard.CLASSES}
        city = Unit(unit_id=UnitId("city"), name={"zh": "市政府", "en": "City"}, head_id=UserId("4003"))
        water, gas = (
            Unit(
                unit_id=UnitId(name),
                name={"zh": zh, "en": name.title()},
                parent_id=city.unit_id,
                members=frozenset({UserId(member)}),
            )
            for name, zh, member in (("water", "供水", "4001"), ("gas", "供气", "4002"))
        )
        self.units = {unit.unit_id: unit for unit in (city, water, gas)}

    async def find_rules(self) -> OfficeRules | None:
        return self.rules

    async def put_rules(self, rules: OfficeRules) -> None:
        self.rules = rules

    async def list_classes(self) -> Sequence[MatterClass]:
        return list(self.classes.values())

    async def put_class(self, of_class: MatterClass) -> None:
        self.classes[of_class.class_id] = of_class

    async def list_units(self) -> Sequence[Unit]:
        return list(self.units.values())

    async def put_unit(self, unit: Unit) -> None:
        self.units[unit.unit_id] = unit
