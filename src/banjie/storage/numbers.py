"""Service numbers; a plan is kept as its document."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from banjie.base.hours import hours_from_document
from banjie.base.ids import HoursId, NumberId, TenantId
from banjie.numbers.document import plan_from_document, plan_to_document
from banjie.numbers.model import Plan, ServiceNumber
from banjie.storage.database import Queries, Row

_LIST: Final = """
    SELECT n.*, h.hours FROM service_number n LEFT JOIN opening_hours h USING (hours_id)
    WHERE n.tenant_id = $1 ORDER BY n.number
"""
_PUT: Final = """
    INSERT INTO service_number (number_id, tenant_id, number, name, plan, hours_id, is_active)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (number_id) DO UPDATE
    SET number = excluded.number, name = excluded.name, plan = excluded.plan, hours_id = excluded.hours_id,
        is_active = excluded.is_active
    WHERE service_number.tenant_id = excluded.tenant_id
"""


class SqlNumberStore:  # satisfies numbers.ports.NumberStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_numbers(self, tenant_id: TenantId) -> Sequence[ServiceNumber]:
        rows = await self._database.fetch(_LIST, tenant_id)
        return [
            ServiceNumber(
                number_id=NumberId(row["number_id"]),
                tenant_id=tenant_id,
                number=row["number"],
                name=row["name"],
                plan=_plan(row),
                hours_id=None if row["hours_id"] is None else HoursId(row["hours_id"]),
                is_active=row["is_active"],
            )
            for row in rows
        ]

    async def put_number(self, number: ServiceNumber) -> None:
        await self._database.execute(
            _PUT,
            number.number_id,
            number.tenant_id,
            number.number,
            number.name,
            plan_to_document(number.plan if number.hours_id is None else replace(number.plan, hours=None)),
            number.hours_id,
            number.is_active,
        )


def _plan(row: Row) -> Plan:
    plan = plan_from_document(row["plan"])
    return plan if row["hours"] is None else replace(plan, hours=hours_from_document(row["hours"]))
