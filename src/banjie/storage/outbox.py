"""The outbox: what must happen outside, written with what causes it, done at least once by whoever gets the lease.

Laws: an entry is there exactly if the transaction that wrote it was committed; it is leased by one relay at a time;
it is done at least once, and again after a crash in the middle, so a handler must be repeatable (`key` is what an
outside provider tells repeats by); a kind and key are written once, whatever is tried.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from banjie.base.bus import Bus
from banjie.base.ids import TenantId
from banjie.storage.database import Queries
from banjie.storage.errors import DatabaseUnavailable

_log = structlog.get_logger()
TOPIC: Final = "outbox"  # of the bus; the key is the kind

_ADD: Final = """
    INSERT INTO outbox (tenant_id, kind, key, payload, due_at) VALUES ($1, $2, $3, $4, coalesce($5, now()))
    ON CONFLICT (kind, key) DO NOTHING
"""
_CLAIM: Final = """
    UPDATE outbox SET leased_until = now() + $3, attempts = attempts + 1
    WHERE outbox_id IN (
        SELECT outbox_id FROM outbox
        WHERE kind = $1 AND given_up_at IS NULL AND due_at <= now() AND (leased_until IS NULL OR leased_until < now())
        ORDER BY due_at, outbox_id LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    RETURNING outbox_id, tenant_id, kind, key, payload, attempts, leased_until, created_at
"""
# Fenced by the lease: who lost it (it was slow, another took over) changes nothing.
_DONE: Final = "DELETE FROM outbox WHERE outbox_id = $1 AND leased_until = $2"
_AGAIN: Final = """
    UPDATE outbox SET leased_until = NULL, last_error = $3, due_at = now() + $4,
        given_up_at = CASE WHEN $5 THEN now() END
    WHERE outbox_id = $1 AND leased_until = $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    outbox_id: int
    tenant_id: TenantId
    kind: str
    key: str
    payload: Mapping[str, object]
    attempts: int  # this one included
    leased_until: datetime
    created_at: datetime


class Outbox:
    """Writes entries; made with the unit of work that holds their cause."""

    def __init__(self, database: Queries) -> None:
        self._database = database

    async def add(
        self,
        tenant_id: TenantId,
        kind: str,
        key: str,
        payload: Mapping[str, object],
        due_at: datetime | None = None,
    ) -> None:
        """Write one, due now or later. The same kind and key again changes nothing."""
        await self._database.execute(_ADD, tenant_id, kind, key, payload, due_at)

    async def claim(self, kind: str, limit: int, lease: timedelta) -> Sequence[OutboxEntry]:
        """Lease what is due, longest due first; nobody else gets it before the lease ends."""
        rows = await self._database.fetch(_CLAIM, kind, limit, lease)
        return sorted((OutboxEntry(**row) for row in rows), key=lambda entry: entry.outbox_id)

    async def done(self, entry: OutboxEntry) -> bool:
        """Remove it. False if the lease was lost meanwhile: another does it again."""
        return await self._database.execute(_DONE, entry.outbox_id, entry.leased_until) == "DELETE 1"

    async def again(self, entry: OutboxEntry, error: str, after: timedelta, *, give_up: bool) -> None:
        await self._database.execute(_AGAIN, entry.outbox_id, entry.leased_until, error[:500], after, give_up)


Handler = Callable[[OutboxEntry], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPolicy:
    """How a relay works. The n-th retry waits `first_pause` × 2ⁿ⁻¹, at most an hour."""

    batch_count: int = 1  # one lease an entry: a killed batch would be repeated whole
    lease: timedelta = timedelta(seconds=60)  # longer than the handler ever takes
    attempts: int = 8
    first_pause: timedelta = timedelta(seconds=5)
    poll_s: float = 2.0  # when no bus wakes us

    def pause(self, attempts: int) -> timedelta:
        return min(self.first_pause * (1 << min(attempts - 1, 20)), timedelta(hours=1))


class OutboxRelay:
    """Does the entries of one kind by a handler, woken by the bus, until stopped."""

    def __init__(
        self,
        database: Queries,
        kind: str,
        handler: Handler,
        *,
        bus: Bus | None = None,
        policy: RelayPolicy | None = None,
    ) -> None:
        self._outbox, self._kind, self._handler = Outbox(database), kind, handler
        self._bus, self._policy = bus, policy or RelayPolicy()
        self._wake, self._stopping = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._leave: Callable[[], None] = lambda: None

    def start(self) -> None:
        if self._bus is not None:
            self._leave = self._bus.subscribe(TOPIC, self._on_key, self._wake.set)
        self._stopping.clear()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish the entry at hand, within its lease at most, and end. Safe to repeat."""
        self._leave()
        if self._task is not None:
            self._stopping.set()
            self._wake.set()
            await asyncio.wait([self._task], timeout=self._policy.lease.total_seconds())
            self._task.cancel()  # too slow: what it had at hand is done again by the next relay
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def run_once(self) -> int:
        """Do what is due now; return how many were tried."""
        entries = await self._outbox.claim(self._kind, self._policy.batch_count, self._policy.lease)
        for entry in entries:
            await self._do(entry)
        return len(entries)

    def _on_key(self, kind: str) -> None:
        if kind == self._kind:
            self._wake.set()

    async def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                while not self._stopping.is_set() and await self.run_once():
                    pass
            except DatabaseUnavailable as cause:
                _log.warning("outbox waits for the database", kind=self._kind, cause=str(cause))
            if not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._policy.poll_s)

    async def _do(self, entry: OutboxEntry) -> None:
        try:
            await self._handler(entry)
        except Exception as cause:  # noqa: BLE001 (whatever a handler raises, the entry is tried again)
            give_up = entry.attempts >= self._policy.attempts
            _log.warning(
                "outbox entry failed",
                kind=entry.kind,
                key=entry.key,
                attempts=entry.attempts,
                given_up=give_up,
            )
            pause = self._policy.pause(entry.attempts)
            await self._outbox.again(entry, f"{type(cause).__name__}: {cause}", pause, give_up=give_up)
        else:
            await self._outbox.done(entry)
