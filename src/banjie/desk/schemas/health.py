"""How the parts are."""

from typing import Literal

from banjie.desk.schemas.words import Told


class PartOut(Told):
    ok: bool
    detail: str


class HealthOut(Told):
    status: Literal["ok", "failing"]
    parts: dict[str, PartOut]
