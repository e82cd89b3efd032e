"""The page from which a visitor calls."""

from pydantic import Field

from banjie.desk.schemas.words import Asked, Bilingual, LanguageTag, Number, Sdp, Told


class VisitorOptionsOut(Told):
    number: str
    display: str
    name: Bilingual


class VisitorCallIn(Asked):
    number: Number
    sdp: Sdp
    language: LanguageTag = "zh"


class CallbackIn(Asked):
    number: str = Field(min_length=1, max_length=32, description="However it is written.")


class VisitorCallOut(Told):
    call_id: str
    token: str = Field(description="Send as `X-Call-Token`, and as `token` of the WebSocket.")
    sdp: str
