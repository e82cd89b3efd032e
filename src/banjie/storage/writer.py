"""A writer behind a synchronous `append`: what is given is stored in order, in batches, at last.

Laws: a batch is repeated until the database took it, so the write must be one that may be repeated; while the
database is away what is given waits in memory, and it is said so; a batch that is refused for what stands in it
is written one by one, and only the refused are given up, counted and logged.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

import asyncpg
import structlog

from banjie.storage.errors import DatabaseUnavailable
from banjie.storage.health import Health

T = TypeVar("T")
_log = structlog.get_logger()
_BATCH: Final = 2_000
_FIRST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 2.0
_LATE_S: Final = 5.0  # what is unsaved for longer makes the part unhealthy
_REFUSALS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError)


class Writer(Generic[T]):
    """Run it between `start` and `stop`; `write` stores a batch and may be repeated."""

    def __init__(
        self,
        what: str,
        write: Callable[[Sequence[T]], Awaitable[None]],
        *,
        clean: Callable[[T], T] = lambda item: item,
        gather_s: float = 0.05,
    ) -> None:
        self._what, self._write, self._clean, self._gather_s = what, write, clean, gather_s
        self._waiting: list[T] = []
        self._oldest_at: float | None = None  # monotonic; when the first of those waiting was given
        self._done_count = 0  # stored, or given up
        self._batch_done = asyncio.Event()  # a new one for each batch
        self._given, self._empty = asyncio.Event(), asyncio.Event()
        self._empty.set()
        self._task: asyncio.Task[None] | None = None
        self._refused_count = 0

    def append(self, item: T) -> None:
        """Take an item to be stored soon; never blocks, never fails."""
        self._waiting.append(item)
        if self._oldest_at is None:
            self._oldest_at = time.monotonic()
            self._empty.clear()
            self._given.set()

    async def catch_up(self) -> None:
        """Return when all that was given before is stored, whatever is given meanwhile."""
        target = self._done_count + len(self._waiting)
        while self._done_count < target:
            await self._batch_done.wait()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def drain(self) -> None:
        """Return when all that was given is stored."""
        await self._empty.wait()

    async def stop(self, limit_s: float = 10.0) -> None:
        """Store what waits, for at most `limit_s`, and end. Safe to repeat."""
        if self._task is None:
            return
        try:
            await asyncio.wait_for(self.drain(), limit_s)
        except TimeoutError:
            _log.error("not stored at the end", what=self._what, count=len(self._waiting))
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    def health(self) -> Health:
        if self._refused_count:
            return Health(ok=False, detail=f"{self._refused_count} {self._what} were refused; see the log")
        age_s = time.monotonic() - self._oldest_at if self._oldest_at is not None else 0.0
        return Health(
            ok=age_s < _LATE_S, detail=f"{len(self._waiting)} {self._what} wait, the oldest {age_s:.1f} s"
        )

    async def _run(self) -> None:
        while True:
            await self._given.wait()
            self._given.clear()
            await asyncio.sleep(self._gather_s)
            while self._waiting:
                batch = self._waiting[:_BATCH]
                await self._write_at_last(batch)
                del self._waiting[: len(batch)]
                self._done_count += len(batch)
                self._batch_done.set()
                self._batch_done = asyncio.Event()
                self._oldest_at = time.monotonic() if self._waiting else None
            self._empty.set()

    async def _write_at_last(self, batch: Sequence[T]) -> None:
        """Write until the database is there to take it. Raises nothing."""
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                await self._write(batch)
            except DatabaseUnavailable as cause:
                _log.warning(
                    "waiting for the database", what=self._what, count=len(self._waiting), cause=str(cause)
                )
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            except _REFUSALS as cause:
                await self._write_apart(batch, cause)
                return
            else:
                return

    async def _write_apart(self, batch: Sequence[T], cause: Exception) -> None:
        """Find out which item was refused, clean it, and give it up only if that does not help."""
        if len(batch) > 1:
            for item in batch:
                await self._write_at_last([item])
        elif (cleaned := self._clean(batch[0])) != batch[0]:
            await self._write_at_last([cleaned])
        else:
            self._refused_count += 1
            # The item itself may hold numbers and words of people: types only.
            _log.error("refused", what=self._what, kind=type(batch[0]).__name__, cause=type(cause).__name__)
