"""Messages: what callers said is named in the log of their calls; who dealt with it is kept here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from banjie.base.ids import CallId, CustomerId, QueueId, TenantId, UserId
from banjie.calls.messages import Message
from banjie.storage.database import Queries, Row

_ALL: Final = """
    SELECT e.call_id, e.at, e.facts, r.caller, r.customer_id, h.user_id, h.handled_at
    FROM call_event e JOIN call_record r USING (call_id) LEFT JOIN message_handled h USING (call_id)
    WHERE e.tenant_id = $1 AND e.kind = 'MessageLeft'
"""
_LIST: Final = f"""{_ALL} AND ($2::text[] IS NULL OR e.facts->>'box' = ANY($2)) AND (h.call_id IS NOT NULL) = $3
    ORDER BY e.at DESC LIMIT $4
"""
_PUT: Final = """
    INSERT INTO message_handled (call_id, tenant_id, user_id, handled_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (call_id) DO NOTHING
"""


class SqlMessageStore:  # satisfies calls.messages.MessageStore
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def list_messages(
        self, boxes: Sequence[QueueId] | None, *, is_handled: bool, limit: int
    ) -> Sequence[Message]:
        wanted = None if boxes is None else list(boxes)
        rows = await self._database.fetch(_LIST, self._tenant_id, wanted, is_handled, limit)
        return [_message(row) for row in rows]

    async def find_message(self, call_id: CallId) -> Message | None:
        row = await self._database.find_row(f"{_ALL} AND e.call_id = $2", self._tenant_id, call_id)
        return None if row is None else _message(row)

    async def put_handled(self, call_id: CallId, by: UserId | None, at: datetime) -> None:
        if by is None:
            sql = "DELETE FROM message_handled WHERE call_id = $1 AND tenant_id = $2"
            await self._database.execute(sql, call_id, self._tenant_id)
        else:
            await self._database.execute(_PUT, call_id, self._tenant_id, by, at)


def _message(row: Row) -> Message:
    return Message(
        call_id=CallId(row["call_id"]),
        box=QueueId(row["facts"]["box"]),
        left_at=row["at"],
        duration_s=row["facts"]["duration_s"],
        caller=row["caller"],
        customer_id=None if row["customer_id"] is None else CustomerId(row["customer_id"]),
        handled_by=None if row["user_id"] is None else UserId(row["user_id"]),
        handled_at=row["handled_at"],
    )
