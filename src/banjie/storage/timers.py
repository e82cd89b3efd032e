"""Long waits as rows: what is due is claimed and acted on in one transaction, so each fires once, whoever is killed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from banjie.base.ids import TenantId
from banjie.storage.database import Queries

_SET: Final = """
    INSERT INTO timer (timer_id, tenant_id, kind, subject, facts, due_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (timer_id) DO UPDATE SET facts = excluded.facts, due_at = excluded.due_at
"""
_CLAIM: Final = """
    DELETE FROM timer WHERE timer_id IN (
        SELECT timer_id FROM timer WHERE kind = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
    )
    RETURNING timer_id, tenant_id, kind, subject, facts, due_at
"""
_NEXT: Final = "SELECT min(due_at) FROM timer WHERE kind = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    timer_id: str  # made from what it is about, so that setting it again moves it
    tenant_id: TenantId
    kind: str
    subject: str
    facts: Mapping[str, object]
    due_at: datetime


class SqlTimers:
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def set_timer(self, timer: Timer) -> None:
        """Set it, or move the one of this id."""
        await self._database.execute(
            _SET, timer.timer_id, timer.tenant_id, timer.kind, timer.subject, timer.facts, timer.due_at
        )

    async def cancel(self, timer_id: str) -> None:
        await self._database.execute("DELETE FROM timer WHERE timer_id = $1", timer_id)

    async def claim_due(self, kind: str, now: datetime, limit: int) -> Sequence[Timer]:
        """Take what is due, in a unit of work that also does what it causes: both happen, or neither."""
        rows = await self._database.fetch(_CLAIM, kind, now, limit)
        return sorted((Timer(**row) for row in rows), key=lambda timer: timer.due_at)

    async def next_due(self, kind: str) -> datetime | None:
        found: datetime | None = await self._database.fetch_value(_NEXT, kind)
        return found
