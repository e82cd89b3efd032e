"""Supervision lists, and their weekly sheets: open ones by their fillings, signed ones as they were."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from banjie.base.ids import TenantId
from banjie.base.plain import from_plain, to_plain
from banjie.matters.ids import MatterId
from banjie.matters.model import Matter
from banjie.matters.sheet import Filling, ListId, Row, Sheet, Signature, SupervisionList
from banjie.storage.database import Queries
from banjie.storage.database import Row as DatabaseRow

_PUT_LIST: Final = """
    INSERT INTO supervision_list (list_id, tenant_id, facts) VALUES ($1, $2, $3)
    ON CONFLICT (tenant_id, list_id) DO UPDATE SET facts = excluded.facts
"""
_ADD: Final = """
    INSERT INTO supervised (tenant_id, list_id, matter_id, added_at)
    SELECT $1, $2, matter_id, $4 FROM unnest($3::text[]) AS given (matter_id) ON CONFLICT DO NOTHING
"""
_MATTERS: Final = """
    SELECT matter.facts FROM supervised JOIN matter USING (tenant_id, matter_id)
    WHERE tenant_id = $1 AND list_id = $2 AND (settled_at IS NULL OR settled_at >= $3)
    ORDER BY due_at, number LIMIT $4
"""
_SHEET: Final = """
    SELECT * FROM sheet WHERE tenant_id = $1 AND list_id = $2 AND week_of = $3
"""
_PUT_SHEET: Final = """
    INSERT INTO sheet (tenant_id, list_id, week_of, cut_off, reminded_at, signed_by, signed_at, frozen)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (tenant_id, list_id, week_of) DO UPDATE
    SET reminded_at = excluded.reminded_at, signed_by = excluded.signed_by, signed_at = excluded.signed_at,
        frozen = excluded.frozen
    WHERE sheet.signed_at IS NULL
"""
_PUT_FILLING: Final = """
    INSERT INTO sheet_filling (tenant_id, list_id, week_of, matter_id, facts) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (tenant_id, list_id, week_of, matter_id) DO UPDATE SET facts = excluded.facts
"""
_CLAIM: Final = """
    SELECT * FROM sheet
    WHERE tenant_id = $1 AND cut_off <= $2 AND reminded_at IS NULL AND signed_at IS NULL
    ORDER BY cut_off LIMIT $3 FOR UPDATE SKIP LOCKED
"""
_EVE: Final = timedelta(days=1)  # a day is the office's; what was settled near its edge is judged by the rule


class SqlSheetStore:  # satisfies matters.ports.SheetStore
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def list_lists(self) -> Sequence[SupervisionList]:
        rows = await self._database.fetch(
            "SELECT facts FROM supervision_list WHERE tenant_id = $1 ORDER BY created_at, list_id",
            self._tenant_id,
        )
        return [from_plain(SupervisionList, row["facts"]) for row in rows]

    async def put_list(self, of_list: SupervisionList) -> None:
        await self._database.execute(_PUT_LIST, of_list.list_id, self._tenant_id, to_plain(of_list))

    async def add_matters(self, list_id: ListId, matter_ids: Iterable[MatterId], at: datetime) -> None:
        await self._database.execute(_ADD, self._tenant_id, list_id, list(matter_ids), at)

    async def drop_matter(self, list_id: ListId, matter_id: MatterId) -> None:
        await self._database.execute(
            "DELETE FROM supervised WHERE tenant_id = $1 AND list_id = $2 AND matter_id = $3",
            self._tenant_id,
            list_id,
            matter_id,
        )

    async def lists_of(self, matter_id: MatterId) -> Sequence[ListId]:
        rows = await self._database.fetch(
            "SELECT list_id FROM supervised WHERE tenant_id = $1 AND matter_id = $2 ORDER BY added_at, list_id",
            self._tenant_id,
            matter_id,
        )
        return [ListId(row["list_id"]) for row in rows]

    async def matters_of(self, list_id: ListId, week_of: date, limit: int) -> Sequence[Matter]:
        since = datetime.fromisoformat(f"{week_of}T00:00:00+00:00") - _EVE
        rows = await self._database.fetch(_MATTERS, self._tenant_id, list_id, since, limit)
        return [from_plain(Matter, row["facts"]) for row in rows]

    async def find_sheet(self, list_id: ListId, week_of: date, *, lock: bool = False) -> Sheet | None:
        sql = _SHEET + ("FOR UPDATE" if lock else "")
        row = await self._database.find_row(sql, self._tenant_id, list_id, week_of)
        return None if row is None else await self._sheet(row)

    async def put_sheet(self, sheet: Sheet) -> None:
        signature = sheet.signature
        await self._database.execute(
            _PUT_SHEET,
            self._tenant_id,
            sheet.list_id,
            sheet.week_of,
            sheet.cut_off,
            sheet.reminded_at,
            None if signature is None else signature.by,
            None if signature is None else signature.at,
            None if signature is None else [to_plain(row) for row in sheet.frozen],
        )

    async def put_filling(self, sheet: Sheet, matter_id: MatterId, filling: Filling) -> None:
        await self._database.execute(
            _PUT_FILLING, self._tenant_id, sheet.list_id, sheet.week_of, matter_id, to_plain(filling)
        )

    async def weeks(self, list_id: ListId, limit: int) -> Sequence[date]:
        rows = await self._database.fetch(
            "SELECT week_of FROM sheet WHERE tenant_id = $1 AND list_id = $2 ORDER BY week_of DESC LIMIT $3",
            self._tenant_id,
            list_id,
            limit,
        )
        return [row["week_of"] for row in rows]

    async def claim_cut_off(self, now: datetime, limit: int) -> Sequence[Sheet]:
        return [
            await self._sheet(row) for row in await self._database.fetch(_CLAIM, self._tenant_id, now, limit)
        ]

    async def _sheet(self, row: DatabaseRow) -> Sheet:
        rows = await self._database.fetch(
            "SELECT matter_id, facts FROM sheet_filling WHERE tenant_id = $1 AND list_id = $2 AND week_of = $3",
            self._tenant_id,
            row["list_id"],
            row["week_of"],
        )
        is_signed = row["signed_at"] is not None
        return Sheet(
            list_id=ListId(row["list_id"]),
            week_of=row["week_of"],
            cut_off=row["cut_off"],
            fillings={MatterId(one["matter_id"]): from_plain(Filling, one["facts"]) for one in rows},
            reminded_at=row["reminded_at"],
            signature=Signature(by=row["signed_by"], at=row["signed_at"]) if is_signed else None,
            frozen=tuple(from_plain(Row, one) for one in row["frozen"] or ()),
        )
