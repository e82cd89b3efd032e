"""Who calls, as far as we know him."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from banjie.base.ids import CustomerId, TenantId, UserId

NoteId = NewType("NoteId", str)
NOTE_MAX: Final = 2000


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNote:
    """What somebody wrote on a customer, as it was at one time. The newest version is what stands."""

    note_id: NoteId
    version: int  # 1: as it was first written
    customer_id: CustomerId
    author_id: UserId
    text: str
    written_at: datetime
