"""The audit log: written before the act is answered, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from banjie.base.ids import TenantId
from banjie.people.model import AuditEntry
from banjie.storage.database import Queries

_COLUMNS: Final = "audit_id, tenant_id, user_id, action, subject, facts, source, occurred_at"
_APPEND: Final = f"INSERT INTO audit_log ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"  # noqa: S608
_LIST: Final = f"""
    SELECT {_COLUMNS} FROM audit_log WHERE tenant_id = $1 AND ($2::timestamptz IS NULL OR occurred_at < $2)
    ORDER BY occurred_at DESC, audit_id LIMIT $3
"""  # noqa: S608


class SqlAuditLog:  # satisfies people.ports.AuditLog
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def append(self, entry: AuditEntry) -> None:
        await self._database.execute(
            _APPEND,
            entry.audit_id,
            entry.tenant_id,
            entry.user_id,
            entry.action,
            entry.subject,
            entry.facts,
            entry.source,
            entry.occurred_at,
        )

    async def list_entries(
        self, tenant_id: TenantId, before: datetime | None, limit: int
    ) -> Sequence[AuditEntry]:
        return [AuditEntry(**row) for row in await self._database.fetch(_LIST, tenant_id, before, limit)]
