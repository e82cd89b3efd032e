"""What goes over HTTP: bytes from outside are checked here, and nowhere inside again."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from banjie.calls.supervision import Mode
from banjie.people.model import Permission, Role
from banjie.stories.views import AgentView, QueueView

ID_PATTERN: Final = r"^[A-Za-z0-9_.\-]{1,64}$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-]{1,40}$")]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9A-D*#]{1,32}$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]
Sdp = Annotated[str, StringConstraints(pattern=r"^v=0\r?\n[^\x00]*$", max_length=60_000)]
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", strip_whitespace=True)]
Prose = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=2_000)]
LanguageTag = Literal["zh", "en"]
Bilingual = dict[str, str]


class Asked(BaseModel):
    """A request body: unknown fields are refused, so that a misspelt one is not silently dropped."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class FaultOut(Told):
    field: str = Field(description="`name.zh` is the part `zh` of the field `name`.")
    message: str


class Problem(Told):
    """Every refusal, in the reader's language."""

    code: str
    message: str
    what_to_do: str
    faults: list[FaultOut] = Field([], description="What is wrong with which field, in words.")


# --- people -----------------------------------------------------------------------------------------------


class SignIn(Asked):
    username: Annotated[Line, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


NewPassword = Annotated[str, Field(min_length=1, max_length=256)]


class PasswordChange(Asked):
    current: Annotated[str, Field(min_length=1, max_length=256)]
    new: NewPassword


class PasswordIn(Asked):
    new: NewPassword


class UserOut(Told):
    user_id: str
    username: str
    name: Bilingual
    roles: list[Role]
    extension: str | None
    queues: list[str]
    language: str
    is_active: bool
    team_id: str | None
    leads: list[str] = Field(description="The teams this person answers for.")
    skills: dict[str, int] = Field(description="With the proficiency, 0 to 5.")
    has_own_phone_password: bool


class TenantOut(Told):
    tenant_id: str
    name: Bilingual
    timezone: str


class SessionOut(Told):
    user: UserOut
    permissions: list[Permission]
    tenant: TenantOut
    csrf_token: str
    expires_at: datetime


class ApiKeyIn(Asked):
    name: Annotated[Line, Field(min_length=1, max_length=80)]
    permissions: Annotated[list[Permission], Field(min_length=1)]
    expires_at: datetime | None = None


class ApiKeyOut(Told):
    key_id: str
    name: str
    prefix: str
    permissions: list[Permission]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    key: str = Field(description="Shown once; only its hash is kept.")


class ChangeOut(Told):
    field: str
    before: str
    after: str


class AuditOut(Told):
    user_id: str | None
    action: str
    subject: str
    facts: dict[str, str]
    changes: list[ChangeOut]
    source: str
    occurred_at: datetime


class AuditPage(Told):
    items: list[AuditOut]
    next_cursor: str | None = Field(description="Pass as `cursor` for the page after this one.")


# --- the agent's desk -------------------------------------------------------------------------------------


class ChoiceOut(Told):
    code: str
    label: Bilingual
    parent: str | None
    is_active: bool = Field(description="False: kept to be read, not to be chosen.")


class QueueOut(Told):
    queue_id: str
    name: Bilingual
    priority: int
    ring_timeout_s: float
    acw_s: float | None = Field(description="After-call work; none: only the disposition ends it.")
    misses_before_break: int
    rejections_before_break: int
    service_level_s: float
    hours_id: str | None
    is_active: bool = Field(description="False: no new calls; those that wait are answered.")
    agents_count: int


class OptionsOut(Told):
    break_reasons: list[ChoiceOut]
    dispositions: list[ChoiceOut]
    queues: list[QueueOut]


class SteerIn(Asked):
    state: Literal["OFFLINE", "READY", "BREAK"]
    reason: Code | None = Field(None, description="Code of a break reason; needed for BREAK.")


class StateIn(SteerIn):
    device: Literal["browser", "phone"] = "browser"


class SdpIn(Asked):
    sdp: Sdp


class SdpOut(Told):
    sdp: str
    leg_id: str = Field(
        description="The sound of this page. While the call shows another, another page has it."
    )


class ModeIn(Asked):
    mode: Mode


class ListenIn(ModeIn):
    sdp: Sdp


class TargetIn(Asked):
    """Exactly one: a colleague, an outside number, a queue, or one of our own numbers, whose script begins."""

    agent_id: Id | None = None
    number: Annotated[str, StringConstraints(max_length=40)] | None = None
    queue_id: Id | None = None
    script_of: Annotated[str, StringConstraints(max_length=40)] | None = None


class PlaceIn(Asked):
    """Whom to call: exactly one of the three; with `sdp` from this page, without it from the agent's desk phone."""

    number: Annotated[str, StringConstraints(max_length=40)] | None = None
    agent_id: Id | None = None
    back_to: Id | None = Field(None, description="A call: its customer is called back.")
    sdp: Sdp | None = None


class PlacedOut(Told):
    call_id: str
    sdp: str | None
    leg_id: str


class SwapIn(Asked):
    aside: bool = Field(description="Speak to whom is asked; false: to the caller.")


class ColleagueOut(Told):
    agent_id: str
    name: Bilingual
    extension: str
    state: str = Field(description="Only READY ones can be rung.")


class QueueTargetOut(Told):
    queue_id: str
    name: Bilingual
    waiting_count: int
    longest_since: datetime | None
    ready_count: int


class NumberTargetOut(Told):
    number: str
    name: Bilingual


class TargetsOut(Told):
    colleagues: list[ColleagueOut]
    queues: list[QueueTargetOut]
    numbers: list[NumberTargetOut]
    can_dial_out: bool


class HelpIn(Asked):
    wanted: bool


class MuteIn(Asked):
    muted: bool


class DigitsIn(Asked):
    digits: Digits


class DispositionIn(Asked):
    code: Code
    note: Prose = ""


# --- calls ------------------------------------------------------------------------------------------------


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
    has_recording: bool
    recording_s: float | None


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
    events: list[CallEventOut]


class WallboardOut(Told):
    queues: list[QueueView]
    agents: list[AgentView]


# --- scripts and numbers ----------------------------------------------------------------------------------


class ScriptOut(Told):
    script_id: str
    name: Bilingual
    published_version: int | None
    published_at: datetime | None
    draft_changed_at: datetime | None


class ScriptProblemOut(Told):
    code: str
    node: str | None
    message: Bilingual


class DraftIn(Asked):
    document: dict[str, JsonValue]
    revision: Annotated[int, Field(ge=0, description="The revision this draft was made from.")]


class DraftOut(Told):
    script_id: str
    name: Bilingual
    document: dict[str, JsonValue]
    revision: int
    published_version: int | None
    changed_at: datetime
    changed_by: str | None
    problems: list[ScriptProblemOut]


class PublishIn(Asked):
    revision: Annotated[int, Field(ge=0)]


class PublishedOut(Told):
    script_id: str
    version: int


class NumberOut(Told):
    number_id: str
    number: str
    display: str = Field(description="As printed: 400-000-0001.")
    name: Bilingual
    script_id: str | None
    script_name: Bilingual | None
    script_version: int | None
    is_open: bool
    hours_id: str | None
    has_own_hours: bool = Field(description="Times written in its own plan.")
    blocked: list[str]
    is_active: bool


# --- visitors ---------------------------------------------------------------------------------------------


class VisitorOptionsOut(Told):
    number: str
    display: str
    name: Bilingual


class VisitorCallIn(Asked):
    number: Number
    sdp: Sdp
    language: LanguageTag = "zh"


class VisitorCallOut(Told):
    call_id: str
    token: str = Field(description="Send as `X-Call-Token`, and as `token` of the WebSocket.")
    sdp: str


# --- health -----------------------------------------------------------------------------------------------


class PartOut(Told):
    ok: bool
    detail: str


class HealthOut(Told):
    status: Literal["ok", "failing"]
    parts: dict[str, PartOut]
