"""Where service numbers are kept."""

from collections.abc import Sequence
from typing import Protocol

from banjie.base.ids import TenantId
from banjie.numbers.model import ServiceNumber


class NumberStore(Protocol):
    async def list_numbers(self, tenant_id: TenantId) -> Sequence[ServiceNumber]:
        """All numbers, ordered as dialled."""

    async def put_number(self, number: ServiceNumber) -> None:
        """Add a number or replace its name and plan."""
