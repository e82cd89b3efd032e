"""What became of today's calls, queue by queue, counted as they end. The day is the site's."""

from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from banjie.base.ids import QueueId
from banjie.calls.cdr import Cdr
from banjie.calls.store import QueueCounts


@dataclass(slots=True)
class Today:
    """Counts begin again at the site's midnight. Start them from the store after a restart."""

    zone: tzinfo
    on: date
    counts: dict[QueueId, QueueCounts]

    def of(self, queue_id: QueueId, at: datetime) -> QueueCounts:
        self._turn_page(at)
        return self.counts.get(queue_id, QueueCounts())

    def queued(self, queue_id: QueueId, at: datetime) -> None:
        known = self.of(queue_id, at)
        self.counts[queue_id] = replace(known, offered_count=known.offered_count + 1)

    def answered(self, cdr: Cdr, threshold_s: float) -> None:
        """Count the agent who has just been connected, unless somebody handed the caller to him."""
        waited_s = cdr.segments[-1].waited_s if cdr.segments else None
        if cdr.queue_id is None or waited_s is None:
            return
        known = self.of(cdr.queue_id, cdr.last_at)
        in_time = waited_s <= threshold_s
        self.counts[cdr.queue_id] = replace(
            known,
            answered_count=known.answered_count + 1,
            answered_in_time_count=known.answered_in_time_count + in_time,
        )

    def abandoned(self, cdr: Cdr, threshold_s: float) -> None:
        if cdr.queue_id is None:
            return
        known = self.of(cdr.queue_id, cdr.last_at)
        is_late = cdr.last_wait_s > threshold_s
        self.counts[cdr.queue_id] = replace(
            known,
            abandoned_count=known.abandoned_count + 1,
            abandoned_late_count=known.abandoned_late_count + is_late,
        )

    def _turn_page(self, at: datetime) -> None:
        today = at.astimezone(self.zone).date()
        if today != self.on:
            self.on, self.counts = today, {}


def service_level(counts: QueueCounts) -> float | None:
    """Answered within the threshold ÷ (answered + abandoned after the threshold); `None` where there was nothing."""
    whole = counts.answered_count + counts.abandoned_late_count
    return None if whole == 0 else counts.answered_in_time_count / whole
