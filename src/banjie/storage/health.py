"""How a part of the store fares, for `/healthz`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    ok: bool
    detail: str
