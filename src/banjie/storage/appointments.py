"""Appointments. The row and the timer of what happens to it next are written together."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

from banjie.appointments.machine import next_deadline
from banjie.appointments.model import Appointment, AppointmentId, AppointmentState
from banjie.base.ids import AgentId, CustomerId, TenantId
from banjie.storage.database import Queries, Row
from banjie.storage.timers import SqlTimers, Timer

KIND: Final = "appointment"
_NAMES: Final = [field.name for field in fields(Appointment)]
_LIST: Final = ", ".join(_NAMES)
_PUT: Final = f"""
    INSERT INTO appointment ({_LIST}) VALUES ({", ".join(f"${n}" for n, _ in enumerate(_NAMES, start=1))})
    ON CONFLICT (appointment_id) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _NAMES if name not in ("appointment_id", "tenant_id"))}
    WHERE appointment.tenant_id = excluded.tenant_id
"""  # noqa: S608 (names are ours)
_FIND: Final = f"SELECT {_LIST} FROM appointment WHERE tenant_id = $1 AND appointment_id = $2 FOR UPDATE"  # noqa: S608
_DUE: Final = (
    f"SELECT {_LIST} FROM appointment WHERE tenant_id = $1 AND appointment_id = ANY($2::text[]) FOR UPDATE"  # noqa: S608
)
_OPEN: Final = f"""
    SELECT {_LIST} FROM appointment
    WHERE tenant_id = $1 AND closed_at IS NULL AND ($2::text[] IS NULL OR agent_id = ANY($2))
    ORDER BY state <> 'EXPIRED', due_at, appointment_id
"""  # noqa: S608
_OF: Final = f"""
    SELECT {_LIST} FROM appointment WHERE tenant_id = $1 AND (customer_id = $2 OR number = ANY($3::text[]))
    ORDER BY due_at DESC, appointment_id LIMIT $4
"""  # noqa: S608


class SqlAppointmentStore:  # satisfies appointments.ports.AppointmentStore
    """`put` and `claim_due` belong into a unit of work."""

    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id
        self._timers = SqlTimers(database)

    async def put(self, appointment: Appointment) -> None:
        await self._database.execute(_PUT, *asdict(appointment).values())
        timer_id = f"{KIND} {appointment.appointment_id}"
        due_at = next_deadline(appointment)
        if due_at is None:
            await self._timers.cancel(timer_id)
        else:
            await self._timers.set_timer(
                Timer(
                    timer_id=timer_id,
                    tenant_id=self._tenant_id,
                    kind=KIND,
                    subject=appointment.appointment_id,
                    facts={},
                    due_at=due_at,
                )
            )

    async def find(self, appointment_id: AppointmentId) -> Appointment | None:
        row = await self._database.find_row(_FIND, self._tenant_id, appointment_id)
        return None if row is None else _appointment(row)

    async def claim_due(self, now: datetime, limit: int) -> Sequence[Appointment]:
        timers = await self._timers.claim_due(KIND, now, limit)
        ids = [timer.subject for timer in timers]
        return (
            [_appointment(row) for row in await self._database.fetch(_DUE, self._tenant_id, ids)]
            if ids
            else []
        )

    async def list_open(self, agents: frozenset[AgentId] | None = None) -> Sequence[Appointment]:
        wanted = None if agents is None else sorted(agents)
        return [_appointment(row) for row in await self._database.fetch(_OPEN, self._tenant_id, wanted)]

    async def list_of(
        self, customer_id: CustomerId | None, numbers: Sequence[str], limit: int
    ) -> Sequence[Appointment]:
        rows = await self._database.fetch(_OF, self._tenant_id, customer_id, list(numbers), limit)
        return [_appointment(row) for row in rows]


def _appointment(row: Row) -> Appointment:
    return Appointment(**{**row, "state": AppointmentState(row["state"])})
