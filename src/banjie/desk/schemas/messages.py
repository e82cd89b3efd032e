"""Messages over HTTP."""

from datetime import datetime

from pydantic import Field

from banjie.desk.schemas.words import Asked, Told


class MessageOut(Told):
    call_id: str
    box: str = Field(description="The queue it is for.")
    left_at: datetime
    duration_s: float
    number: str
    customer_name: str | None
    handled_by: str | None = Field(description="None: nobody has dealt with it yet.")
    handled_at: datetime | None


class HandledIn(Asked):
    is_handled: bool
