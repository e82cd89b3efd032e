"""An agent promises to call a customer at a certain time, is reminded, calls by one press, and says what came of it.

Laws: each act is whole or not at all, and written down; what time does to an appointment happens once, whoever is killed
meanwhile; who does not call in time loses it to the supervisor's list, never to nobody.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from banjie.appointments.booking import length_faults, time_faults
from banjie.appointments.errors import NoSuchAppointment
from banjie.appointments.machine import Given, again, closed, dialled, moved_by_time, reassigned
from banjie.appointments.model import Appointment, AppointmentId, AppointmentState
from banjie.appointments.ports import AppointmentStore
from banjie.base.faults import require
from banjie.base.hours import Hours
from banjie.base.ids import AgentId, CallId, CustomerId, TenantId, new_id
from banjie.base.phones import parse_number
from banjie.stories.guests import NoSuchColleague
from banjie.stories.office import Clerk
from banjie.stories.ports import AgentDesk, LiveBoard, PlacedCall, ToNumber
from banjie.stories.views import AppointmentsView

AT_ONCE: Final = 100  # moved by time in one act


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentBook:
    """What one act is written with: all of it is kept, or nothing."""

    appointments: AppointmentStore
    write_down: Callable[[str, Appointment], Awaitable[None]]  # an action, for the audit log
    tell: Callable[[AgentId], Awaitable[None]]  # once it is kept, this agent's screens follow


class OpenedBook(Protocol):
    def __call__(self, by: Clerk | None) -> AbstractAsyncContextManager[AppointmentBook]:
        """Open the book for one act; None: time itself acts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an agent asks for when he books."""

    number: str  # however it is written
    customer_id: CustomerId | None
    from_call_id: CallId | None
    due_at: datetime
    note: str
    lead_min: float
    expiry_min: float
    is_closed_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Another time, with the note that then stands."""

    due_at: datetime
    note: str
    is_closed_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointments:
    tenant_id: TenantId
    opened: OpenedBook
    stored: AppointmentStore  # to read from
    board: LiveBoard
    desk: AgentDesk
    opening: Callable[[], Sequence[Hours | None]]
    timezone: Callable[[], str]
    agents: Callable[[], Collection[AgentId]]
    now: Callable[[], datetime]

    # -- the agent's ------------------------------------------------------------------------------------

    async def book(self, by: Clerk, agent_id: AgentId, wish: Wish) -> Appointment:
        require(length_faults(wish.lead_min, wish.expiry_min))
        self._check_time(wish.due_at, wish.is_closed_accepted)
        expiry = timedelta(minutes=wish.expiry_min)
        made = Appointment(
            appointment_id=AppointmentId(new_id()),
            tenant_id=self.tenant_id,
            agent_id=agent_id,
            customer_id=wish.customer_id,
            number=parse_number(wish.number).e164,
            due_at=wish.due_at,
            lead=timedelta(minutes=wish.lead_min),
            expiry=expiry,
            expires_at=wish.due_at + expiry,
            note=wish.note,
            state=AppointmentState.BOOKED,
            booked_by=agent_id,
            booked_at=self.now(),
            from_call_id=wish.from_call_id,
        )
        async with self.opened(by) as book:
            return await self._keep(book, "appointment.booked", made)

    async def call(
        self, by: Clerk, agent_id: AgentId, appointment_id: AppointmentId, offer_sdp: str | None
    ) -> PlacedCall:
        """Dial the customer, from this page or the agent's desk phone. A call that cannot be made changes nothing."""
        async with self.opened(by) as book:
            mine = await self._mine(book, agent_id, appointment_id)
            dialled(mine, CallId(""), self.now())  # refused before anybody rings
        made = await self.desk.place(agent_id, ToNumber(number=mine.number), offer_sdp)
        async with self.opened(by) as book:
            mine = await self._mine(book, agent_id, appointment_id)
            await self._keep(book, "appointment.called", dialled(mine, made.call_id, self.now()))
        return made

    async def again(
        self, by: Clerk, agent_id: AgentId, appointment_id: AppointmentId, wish: Later
    ) -> Appointment:
        self._check_time(wish.due_at, wish.is_closed_accepted)
        async with self.opened(by) as book:
            mine = await self._mine(book, agent_id, appointment_id)
            return await self._keep(book, "appointment.moved", again(mine, wish.due_at, wish.note))

    async def close(
        self, by: Clerk, agent_id: AgentId | None, appointment_id: AppointmentId, how: Given, note: str
    ) -> Appointment:
        """`agent_id` None: a supervisor closes it."""
        async with self.opened(by) as book:
            found = await self._mine(book, agent_id, appointment_id)
            action = "appointment.done" if how is Given.DONE else "appointment.cancelled"
            return await self._keep(book, action, closed(found, how, note, self.now()))

    # -- the supervisor's -------------------------------------------------------------------------------

    async def reassign(self, by: Clerk, appointment_id: AppointmentId, to: AgentId) -> Appointment:
        if to not in self.agents():
            raise NoSuchColleague(f"nobody called {to} takes calls here")
        async with self.opened(by) as book:
            found = await self._mine(book, None, appointment_id)
            if found.agent_id != to:
                await book.tell(found.agent_id)
            return await self._keep(book, "appointment.reassigned", reassigned(found, to, self.now()))

    # -- time -------------------------------------------------------------------------------------------

    async def pass_time(self) -> int:
        """Remind and expire what is due; return how many there were. May be repeated, and done by several servers."""
        now = self.now()
        async with self.opened(None) as book:
            due = await book.appointments.claim_due(now, AT_ONCE)
            for appointment in due:
                await book.appointments.put(moved_by_time(appointment, now))
                await book.tell(appointment.agent_id)
        return len(due)

    # -- screens ----------------------------------------------------------------------------------------

    async def show(self, agent_id: AgentId) -> None:
        """Publish how many he has, and how many are due."""
        self._publish(agent_id, await self.stored.list_open(frozenset({agent_id})))

    async def show_all(self) -> None:
        everybody = await self.stored.list_open()
        for agent_id in {one.agent_id for one in everybody}:
            self._publish(agent_id, [one for one in everybody if one.agent_id == agent_id])

    def _publish(self, agent_id: AgentId, open_ones: Sequence[Appointment]) -> None:
        mine = [one for one in open_ones if one.state is not AppointmentState.EXPIRED]
        view = AppointmentsView(
            open_count=len(mine),
            due=tuple(one.appointment_id for one in mine if one.state is AppointmentState.DUE),
            next_at=min((one.due_at for one in mine), default=None),
            read_at=self.now(),
        )
        self.board.set(f"me/{agent_id}", "appointments", view)

    # -- inside -----------------------------------------------------------------------------------------

    def _check_time(self, due_at: datetime, is_closed_accepted: bool) -> None:
        require(
            time_faults(
                due_at,
                self.now(),
                self.opening(),
                timezone=self.timezone(),
                is_closed_accepted=is_closed_accepted,
            )
        )

    async def _mine(
        self, book: AppointmentBook, agent_id: AgentId | None, appointment_id: AppointmentId
    ) -> Appointment:
        found = await book.appointments.find(appointment_id)
        if found is None or agent_id not in (None, found.agent_id):
            raise NoSuchAppointment(f"no appointment {appointment_id} of yours")
        return found

    async def _keep(self, book: AppointmentBook, action: str, newer: Appointment) -> Appointment:
        newer = moved_by_time(newer, self.now())
        await book.appointments.put(newer)
        await book.write_down(action, newer)
        await book.tell(newer.agent_id)
        return newer
