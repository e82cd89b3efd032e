"""What goes over HTTP: bytes from outside are checked here, and nowhere inside again."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

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
