"""The last hour of one queue by the minute: the most that waited at once, and how its calls fared."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from banjie.base.ids import QueueId

MINUTES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One caller's wait in a queue, which an agent or the caller ended."""

    queue_id: QueueId
    since: datetime
    until: datetime
    is_answered: bool


@dataclass(slots=True)
class Minute:
    waiting_max: int
    answered_count: int = 0
    in_time_count: int = 0
    late_count: int = 0  # gave up after the threshold

    def level(self) -> float | None:
        """The service level of what ended in this minute; None where nothing did."""
        whole = self.answered_count + self.late_count
        return None if whole == 0 else round(self.in_time_count / whole, 4)


class LastHour:
    """Told what happens in the order it does; what is told late counts in the present minute."""

    def __init__(self, at: datetime) -> None:
        self._present = _minute(at)
        self._waiting_count = 0
        self._minutes: deque[Minute] = deque((Minute(0) for _ in range(MINUTES + 1)), maxlen=MINUTES + 1)

    def waiting(self, count: int, at: datetime) -> None:
        """So many wait from now on."""
        present = self._turn(at)
        self._waiting_count = count
        present.waiting_max = max(present.waiting_max, count)

    def answered(self, at: datetime, *, is_in_time: bool) -> None:
        present = self._turn(at)
        present.answered_count += 1
        present.in_time_count += is_in_time

    def abandoned_late(self, at: datetime) -> None:
        self._turn(at).late_count += 1

    def whole_minutes(self, at: datetime) -> tuple[Minute, ...]:
        """The sixty before the present one, oldest first."""
        self._turn(at)
        return tuple(self._minutes)[:MINUTES]

    def _turn(self, at: datetime) -> Minute:
        behind = _minute(at) - self._present
        for _ in range(min(behind, MINUTES + 1)):
            self._minutes.append(Minute(self._waiting_count))  # who waits, waits on
        self._present += max(behind, 0)
        return self._minutes[-1]


def last_hour(waits: Iterable[Wait], threshold_s: float, now: datetime) -> LastHour:
    """Tell it again from what is stored of one queue: by whoever left it within the hour."""
    told: list[tuple[datetime, int, Wait]] = []
    for wait in waits:
        told += [(wait.since, 1, wait), (wait.until, -1, wait)]
    told.sort(key=lambda one: one[:2])
    hour = LastHour(min((at for at, *_ in told), default=now))
    count = 0
    for at, change, wait in told:
        count += change
        hour.waiting(count, at)
        is_in_time = (wait.until - wait.since).total_seconds() <= threshold_s
        if change < 0 and wait.is_answered:
            hour.answered(at, is_in_time=is_in_time)
        elif change < 0 and not is_in_time:
            hour.abandoned_late(at)
    return hour


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)
