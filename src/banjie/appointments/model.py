"""An appointment: an agent has promised to call somebody at a certain time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from banjie.base.ids import AgentId, CallId, CustomerId, TenantId

AppointmentId = NewType("AppointmentId", str)

LEAD: Final = timedelta(minutes=5)
EXPIRY: Final = timedelta(minutes=60)


class AppointmentState(StrEnum):
    BOOKED = "BOOKED"  # 已预约
    DUE = "DUE"  # 待回访: the agent has been reminded
    EXPIRED = "EXPIRED"  # 已过期: the supervisor is to find somebody else
    DONE = "DONE"  # 已完成
    CANCELLED = "CANCELLED"  # 已取消


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """`number` is E.164; agents see it masked and need not see it to call."""

    appointment_id: AppointmentId
    tenant_id: TenantId
    agent_id: AgentId  # whose it is, or, once expired, was
    customer_id: CustomerId | None
    number: str
    due_at: datetime
    lead: timedelta  # how long before that he is reminded
    expiry: timedelta  # how long after it is his
    expires_at: datetime
    note: str
    state: AppointmentState
    booked_by: AgentId
    booked_at: datetime
    from_call_id: CallId | None  # in or after which it was promised
    calls_count: int = 0
    last_call_id: CallId | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
