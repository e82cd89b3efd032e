"""Reading calls back: which ones are asked for, and the port that finds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from banjie.base.ids import AgentId, CallId, QueueId, TenantId
from banjie.calls.cdr import Cdr, Outcome
from banjie.calls.events import CallEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuery:
    """Which calls, newest first: by `arrived_at`, then by id. None asks for all."""

    agent_id: AgentId | None = None
    queue_id: QueueId | None = None
    outcome: Outcome | None = None
    caller: str | None = None  # exact digits
    since: datetime | None = None  # arrived at or after
    until: datetime | None = None  # arrived before
    before: tuple[datetime, CallId] | None = None  # place of the last one already seen
    limit: int = 50


class CallHistory(Protocol):
    async def list_calls(self, tenant_id: TenantId, query: CallQuery) -> Sequence[Cdr]: ...

    async def find_call(self, tenant_id: TenantId, call_id: CallId) -> Cdr | None: ...

    async def list_events(self, tenant_id: TenantId, call_id: CallId) -> Sequence[CallEvent]:
        """In the order of the log: the place in the list is the event's number."""
