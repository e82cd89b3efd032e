"""What is asked and told of customers."""

from datetime import datetime

from pydantic import Field

from banjie.customers.model import Level
from banjie.desk.schemas.calls import CallOut
from banjie.desk.schemas.words import Asked, Bilingual, Id, Line, Number, Prose, Told


class CustomerOut(Told):
    """`numbers` are masked unless the reader may see numbers."""

    customer_id: str
    name: str
    level: Level
    numbers: list[str]
    region: str | None
    language: str | None
    note: str
    created_at: datetime


class NoteVersionOut(Told):
    text: str
    written_at: datetime


class NoteOut(NoteVersionOut):
    note_id: str
    author_id: str
    author_name: Bilingual
    is_mine: bool = Field(description="Only who wrote it changes it.")
    before: list[NoteVersionOut] = Field(description="As it was, the newest first.")


class OpenMatterOut(Told):
    matter_id: str
    title: str
    state: Bilingual
    owner: Bilingual
    due_at: datetime


class CardOut(Told):
    customer: CustomerOut | None
    calls_today_count: int = Field(description="His calls to us, the present one among them.")
    matters: list[OpenMatterOut]
    notes: list[NoteOut]


class ContactOut(Told):
    call: CallOut
    agent_name: Bilingual | None
    can_listen: bool


class ContactPage(Told):
    items: list[ContactOut]
    next_cursor: str | None = Field(description="Pass as `cursor` for the page after this one.")


class NewCustomerIn(Asked):
    name: Line
    level: Level = Level.REGULAR
    number: Number | None = Field(None, description="Where he calls from shows none, or another is his.")


class LinkIn(Asked):
    customer_id: Id


class NoteIn(Asked):
    text: Prose
