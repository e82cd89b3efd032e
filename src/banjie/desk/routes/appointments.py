"""Appointments: an agent's own, and those of a supervisor's teams."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.appointments.machine import Given
from banjie.appointments.model import Appointment, AppointmentId
from banjie.base.ids import AgentId, CallId
from banjie.desk.access import Need, Parts, Principal, agents_in_scope, check_scope
from banjie.desk.callee import customer_of
from banjie.desk.errors import BadRequest
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.appointments import (
    AppointmentIn,
    AppointmentOut,
    ClosingIn,
    DialIn,
    LaterIn,
    ReassignIn,
)
from banjie.desk.schemas.desk import PlacedOut
from banjie.desk.schemas.words import Id
from banjie.desk.told import told_number
from banjie.people.model import Permission
from banjie.stories.appointments import Later, Wish

router = APIRouter(tags=["appointments"])
Agent = Annotated[Principal, Depends(Need(Permission.TAKE_CALLS))]
Supervisor = Annotated[Principal, Depends(Need(Permission.STEER_AGENTS))]
OneOf = Annotated[Id, Path(description="The appointment.")]


@router.get("/api/desk/appointments", operation_id="listMyAppointments")
async def list_mine(parts: Parts, who: Agent) -> list[AppointmentOut]:
    """Whom I have promised to call, the first due first; those that went to the supervisor at the top."""
    return await told(parts, await parts.appointments.stored.list_open(frozenset({who.agent_id})), who)


@router.post("/api/desk/appointments", operation_id="bookAppointment", status_code=201)
async def book(body: AppointmentIn, parts: Parts, who: Agent) -> AppointmentOut:
    """Promise to call the customer of a call, or a number."""
    match (body.call_id, body.number):
        case (str(call_id), None):
            party = await customer_of(CallId(call_id), parts, who)
            number, customer_id = party.number, party.customer_id
        case (None, str(number)):
            customer_id = None
        case _:
            raise BadRequest("name one to call")
    wish = Wish(
        number=number,
        customer_id=customer_id,
        from_call_id=None if body.call_id is None else CallId(body.call_id),
        due_at=body.due_at,
        note=body.note,
        lead_min=body.lead_min,
        expiry_min=body.expiry_min,
        is_closed_accepted=body.closed_accepted,
    )
    return (await told(parts, [await parts.appointments.book(who.clerk, who.agent_id, wish)], who))[0]


@router.post("/api/desk/appointments/{appointment_id}/call", operation_id="callAppointment")
async def call(appointment_id: OneOf, body: DialIn, parts: Parts, who: Agent) -> PlacedOut:
    """Dial the customer now."""
    made = await parts.appointments.call(who.clerk, who.agent_id, AppointmentId(appointment_id), body.sdp)
    return PlacedOut(call_id=made.call_id, sdp=made.sdp, leg_id=made.leg_id)


@router.post("/api/desk/appointments/{appointment_id}/again", operation_id="moveAppointment")
async def again(appointment_id: OneOf, body: LaterIn, parts: Parts, who: Agent) -> AppointmentOut:
    """Call at another time."""
    later = Later(due_at=body.due_at, note=body.note, is_closed_accepted=body.closed_accepted)
    moved = await parts.appointments.again(who.clerk, who.agent_id, AppointmentId(appointment_id), later)
    return (await told(parts, [moved], who))[0]


@router.post(
    "/api/desk/appointments/{appointment_id}/done", operation_id="finishAppointment", status_code=204
)
async def done(appointment_id: OneOf, body: ClosingIn, parts: Parts, who: Agent) -> None:
    await parts.appointments.close(
        who.clerk, who.agent_id, AppointmentId(appointment_id), Given.DONE, body.note
    )


@router.post(
    "/api/desk/appointments/{appointment_id}/cancel", operation_id="cancelMyAppointment", status_code=204
)
async def cancel_mine(appointment_id: OneOf, body: ClosingIn, parts: Parts, who: Agent) -> None:
    await parts.appointments.close(
        who.clerk, who.agent_id, AppointmentId(appointment_id), Given.CANCELLED, body.note
    )


@router.get("/api/appointments", operation_id="listAppointments")
async def list_all(parts: Parts, who: Supervisor) -> list[AppointmentOut]:
    """Those of the teams I answer for that are open; the expired first."""
    found = await parts.appointments.stored.list_open(await agents_in_scope(who, parts))
    return await told(parts, found, who)


@router.post("/api/appointments/{appointment_id}/reassign", operation_id="reassignAppointment")
async def reassign(appointment_id: OneOf, body: ReassignIn, parts: Parts, who: Supervisor) -> AppointmentOut:
    """Let another agent call, one of the teams I answer for."""
    await _check(appointment_id, parts, who)
    await check_scope(who, parts, AgentId(body.agent_id))
    given = await parts.appointments.reassign(
        who.clerk, AppointmentId(appointment_id), AgentId(body.agent_id)
    )
    return (await told(parts, [given], who))[0]


@router.post("/api/appointments/{appointment_id}/cancel", operation_id="cancelAppointment", status_code=204)
async def cancel(appointment_id: OneOf, body: ClosingIn, parts: Parts, who: Supervisor) -> None:
    await _check(appointment_id, parts, who)
    await parts.appointments.close(who.clerk, None, AppointmentId(appointment_id), Given.CANCELLED, body.note)


async def _check(appointment_id: str, parts: DeskParts, who: Principal) -> None:
    found = await parts.appointments.stored.find(AppointmentId(appointment_id))
    if found is not None and found.agent_id != who.agent_id:
        await check_scope(who, parts, found.agent_id)


async def told(parts: DeskParts, appointments: Sequence[Appointment], who: Principal) -> list[AppointmentOut]:
    ids = sorted({one.customer_id for one in appointments if one.customer_id is not None})
    names = await parts.directory.customer_names(parts.tenant_id, ids) if ids else {}
    return [
        AppointmentOut(
            appointment_id=one.appointment_id,
            agent_id=one.agent_id,
            customer_id=one.customer_id,
            customer_name=None if one.customer_id is None else names.get(one.customer_id),
            number=told_number(one.number, who),
            due_at=one.due_at,
            lead_min=one.lead.total_seconds() / 60,
            expiry_min=one.expiry.total_seconds() / 60,
            expires_at=one.expires_at,
            note=one.note,
            state=one.state,
            booked_by=one.booked_by,
            booked_at=one.booked_at,
            calls_count=one.calls_count,
            last_call_id=one.last_call_id,
        )
        for one in appointments
    ]
