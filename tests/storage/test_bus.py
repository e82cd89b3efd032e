"""The bus tells every process every key, in batches, and says when it may have missed some."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from banjie.storage.bus import PostgresBus, _payloads
from banjie.storage.postgres import EmbeddedPostgres

pytestmark = pytest.mark.peer


@pytest.fixture
async def buses(database_url: str) -> AsyncIterator[tuple[PostgresBus, PostgresBus]]:
    here, there = PostgresBus(database_url), PostgresBus(database_url)
    await here.start()
    await there.start()
    yield here, there
    await here.stop()
    await there.stop()


async def until(condition: Callable[[], bool], limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.005)


async def test_every_process_hears_a_key_the_sender_too(buses: tuple[PostgresBus, PostgresBus]) -> None:
    here, there = buses
    heard_here: list[str] = []
    heard_there: list[str] = []
    here.subscribe("call", heard_here.append)
    there.subscribe("call", heard_there.append)
    here.publish("call", "办结")

    await until(lambda: heard_here == heard_there == ["办结"])


async def test_only_the_topic_asked_for_is_heard_until_one_leaves(
    buses: tuple[PostgresBus, PostgresBus],
) -> None:
    here, there = buses
    calls: list[str] = []
    agents: list[str] = []
    leave = there.subscribe("call", calls.append)
    there.subscribe("agent", agents.append)
    here.publish("call", "c1")
    here.publish("agent", "a1")
    await until(lambda: calls == ["c1"] and agents == ["a1"])

    leave()
    leave()
    here.publish("call", "c2")
    here.publish("agent", "a2")
    await until(lambda: agents == ["a1", "a2"])
    assert calls == ["c1"]


async def test_many_keys_arrive_in_order_and_each_once(buses: tuple[PostgresBus, PostgresBus]) -> None:
    here, there = buses
    heard: list[str] = []
    there.subscribe("call", heard.append)
    keys = [f"{n:05}-{'x' * 40}" for n in range(2_000)]
    for key in keys:
        here.publish("call", key)
        here.publish("call", key)  # said twice within a moment: told once

    await until(lambda: len(heard) >= len(keys))
    assert heard == keys


async def test_a_readers_fault_does_not_silence_the_others(buses: tuple[PostgresBus, PostgresBus]) -> None:
    here, there = buses
    heard: list[str] = []

    def faulty(_: str) -> None:
        raise ValueError("a fault")

    there.subscribe("call", faulty)
    there.subscribe("call", heard.append)
    here.publish("call", "c1")

    await until(lambda: heard == ["c1"])


async def test_a_broken_line_is_mended_and_the_gap_is_told(
    buses: tuple[PostgresBus, PostgresBus], database_url: str
) -> None:
    here, there = buses
    heard: list[str] = []
    gaps: list[str] = []
    there.subscribe("call", heard.append, lambda: gaps.append("gap"))
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()

    await until(lambda: bool(gaps) and here.health().ok and there.health().ok)
    here.publish("call", "after")
    await until(lambda: "after" in heard)


async def test_a_killed_server_is_outlived(open_folder: Path) -> None:
    server = await EmbeddedPostgres.start(open_folder, settings={"fsync": "off"})
    bus = PostgresBus(server.dsn)
    await bus.start()
    heard: list[str] = []
    gaps: list[str] = []
    bus.subscribe("call", heard.append, lambda: gaps.append("gap"))
    try:
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: not bus.health().ok)
        bus.publish("call", "while away")  # kept until the line is back
        await until(lambda: bool(gaps) and heard == ["while away"])
    finally:
        await bus.stop()
        await server.stop()


def test_notifications_stay_short_enough() -> None:
    batch = [("topic", "语" * 100) for _ in range(200)]
    payloads = list(_payloads(batch))

    assert all(len(payload.encode()) < 8_000 for payload in payloads)
    assert sum(payload.count("topic") for payload in payloads) == 200
