"""Callbacks as the desk reads them: those written, and how they stand now."""

from banjie.base.ids import CallId
from banjie.routing.kept import CallbackFilter, CallbackMark, KeptCallback
from banjie.stories.callbacks import NoSuchCallback
from banjie.stories.ports import CallbackNow


class FakeCallbacks:  # satisfies routing.kept.CallbackStore and stories.ports.CallbackList
    def __init__(self) -> None:
        self.rows: list[KeptCallback] = []
        self.standing: dict[CallId, CallbackNow] = {}

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
        return sorted(found, key=lambda row: (row.asked_at, row.call_id), reverse=True)[:limit]

    def now(self, call_id: CallId) -> CallbackNow | None:
        return self.standing.get(call_id)

    def cancel(self, call_id: CallId) -> None:
        if self.standing.pop(call_id, None) is None:
            raise NoSuchCallback("it has ended, or never was")


def _matches(row: KeptCallback, wanted: CallbackFilter, after: CallbackMark | None) -> bool:
    return (
        (wanted.queue_id is None or row.queue_id == wanted.queue_id)
        and (wanted.is_open is None or wanted.is_open == (row.ending is None))
        and (wanted.ending is None or row.ending is wanted.ending)
        and (after is None or (row.asked_at, row.call_id) < (after.asked_at, after.call_id))
    )
