"""What is asked and told of matters."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from banjie.desk.schemas.words import Asked, Bilingual, Id, Line, Prose, Told
from banjie.matters.deadlines import DayKind, TermKind
from banjie.matters.lights import Light, Standing
from banjie.matters.machine import MatterState
from banjie.matters.model import Source, Urgency
from banjie.matters.parts import Part

Title = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Said = Annotated[Prose, StringConstraints(min_length=1)]  # a reason, an answer: it may not be empty
StepName = Literal[
    "dispatch",
    "sign",
    "return",
    "reassign",
    "report",
    "ask_extension",
    "grant_extension",
    "refuse_extension",
    "suspend",
    "resume",
    "reply",
    "approve",
    "rework",
    "follow_up",
    "archive",
    "urge",
    "escalate",
    "merge",
    "withdraw",
]


class TermIn(Asked):
    kind: TermKind
    count: int = Field(1, ge=1, le=366)


class HandsIn(Asked):
    owner_id: Id
    unit_id: Id
    helpers: list[Id] = Field([], max_length=20)


class BriefIn(Asked):
    title: Title
    text: Prose = ""
    class_id: Id
    source: Source = Source.CALL
    urgency: Urgency = Urgency.ORDINARY
    region: Annotated[Line, StringConstraints(max_length=100)] = ""
    is_confidential: bool = False
    customer_id: Id | None = None
    call_id: Id | None = None
    term: TermIn | None = Field(None, description="Until when was said with it, whatever its class says.")


class MatterIn(BriefIn):
    hands: HandsIn | None = Field(None, description="Who has it at once; else it waits for the dispatcher.")


class ShareIn(BriefIn):
    hands: HandsIn


class SharesIn(Asked):
    """One matter split among several units. All are handed out, or none."""

    shares: list[ShareIn] = Field(min_length=1, max_length=50)


class DispatchIn(Asked):
    step: Literal["dispatch"]
    hands: HandsIn
    supervisor_id: Id | None = Field(None, description="Who signs it off; None: who hands it out.")


class SignIn(Asked):
    step: Literal["sign"]


class ReturnIn(Asked):
    step: Literal["return"]
    reason: Said


class ReassignMatterIn(Asked):
    step: Literal["reassign"]
    hands: HandsIn
    reason: Said


class ReportIn(Asked):
    step: Literal["report"]
    text: Said


class AskExtensionIn(Asked):
    step: Literal["ask_extension"]
    days_count: int = Field(ge=1, le=366, description="Working days.")
    reason: Said


class GrantExtensionIn(Asked):
    step: Literal["grant_extension"]


class RefuseExtensionIn(Asked):
    step: Literal["refuse_extension"]
    reason: Said


class SuspendIn(Asked):
    step: Literal["suspend"]
    reason: Said
    until: AwareDatetime


class ResumeIn(Asked):
    step: Literal["resume"]


class ReplyIn(Asked):
    step: Literal["reply"]
    text: Said
    evidence: list[Id] = Field([], max_length=20)
    customer_confirmed: bool = False


class ApproveIn(Asked):
    step: Literal["approve"]


class ReworkIn(Asked):
    step: Literal["rework"]
    reason: Said


class FollowUpIn(Asked):
    step: Literal["follow_up"]
    answer: Literal["satisfied", "dissatisfied", "missed"]
    is_solved: bool | None = None
    text: Prose = ""


class ArchiveIn(Asked):
    step: Literal["archive"]


class UrgeIn(Asked):
    step: Literal["urge"]
    text: Prose = ""


class EscalateIn(Asked):
    step: Literal["escalate"]
    text: Prose = ""


class MergeIn(Asked):
    step: Literal["merge"]
    into: Id


class WithdrawIn(Asked):
    step: Literal["withdraw"]
    reason: Said


StepIn = Annotated[
    DispatchIn
    | SignIn
    | ReturnIn
    | ReassignMatterIn
    | ReportIn
    | AskExtensionIn
    | GrantExtensionIn
    | RefuseExtensionIn
    | SuspendIn
    | ResumeIn
    | ReplyIn
    | ApproveIn
    | ReworkIn
    | FollowUpIn
    | ArchiveIn
    | UrgeIn
    | EscalateIn
    | MergeIn
    | WithdrawIn,
    Field(discriminator="step"),
]


class MatterQuery(Asked):
    """Which of the matters I may read."""

    mine: Literal["owned", "helped", "supervised"] | None = Field(
        None, description="In my hands, or mine to sign off."
    )
    state: list[MatterState] = Field([], max_length=len(MatterState))
    is_open: bool | None = None
    unit_id: Id | None = None
    owner_id: Id | None = None
    class_id: Id | None = None
    customer_id: Id | None = None
    call_id: Id | None = None
    parent_id: Id | None = None
    text: Annotated[Line, StringConstraints(min_length=1, max_length=100)] | None = None
    order: Literal["due", "stage_due", "opened"] = Field(
        "due", description="The most pressing first; by `opened` the newest."
    )
    cursor: Annotated[str, StringConstraints(max_length=300)] | None = None
    limit: int = Field(50, ge=1, le=200)


class HandsOut(Told):
    owner_id: str
    owner_name: Bilingual
    unit_id: str
    unit_name: Bilingual
    helpers: list[str]


class MatterOut(Told):
    matter_id: str
    number: str
    title: str
    state: MatterState
    standing: Standing
    light: Light
    class_id: str
    class_name: Bilingual
    source: Source
    urgency: Urgency
    region: str
    is_confidential: bool
    hands: HandsOut | None
    supervisor_id: str | None
    parent_id: str | None
    customer_id: str | None
    call_id: str | None
    opened_at: datetime
    due_at: datetime
    stage_due_at: datetime | None
    settled_at: datetime | None
    level: int
    transfers_count: int
    reworks_count: int
    urges_count: int


class MatterPage(Told):
    items: list[MatterOut]
    next_cursor: str | None


class CountedDayOut(Told):
    day: date
    kind: DayKind
    name: str
    number: int | None


class WholeMatterOut(MatterOut):
    """One matter with all of it. `steps` are those the reader may take now."""

    text: str
    opened_by: str | None
    supervisor_name: Bilingual | None
    asked_days: int | None
    asked_reason: str | None
    reply_text: str | None
    evidence: list[str]
    replied_at: datetime | None
    follow_up: Literal["satisfied", "dissatisfied", "missed"] | None
    is_solved: bool | None
    merged_into: str | None
    due_days: list[CountedDayOut] = Field(description="How the deadline of its class came about.")
    steps: list[StepName]


class LineOut(Told):
    """A line of its history. `step` None: it came."""

    number: int
    at: datetime
    by: str | None
    by_name: Bilingual | None
    part: Part
    step: StepName | None
    facts: dict[str, object] = Field(description="What was said with the step.")
    state: MatterState
    due_at: datetime


class NoticeOut(Told):
    key: str
    matter_id: str
    tells: str
    at: datetime


class SeenIn(Asked):
    keys: list[Annotated[str, StringConstraints(max_length=300)]] = Field(min_length=1, max_length=200)


class UnitOut(Told):
    unit_id: str
    name: Bilingual
    head_id: str | None
    parent_id: str | None
    members: list[str]
    is_active: bool


class ClassOut(Told):
    class_id: str
    parent_id: str | None
    name: Bilingual
    term: TermIn
    needs_evidence: bool
    needs_customer: bool
    needs_second_approval: bool
    has_follow_up: bool
    extensions_max: int
    extension_days_max: int
    is_active: bool
