"""What goes over HTTP of the wallboard: thresholds, agents moved, screens on walls."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from banjie.desk.schemas.desk import ChoiceOut
from banjie.desk.schemas.people import TenantOut
from banjie.desk.schemas.words import Asked, Id, Line, Told

Number = Annotated[float, Field(allow_inf_nan=False)]


class ThresholdsIn(Asked):
    """Waiting and longest wait warn from there upwards, the service level from there downwards."""

    waiting_amber: int
    waiting_red: int
    longest_amber_s: Number
    longest_red_s: Number
    level_amber_ratio: Number
    level_red_ratio: Number


Agents = Annotated[list[Id], Field(min_length=1, max_length=200)]
Queues = Annotated[list[Id], Field(max_length=200)]


class MoveIn(Asked):
    """What several agents serve from now on, beside and instead of what they serve now."""

    agents: Agents
    add: Queues = Field([])
    remove: Queues = Field([])
    levels: Annotated[dict[Id, int | None], Field(max_length=200)] = Field(
        {}, description="Of skills, 0 to 5; null takes the skill away."
    )
    until: Literal["put_back", "end_of_day"] = Field(
        "put_back", description="end_of_day: of the house's day."
    )


class PutBackIn(Asked):
    agents: Agents


class WallScreenIn(Asked):
    name: Annotated[Line, Field(max_length=200)] = Field(description="Where it hangs.")
    teams: Annotated[list[Id], Field(max_length=200)] | None = Field(
        None, description="Whose agents and queues it shows; none: all."
    )


class WallScreenOut(Told):
    screen_id: str
    name: str
    teams: list[str] | None
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


class NewWallScreenOut(WallScreenOut):
    token: str = Field(
        description="The page of the screen is /wall#TOKEN. Shown in this answer and never again."
    )


class WallOut(Told):
    """What a screen needs besides the live board."""

    name: str
    tenant: TenantOut
    break_reasons: list[ChoiceOut]
