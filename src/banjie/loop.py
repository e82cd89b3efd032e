"""What the event loop lends the stories: its time, its alarm, and tasks nobody waits for."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import structlog

from banjie.stories.contact_centre import ContactCentre

log = structlog.get_logger()


SLACK_S: Final = (
    0.01  # the loop's time goes in steps of a millisecond; a wall's clock that was set is further off
)


class LoopClock:
    """The time of the event loop, and of the wall."""

    def __init__(self) -> None:
        self._ahead_s: float | None = None  # the wall's clock, of the loop's

    def mono(self) -> float:
        return asyncio.get_running_loop().time()

    def utc(self) -> datetime:
        return datetime.now(UTC)

    def utc_of(self, mono: float) -> datetime:
        ahead_s = time.time() - self.mono()
        if self._ahead_s is None or abs(ahead_s - self._ahead_s) > SLACK_S:
            self._ahead_s = ahead_s
        return datetime.fromtimestamp(mono + self._ahead_s, UTC)


class LoopAlarm:
    """Wakes the stories at their next deadline."""

    def __init__(self) -> None:
        self.stories: ContactCentre | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._at = 0.0

    def set(self, at: float) -> None:
        if self._timer is not None:
            if self._at <= at:
                return
            self._timer.cancel()
        self._at = at
        self._timer = asyncio.get_running_loop().call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self.stories is not None:
            self.stories.tick(asyncio.get_running_loop().time())


@dataclass(slots=True)
class Errands:
    """What the stories start and do not wait for; a failure is logged, never lost."""

    running: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.running.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        if not task.cancelled() and (cause := task.exception()) is not None:
            log.error("an errand failed", exc_info=cause)

    async def finish(self) -> None:
        await asyncio.gather(*self.running, return_exceptions=True)
