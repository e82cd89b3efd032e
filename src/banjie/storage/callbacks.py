"""Callbacks as rows, each as it was last given: what waits after a restart, and what supervisors read."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Final

from banjie.base.ids import CallId, TenantId
from banjie.base.plain import from_plain, to_plain
from banjie.routing.callbacks import CallbackState
from banjie.routing.kept import CallbackFilter, CallbackMark, Ending, KeptCallback
from banjie.routing.skills import Levels
from banjie.storage.database import Queries, Row
from banjie.storage.errors import DatabaseUnavailable
from banjie.storage.writer import Writer

# Every field of `KeptCallback`, with the type of its column.
_COLUMNS: Final[Mapping[str, str]] = {
    "call_id": "text",
    "queue_id": "text",
    "number": "text",
    "caller": "text",
    "dialled": "text",
    "customer_id": "text",
    "language": "text",
    "priority": "integer",
    "credit_s": "double precision",
    "needs": "jsonb",
    "waiting_since": "timestamptz",
    "asked_at": "timestamptz",
    "expires_at": "timestamptz",
    "state": "text",
    "attempts": "integer",
    "next_at": "timestamptz",
    "agent_id": "text",
    "last_call_id": "text",
    "ended_at": "timestamptz",
    "ending": "text",
}
_NAMES: Final = ", ".join(_COLUMNS)
_TIMES: Final = frozenset(name for name, kind in _COLUMNS.items() if kind == "timestamptz")
_WRITE: Final = f"""
    INSERT INTO callback (tenant_id, {_NAMES})
    SELECT $1, {_NAMES} FROM jsonb_to_recordset($2) AS given ({", ".join(f"{n} {t}" for n, t in _COLUMNS.items())})
    ON CONFLICT (call_id) DO UPDATE SET {", ".join(f"{n} = excluded.{n}" for n in _COLUMNS if n != "call_id")}
    WHERE callback.tenant_id = excluded.tenant_id
"""  # noqa: S608 (names are ours)
_LIST: Final = f"SELECT {_NAMES} FROM callback WHERE tenant_id = $1"  # noqa: S608
_LONGEST_WAIT_S: Final = 5.0


class SqlCallbackLog(Writer[KeptCallback]):  # satisfies routing.kept.CallbackLog
    """Give it callbacks by `append`; run it between `start` and `stop`."""

    def __init__(self, database: Queries, tenant_id: TenantId, *, gather_s: float = 0.02) -> None:
        super().__init__("callbacks", self.write, gather_s=gather_s)
        self._database, self._tenant_id = database, tenant_id

    async def write(self, batch: Sequence[KeptCallback]) -> None:
        """Store a batch now; may be repeated. Of one callback given twice the later stands."""
        rows = list({kept.call_id: kept for kept in batch}.values())
        await self._database.execute(_WRITE, self._tenant_id, [_to_row(kept) for kept in rows])

    async def stored(self) -> None:
        try:
            async with asyncio.timeout(_LONGEST_WAIT_S):
                await self.catch_up()
        except TimeoutError:
            raise DatabaseUnavailable("the database has not taken the last callbacks yet") from None


class SqlCallbackStore:  # satisfies routing.kept.CallbackStore
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def open_callbacks(self) -> Sequence[KeptCallback]:
        sql = f"{_LIST} AND ended_at IS NULL ORDER BY waiting_since, asked_at, call_id"
        return [_from_row(row) for row in await self._database.fetch(sql, self._tenant_id)]

    async def list_callbacks(
        self, wanted: CallbackFilter, *, after: CallbackMark | None, limit: int
    ) -> Sequence[KeptCallback]:
        sql, values = _LIST, list[object]([self._tenant_id])
        for condition, value in {"queue_id": wanted.queue_id, "ending": wanted.ending}.items():
            if value is not None:
                values.append(value)
                sql += f" AND {condition} = ${len(values)}"
        if wanted.is_open is not None:
            sql += " AND ended_at IS NULL" if wanted.is_open else " AND ended_at IS NOT NULL"
        at, beyond, way = ("waiting_since", ">", "ASC") if wanted.is_open else ("asked_at", "<", "DESC")
        if after is not None:
            values += [after.at, after.call_id]
            sql += f" AND ({at}, call_id) {beyond} (${len(values) - 1}, ${len(values)})"
        rows = await self._database.fetch(
            f"{sql} ORDER BY {at} {way}, call_id {way} LIMIT {int(limit)}", *values
        )
        return [_from_row(row) for row in rows]

    async def find_callback(self, call_id: CallId) -> KeptCallback | None:
        row = await self._database.find_row(f"{_LIST} AND call_id = $2", self._tenant_id, call_id)
        return None if row is None else _from_row(row)


def _to_row(kept: KeptCallback) -> dict[str, object]:
    row = {f.name: getattr(kept, f.name) for f in fields(kept)}
    times = {name: None if row[name] is None else row[name].isoformat() for name in _TIMES}
    return {**row, **times, "needs": to_plain(kept.needs)}


def _from_row(row: Row) -> KeptCallback:
    ending = row["ending"]
    return KeptCallback(
        **{
            **{name: row[name] for name in _COLUMNS},
            "needs": from_plain(Levels, row["needs"]),
            "state": CallbackState(row["state"]),
            "ending": None if ending is None else Ending(ending),
        }
    )
