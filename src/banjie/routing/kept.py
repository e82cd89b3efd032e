"""Callbacks as they are written down: what outlives a restart, and what supervisors read. Times are of the wall clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId
from banjie.routing.callbacks import CallbackState
from banjie.routing.skills import Levels


class Ending(StrEnum):
    """What became of a callback."""

    CONNECTED = "connected"
    GIVEN_UP = "given_up"  # not reached the last time
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # by a supervisor
    CALLED_IN = "called_in"  # the customer came himself and took his place


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCallback:
    """One callback. `waiting_since` is its place: the earlier, the sooner it is his turn.

    The state is as last written: one that rings at an agent is written as waiting.
    """

    call_id: CallId  # of the caller who asked for it
    queue_id: QueueId
    number: str  # where he is called; checked
    caller: str  # where he called from
    dialled: str  # the number of ours he called
    customer_id: CustomerId | None
    language: str
    priority: int
    credit_s: float
    needs: Levels
    waiting_since: datetime
    asked_at: datetime
    expires_at: datetime
    state: CallbackState = CallbackState.WAITING
    attempts: int = 0
    next_at: datetime | None = None  # it sleeps until then
    agent_id: AgentId | None = None  # who dialled last
    last_call_id: CallId | None = None  # the last attempt, or the call the customer made himself
    ended_at: datetime | None = None
    ending: Ending | None = None


class CallbackLog(Protocol):
    """`append` returns at once; a writer behind it stores each callback as it was last given."""

    def append(self, kept: KeptCallback) -> None: ...

    async def stored(self) -> None:
        """Return when all that was given is stored. Raise `Unavailable` where that takes seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackFilter:
    """Which are wanted; what is None does not matter."""

    queue_id: QueueId | None = None
    is_open: bool | None = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackMark:
    """Where a page ended. `at` is what the list is ordered by."""

    at: datetime
    call_id: CallId


def mark_of(row: KeptCallback, wanted: CallbackFilter) -> CallbackMark:
    return CallbackMark(at=row.waiting_since if wanted.is_open else row.asked_at, call_id=row.call_id)


class CallbackStore(Protocol):
    async def open_callbacks(self) -> Sequence[KeptCallback]:
        """Return those that have not ended, by their place."""

    async def list_callbacks(
        self, wanted: CallbackFilter, *, after: CallbackMark | None, limit: int
    ) -> Sequence[KeptCallback]:
        """Return open ones alone by the time they wait since, others with those asked for last first.

        `after` is the mark of the page before.
        """

    async def find_callback(self, call_id: CallId) -> KeptCallback | None: ...
