"""Supervision lists and their sheets in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from banjie.matters.history import Filed
from banjie.matters.ids import MatterId
from banjie.matters.model import Matter
from banjie.matters.sheet import Filling, ListId, Sheet, SupervisionList


class FakeSheetStore:
    """`filed` are the matters of the cabinet it stands beside."""

    def __init__(self, filed: Mapping[MatterId, Filed]) -> None:
        self._filed = filed
        self._lists: dict[ListId, SupervisionList] = {}
        self._supervised: dict[ListId, dict[MatterId, datetime]] = {}
        self._sheets: dict[tuple[ListId, date], Sheet] = {}

    async def list_lists(self) -> Sequence[SupervisionList]:
        return list(self._lists.values())

    async def put_list(self, of_list: SupervisionList) -> None:
        self._lists[of_list.list_id] = of_list

    async def add_matters(self, list_id: ListId, matter_ids: Iterable[MatterId], at: datetime) -> None:
        for matter_id in matter_ids:
            self._supervised.setdefault(list_id, {}).setdefault(matter_id, at)

    async def drop_matter(self, list_id: ListId, matter_id: MatterId) -> None:
        self._supervised.get(list_id, {}).pop(matter_id, None)

    async def lists_of(self, matter_id: MatterId) -> Sequence[ListId]:
        return [list_id for list_id, held in self._supervised.items() if matter_id in held]

    async def matters_of(self, list_id: ListId, week_of: date, limit: int) -> Sequence[Matter]:
        found = [self._filed[one].matter for one in self._supervised.get(list_id, {})]
        return sorted(found, key=lambda matter: (matter.due_at, matter.number))[:limit]

    async def find_sheet(self, list_id: ListId, week_of: date, *, lock: bool = False) -> Sheet | None:
        return self._sheets.get((list_id, week_of))

    async def put_sheet(self, sheet: Sheet) -> None:
        before = self._sheets.get((sheet.list_id, sheet.week_of))
        if before is None or before.signature is None:
            fillings = {} if before is None else before.fillings
            self._sheets[sheet.list_id, sheet.week_of] = replace(sheet, fillings=fillings)

    async def put_filling(self, sheet: Sheet, matter_id: MatterId, filling: Filling) -> None:
        before = self._sheets[sheet.list_id, sheet.week_of]
        after = replace(before, fillings={**before.fillings, matter_id: filling})
        self._sheets[sheet.list_id, sheet.week_of] = after

    async def weeks(self, list_id: ListId, limit: int) -> Sequence[date]:
        return sorted((week for one, week in self._sheets if one == list_id), reverse=True)[:limit]

    async def claim_cut_off(self, now: datetime, limit: int) -> Sequence[Sheet]:
        due = [
            sheet
            for sheet in self._sheets.values()
            if sheet.cut_off <= now and sheet.reminded_at is None and sheet.signature is None
        ]
        return sorted(due, key=lambda sheet: sheet.cut_off)[:limit]
