"""Where customers are kept."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from banjie.base.ids import CustomerId, TenantId
from banjie.customers.model import Customer


class CustomerStore(Protocol):
    async def find_by_number(self, tenant_id: TenantId, number: str) -> Customer | None:
        """Find by an E.164 number."""

    async def names_of(
        self, tenant_id: TenantId, customer_ids: Sequence[str]
    ) -> Mapping[CustomerId, str]: ...

    async def add_customer(self, customer: Customer) -> None:
        """Raises AlreadyThere when one of the numbers is another customer's."""
