"""Customers, found by any of their numbers."""

from collections.abc import Mapping, Sequence
from typing import Final

from banjie.base.ids import CustomerId, TenantId
from banjie.customers.model import Customer, Level
from banjie.storage.database import Queries

_BY_NUMBER: Final = """
    SELECT c.*, ARRAY(SELECT number FROM customer_number n WHERE n.customer_id = c.customer_id ORDER BY number) AS numbers
    FROM customer_number found JOIN customer c USING (customer_id)
    WHERE found.tenant_id = $1 AND found.number = $2
"""
_ADD: Final = """
    WITH added AS (
        INSERT INTO customer (customer_id, tenant_id, name, level, region, language, note, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    )
    INSERT INTO customer_number (tenant_id, number, customer_id) SELECT $2, unnest($9::text[]), $1
"""


class SqlCustomerStore:  # satisfies customers.ports.CustomerStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def find_by_number(self, tenant_id: TenantId, number: str) -> Customer | None:
        row = await self._database.find_row(_BY_NUMBER, tenant_id, number)
        if row is None:
            return None
        return Customer(
            customer_id=CustomerId(row["customer_id"]),
            tenant_id=tenant_id,
            name=row["name"],
            level=Level(row["level"]),
            numbers=tuple(row["numbers"]),
            region=row["region"],
            language=row["language"],
            note=row["note"],
            created_at=row["created_at"],
        )

    async def names_of(self, tenant_id: TenantId, customer_ids: Sequence[str]) -> Mapping[CustomerId, str]:
        sql = "SELECT customer_id, name FROM customer WHERE tenant_id = $1 AND customer_id = ANY($2::text[])"
        rows = await self._database.fetch(sql, tenant_id, list(customer_ids))
        return {CustomerId(row["customer_id"]): row["name"] for row in rows}

    async def add_customer(self, customer: Customer) -> None:
        await self._database.execute(
            _ADD,
            customer.customer_id,
            customer.tenant_id,
            customer.name,
            customer.level,
            customer.region,
            customer.language,
            customer.note,
            customer.created_at,
            list(customer.numbers),
        )
