"""Why something cannot be done with an appointment."""

from typing import ClassVar

from banjie.base.errors import BanjieError


class AppointmentOver(BanjieError):
    """It is done, or cancelled: nothing can happen to it any more."""

    code: ClassVar[str] = "appointments.over"

    def __init__(self, appointment_id: str, state: str, given: str) -> None:
        super().__init__(f"appointment {appointment_id} is {state}; it cannot be {given}")


class NoSuchAppointment(BanjieError):
    """There is none by this id, or it is another agent's."""

    code: ClassVar[str] = "appointments.no_such_appointment"
