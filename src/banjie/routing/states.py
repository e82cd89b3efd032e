"""The history of agents' states: one stretch of time after another, without gap or overlap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from banjie.base.ids import AgentId, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class StateEntered:
    """An agent's state from this moment on. Recorded."""

    agent_id: AgentId
    state: str
    reason: str | None
    call_id: CallId | None
    since: datetime
    device: str | None = None  # where he answers; None: he is away


@dataclass(frozen=True, slots=True, kw_only=True)
class StateStretch:
    """A state an agent was in; `until` None: he is in it now."""

    agent_id: AgentId
    state: str
    reason: str | None
    call_id: CallId | None
    since: datetime
    until: datetime | None
    device: str | None = None  # where he answered; None: away, or not known


class AgentLog(Protocol):
    """Append-only. `append` returns at once; a writer behind it stores batches in order."""

    def append(self, entered: StateEntered) -> None: ...


class AgentHistory(Protocol):
    async def present_states(self) -> Mapping[AgentId, StateStretch]: ...

    async def list_stretches(
        self, agent_id: AgentId, since: datetime, until: datetime
    ) -> Sequence[StateStretch]:
        """Return the stretches that touch this time, oldest first, not cut."""

    async def time_in_states(
        self, since: datetime, until: datetime
    ) -> Mapping[AgentId, Mapping[tuple[str, str | None], float]]:
        """Return seconds by state and reason, cut to this time; a stretch that lasts counts up to `until`."""

    async def end_all(self, at: datetime) -> int:
        """End every stretch that lasts: nobody is at work after a restart. Return how many lasted."""
