"""The writer of calls: events and the records derived from them, in batches, one round trip and one commit each.

Laws: within a call events are stored in order; a batch is stored whole or not at all; storing it again changes
nothing; while the database is away events wait in memory, and it is said so; a crash of ours loses at most what
was given within the last gathering.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import asyncpg
import structlog

from banjie.base.ids import TenantId
from banjie.calls.ports import Logged
from banjie.storage.call_rows import DERIVED_COLUMNS, RECORD_COLUMNS, cleaned, event_columns, record_columns
from banjie.storage.database import Queries
from banjie.storage.errors import DatabaseUnavailable
from banjie.storage.health import Health

_log = structlog.get_logger()
_BATCH: Final = 2_000
_LONGEST_PAUSE_S: Final = 2.0
_LATE_S: Final = 5.0  # events unsaved for longer make the part unhealthy

_COLUMNS: Final = {"last_seq": "integer", **RECORD_COLUMNS, **DERIVED_COLUMNS}
_NAMES: Final = ", ".join(_COLUMNS)
_WRITE: Final = f"""
    WITH event AS (
        INSERT INTO call_event (tenant_id, call_id, seq, kind, at, facts)
        SELECT $1, call_id, seq, kind, at, facts::jsonb
        FROM unnest($2::text[], $3::integer[], $4::text[], $5::timestamptz[], $6::text[])
            AS given (call_id, seq, kind, at, facts)
        ON CONFLICT (call_id, seq) DO NOTHING
    )
    INSERT INTO call_record AS present (tenant_id, {_NAMES})
    SELECT $1, {_NAMES}
    FROM unnest({", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_COLUMNS.values(), start=7))})
        AS given ({_NAMES})
    ON CONFLICT (call_id) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "call_id")}
        WHERE present.last_seq < excluded.last_seq
"""  # noqa: S608 (names are ours)


class SqlCallLog:  # satisfies calls.ports.CallLog
    """Give it events by `append`; run it between `start` and `stop`."""

    def __init__(self, database: Queries, tenant_id: TenantId, *, gather_s: float = 0.05) -> None:
        self._database, self._tenant_id, self._gather_s = database, tenant_id, gather_s
        self._waiting: list[Logged] = []
        self._oldest_at: float | None = None  # monotonic; when the first of those waiting was given
        self._given = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._writer: asyncio.Task[None] | None = None
        self._refused_count = 0

    def append(self, logged: Logged) -> None:
        """Take an event to be stored soon; never blocks, never fails."""
        self._waiting.append(logged)
        if self._oldest_at is None:
            self._oldest_at = time.monotonic()
            self._empty.clear()
            self._given.set()

    def start(self) -> None:
        self._writer = asyncio.create_task(self._write_forever())

    async def drain(self) -> None:
        """Return when all that was given is stored."""
        await self._empty.wait()

    async def stop(self, limit_s: float = 10.0) -> None:
        """Store what waits, for at most `limit_s`, and end the writer. Safe to repeat."""
        if self._writer is None:
            return
        try:
            await asyncio.wait_for(self.drain(), limit_s)
        except TimeoutError:
            _log.error("call events lost at the end", count=len(self._waiting))
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        self._writer = None

    def health(self) -> Health:
        age_s = time.monotonic() - self._oldest_at if self._oldest_at is not None else 0.0
        if self._refused_count:
            return Health(
                ok=False, detail=f"{self._refused_count} call events could not be stored; see the log"
            )
        return Health(
            ok=age_s < _LATE_S, detail=f"{len(self._waiting)} call events wait, the oldest {age_s:.1f} s"
        )

    async def write(self, batch: Sequence[Logged]) -> None:
        """Store a batch now. May be repeated: what is there already stays as it is.

        Raises:
            DatabaseUnavailable: nothing of it was stored, or the answer was lost; repeat.
        """
        await self._database.execute(_WRITE, self._tenant_id, *event_columns(batch), *record_columns(batch))

    async def _write_forever(self) -> None:
        while True:
            await self._given.wait()
            self._given.clear()
            await asyncio.sleep(self._gather_s)
            while self._waiting:
                batch = self._waiting[:_BATCH]
                await self._write_at_last(batch)
                del self._waiting[: len(batch)]
                self._oldest_at = time.monotonic() if self._waiting else None
            self._empty.set()

    async def _write_at_last(self, batch: Sequence[Logged]) -> None:
        pause_s = 0.05
        while True:
            try:
                await self.write(batch)
            except DatabaseUnavailable as cause:
                _log.warning("call events wait for the database", count=len(self._waiting), cause=str(cause))
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError):
                await self._write_one_by_one(cleaned(batch))
                return
            else:
                return

    async def _write_one_by_one(self, batch: Sequence[Logged]) -> None:
        """Store what can be: one event that PostgreSQL refuses must not hold up the rest."""
        for logged in batch:
            try:
                await self.write([logged])
            except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as cause:
                self._refused_count += 1
                kind = type(logged.event).__name__
                _log.error(
                    "call event refused", call_id=logged.call_id, seq=logged.seq, kind=kind, cause=str(cause)
                )
