"""Customers, found by any of their numbers."""

from collections.abc import Mapping, Sequence
from typing import Final

from banjie.base.ids import CustomerId, TenantId
from banjie.customers.matching import lookup_key
from banjie.customers.model import Customer, CustomerNote, Level
from banjie.storage.database import Queries, Row

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


_FIND: Final = """
    SELECT c.*, ARRAY(SELECT number FROM customer_number n WHERE n.customer_id = c.customer_id ORDER BY number) AS numbers
    FROM customer c WHERE c.tenant_id = $1 AND c.customer_id = $2
"""
_SEARCH: Final = """
    SELECT c.*, ARRAY(SELECT number FROM customer_number n WHERE n.customer_id = c.customer_id ORDER BY number) AS numbers
    FROM customer c
    WHERE c.tenant_id = $1 AND (strpos(lower(c.name), lower($2)) > 0
        OR c.customer_id IN (SELECT customer_id FROM customer_number WHERE tenant_id = $1 AND number = $3))
    ORDER BY c.name, c.customer_id LIMIT $4
"""
_ADD_NUMBER: Final = """
    INSERT INTO customer_number (tenant_id, number, customer_id) VALUES ($1, $2, $3)
    ON CONFLICT (tenant_id, number) DO UPDATE SET customer_id = customer_number.customer_id
    RETURNING customer_id
"""
_NOTE: Final = "note_id, version, customer_id, author_id, text, written_at"
_PUT_NOTE: Final = f"INSERT INTO customer_note (tenant_id, {_NOTE}) VALUES ($1, $2, $3, $4, $5, $6, $7)"  # noqa: S608
_NOTES: Final = f"""
    SELECT {_NOTE} FROM customer_note WHERE tenant_id = $1 AND customer_id = $2
    ORDER BY max(written_at) OVER (PARTITION BY note_id) DESC, note_id, version DESC
"""  # noqa: S608


class SqlCustomerStore:  # satisfies customers.ports.CustomerStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def find_by_number(self, tenant_id: TenantId, number: str) -> Customer | None:
        row = await self._database.find_row(_BY_NUMBER, tenant_id, number)
        return None if row is None else _customer(row)

    async def find_customer(self, tenant_id: TenantId, customer_id: CustomerId) -> Customer | None:
        row = await self._database.find_row(_FIND, tenant_id, customer_id)
        return None if row is None else _customer(row)

    async def search(self, tenant_id: TenantId, text: str, limit: int) -> Sequence[Customer]:
        rows = await self._database.fetch(_SEARCH, tenant_id, text, lookup_key(text), limit)
        return [_customer(row) for row in rows]

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

    async def add_number(self, customer: Customer, number: str) -> bool:
        owner = await self._database.fetch_value(
            _ADD_NUMBER, customer.tenant_id, number, customer.customer_id
        )
        return bool(owner == customer.customer_id)

    async def put_note(self, tenant_id: TenantId, note: CustomerNote) -> None:
        await self._database.execute(
            _PUT_NOTE,
            tenant_id,
            note.note_id,
            note.version,
            note.customer_id,
            note.author_id,
            note.text,
            note.written_at,
        )

    async def list_notes(self, tenant_id: TenantId, customer_id: CustomerId) -> Sequence[CustomerNote]:
        return [CustomerNote(**row) for row in await self._database.fetch(_NOTES, tenant_id, customer_id)]


def _customer(row: Row) -> Customer:
    return Customer(
        customer_id=CustomerId(row["customer_id"]),
        tenant_id=TenantId(row["tenant_id"]),
        name=row["name"],
        level=Level(row["level"]),
        numbers=tuple(row["numbers"]),
        region=row["region"],
        language=row["language"],
        note=row["note"],
        created_at=row["created_at"],
    )
