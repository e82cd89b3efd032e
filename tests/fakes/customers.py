"""Customers in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from banjie.base.ids import CustomerId, TenantId
from banjie.customers.matching import lookup_key
from banjie.customers.model import Customer, CustomerNote, NoteId
from banjie.storage.errors import AlreadyThere


class FakeCustomers:  # satisfies customers.ports.CustomerStore
    def __init__(self, customers: Sequence[Customer] = ()) -> None:
        self.kept = {customer.customer_id: customer for customer in customers}
        self.notes: list[CustomerNote] = []

    async def find_by_number(self, tenant_id: TenantId, number: str) -> Customer | None:
        return next((one for one in self._of(tenant_id) if number in one.numbers), None)

    async def find_customer(self, tenant_id: TenantId, customer_id: CustomerId) -> Customer | None:
        return next((one for one in self._of(tenant_id) if one.customer_id == customer_id), None)

    async def names_of(self, tenant_id: TenantId, customer_ids: Sequence[str]) -> Mapping[CustomerId, str]:
        return {one.customer_id: one.name for one in self._of(tenant_id) if one.customer_id in customer_ids}

    async def search(self, tenant_id: TenantId, text: str, limit: int) -> Sequence[Customer]:
        key = lookup_key(text)
        found = [one for one in self._of(tenant_id) if text.lower() in one.name.lower() or key in one.numbers]
        return sorted(found, key=lambda one: (one.name, one.customer_id))[:limit]

    async def add_customer(self, customer: Customer) -> None:
        for number in customer.numbers:
            if await self.find_by_number(customer.tenant_id, number) is not None:
                raise AlreadyThere("customer_number", number)
        self.kept[customer.customer_id] = customer

    async def add_number(self, customer: Customer, number: str) -> bool:
        owner = await self.find_by_number(customer.tenant_id, number)
        if owner is None:
            known = self.kept[customer.customer_id]
            self.kept[customer.customer_id] = replace(known, numbers=tuple(sorted({*known.numbers, number})))
        return owner is None or owner.customer_id == customer.customer_id

    async def put_note(self, tenant_id: TenantId, note: CustomerNote) -> None:
        if any((one.note_id, one.version) == (note.note_id, note.version) for one in self.notes):
            raise AlreadyThere("customer_note", note.note_id)
        self.notes.append(note)

    async def list_notes(self, tenant_id: TenantId, customer_id: CustomerId) -> Sequence[CustomerNote]:
        found = [one for one in self.notes if one.customer_id == customer_id]
        last: dict[NoteId, float] = {}
        for one in found:
            last[one.note_id] = max(last.get(one.note_id, 0.0), one.written_at.timestamp())
        return sorted(found, key=lambda one: (-last[one.note_id], one.note_id, -one.version))

    def _of(self, tenant_id: TenantId) -> list[Customer]:
        return [one for one in self.kept.values() if one.tenant_id == tenant_id]
