"""Queues open and close at the minute their hours say, at the start and after every change of the house."""

from collections.abc import Callable
from datetime import datetime, timedelta

from banjie.base.hours import is_open, next_closing, next_opening
from banjie.base.ids import QueueId
from banjie.routing.acd import Acd
from banjie.stories.stage import Stage


class QueueHours:
    def __init__(self, stage: Stage, acd: Acd, on_turned: Callable[[QueueId], None]) -> None:
        self._house, self._deadlines, self._clock, self._acd = stage.house, stage.deadlines, stage.clock, acd
        self._on_turned = on_turned

    def keep(self) -> None:
        """Let every queue follow the hours it has now. Repeatable."""
        for queue_id in self._house().queues:
            self._follow(queue_id)

    def _follow(self, queue_id: QueueId) -> None:
        hours, now = self._house().queues[queue_id].hours, self._clock.utc()
        if hours is None or is_open(hours, now):
            self._acd.open_queue(queue_id)
        else:
            self._acd.close_queue(queue_id)
        turns_at = None if hours is None else next_closing(hours, now) or next_opening(hours, now)
        self._deadlines.set(("hours", queue_id), self._when(turns_at, now), lambda: self._turn(queue_id))

    def _turn(self, queue_id: QueueId) -> None:
        self._follow(queue_id)
        self._on_turned(queue_id)

    def _when(self, at: datetime | None, now: datetime) -> float | None:
        """By the monotonic clock; None: never, or open for the whole year."""
        if at is None or at <= now:
            return None
        return self._clock.mono() + (at - now) / timedelta(seconds=1)
