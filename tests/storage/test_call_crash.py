"""A writer killed at any moment leaves whole batches: every log without a gap, every record true to its log."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from banjie.calls.cdr import Outcome, fold
from banjie.calls.ports import Logged
from banjie.calls.store import CallFilter
from banjie.storage.call_log import SqlCallLog
from banjie.storage.calls import SqlCallStore
from banjie.storage.database import Database
from banjie.stories.interrupted_call import close_interrupted
from tests.storage.conftest import BANK, NOON
from tests.storage.story_of_calls import answered

pytestmark = pytest.mark.peer

# Eighty calls at once, event by event; then it waits to be killed.
_WRITER = """
import asyncio, sys
from datetime import timedelta
from banjie.storage.call_log import SqlCallLog
from banjie.storage.database import Database
from tests.storage.conftest import BANK, NOON
from tests.storage.story_of_calls import answered

async def main(dsn):
    log = SqlCallLog(await Database.open(dsn), BANK, gather_s=0.002)
    log.start()
    calls = [answered(NOON + timedelta(seconds=n)) for n in range(80)]
    for step in range(len(calls[0])):
        for call in calls:
            log.append(call[step])
            await asyncio.sleep(0.0002)
    await asyncio.sleep(600)

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.parametrize("events_before", [1, 300, 700])
async def test_a_killed_writer_leaves_no_gap_and_no_double(
    database: Database, database_url: str, events_before: int
) -> None:
    writer = await asyncio.to_thread(subprocess.Popen, [sys.executable, "-c", _WRITER, database_url])
    try:
        stored = 0
        while stored < events_before:
            assert writer.poll() is None
            stored = await database.fetch_value("SELECT count(*) FROM call_event")
            await asyncio.sleep(0.001)
    finally:
        writer.kill()
        await asyncio.to_thread(writer.wait)
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
    for _ in range(2_000):  # what the dead writer had sent is carried out still
        if await database.fetch_value(sql) == 1:
            break
        await asyncio.sleep(0.005)

    store = SqlCallStore(database, BANK)
    gaps = "SELECT count(*) FROM (SELECT call_id FROM call_event GROUP BY call_id HAVING max(seq) + 1 <> count(*)) AS g"
    assert await database.fetch_value(gaps) == 0
    for record in await database.fetch("SELECT call_id, last_seq FROM call_record"):
        log = await store.events_of(record["call_id"])
        assert await store.find_call(record["call_id"]) == fold(log[: record["last_seq"] + 1])


async def test_calls_left_open_are_closed_by_the_next_process_and_stay_closed(database: Database) -> None:
    store = SqlCallStore(database, BANK)
    log = SqlCallLog(database, BANK, gather_s=0.001)
    await log.write([line for n in (3, 7, 11) for line in _begun(n)])
    log.start()
    left = await store.open_calls()
    assert len(left) == 3
    for missing in close_interrupted(left, lambda path: None, Path("/recordings"), lambda: NOON):
        log.append(missing)
    await log.drain()
    await log.stop()

    assert await store.open_calls() == []
    assert {cdr.end_reason for cdr in await store.list_calls(CallFilter(), after=None, limit=9)} == {
        "interrupted"
    }
    assert Outcome.LIVE not in {
        cdr.outcome for cdr in await store.list_calls(CallFilter(), after=None, limit=9)
    }


def _begun(events_count: int) -> list[Logged]:
    return answered(NOON)[:events_count]
