"""Call scripts and the numbers that lead to them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from banjie.desk.schemas.words import Asked, Bilingual, Id, Told


class ScriptOut(Told):
    script_id: str
    name: Bilingual
    published_version: int | None
    published_at: datetime | None
    draft_changed_at: datetime | None
    is_active: bool


class FromTemplateIn(Asked):
    kind: Literal["template"]
    template: Literal["person", "menu", "voicemail"]
    queue_id: Id = Field(description="Whose people answer, or hear the messages.")


class CopyIn(Asked):
    kind: Literal["copy"]
    script_id: Id = Field(description="Its draft, as it is now.")


class NewScriptIn(Asked):
    name: Bilingual
    begin: Annotated[FromTemplateIn | CopyIn, Field(discriminator="kind")]


class ScriptIn(Asked):
    name: Bilingual
    is_active: bool = Field(True, description="No: no number can lead there. Refused while one does.")


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
    silent: list[str] = Field(
        description="Prompts without a sound yet, as NAME.LANGUAGE; callers hear nothing of them."
    )


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
