"""Those who are called back."""

from datetime import datetime

from pydantic import Field

from banjie.desk.schemas.words import Told
from banjie.routing.kept import Ending


class CallbackOut(Told):
    """One callback. `number` is masked unless the reader may see numbers."""

    call_id: str = Field(description="The call in which he asked for it.")
    queue_id: str
    number: str
    customer_id: str | None
    customer_name: str | None
    waiting_since: datetime = Field(description="His place: the earlier, the sooner it is his turn.")
    asked_at: datetime
    expires_at: datetime
    state: str = Field(description="waiting, offered, dialled, asleep, or ended.")
    position: int | None = Field(description="1: next in its queue.")
    attempts: int
    next_at: datetime | None = Field(description="Not before: it was tried in vain.")
    agent_id: str | None = Field(description="Who dialled last.")
    last_call_id: str | None = Field(description="The last attempt, or the call he made himself.")
    ended_at: datetime | None
    ending: Ending | None


class CallbackPage(Told):
    items: list[CallbackOut]
    next_cursor: str | None = Field(description="Pass as `cursor` for the page after this one.")
