"""What may be asked of the calls that are stored, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId
from banjie.calls.cdr import Cdr, Outcome
from banjie.calls.events import CallEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacted:
    """Somebody who called us or was called: a customer, or whoever has one of these numbers, as they stand in records."""

    customer_id: CustomerId | None
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Which calls are wanted; what is None does not matter."""

    since: datetime | None = None  # by arrival, included
    until: datetime | None = None  # by arrival, excluded
    queue_id: QueueId | None = None
    agent_id: AgentId | None = None
    agents: frozenset[AgentId] | None = None  # only calls in which one of these took part, or nobody did
    caller: str | None = None
    dialled: str | None = None
    outcome: Outcome | None = None
    party: Contacted | None = None
    is_unregistered: bool = False  # True: only those the system closed in the agent's stead


def is_call_of(call: Cdr, agents: frozenset[AgentId] | None) -> bool:
    """Whether one of these took part in the call, or nobody did; None: any call."""
    took_part = {call.agent_id, *(segment.agent_id for segment in call.segments)} - {None}
    return agents is None or not took_part or not took_part.isdisjoint(agents)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMark:
    """Where a page ended: the arrival and id of its last call."""

    arrived_at: datetime
    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """A call whose end, or whose disposition, was never written: the process that carried it was killed."""

    cdr: Cdr
    last_seq: int
    events: tuple[CallEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """What became of the calls that entered one queue. Those still waiting are in `offered_count` only."""

    offered_count: int = 0
    answered_count: int = 0
    answered_in_time_count: int = 0  # waited no longer than the threshold
    abandoned_count: int = 0
    abandoned_late_count: int = 0  # gave up after the threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAgent:
    """Who talked to somebody last, and when they began."""

    agent_id: AgentId
    at: datetime


class CallStore(Protocol):
    async def find_call(self, call_id: CallId) -> Cdr | None: ...

    async def events_of(self, call_id: CallId) -> Sequence[CallEvent]:
        """Return the log of a call from its first event; empty if there is none."""

    async def callbacks_of(self, call_id: CallId) -> Sequence[CallId]:
        """Return the calls in which the caller of this one was, or was to be, called back, oldest first."""

    async def list_calls(self, wanted: CallFilter, *, after: PageMark | None, limit: int) -> Sequence[Cdr]:
        """Newest first; `after` is the mark of the page before."""

    async def list_today(self, agent_id: AgentId, since: datetime, limit: int) -> Sequence[Cdr]:
        """Return the calls this agent was connected to, newest first."""

    async def last_agent_of(
        self, caller: str, customer_id: CustomerId | None, before: datetime
    ) -> LastAgent | None:
        """Of this number, or of this customer by any number."""

    async def count_calls_from(self, caller: str, before: datetime) -> int: ...

    async def open_calls(self) -> Sequence[OpenCall]:
        """Return what a killed process left, oldest first. Ask before the first new call only."""

    async def queue_counts(self, since: datetime, threshold_s: float) -> Mapping[QueueId, QueueCounts]: ...
