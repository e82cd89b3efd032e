"""Calls that were, and the wallboard."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from banjie.desk.schemas.words import Told
from banjie.stories.views import AgentView, QueueView


class CallOut(Told):
    """One call. `caller` is masked unless the reader may see numbers."""

    call_id: str
    direction: Literal["in", "out", "internal"]
    channel: str
    peer: str = Field(
        description="Trunk, phone or page it came through; `demonstration`: made up at seeding."
    )
    dialled: str
    caller: str
    customer_id: str | None
    customer_name: str | None
    language: str
    arrived_at: datetime
    queued_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    wait_s: float | None
    talk_s: float | None
    hold_s: float
    pressed: str
    queue_id: str | None
    agent_id: str | None
    outcome: str
    end_reason: str | None
    disposition: str | None
    is_unregistered: bool = Field(
        description="The disposition is the system's; the agent may still say what the call was."
    )
    note: str | None
    callback_of: str | None = Field(description="The call whose caller is called back in this one.")
    has_recording: bool
    recording_s: float | None
    mos: float | None = Field(
        description="How well the worst leg was heard: mean opinion score by the E-model, 1 to 4.41."
    )


class CallPage(Told):
    items: list[CallOut]
    next_cursor: str | None = Field(description="Pass as `cursor` for the page after this one.")


class CallEventOut(Told):
    seq: int
    kind: str
    occurred_at: datetime
    facts: dict[str, JsonValue]


class CallDetailOut(Told):
    call: CallOut
    called_back_in: list[str] = Field(description="The calls made to call him back, oldest first.")
    events: list[CallEventOut]


class WallboardOut(Told):
    queues: list[QueueView]
    agents: list[AgentView]
