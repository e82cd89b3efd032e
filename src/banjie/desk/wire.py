"""What goes over the WebSocket: the messages, as types for the OpenAPI document and for reading what clients send.

A topic is a map from key to entity. `snapshot` replaces the reader's map; `set` and `drop` change it. A change whose
`seq` is not the last seen plus one means that something was lost: subscribe again.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from banjie.stories.views import (
    AcwView,
    AgentView,
    AppointmentsView,
    CallView,
    MinutesView,
    OfferView,
    QueueView,
    VisitorCallView,
    WatchView,
)

TopicName = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]


class LiveRequest(BaseModel):
    """What a client sends. Subscribing again asks for a fresh snapshot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subscribe: TopicName


class MeEntities(BaseModel):
    """Keys of the topic `me`; an absent key means there is none."""

    agent: AgentView | None = None
    offer: OfferView | None = None
    call: CallView | None = None
    acw: AcwView | None = None
    watch: WatchView | None = None
    appointments: AppointmentsView | None = None


class WallboardEntities(BaseModel):
    """The topic `wallboard` has keys `queue/ID`, `minutes/ID` and `agent/ID`: those the reader may know of."""

    queue: QueueView
    minutes: MinutesView
    agent: AgentView


class VisitorEntities(BaseModel):
    """Keys of the topic `visitor`, on the socket of one visitor's call."""

    call: VisitorCallView | None = None


Entity = (
    AgentView
    | OfferView
    | CallView
    | AcwView
    | WatchView
    | AppointmentsView
    | QueueView
    | MinutesView
    | VisitorCallView
)


class LiveSnapshot(BaseModel):
    topic: str
    seq: int
    snapshot: dict[str, Entity]


class LiveChange(BaseModel):
    topic: str
    seq: int
    set: dict[str, Entity]
    drop: list[str]


class LiveBeat(BaseModel):
    """Sent every few seconds, so that a page notices that the server is gone, or the set-up another."""

    beat: int
    set_up: int = Field(description="Another number than before: names and lists are to be read again.")


class LiveRefusal(BaseModel):
    """A subscription that is not allowed or not known; the socket stays open."""

    refused: str = Field(description="The topic.")
    code: str


LIVE_TYPES = TypeAdapter(
    LiveRequest
    | LiveSnapshot
    | LiveChange
    | LiveBeat
    | LiveRefusal
    | MeEntities
    | WallboardEntities
    | VisitorEntities
)
