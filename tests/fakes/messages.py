"""Messages in memory: two for the general queue, one for lost cards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from banjie.base.ids import CallId, QueueId, UserId
from banjie.calls.messages import Message

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class FakeMessages:  # satisfies calls.messages.MessageStore
    def __init__(self) -> None:
        boxes = ("general", "general", "urgent")
        self.kept = {
            CallId(f"m{n}"): Message(
                call_id=CallId(f"m{n}"),
                box=QueueId(box),
                left_at=NOON + timedelta(minutes=n),
                duration_s=12.0 + n,
                caller="13800001234",
                customer_id=None,
                handled_by=None,
                handled_at=None,
            )
            for n, box in enumerate(boxes, 1)
        }

    async def list_messages(
        self, boxes: Sequence[QueueId] | None, *, is_handled: bool, limit: int
    ) -> list[Message]:
        found = [
            m
            for m in self.kept.values()
            if (boxes is None or m.box in boxes) and (m.handled_by is not None) == is_handled
        ]
        return sorted(found, key=lambda m: m.left_at, reverse=True)[:limit]

    async def find_message(self, call_id: CallId) -> Message | None:
        return self.kept.get(call_id)

    async def put_handled(self, call_id: CallId, by: UserId | None, at: datetime) -> None:
        self.kept[call_id] = replace(self.kept[call_id], handled_by=by, handled_at=None if by is None else at)
