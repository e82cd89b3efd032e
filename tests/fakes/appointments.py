"""Appointments in memory: an act is kept as a whole or not at all."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from banjie.appointments.machine import next_deadline
from banjie.appointments.model import Appointment, AppointmentId, AppointmentState
from banjie.base.ids import AgentId, CustomerId
from banjie.stories.appointments import AppointmentBook, Appointments
from banjie.stories.office import Clerk


class FakeAppointmentStore:  # satisfies appointments.ports.AppointmentStore
    def __init__(self) -> None:
        self.kept: dict[AppointmentId, Appointment] = {}
        self.timers: dict[AppointmentId, datetime] = {}

    async def put(self, appointment: Appointment) -> None:
        self.kept[appointment.appointment_id] = appointment
        self.timers.pop(appointment.appointment_id, None)
        if (at := next_deadline(appointment)) is not None:
            self.timers[appointment.appointment_id] = at

    async def find(self, appointment_id: AppointmentId) -> Appointment | None:
        return self.kept.get(appointment_id)

    async def claim_due(self, now: datetime, limit: int) -> Sequence[Appointment]:
        due = sorted((at, one) for one, at in self.timers.items() if at <= now)[:limit]
        for _, one in due:
            del self.timers[one]
        return [self.kept[one] for _, one in due]

    async def list_open(self, agents: frozenset[AgentId] | None = None) -> Sequence[Appointment]:
        found = [
            one for one in self.kept.values() if one.is_open and (agents is None or one.agent_id in agents)
        ]
        return sorted(
            found,
            key=lambda one: (one.state is not AppointmentState.EXPIRED, one.due_at, one.appointment_id),
        )

    async def list_of(
        self, customer_id: CustomerId | None, numbers: Sequence[str], limit: int
    ) -> Sequence[Appointment]:
        found = [
            one
            for one in self.kept.values()
            if (customer_id is not None and one.customer_id == customer_id) or one.number in numbers
        ]
        return sorted(found, key=lambda one: (-one.due_at.timestamp(), one.appointment_id))[:limit]


class FakeAppointmentBook:  # satisfies stories.appointments.OpenedBook
    """Screens are told when the act is kept, by `appointments.show`."""

    def __init__(self, store: FakeAppointmentStore) -> None:
        self._store = store
        self.appointments: Appointments | None = None
        self.written: list[tuple[str, str, AppointmentId]] = []  # who did what

    @asynccontextmanager
    async def __call__(self, by: Clerk | None) -> AsyncIterator[AppointmentBook]:
        kept, timers, written = dict(self._store.kept), dict(self._store.timers), list(self.written)
        told: list[AgentId] = []

        async def write_down(action: str, appointment: Appointment) -> None:
            if by is not None:
                self.written.append((by.user_id, action, appointment.appointment_id))

        async def tell(agent_id: AgentId) -> None:
            told.append(agent_id)

        try:
            yield AppointmentBook(appointments=self._store, write_down=write_down, tell=tell)
        except BaseException:
            self._store.kept, self._store.timers, self.written = kept, timers, written
            raise
        for agent_id in dict.fromkeys(told):
            assert self.appointments is not None
            await self.appointments.show(agent_id)
