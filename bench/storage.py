"""What storing calls costs: CPU of our process for each call, and events a second, on an embedded PostgreSQL.

The CPU is that of this process (encoding, driver, loop); the server's own is printed beside it. Calls overlap as on a
busy floor, so that a batch holds pieces of many. The reference stores the same events plainly: one statement and one
commit an event, through the same driver, and no record of the call.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import uvloop
from tests.storage.story_of_calls import answered

from banjie.base.ids import TenantId
from banjie.calls.ports import Logged
from banjie.storage.call_log import SqlCallLog
from banjie.storage.call_rows import event_columns
from banjie.storage.database import Database
from banjie.storage.migrations import upgrade
from banjie.storage.postgres import EmbeddedPostgres
from bench.processes import database_cpu_s
from bench.report import Figure, Reference, Report, main

_BEGIN: Final = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
_TENANT: Final = TenantId("bench")
_TOGETHER: Final = 200
_PLAIN_CALLS: Final = 200  # of the reference: it is slow
_PLAIN: Final = """
    INSERT INTO call_event (tenant_id, call_id, seq, kind, at, facts) VALUES ($1, $2, $3, $4, $5, $6::jsonb)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What storing took: of the clock, of our CPU, of the server's."""

    wall_s: float
    ours_s: float
    server_s: float


def _overlapping(calls_count: int) -> list[Logged]:
    """Return the log lines of many calls, `_TOGETHER` of which are alive at any moment."""
    calls = [answered(_BEGIN + timedelta(seconds=n)) for n in range(calls_count)]
    lines = [
        (n + step * _TOGETHER / len(call), line)
        for n, call in enumerate(calls)
        for step, line in enumerate(call)
    ]
    return [line for _, line in sorted(lines, key=lambda placed: placed[0])]


async def _cost(work: Awaitable[None], postmaster: int) -> Cost:
    server_s, ours_s, wall_s = database_cpu_s(postmaster), time.process_time(), time.perf_counter()
    await work
    return Cost(
        wall_s=time.perf_counter() - wall_s,
        ours_s=time.process_time() - ours_s,
        server_s=database_cpu_s(postmaster) - server_s,
    )


async def _flat_out(log: SqlCallLog, lines: list[Logged]) -> None:
    for n in range(0, len(lines), 500):
        await log.write(lines[n : n + 500])


async def _paced(log: SqlCallLog, lines: list[Logged], per_tick: int) -> None:
    """Give so many lines every 10 ms, as a floor does."""
    log.start()
    began = time.perf_counter()
    for n in range(0, len(lines), per_tick):
        for line in lines[n : n + per_tick]:
            log.append(line)
        await asyncio.sleep(max(0.0, began + n / per_tick * 0.01 - time.perf_counter()))
    await log.drain()
    await log.stop()


async def _plain(dsn: str, lines: list[Logged]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for row in zip(*event_columns(lines), strict=True):
            await connection.execute(_PLAIN, _TENANT, *row)
    finally:
        await connection.close()


async def _timed_start(folder: Path) -> float:
    began = time.perf_counter()
    server = await EmbeddedPostgres.start(folder)
    took_s = time.perf_counter() - began
    await server.stop()
    return took_s


async def _measure(folder: Path, calls: int, rate: int) -> Report:
    first_s, again_s = await _timed_start(folder), await _timed_start(folder)
    server = await EmbeddedPostgres.start(folder)
    try:
        await upgrade(server.dsn)
        database = await Database.open(server.dsn)
        log = SqlCallLog(database, _TENANT)
        try:
            await log.write(answered(_BEGIN))  # prepared and warm
            lines = _overlapping(calls)
            events = len(lines) // calls
            flat = await _cost(_flat_out(log, lines), server.pid)
            per_tick = max(1, round(rate * events * 0.01))
            paced = await _cost(_paced(log, _overlapping(calls), per_tick), server.pid)
            plain = await _cost(_plain(server.dsn, _overlapping(_PLAIN_CALLS)), server.pid)
        finally:
            await database.close()
    finally:
        await server.stop()
    plainly = "one statement and commit an event"

    def ms(seconds: float, plain_s: float, name: str) -> Figure:
        return Figure(
            name=name,
            value=seconds * 1000 / calls,
            unit="CPU-ms a call",
            reference=Reference(what=plainly, value=plain_s * 1000 / _PLAIN_CALLS),
        )

    speed = Figure(
        name="flat out",
        value=len(lines) / flat.wall_s,
        unit="events/s",
        reference=Reference(what=plainly, value=_PLAIN_CALLS * events / plain.wall_s),
    )
    return Report(
        figures=[
            speed,
            ms(flat.ours_s, plain.ours_s, "flat out, our process"),
            ms(flat.server_s, plain.server_s, "flat out, PostgreSQL"),
            ms(paced.ours_s, plain.ours_s, "paced, our process"),
            ms(paced.server_s, plain.server_s, "paced, PostgreSQL"),
        ],
        facts={
            "calls": calls,
            "events a call": events,
            "paced, calls/s": calls / paced.wall_s,
            "first start, s": first_s,
            "started again, s": again_s,
        },
    )


def measure(calls: int = 2000, rate: int = 300) -> Report:
    with tempfile.TemporaryDirectory(prefix="banjie-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else when root starts it
        return uvloop.run(_measure(folder, calls, rate))


if __name__ == "__main__":
    main(measure)
