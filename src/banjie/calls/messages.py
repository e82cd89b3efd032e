"""Messages callers left instead of talking to somebody: in a box, which is a queue, until one of its people has dealt with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from banjie.base.ids import CallId, CustomerId, QueueId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    call_id: CallId  # one call leaves one at most
    box: QueueId
    left_at: datetime
    duration_s: float
    caller: str
    customer_id: CustomerId | None
    handled_by: UserId | None  # None: nobody has dealt with it yet
    handled_at: datetime | None


class MessageStore(Protocol):
    async def list_messages(
        self, boxes: Sequence[QueueId] | None, *, is_handled: bool, limit: int
    ) -> Sequence[Message]:
        """The newest first. `boxes` None: all."""

    async def find_message(self, call_id: CallId) -> Message | None: ...

    async def put_handled(self, call_id: CallId, by: UserId | None, at: datetime) -> None:
        """Somebody has dealt with it, or, with None, it waits again. Repeatable."""
