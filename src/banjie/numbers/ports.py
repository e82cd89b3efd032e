"""Where service numbers and opening hours are kept."""

from collections.abc import Sequence
from typing import Protocol

from banjie.base.ids import TenantId
from banjie.numbers.model import OpeningHours, ServiceNumber


class NumberStore(Protocol):
    async def list_numbers(self, tenant_id: TenantId) -> Sequence[ServiceNumber]:
        """All numbers, ordered as dialled."""

    async def put_number(self, number: ServiceNumber) -> None:
        """Add a number or replace its name and plan."""


class HoursStore(Protocol):
    async def list_hours(self, tenant_id: TenantId) -> Sequence[OpeningHours]:
        """All of them, closed ones too, the oldest first."""

    async def put_hours(self, hours: OpeningHours) -> None:
        """Add them or replace name, times and whether they may be chosen."""
