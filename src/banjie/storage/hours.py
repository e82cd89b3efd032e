"""Opening hours with names; the hours are kept as their document."""

from collections.abc import Sequence
from typing import Final

from banjie.base.hours import hours_from_document, hours_to_document
from banjie.base.ids import HoursId, TenantId
from banjie.numbers.model import OpeningHours
from banjie.storage.database import Queries

_PUT: Final = """
    INSERT INTO opening_hours (hours_id, tenant_id, name, hours, is_active) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (hours_id) DO UPDATE SET name = excluded.name, hours = excluded.hours, is_active = excluded.is_active
    WHERE opening_hours.tenant_id = excluded.tenant_id
"""


class SqlHoursStore:  # satisfies numbers.ports.HoursStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_hours(self, tenant_id: TenantId) -> Sequence[OpeningHours]:
        rows = await self._database.fetch(
            "SELECT * FROM opening_hours WHERE tenant_id = $1 ORDER BY created_at, hours_id", tenant_id
        )
        return [
            OpeningHours(
                hours_id=HoursId(row["hours_id"]),
                tenant_id=tenant_id,
                name=row["name"],
                hours=hours_from_document(row["hours"]),
                is_active=row["is_active"],
            )
            for row in rows
        ]

    async def put_hours(self, hours: OpeningHours) -> None:
        await self._database.execute(
            _PUT, hours.hours_id, hours.tenant_id, hours.name, hours_to_document(hours.hours), hours.is_active
        )
