"""The audit log: written before the act is answered, never changed."""

from collections.abc import Sequence
from typing import Final

from banjie.base.ids import TenantId
from banjie.people.model import AuditEntry, AuditFilter, AuditMark
from banjie.storage.database import Queries, Row

_COLUMNS: Final = "audit_id, tenant_id, user_id, action, subject, facts, changes, source, occurred_at"
_APPEND: Final = f"INSERT INTO audit_log ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"  # noqa: S608
_LIST: Final = f"""
    SELECT {_COLUMNS} FROM audit_log
    WHERE tenant_id = $1 AND ($2::text IS NULL OR user_id = $2) AND ($3::text IS NULL OR split_part(action, '.', 1) = $3)
        AND ($4::timestamptz IS NULL OR (occurred_at, audit_id) < ($4, $5))
    ORDER BY occurred_at DESC, audit_id DESC LIMIT $6
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
            entry.changes,
            entry.source,
            entry.occurred_at,
        )

    async def list_entries(
        self, tenant_id: TenantId, wanted: AuditFilter, after: AuditMark | None, limit: int
    ) -> Sequence[AuditEntry]:
        rows = await self._database.fetch(
            _LIST,
            tenant_id,
            wanted.user_id,
            wanted.kind,
            None if after is None else after.occurred_at,
            None if after is None else after.audit_id,
            limit,
        )
        return [_entry(row) for row in rows]


def _entry(row: Row) -> AuditEntry:
    changes = {field: (before, after) for field, (before, after) in row["changes"].items()}
    return AuditEntry(**{**row, "changes": changes})
