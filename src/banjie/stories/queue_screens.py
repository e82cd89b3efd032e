"""The queues on the wallboard: what is counted of each is kept as it happens, and shown without counting again."""

from collections.abc import Callable
from typing import Final

from banjie.base.ids import QueueId
from banjie.calls.events import AgentConnected, CallbackPromised, CallEnded, CallEvent, CallQueued, QueueLeft
from banjie.calls.today import Today, service_level
from banjie.insight.minutes import LastHour
from banjie.routing.acd import Acd
from banjie.stories.expected_wait import expected_of
from banjie.stories.ongoing import Ongoing
from banjie.stories.ports import WALLBOARD, LiveBoard
from banjie.stories.stage import Stage
from banjie.stories.views import MinutesView, QueueView

GATHER_S: Final = 0.1
REFRESH_S: Final = 10.0
MINUTE_S: Final = 60.0


class QueueScreens:
    """Publishes `queue/ID`, soon after it changes, and `minutes/ID`, each minute."""

    def __init__(
        self,
        stage: Stage,
        board: LiveBoard,
        acd: Acd,
        today: Today,
        hour_of: Callable[[QueueId], LastHour],
    ) -> None:
        self._house, self._clock, self._deadlines = stage.house, stage.clock, stage.deadlines
        self._board, self._acd, self._hour_of = board, acd, hour_of
        self.today = today
        self._hours: dict[QueueId, LastHour] = {}
        self._minute_turns()

    def happened(self, ongoing: Ongoing, event: CallEvent) -> None:
        if ongoing.queue_id is None:
            return
        if isinstance(event, CallQueued | QueueLeft | CallbackPromised | AgentConnected | CallEnded):
            self._count(ongoing.queue_id, ongoing, event)
            self.show_soon(ongoing.queue_id)
        if isinstance(event, CallQueued) and event.moved_from is not None:
            self.show_soon(event.moved_from)

    def show_all(self) -> None:
        for queue_id in self._house().queues:
            self.show(queue_id)
            self._show_minutes(queue_id)

    def show_soon(self, queue_id: QueueId) -> None:
        """Once for all that happens within a moment: a busy queue changes with every call."""
        self._hour(queue_id).waiting(self._acd.queue_status(queue_id).waiting_count, self._clock.utc())
        at = self._clock.mono() + GATHER_S
        self._deadlines.gather(("show", queue_id), at, lambda: self.show(queue_id))

    def show(self, queue_id: QueueId) -> None:
        profile = self._house().queues[queue_id]
        status = self._acd.queue_status(queue_id)
        if not profile.is_active and status.waiting_count == 0:
            self._board.drop(WALLBOARD, f"queue/{queue_id}")
            self._board.drop(WALLBOARD, f"minutes/{queue_id}")
            return
        now = self._clock.utc()
        self._hour(queue_id).waiting(status.waiting_count, now)
        counts, longest = self.today.of(queue_id, now), status.longest_since
        view = QueueView(
            queue_id=queue_id,
            name=profile.name,
            waiting_count=status.waiting_count,
            callbacks_count=status.callbacks_count,
            longest_since=None if longest is None else self._clock.utc_of(longest),
            ready_count=status.ready_count,
            agents_count=status.agents_count,
            offered_count=counts.offered_count,
            answered_count=counts.answered_count,
            abandoned_count=counts.abandoned_count,
            service_level_ratio=service_level(counts),
            service_level_s=profile.service_level_s,
            expected=expected_of(self._acd, queue_id, self._clock.mono()),
            thresholds=profile.thresholds,
            position=profile.position,
        )
        self._board.set(WALLBOARD, f"queue/{queue_id}", view)
        if status.waiting_count:  # the wait grows though nothing happens
            at = self._clock.mono() + REFRESH_S
            self._deadlines.gather(("show again", queue_id), at, lambda: self.show(queue_id))

    def _count(self, queue_id: QueueId, ongoing: Ongoing, event: CallEvent) -> None:
        cdr, at = ongoing.live.cdr, event.occurred_at
        threshold_s = self._house().queues[queue_id].service_level_s
        if isinstance(event, CallQueued):
            self.today.queued(queue_id, at)
        elif isinstance(event, AgentConnected):
            waited_s = cdr.segments[-1].waited_s
            if waited_s is not None:
                self._hour(queue_id).answered(at, is_in_time=waited_s <= threshold_s)
            self.today.answered(cdr, threshold_s)
        elif isinstance(event, CallEnded) and cdr.has_given_up:
            if cdr.last_wait_s > threshold_s:
                self._hour(queue_id).abandoned_late(at)
            self.today.abandoned(cdr, threshold_s)

    # -- by the minute ------------------------------------------------------------------------------------

    def _hour(self, queue_id: QueueId) -> LastHour:
        hour = self._hours.get(queue_id)
        if hour is None:
            hour = self._hours[queue_id] = self._hour_of(queue_id)
        return hour

    def _minute_turns(self) -> None:
        now = self._clock.utc()
        left_s = MINUTE_S - now.timestamp() % MINUTE_S
        self._deadlines.set("minute", self._clock.mono() + left_s, self._show_minutes_of_all)

    def _show_minutes_of_all(self) -> None:
        self._minute_turns()
        for queue_id in self._house().queues:
            self._show_minutes(queue_id)

    def _show_minutes(self, queue_id: QueueId) -> None:
        if not self._house().queues[queue_id].is_active:
            return
        now = self._clock.utc()
        minutes = self._hour(queue_id).whole_minutes(now)
        view = MinutesView(
            queue_id=queue_id,
            until=now.replace(second=0, microsecond=0),
            waiting_max=tuple(minute.waiting_max for minute in minutes),
            level_ratio=tuple(minute.level() for minute in minutes),
        )
        self._board.set(WALLBOARD, f"minutes/{queue_id}", view)
