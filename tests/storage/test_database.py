"""The pool and units of work: all or nothing, our own errors, and a server's death outlived."""

import asyncio
import os
import signal
from pathlib import Path

import asyncpg
import pytest

from banjie.storage.database import Database
from banjie.storage.errors import AlreadyThere, DatabaseUnavailable
from banjie.storage.postgres import EmbeddedPostgres
from tests.storage.test_bus import until

pytestmark = pytest.mark.peer

_ADD = "INSERT INTO tenant (tenant_id, name, timezone) VALUES ($1, '{}', 'UTC')"
_COUNT = "SELECT count(*) FROM tenant WHERE tenant_id = $1"


async def test_a_unit_of_work_is_all_or_nothing(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.execute(_ADD, "kept")

    async def fail() -> None:
        async with database.unit_of_work() as work:
            await work.execute(_ADD, "undone")
            assert await work.fetch_value(_COUNT, "undone") == 1
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert await database.fetch_value(_COUNT, "kept") == 1
    assert await database.fetch_value(_COUNT, "undone") == 0


async def test_what_is_taken_is_told_by_name(database: Database) -> None:
    await database.execute(_ADD, "twice")
    with pytest.raises(AlreadyThere, match="tenant twice"):
        await database.execute(_ADD, "twice")
    with pytest.raises(AlreadyThere, match="tenant twice"):
        async with database.unit_of_work() as work:
            await work.execute(_ADD, "twice")


async def test_our_own_mistakes_are_not_called_an_outage(database: Database) -> None:
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await database.execute("SELEKT 1")
    with pytest.raises(asyncpg.InterfaceError):
        await database.fetch("SELECT $1::int")


async def test_json_and_text_go_through_unchanged(database: Database) -> None:
    value = {"zh": "办结", "list": [1, 2.5, None, True], "quote": 'a"b\\c'}

    assert await database.fetch_value("SELECT $1::jsonb", value) == value


async def test_an_unreachable_server_is_told_in_one_sentence() -> None:
    with pytest.raises(DatabaseUnavailable, match="BANJIE_DATABASE_URL"):
        await Database.open("postgresql://banjie@127.0.0.1:1/banjie")
    with pytest.raises(DatabaseUnavailable, match="BANJIE_DATABASE_URL"):
        await Database.open("mysql://banjie@127.0.0.1/banjie")


async def test_a_closed_pool_is_unavailable_not_a_crash(database_url: str) -> None:
    database = await Database.open(database_url)
    await database.close()

    with pytest.raises(DatabaseUnavailable):
        await database.fetch("SELECT 1")


async def test_a_killed_server_is_an_outage_that_ends(open_folder: Path) -> None:
    server = await EmbeddedPostgres.start(open_folder, settings={"fsync": "off"})
    database = await Database.open(server.dsn)
    try:
        assert await database.fetch_value("SELECT 1") == 1
        before = server.pid
        os.kill(before, signal.SIGKILL)
        refusals = 0
        answered = False
        while not answered:
            try:
                answered = await database.fetch_value("SELECT 1") == 1 and server.pid != before
            except DatabaseUnavailable:
                refusals += 1
            await asyncio.sleep(0.01)
        await until(lambda: server.health().ok)
    finally:
        await database.close()
        await server.stop()
