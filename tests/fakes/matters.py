"""A cabinet in memory: what an act wrote is there when it ended, and not if it raised."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from banjie.matters.history import Filed, Line
from banjie.matters.ids import MatterId
from banjie.matters.ladder import Climb
from banjie.matters.model import Matter
from banjie.matters.notices import Notice
from banjie.matters.ports import Key, MatterFilter, Order, Place
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
        and (wanted.sees_confidential or not brief.is_confidential or _is_in_hands(matter, wanted))
    )


def _is_in_hands(matter: Matter, wanted: MatterFilter) -> bool:
    helpers = () if matter.hands is None else matter.hands.helpers
    return wanted.reader_id in (matter.owner_id, matter.supervisor_id, *helpers)


class FakeNoticeBox:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    async def add(self, notices: Sequence[Notice], at: datetime) -> None:
        for notice in notices:
            self._kept.notices.setdefault(notice.key, (at, notice))


class FakeCabinet:  # satisfies stories.handle_matter.Cabinet
    def __init__(self) -> None:
        self.kept = Kept()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Drawer]:
        draft = deepcopy(self.kept)
        yield Drawer(matters=FakeMatterStore(draft), notices=FakeNoticeBox(draft))
        self.kept = draft
