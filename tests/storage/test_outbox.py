"""The outbox: an effect is there exactly if its cause is, and happens at least once, whoever is killed."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from banjie.storage.bus import PostgresBus
from banjie.storage.database import Database
from banjie.storage.outbox import TOPIC, Outbox, OutboxEntry, OutboxRelay, RelayPolicy
from tests.storage.conftest import BANK
from tests.storage.test_bus import until

pytestmark = pytest.mark.peer

_MINUTE = timedelta(minutes=1)
_SOON = timedelta(milliseconds=1)
# A worker that does each effect by a line in a file and dies in the middle of one, now before, now after the effect.
_WORKER = """
import asyncio, os, sys
from datetime import timedelta
from banjie.storage.database import Database
from banjie.storage.outbox import OutboxRelay, RelayPolicy

async def main(dsn, file, deaths):
    async def handle(entry):
        if entry.payload["n"] == deaths and entry.attempts == 1:
            if deaths % 2:
                print(entry.key, file=open(file, "a"), flush=True)
            os.kill(os.getpid(), 9)
        print(entry.key, file=open(file, "a"), flush=True)
    database = await Database.open(dsn)
    policy = RelayPolicy(lease=timedelta(milliseconds=300), poll_s=0.05)
    relay = OutboxRelay(database, "sms", handle, policy=policy)
    relay.start()
    while await database.fetch_value("SELECT count(*) FROM outbox"):
        await asyncio.sleep(0.02)
    await relay.stop()
    await database.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def test_an_effect_exists_exactly_if_its_cause_does(database: Database) -> None:
    async def fail() -> None:
        async with database.unit_of_work() as work:
            await Outbox(work).add(BANK, "sms", "lost", {})
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with database.unit_of_work() as work:
        await Outbox(work).add(BANK, "sms", "kept", {"to": "138"})
        await Outbox(work).add(BANK, "sms", "kept", {"to": "139"})  # the same again changes nothing

    [entry] = await Outbox(database).claim("sms", 10, _MINUTE)
    assert (entry.key, entry.payload, entry.attempts, entry.tenant_id) == ("kept", {"to": "138"}, 1, BANK)


async def test_two_relays_never_get_the_same_entry(database: Database) -> None:
    outbox = Outbox(database)
    for n in range(40):
        await outbox.add(BANK, "sms", str(n), {})

    claims = await asyncio.gather(*(outbox.claim("sms", 7, _MINUTE) for _ in range(8)))
    keys = [entry.key for claim in claims for entry in claim]
    assert len(keys) == len(set(keys)) == 40


async def test_who_lost_the_lease_changes_nothing(database: Database) -> None:
    outbox = Outbox(database)
    await outbox.add(BANK, "sms", "slow", {})
    [slow] = await outbox.claim("sms", 1, _SOON)
    again: list[OutboxEntry] = []
    while not again:
        again = list(await outbox.claim("sms", 1, _MINUTE))

    assert not await outbox.done(slow)
    await outbox.again(slow, "late", _MINUTE, give_up=True)
    assert again[0].attempts == 2
    assert await outbox.done(again[0])


async def test_an_entry_waits_until_it_is_due(database: Database) -> None:
    outbox = Outbox(database)
    await outbox.add(BANK, "sms", "later", {}, due_at=datetime.now(UTC) + _MINUTE)

    assert await outbox.claim("sms", 1, _MINUTE) == []


async def test_a_failing_handler_is_tried_again_and_given_up_at_last(database: Database) -> None:
    tried: list[int] = []

    async def fail(entry: OutboxEntry) -> None:
        tried.append(entry.attempts)
        raise ValueError("the carrier says no")

    await Outbox(database).add(BANK, "sms", "k", {})
    relay = OutboxRelay(database, "sms", fail, policy=RelayPolicy(attempts=3, first_pause=_SOON, poll_s=0.01))
    relay.start()
    await until(lambda: tried == [1, 2, 3])
    await relay.stop()

    row = await database.find_row("SELECT last_error, given_up_at FROM outbox")
    assert row is not None
    assert row["last_error"] == "ValueError: the carrier says no"
    assert row["given_up_at"] is not None


async def test_the_bus_wakes_a_relay_at_once(database: Database, database_url: str) -> None:
    done: list[str] = []

    async def handle(entry: OutboxEntry) -> None:
        done.append(entry.key)

    bus = PostgresBus(database_url)
    await bus.start()
    relay = OutboxRelay(database, "sms", handle, bus=bus, policy=RelayPolicy(poll_s=600.0))
    relay.start()
    await Outbox(database).add(BANK, "sms", "k", {})
    bus.publish(TOPIC, "sms")
    await until(lambda: done == ["k"])
    await relay.stop()
    await bus.stop()

    assert await database.fetch_value("SELECT count(*) FROM outbox") == 0


async def test_every_effect_happens_though_workers_are_killed(
    database: Database, database_url: str, open_folder: Path
) -> None:
    for n in range(30):
        await Outbox(database).add(BANK, "sms", str(n), {"n": n})
    file = open_folder / "sent"

    deaths = 0
    for dies_at in (3, 10, 17, -1):
        arguments = [sys.executable, "-c", _WORKER, database_url, str(file), str(dies_at)]
        worker = await asyncio.to_thread(subprocess.run, arguments, check=False)
        deaths += worker.returncode != 0

    sent = await asyncio.to_thread(file.read_text)
    assert deaths == 3
    assert {int(key) for key in sent.split()} == set(range(30))
    assert await database.fetch_value("SELECT count(*) FROM outbox") == 0


def test_pauses_grow_to_an_hour() -> None:
    policy = RelayPolicy(first_pause=timedelta(seconds=5))

    assert [policy.pause(n).total_seconds() for n in (1, 2, 3, 30)] == [5, 10, 20, 3600]
