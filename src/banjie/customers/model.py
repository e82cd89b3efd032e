"""Who calls, as far as we know him."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from banjie.base.ids import CustomerId, TenantId


class Level(StrEnum):
    REGULAR = "regular"
    VIP = "vip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`numbers` are kept in E.164, so that every way of writing one finds him."""

    customer_id: CustomerId
    tenant_id: TenantId
    name: str
    level: Level
    numbers: tuple[str, ...]
    region: str | None
    language: str | None  # what he was last served in
    note: str
    created_at: datetime
