"""Where appointments are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from banjie.appointments.model import Appointment, AppointmentId
from banjie.base.ids import AgentId, CustomerId


class AppointmentStore(Protocol):
    async def put(self, appointment: Appointment) -> None:
        """Keep it, and with it when time moves it next."""

    async def find(self, appointment_id: AppointmentId) -> Appointment | None:
        """Within one act nobody else changes what was found."""

    async def claim_due(self, now: datetime, limit: int) -> Sequence[Appointment]:
        """Take those that time moves, in the act that puts them back moved: two servers never take the same one."""

    async def list_open(self, agents: frozenset[AgentId] | None = None) -> Sequence[Appointment]:
        """Return those that are neither done nor cancelled, of these agents or of all, the most urgent first."""

    async def list_of(
        self, customer_id: CustomerId | None, numbers: Sequence[str], limit: int
    ) -> Sequence[Appointment]:
        """Return a customer's, or those with one of these numbers, the newest first."""
