"""What goes over HTTP when the house is set up. Here only the form is checked; what makes sense is for the rules to say."""

from typing import Annotated

from pydantic import Field, StringConstraints

from banjie.desk.schemas import Asked, Bilingual, Code, Id, Told

_Text = Annotated[str, StringConstraints(max_length=200)]
# One line in each language; the rules say in words what is wrong with it.
Names = Annotated[dict[Annotated[str, StringConstraints(pattern=r"^(zh|en)$")], _Text], Field(max_length=2)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class QueueIn(Asked):
    name: Names
    ring_timeout_s: Number
    acw_s: Number | None = Field(description="None: only the disposition ends the after-call work.")
    misses_before_break: int
    rejections_before_break: int
    service_level_s: Number
    hours_id: Id | None = None
    is_active: bool = True


class CodeIn(Asked):
    name: Names
    parent: Code | None = Field(None, description="Of a disposition: the group it stands in.")
    is_active: bool = True


class NewCodeIn(CodeIn):
    code: _Text


class OrderIn(Asked):
    codes: Annotated[list[Code], Field(max_length=1000)]


class CodeOut(Told):
    code: str
    name: Bilingual
    parent: str | None
    is_active: bool


Periods = Annotated[list[_Text], Field(max_length=20)]


class WrittenHours(Asked):
    """As `base/hours.py` reads them: `{"timezone": "Asia/Shanghai", "weekly": {"mon": ["09:00-12:00"]}}`."""

    timezone: _Text
    weekly: Annotated[dict[_Text, Periods], Field(max_length=7)]
    exceptions: Annotated[dict[_Text, Periods], Field(max_length=500)] = Field(
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
