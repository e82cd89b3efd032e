"""A matter as it stands: what it is about, in whose hands, until when, and what happened to it so far."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from banjie.base.ids import CallId, CustomerId, UserId
from banjie.matters.deadlines import Term
from banjie.matters.ids import ClassId, MatterId
from banjie.matters.machine import SETTLED, MatterState
from banjie.matters.steps import AskExtension, FollowUp, Hands, Reply


class Source(StrEnum):
    CALL = "call"  # 来电
    MESSAGE = "message"
    INSTRUCTION = "instruction"  # 批示
    PLAN = "plan"
    API = "api"


class Urgency(StrEnum):
    ORDINARY = "ordinary"
    URGENT = "urgent"  # 加急
    CRITICAL = "critical"  # 特急


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a matter is about, as it was taken down.

    `parent_id`: it is one unit's part of that one (会办). `term`: until when was said with it, whatever its class says.
    """

    title: str
    text: str
    source: Source
    class_id: ClassId
    urgency: Urgency = Urgency.ORDINARY
    region: str = ""
    is_confidential: bool = False
    customer_id: CustomerId | None = None
    call_id: CallId | None = None
    parent_id: MatterId | None = None
    term: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What happened to a matter so far, in numbers; what the ladder and the statistics ask for."""

    transfers_count: int = 0  # 改派 and 退单 together
    returns_count: int = 0
    reworks_count: int = 0
    extensions_count: int = 0
    urges_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """`due_at` is the promise, `stage_due_at` when the present stage is to be over; both UTC.

    While the clock stands, `due_at` is what it was when it stopped and `stage_due_at` when it goes on by itself.
    """

    matter_id: MatterId
    number: str  # year-serial, as the office writes it: 2026-000123
    brief: Brief
    opened_at: datetime
    opened_by: UserId | None  # None: the customer himself
    promised_at: datetime  # when `due_at` became what it is
    due_at: datetime
    stage_due_at: datetime | None
    state: MatterState = MatterState.RECEIVED
    merged_into: MatterId | None = None
    hands: Hands | None = None
    supervisor_id: UserId | None = None
    level: int = 0  # how often it went a level up
    asked: AskExtension | None = None
    suspended_at: datetime | None = None
    signed_at: datetime | None = None  # first
    reply: Reply | None = None
    replied_at: datetime | None = None
    approved_by: UserId | None = None
    follow_up: FollowUp | None = None
    settled_at: datetime | None = None  # closed, merged or withdrawn
    account: Account = Account()

    @property
    def is_open(self) -> bool:
        return self.state not in SETTLED

    @property
    def owner_id(self) -> UserId | None:
        return None if self.hands is None else self.hands.owner_id
