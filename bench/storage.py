"""What storing calls costs: CPU of our process for each call, and events a second, on an embedded PostgreSQL.

`python -m bench.storage [--json]`: the CPU is that of this process only (encoding, driver, loop); the server's own
is printed beside it. Calls overlap as on a busy floor, so that a batch holds pieces of many.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import uvloop
from tests.storage.story_of_calls import answered

from banjie.base.ids import TenantId
from banjie.calls.ports import Logged
from banjie.storage.call_log import SqlCallLog
from banjie.storage.database import Database
from banjie.storage.migrations import upgrade
from banjie.storage.postgres import EmbeddedPostgres

_BEGIN: Final = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    first_start_s: float
    restart_s: float
    calls_count: int
    events_per_call: int
    flat_out_events_per_s: float
    flat_out_cpu_ms_per_call: float
    paced_calls_per_s: float
    paced_cpu_ms_per_call: float
    paced_server_cpu_ms_per_call: float


def _overlapping(calls_count: int, together: int) -> list[Logged]:
    """Return the log lines of many calls, `together` of which are alive at any moment."""
    calls = [answered(_BEGIN + timedelta(seconds=n)) for n in range(calls_count)]
    lines = [
        (n + step * together / len(call), line)
        for n, call in enumerate(calls)
        for step, line in enumerate(call)
    ]
    return [line for _, line in sorted(lines, key=lambda placed: placed[0])]


async def _measure(calls_count: int, rate: float) -> Figures:
    with tempfile.TemporaryDirectory(prefix="banjie-bench-") as folder:
        await asyncio.to_thread(os.chmod, folder, 0o755)
        first_s, restart_s = await _timed_start(folder), await _timed_start(folder)
        server = await EmbeddedPostgres.start(Path(folder))
        try:
            await upgrade(server.dsn)
            database = await Database.open(server.dsn)
            log = SqlCallLog(database, TenantId("bench"))
            try:
                await log.write(answered(_BEGIN))  # prepared and warm
                return await _run(log, calls_count, rate, server.pid, (first_s, restart_s))
            finally:
                await database.close()
        finally:
            await server.stop()


async def _timed_start(folder: str) -> float:
    began = time.perf_counter()
    server = await EmbeddedPostgres.start(Path(folder))
    took_s = time.perf_counter() - began
    await server.stop()
    return took_s


async def _run(
    log: SqlCallLog, calls_count: int, rate: float, server_pid: int, starts: tuple[float, float]
) -> Figures:
    lines = _overlapping(calls_count, together=200)
    began, cpu = time.perf_counter(), time.process_time()
    for n in range(0, len(lines), 500):
        await log.write(lines[n : n + 500])
    flat_s, flat_cpu_s = time.perf_counter() - began, time.process_time() - cpu

    paced = _overlapping(calls_count, together=200)
    per_tick = max(1, round(rate * len(paced) / calls_count * 0.01))
    log.start()
    server_cpu = _server_cpu_s(server_pid)
    began, cpu = time.perf_counter(), time.process_time()
    for n in range(0, len(paced), per_tick):
        for line in paced[n : n + per_tick]:
            log.append(line)
        await asyncio.sleep(max(0.0, began + n / per_tick * 0.01 - time.perf_counter()))
    await log.drain()
    paced_s, paced_cpu_s = time.perf_counter() - began, time.process_time() - cpu
    server_cpu_s = _server_cpu_s(server_pid) - server_cpu
    await log.stop()
    return Figures(
        first_start_s=starts[0],
        restart_s=starts[1],
        calls_count=calls_count,
        events_per_call=len(lines) // calls_count,
        flat_out_events_per_s=len(lines) / flat_s,
        flat_out_cpu_ms_per_call=flat_cpu_s / calls_count * 1000,
        paced_calls_per_s=calls_count / paced_s,
        paced_cpu_ms_per_call=paced_cpu_s / calls_count * 1000,
        paced_server_cpu_ms_per_call=server_cpu_s / calls_count * 1000,
    )


def _server_cpu_s(postmaster: int) -> float:
    """Return the CPU seconds of the server's live processes."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(stat.parent.name) == postmaster or int(words[1]) == postmaster:
            ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=300.0, help="calls a second in the paced run")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = uvloop.run(_measure(given.calls, given.rate))
    if given.json:
        rows = {name: round(getattr(figures, name), 3) for name in Figures.__dataclass_fields__}
        print(
            json.dumps({"bench": "storage", "machine": platform.machine(), "cores": os.cpu_count(), **rows})
        )
        return
    print(f"first start {figures.first_start_s:.2f} s, restart {figures.restart_s:.2f} s")
    print(f"{figures.calls_count} calls of {figures.events_per_call} events and their records")
    print(
        f"flat out: {figures.flat_out_events_per_s:,.0f} events/s, {figures.flat_out_cpu_ms_per_call:.3f} CPU-ms/call"
    )
    print(
        f"paced at {figures.paced_calls_per_s:.0f} calls/s: {figures.paced_cpu_ms_per_call:.3f} CPU-ms/call of ours, "
        f"{figures.paced_server_cpu_ms_per_call:.3f} of the server"
    )


if __name__ == "__main__":
    main()
