"""Callbacks as the desk reads them: those written, and how they stand now."""

from dataclasses import replace
from datetime import datetime, timedelta

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.callbacks import CallbackState as C
from banjie.routing.kept import CallbackFilter, CallbackMark, Ending, KeptCallback, mark_of
from banjie.stories.callbacks import NoSuchCallback
from banjie.stories.ports import CallbackNow


def demo_callbacks(now: datetime) -> tuple[list[KeptCallback], dict[CallId, CallbackNow]]:
    """One in each state, and one of each ending."""
    standing = {
        CallId(f"back-{n}"): CallbackNow(state=state, position=n)
        for n, state in enumerate((C.OFFERED, C.DIALLED, C.WAITING, C.ASLEEP), start=1)
    }
    rows = [_demo_row(n, now) for n in range(1, 5)]
    rows += [
        replace(_demo_row(n, now), attempts=1, ended_at=now, ending=ending)
        for n, ending in enumerate(Ending, start=5)
    ]
    asleep = replace(rows[3], state=C.ASLEEP, attempts=1, next_at=now + timedelta(minutes=20))
    return [*rows[:3], asleep, *rows[4:]], standing


def _demo_row(n: int, now: datetime) -> KeptCallback:
    asked_at = now - timedelta(minutes=10 + 3 * n)
    return KeptCallback(
        call_id=CallId(f"back-{n}"),
        queue_id=QueueId("general" if n % 2 else "urgent"),
        number=f"1380000100{n}",
        caller=f"1380000100{n}",
        dialled="4000000001",
        customer_id=None,
        language="zh",
        priority=0,
        credit_s=0.0,
        needs=(),
        waiting_since=asked_at - timedelta(seconds=70),
        asked_at=asked_at,
        expires_at=asked_at + timedelta(hours=8),
        agent_id=AgentId("1001") if n > 3 else None,
    )


class FakeCallbacks:  # satisfies routing.kept.CallbackStore and stories.ports.CallbackList
    def __init__(self, now: datetime) -> None:
        self.rows, self.standing = demo_callbacks(now)

    async def open_callbacks(self) -> list[KeptCallback]:
        return sorted(
            (row for row in self.rows if row.ending is None), key=lambda row: (row.waiting_since, row.call_id)
        )

    async def find_callback(self, call_id: CallId) -> KeptCallback | None:
        return next((row for row in self.rows if row.call_id == call_id), None)

    async def list_callbacks(
        self, wanted: CallbackFilter, *, after: CallbackMark | None, limit: int
    ) -> list[KeptCallback]:
        found = [row for row in self.rows if _matches(row, wanted, after)]
        is_latest_first = not wanted.is_open
        return sorted(found, key=lambda row: _place(row, wanted), reverse=is_latest_first)[:limit]

    def now(self, call_id: CallId) -> CallbackNow | None:
        return self.standing.get(call_id)

    def cancel(self, call_id: CallId) -> None:
        if self.standing.pop(call_id, None) is None:
            raise NoSuchCallback("it has ended, or never was")


def _place(row: KeptCallback, wanted: CallbackFilter) -> tuple[datetime, CallId]:
    mark = mark_of(row, wanted)
    return (mark.at, mark.call_id)


def _matches(row: KeptCallback, wanted: CallbackFilter, after: CallbackMark | None) -> bool:
    return (
        (wanted.queue_id is None or row.queue_id == wanted.queue_id)
        and (wanted.is_open is None or wanted.is_open == (row.ending is None))
        and (wanted.ending is None or row.ending is wanted.ending)
        and (after is None or _is_beyond(_place(row, wanted), (after.at, after.call_id), wanted))
    )


def _is_beyond(one: tuple[datetime, CallId], mark: tuple[datetime, CallId], wanted: CallbackFilter) -> bool:
    return one > mark if wanted.is_open else one < mark
