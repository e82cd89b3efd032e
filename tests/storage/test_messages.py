"""Messages are found in the log of their calls, and by whether somebody has seen to them."""

from datetime import timedelta

import pytest

from banjie.base.ids import CallId, QueueId, UserId
from banjie.calls.events import CallAnswered, MessageLeft
from banjie.storage.call_log import SqlCallLog
from banjie.storage.database import Database
from banjie.storage.messages import SqlMessageStore
from tests.storage.conftest import BANK, NOON, OTHER
from tests.storage.story_of_calls import GENERAL, arrival, logged

pytestmark = pytest.mark.peer


async def _leave(log: SqlCallLog, minutes: int, box: str) -> CallId:
    arrived = arrival(NOON + timedelta(minutes=minutes))
    left = MessageLeft(
        call_id=arrived.call_id,
        occurred_at=arrived.occurred_at + timedelta(seconds=30),
        box=QueueId(box),
        file=f"{arrived.call_id}.message.flac",
        duration_s=12.5,
    )
    lines = logged([arrived, CallAnswered(call_id=arrived.call_id, occurred_at=arrived.occurred_at), left])
    await log.write(lines)
    return arrived.call_id


async def test_messages_are_listed_by_box_until_somebody_has_seen_to_them(database: Database) -> None:
    log = SqlCallLog(database, BANK)
    store = SqlMessageStore(database, BANK)
    early, late, other = (
        await _leave(log, 0, GENERAL),
        await _leave(log, 1, GENERAL),
        await _leave(log, 2, "urgent"),
    )

    async def listed(*boxes: str, is_handled: bool = False) -> list[CallId]:
        wanted = [QueueId(box) for box in boxes] or None
        found = await store.list_messages(wanted, is_handled=is_handled, limit=10)
        return [message.call_id for message in found]

    assert await listed() == [other, late, early]
    assert await listed(GENERAL) == [late, early]
    for _ in range(2):
        await store.put_handled(early, UserId("ann"), NOON)
    assert (await listed(GENERAL), await listed(GENERAL, is_handled=True)) == ([late], [early])
    done = await store.find_message(early)
    assert done is not None
    assert (done.handled_by, done.handled_at, done.duration_s, done.box) == ("ann", NOON, 12.5, GENERAL)
    await store.put_handled(early, None, NOON)
    assert await listed(GENERAL) == [late, early]
    assert await SqlMessageStore(database, OTHER).find_message(early) is None
