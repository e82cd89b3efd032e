"""Who changed which record of the set-up last: numbers that grow with every change that is kept."""

from datetime import datetime
from typing import Final

from banjie.base.ids import TenantId, UserId
from banjie.people.versions import Version
from banjie.storage.database import Queries

_LAST: Final = "SELECT coalesce(max(number), 0) FROM set_up_version WHERE tenant_id = $1"
_FIND: Final = """
    SELECT number, changed_by, changed_at FROM set_up_version
    WHERE tenant_id = $1 AND kind = $2 AND subject = $3
"""
_NOTE: Final = """
    INSERT INTO set_up_version (tenant_id, kind, subject, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (tenant_id, kind, subject) DO UPDATE
    SET number = nextval('set_up_number'), changed_by = excluded.changed_by, changed_at = excluded.changed_at
"""


class SqlVersionStore:  # satisfies people.versions.VersionStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def last_number(self, tenant_id: TenantId) -> int:
        return int(await self._database.fetch_value(_LAST, tenant_id))

    async def find_version(self, tenant_id: TenantId, kind: str, subject: str) -> Version | None:
        row = await self._database.find_row(_FIND, tenant_id, kind, subject)
        if row is None:
            return None
        return Version(
            number=row["number"], changed_by=UserId(row["changed_by"]), changed_at=row["changed_at"]
        )

    async def note_change(
        self, tenant_id: TenantId, kind: str, subject: str, changed_by: UserId, at: datetime
    ) -> None:
        await self._database.execute(_NOTE, tenant_id, kind, subject, changed_by, at)
