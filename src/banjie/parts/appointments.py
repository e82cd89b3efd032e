"""Appointments over the database, and the time that passes for them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from banjie.appointments.model import Appointment
from banjie.base.errors import BanjieError, Unavailable
from banjie.base.hours import Hours
from banjie.base.ids import AgentId, TenantId, new_id
from banjie.loop import LoopClock
from banjie.parts.database import Store
from banjie.parts.house import OpenedHouse
from banjie.parts.run import Run
from banjie.people.model import AuditEntry, AuditId
from banjie.storage.appointments import SqlAppointmentStore
from banjie.storage.audit import SqlAuditLog
from banjie.storage.bus import publish_with
from banjie.storage.database import Database, UnitOfWork
from banjie.stories.appointments import AT_ONCE, AppointmentBook, Appointments
from banjie.stories.office import Clerk
from banjie.stories.ports import AgentDesk

LOOK_EVERY_S: Final = 1.0
CHANGED: Final = "appointments"  # the topic on which all servers hear whose have changed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlAppointmentBook:  # satisfies stories.appointments.OpenedBook
    database: Database
    tenant_id: TenantId
    clock: LoopClock

    @asynccontextmanager
    async def __call__(self, by: Clerk | None) -> AsyncIterator[AppointmentBook]:
        async with self.database.unit_of_work() as work:
            yield AppointmentBook(
                appointments=SqlAppointmentStore(work, self.tenant_id),
                write_down=partial(self._write_down, work, by),
                tell=partial(publish_with, work, CHANGED),
            )

    async def _write_down(
        self, work: UnitOfWork, by: Clerk | None, action: str, appointment: Appointment
    ) -> None:
        if by is not None:
            await SqlAuditLog(work).append(entry(by, action, appointment, self.clock.utc()))


def entry(by: Clerk, action: str, appointment: Appointment, now: datetime) -> AuditEntry:
    """Tell who did what with whose appointment; the number is not told."""
    facts = {"agent": appointment.agent_id, "due_at": appointment.due_at.isoformat(timespec="minutes")}
    return AuditEntry(
        audit_id=AuditId(new_id()),
        tenant_id=appointment.tenant_id,
        user_id=by.user_id,
        action=action,
        subject=appointment.appointment_id,
        facts=facts if by.key_id is None else {**facts, "key": by.key_id},
        source=by.source,
        occurred_at=now,
    )


async def start_appointments(run: Run, store: Store, house: OpenedHouse, desk: AgentDesk) -> Appointments:
    """Show what agents have promised, and let time pass for it."""
    database, set_up = store.database, house.set_up

    def opening() -> Sequence[Hours | None]:
        return [number.plan.hours for number in set_up.service_numbers]

    appointments = Appointments(
        tenant_id=house.tenant_id,
        opened=SqlAppointmentBook(database=database, tenant_id=house.tenant_id, clock=run.clock),
        stored=SqlAppointmentStore(database, house.tenant_id),
        board=run.board,
        desk=desk,
        opening=opening,
        timezone=lambda: house.zone.key,
        agents=lambda: set_up.house.agents.keys(),
        now=run.clock.utc,
    )
    await appointments.show_all()

    def changed(agent_id: str) -> None:
        run.errands.spawn(appointments.show(AgentId(agent_id)))

    def missed() -> None:
        run.errands.spawn(appointments.show_all())

    run.stack.callback(store.bus.subscribe(CHANGED, changed, missed))
    passing = asyncio.create_task(_pass_time(appointments))
    run.stack.push_async_callback(_stop, passing)
    return appointments


async def _pass_time(appointments: Appointments) -> None:
    while True:
        try:
            while await appointments.pass_time() == AT_ONCE:
                pass
        except Unavailable as cause:
            log.warning("appointments wait for the database", cause=str(cause))
        except BanjieError as cause:  # nobody is there to be told; it is tried again
            log.error("time cannot pass for appointments", code=cause.code)
        await asyncio.sleep(LOOK_EVERY_S)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
