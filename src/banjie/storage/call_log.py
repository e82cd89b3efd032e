"""The writer of calls: events and the records derived from them, in batches, one round trip and one commit each.

Laws: within a call events are stored in order; a batch is stored whole or not at all; storing it again changes
nothing; a crash of ours loses at most what was given within the last gathering.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from banjie.base.ids import CallId, TenantId
from banjie.calls.events import CallEvent
from banjie.calls.ports import Logged
from banjie.storage.call_rows import DERIVED_COLUMNS, RECORD_COLUMNS, cleaned, event_columns, record_columns
from banjie.storage.calls import SqlCallStore
from banjie.storage.database import Queries
from banjie.storage.errors import DatabaseUnavailable
from banjie.storage.writer import Writer

_COLUMNS: Final = {"last_seq": "integer", **RECORD_COLUMNS, **DERIVED_COLUMNS}
_CARRIED: Final = {"jsonb": "text"}  # an array of JSON lists would be taken for one of more dimensions
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
    SELECT $1, {", ".join(f"{name}::{kind}" for name, kind in _COLUMNS.items())}
    FROM unnest({", ".join(f"${n}::{_CARRIED.get(kind, kind)}[]" for n, kind in enumerate(_COLUMNS.values(), start=7))})
        AS given ({_NAMES})
    ON CONFLICT (call_id) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "call_id")}
        WHERE present.last_seq < excluded.last_seq
"""  # noqa: S608 (names are ours)


_LONGEST_WAIT_S: Final = 5.0


class SqlCallLog(Writer[Logged]):  # satisfies calls.ports.CallLog
    """Give it events by `append`; run it between `start` and `stop`."""

    def __init__(self, database: Queries, tenant_id: TenantId, *, gather_s: float = 0.05) -> None:
        super().__init__("call events", self.write, clean=cleaned, gather_s=gather_s)
        self._database, self._tenant_id = database, tenant_id
        self._stored = SqlCallStore(database, tenant_id)

    async def write(self, batch: Sequence[Logged]) -> None:
        """Store a batch now. May be repeated: what is there already stays as it is.

        Raises:
            DatabaseUnavailable: nothing of it was stored, or the answer was lost; repeat.
        """
        await self._database.execute(_WRITE, self._tenant_id, *event_columns(batch), *record_columns(batch))

    async def events_of(self, call_id: CallId) -> Sequence[CallEvent]:
        """Raises DatabaseUnavailable where what was given cannot be stored for seconds."""
        try:
            async with asyncio.timeout(_LONGEST_WAIT_S):
                await self.catch_up()
        except TimeoutError:
            raise DatabaseUnavailable("the database has not taken the last events of calls yet") from None
        return await self._stored.events_of(call_id)
