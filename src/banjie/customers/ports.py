"""Where customers are kept."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from banjie.base.ids import CustomerId, TenantId
from banjie.customers.model import Customer, CustomerNote


class CustomerStore(Protocol):
    async def find_by_number(self, tenant_id: TenantId, number: str) -> Customer | None:
        """Find by an E.164 number."""

    async def names_of(
        self, tenant_id: TenantId, customer_ids: Sequence[str]
    ) -> Mapping[CustomerId, str]: ...

    async def add_customer(self, customer: Customer) -> None:
        """Raises AlreadyThere when one of the numbers is another customer's."""

    async def find_customer(self, tenant_id: TenantId, customer_id: CustomerId) -> Customer | None: ...

    async def search(self, tenant_id: TenantId, text: str, limit: int) -> Sequence[Customer]:
        """Return those whose name holds the text, or one of whose numbers is just it, by name."""

    async def add_number(self, customer: Customer, number: str) -> bool:
        """Let one more E.164 number be his. False: it is another's, and stays so."""

    async def put_note(self, tenant_id: TenantId, note: CustomerNote) -> None:
        """Keep a version of a note; the ones before it stay. Raises AlreadyThere when another took its number."""

    async def list_notes(self, tenant_id: TenantId, customer_id: CustomerId) -> Sequence[CustomerNote]:
        """Return every version of every note, the note written last first, its newest version first."""
