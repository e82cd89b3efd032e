"""Every rule that moves an appointment from one state to another, and what time does to it. No I/O, no clock.

Laws: one that is open has an agent or is on the supervisor's list; what is done or cancelled stays so; of an open one that
is not expired it is always known when something happens next.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from banjie.appointments.errors import AppointmentOver
from banjie.appointments.model import Appointment, AppointmentState
from banjie.base.ids import AgentId, CallId


class Given(StrEnum):
    """What may happen to an appointment."""

    REMINDED = "time to remind"
    EXPIRED = "time ran out"
    DIALLED = "customer dialled"
    AGAIN = "to be called again"
    REASSIGNED = "given to an agent"
    DONE = "done"
    CANCELLED = "cancelled"


S = AppointmentState
_OPEN: Final[Mapping[Given, AppointmentState]] = {
    Given.DIALLED: S.DUE,
    Given.AGAIN: S.BOOKED,
    Given.REASSIGNED: S.BOOKED,
    Given.DONE: S.DONE,
    Given.CANCELLED: S.CANCELLED,
}
TRANSITIONS: Final[Mapping[AppointmentState, Mapping[Given, AppointmentState]]] = {
    S.BOOKED: {Given.REMINDED: S.DUE, **_OPEN},
    S.DUE: {Given.EXPIRED: S.EXPIRED, **_OPEN},
    S.EXPIRED: _OPEN,  # whoever dials after all has it again
    S.DONE: {},
    S.CANCELLED: {},
}


def next_state(appointment: Appointment, given: Given) -> AppointmentState:
    try:
        return TRANSITIONS[appointment.state][given]
    except KeyError:
        raise AppointmentOver(appointment.appointment_id, appointment.state, given) from None


def next_deadline(appointment: Appointment) -> datetime | None:
    """When time moves it next."""
    match appointment.state:
        case S.BOOKED:
            return appointment.due_at - appointment.lead
        case S.DUE:
            return appointment.expires_at
        case S.EXPIRED | S.DONE | S.CANCELLED:
            return None


def moved_by_time(appointment: Appointment, now: datetime) -> Appointment:
    """Return it as it is now. After a long stop it may have been due and expired at once."""
    while (at := next_deadline(appointment)) is not None and at <= now:
        given = Given.REMINDED if appointment.state is S.BOOKED else Given.EXPIRED
        appointment = replace(appointment, state=next_state(appointment, given))
    return appointment


def dialled(appointment: Appointment, call_id: CallId, now: datetime) -> Appointment:
    """The call is made; from it on, he has as long again to say what came of it."""
    return replace(
        appointment,
        state=next_state(appointment, Given.DIALLED),
        calls_count=appointment.calls_count + 1,
        last_call_id=call_id,
        expires_at=max(appointment.expires_at, now + appointment.expiry),
    )


def again(appointment: Appointment, due_at: datetime, note: str) -> Appointment:
    """Nobody answered, or he asked for another time."""
    return replace(
        appointment,
        state=next_state(appointment, Given.AGAIN),
        due_at=due_at,
        expires_at=due_at + appointment.expiry,
        note=note,
    )


def reassigned(appointment: Appointment, agent_id: AgentId, now: datetime) -> Appointment:
    """Another agent is to call. He is reminded in time, or at once where that is past, and has as long as any."""
    due_at = max(appointment.due_at, now)
    return replace(
        appointment,
        state=next_state(appointment, Given.REASSIGNED),
        agent_id=agent_id,
        due_at=due_at,
        expires_at=due_at + appointment.expiry,
    )


def closed(appointment: Appointment, how: Given, note: str, now: datetime) -> Appointment:
    """`how` is DONE or CANCELLED."""
    return replace(
        appointment,
        state=next_state(appointment, how),
        note=note,
        closed_at=now,
    )
