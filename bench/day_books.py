"""What a server wrote of the calls to one number, of those who asked there to be called back, and of the calls to them."""

from dataclasses import dataclass

from banjie.base.ids import CallId, TenantId
from banjie.calls.cdr import Cdr
from banjie.calls.events import CallEvent
from banjie.routing.kept import CallbackFilter, KeptCallback
from banjie.storage.call_rows import to_event, to_record
from banjie.storage.callbacks import SqlCallbackStore
from banjie.storage.database import Database

_EVENTS = """
    SELECT call_id, kind, at, facts FROM call_event JOIN call_record USING (call_id)
    WHERE dialled = $1 OR callback_of IS NOT NULL ORDER BY call_id, seq
"""
_RECORDS = "SELECT * FROM call_record WHERE dialled = $1 ORDER BY arrived_at"
_ATTEMPTS = "SELECT * FROM call_record WHERE callback_of IS NOT NULL ORDER BY arrived_at"
_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    records: list[Cdr]
    attempts: list[Cdr]
    logs: dict[CallId, list[CallEvent]]
    callbacks: list[KeptCallback]


async def read_books(dsn: str, tenant_id: TenantId, number: str) -> Books:
    database = await Database.open(dsn)
    try:
        logs: dict[CallId, list[CallEvent]] = {}
        for row in await database.fetch(_EVENTS, number):
            logs.setdefault(row["call_id"], []).append(to_event(row))
        kept = SqlCallbackStore(database, tenant_id)
        return Books(
            records=[to_record(row) for row in await database.fetch(_RECORDS, number)],
            attempts=[to_record(row) for row in await database.fetch(_ATTEMPTS)],
            logs=logs,
            callbacks=list(await kept.list_callbacks(CallbackFilter(), after=None, limit=_MOST)),
        )
    finally:
        await database.close()
