"""What goes over HTTP when the house is set up. Here only the form is checked; what makes sense is for the rules to say."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from banjie.desk.schemas.people import UserOut
from banjie.desk.schemas.words import Asked, Bilingual, Code, Id, LanguageTag, Told
from banjie.people.model import Role

Text = Annotated[str, StringConstraints(max_length=200)]
# One line in each language; the rules say in words what is wrong with it.
Names = Annotated[dict[Annotated[str, StringConstraints(pattern=r"^(zh|en)$")], Text], Field(max_length=2)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class CodeIn(Asked):
    name: Names
    parent: Code | None = Field(None, description="Of a disposition: the group it stands in.")
    is_active: bool = True
    needs_note: bool = Field(False, description="Of a disposition: agents have to write a note with it.")


class NewCodeIn(CodeIn):
    code: Text


class OrderIn(Asked):
    codes: Annotated[list[Code], Field(max_length=1000)]


class CodeOut(Told):
    code: str
    name: Bilingual
    parent: str | None
    is_active: bool
    needs_note: bool


Periods = Annotated[list[Text], Field(max_length=20)]


class WrittenHours(Asked):
    """As `base/hours.py` reads them: `{"timezone": "Asia/Shanghai", "weekly": {"mon": ["09:00-12:00"]}}`."""

    timezone: Text
    weekly: Annotated[dict[Text, Periods], Field(max_length=7)]
    exceptions: Annotated[dict[Text, Periods], Field(max_length=500)] = Field(
        {}, description="By date: 2026-10-01. An empty list: closed that day."
    )


class HoursIn(Asked):
    name: Names
    hours: WrittenHours
    is_active: bool = True


class HoursOut(Told):
    hours_id: str
    name: Bilingual
    hours: WrittenHours
    is_active: bool
    is_open: bool = Field(description="Now.")


Ids = Annotated[list[Id], Field(max_length=200)]


class PersonIn(Asked):
    username: Text
    name: Names
    roles: list[Role]
    extension: Text | None = None
    queues: Ids = Field([])
    team_id: Id | None = None
    leads: Ids = Field([], description="The teams this person answers for.")
    skills: Annotated[dict[Id, int], Field(max_length=200)] = Field({}, description="Proficiency, 0 to 5.")
    language: LanguageTag = "zh"
    is_active: bool = True


class PeoplePage(Told):
    items: list[UserOut]
    next_after: str | None = Field(description="Pass as `after` for the page after this one.")


class KeptPersonOut(Told):
    """An account as it is now. What is secret here is shown this once; only hashes are kept."""

    user: UserOut
    password: str | None = Field(description="To sign in with, of somebody new.")
    phone_password: str | None = Field(
        description="To register the desk phone with, when there is a new one."
    )


class RosterFaultOut(Told):
    line: int = Field(description="Of the file, from 1.")
    column: str = Field(description="As the file's first line has it; empty: the whole line.")
    message: str


class ImportOut(Told):
    """What became of a file. With faults nobody was taken on."""

    rows_count: int
    faults: list[RosterFaultOut]
    added: list[KeptPersonOut]


class SiteIn(Asked):
    name: Names
    timezone: Text
    is_active: bool = True


class SiteOut(Told):
    site_id: str
    name: Bilingual
    timezone: str
    is_active: bool


class TeamIn(Asked):
    name: Names
    site_id: Id | None = None
    is_active: bool = True


class TeamOut(Told):
    team_id: str
    name: Bilingual
    site_id: str | None
    is_active: bool
    members_count: int
    leads: list[str] = Field(description="Ids of those who answer for it.")


class TrunkIn(Asked):
    name: Text
    servers: Annotated[list[Text], Field(max_length=100)] = Field(
        [], description="host or host:port, the best first"
    )
    transport: Literal["udp", "tcp", "tls"] = "udp"
    networks: Annotated[list[Text], Field(max_length=200)] = Field(
        [], description="Addresses its calls come from."
    )
    username: Text | None = None
    password: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="Never told again. Left out: as it was."
    )
    must_prove: bool = Field(False, description="It proves itself by the same name and password.")
    has_in_band_digits: bool = Field(False, description="Its callers' keys come as tones.")
    transfers_by_refer: bool = Field(
        False,
        description="It carries its callers on to outside numbers by itself (SIP REFER), without recording or "
        "supervision of ours; where it refuses, we do.",
    )
    is_active: bool = True


class TrunkServerOut(Told):
    """What is known of one address of a trunk's servers now, from asking it by OPTIONS."""

    address: str
    is_up: bool | None = Field(description="None: it has not answered yet, nor failed to.")
    answered_s_ago: float | None


class PhoneDeviceOut(Told):
    """A phone that is registered now. Times are in seconds."""

    host: str = Field(description="Of a public address the last part is not shown.")
    transport: str
    is_natted: bool
    user_agent: str = Field(description="What it calls itself; may be empty.")
    since_s_ago: float
    renewed_s_ago: float = Field(description="Since it was heard from last.")
    expires_in_s: float


class PhoneOut(Told):
    """What an extension may register, and has registered."""

    user_id: str
    name: Names
    extension: str
    is_active: bool = Field(description="Works here; of others no phone may register.")
    is_blocked: bool
    has_own_password: bool = Field(description="No: it registers by the password its owner signs in with.")
    devices: list[PhoneDeviceOut]


class PhoneIn(Asked):
    is_blocked: bool


class TrunkOut(Told):
    trunk_id: str | None = Field(description="None: of the settings (BANJIE_TRUNKS), not to be changed here.")
    name: str
    servers: list[str]
    transport: str
    networks: list[str]
    username: str | None
    has_password: bool
    must_prove: bool
    has_in_band_digits: bool
    transfers_by_refer: bool
    is_active: bool
    state: list[TrunkServerOut]


class NumberIn(Asked):
    number: Text
    name: Names
    script_id: Id
    hours_id: Id | None = None
    keeps_own_hours: bool = Field(False, description="The times written in its plan stay.")
    blocked: Annotated[list[Text], Field(max_length=10_000)] = Field(
        [], description="As +8613812345678, +86755."
    )
    is_active: bool = True
