"""What an agent sees, asks for and is told."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from banjie.calls.supervision import Mode
from banjie.desk.schemas.queues import QueueOut
from banjie.desk.schemas.words import Asked, Bilingual, Code, Digits, Id, Prose, Sdp, Told
from banjie.insight.measures import Unit
from banjie.routing.spoken_wait import SaidWait


class ChoiceOut(Told):
    code: str
    label: Bilingual
    parent: str | None
    is_active: bool = Field(description="False: kept to be read, not to be chosen.")
    needs_note: bool = Field(description="A disposition that is refused without a note.")


class OptionsOut(Told):
    break_reasons: list[ChoiceOut]
    dispositions: list[ChoiceOut]
    queues: list[QueueOut]


class FigureOut(Told):
    """A measure: `value` in its unit (a ratio lies in 0..1), none where it would divide by nothing."""

    key: str
    name: Bilingual
    unit: Unit
    formula: Bilingual
    value: float | None


class DayOut(Told):
    on: date = Field(description="The day of the site.")
    timezone: str
    figures: list[FigureOut]


class SteerIn(Asked):
    state: Literal["OFFLINE", "READY", "BREAK"]
    reason: Code | None = Field(None, description="Code of a break reason; needed for BREAK.")


class StateIn(SteerIn):
    device: Literal["browser", "phone"] = "browser"


class SdpIn(Asked):
    sdp: Sdp


class SdpOut(Told):
    sdp: str
    call_id: str = Field(description="The call he is in: of a callback a new one, to the customer.")
    leg_id: str = Field(
        description="The sound of this page. While the call shows another, another page has it."
    )


class PriorityIn(Asked):
    priority: Annotated[int, Field(ge=0, le=1000)]


class NeedsIn(Asked):
    needs: Annotated[dict[Code, Annotated[int, Field(ge=0, le=5)]], Field(max_length=20)] = Field(
        description="Skills, each with the least proficiency; empty: none beside those of the queue."
    )


class SendIn(Asked):
    queue_id: Id


class WaitingOut(Told):
    """One who waits in a queue. `number` is masked unless the reader may see numbers."""

    call_id: str
    number: str
    customer_name: str | None
    level: str | None
    waiting_since: datetime
    position: int = Field(description="1: next.")
    priority: int
    needs: dict[str, int] = Field(
        description="Skills asked for now, his queue's included, each with the least proficiency."
    )
    own_needs: dict[str, int] = Field(
        description="Of these: what he asks for beside his queue; this can be changed."
    )
    expected: SaidWait | None
    is_ringing: bool
    is_callback: bool = Field(description="He has left and is to be called back; his place waits.")


class WaitingPage(Told):
    items: list[WaitingOut]
    next_after: int | None = Field(description="Pass as `after` for the page after this one.")


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
    expected: SaidWait | None = Field(description="Of who is sent there now; none: nothing is known yet.")


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
