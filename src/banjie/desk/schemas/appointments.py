"""What is asked and told of appointments."""

from datetime import datetime

from pydantic import AwareDatetime, Field

from banjie.appointments.model import EXPIRY, LEAD, AppointmentState
from banjie.desk.schemas.words import Asked, Id, Number, Prose, Sdp, Told


class LaterIn(Asked):
    due_at: AwareDatetime
    note: Prose = ""
    closed_accepted: bool = Field(False, description="The house is closed then, and this is meant.")


class AppointmentIn(LaterIn):
    """Whom to call: exactly one of the two."""

    call_id: Id | None = Field(None, description="A call: its customer.")
    number: Number | None = None
    lead_min: float = Field(LEAD.total_seconds() / 60, description="Minutes before, to remind.")
    expiry_min: float = Field(
        EXPIRY.total_seconds() / 60, description="Minutes after, then the supervisor's."
    )


class ClosingIn(Asked):
    note: Prose = ""


class DialIn(Asked):
    sdp: Sdp | None = Field(None, description="None: the desk phone rings first.")


class ReassignIn(Asked):
    agent_id: Id


class AppointmentOut(Told):
    """`number` is masked unless the reader may see numbers."""

    appointment_id: str
    agent_id: str
    customer_id: str | None
    customer_name: str | None
    number: str
    due_at: datetime
    lead_min: float
    expiry_min: float
    expires_at: datetime
    note: str
    state: AppointmentState
    booked_by: str
    booked_at: datetime
    calls_count: int
    last_call_id: str | None
