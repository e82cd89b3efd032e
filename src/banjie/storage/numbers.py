"""Service numbers; a plan is kept as its document."""

from collections.abc import Sequence
from typing import Final

from banjie.base.ids import NumberId, TenantId
from banjie.numbers.document import plan_from_document, plan_to_document
from banjie.numbers.model import ServiceNumber
from banjie.storage.database import Queries

_PUT: Final = """
    INSERT INTO service_number (number_id, tenant_id, number, name, plan) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (number_id) DO UPDATE SET number = excluded.number, name = excluded.name, plan = excluded.plan
    WHERE service_number.tenant_id = excluded.tenant_id
"""


class SqlNumberStore:  # satisfies numbers.ports.NumberStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_numbers(self, tenant_id: TenantId) -> Sequence[ServiceNumber]:
        rows = await self._database.fetch(
            "SELECT * FROM service_number WHERE tenant_id = $1 ORDER BY number", tenant_id
        )
        return [
            ServiceNumber(
                number_id=NumberId(row["number_id"]),
                tenant_id=tenant_id,
                number=row["number"],
                name=row["name"],
                plan=plan_from_document(row["plan"]),
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
            plan_to_document(number.plan),
        )
