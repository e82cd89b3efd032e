"""What calls cost the whole server: SIPp dials the 400 number, the script answers, the record is stored.

`python -m bench.sip [--rate 300] [--seconds 10] [--json]`. CPU is process time of the server's process, all threads, and
beside it that of its PostgreSQL. Memory is what a held two-party call adds to the server's resident set.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.peers.server import BanjieServer

SCENARIO = Path(__file__).parent / "sip_endpoint.xml"
TICKS = os.sysconf("SC_CLK_TCK")
ASTERISK_ANSWERED_MS = (1.6, 2.3)  # measured once on such a machine: version 22.10, its CDR off


@dataclass(frozen=True)
class Spent:
    """CPU seconds so far."""

    server: float
    database: float


def spent(pid: int) -> Spent:
    own = cpu_s(pid)
    everybody = {int(p.name): parent(p) for p in Path("/proc").iterdir() if p.name.isdecimal()}
    postmasters = {p for p, (up, name) in everybody.items() if up == pid and name == "postgres"}
    backends = {p for p, (up, name) in everybody.items() if up in postmasters}
    return Spent(own, sum(cpu_s(p) for p in postmasters | backends))


def parent(process: Path) -> tuple[int, str]:
    try:
        name, _, rest = (process / "stat").read_text().rpartition(")")
    except OSError:
        return 0, ""
    return int(rest.split()[1]), name.partition("(")[2]


def cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_kb(pid: int) -> int:
    words = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", words)
    return int(found.group(1)) if found else 0


def sipp(server: BanjieServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        "sipp",
        f"127.0.0.1:{server.sip_port}",
        "-i",
        "127.0.0.1",
        "-nostdin",
        "-trace_stat",
        "-fd",
        "1",
    ]
    folder = tempfile.mkdtemp(prefix="banjie-bench-")
    return subprocess.run(
        [*command, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=180
    )


def counted(output: str, name: str) -> int:
    """Read a figure of SIPp's last screen: its cumulative column."""
    found = re.findall(rf"{name}\s*\|\s*\d+\s*\|\s*(\d+)", output)
    return int(found[-1]) if found else -1


def retransmitted(output: str) -> int:
    """Sum the Retrans column of SIPp's last screen, both ways."""
    last = output[output.rfind("Scenario Screen") :]
    found = re.findall(r"(?:-+>|<-+)\s+(?:[BE]-RTD\d\s+)?\d+\s+(\d+)\s", last)
    if not found:
        raise ValueError("SIPp showed no messages to count")
    return sum(map(int, found))


async def answered(server: BanjieServer, rate: int, seconds: int) -> dict[str, object]:
    """Calls answered by the script, hung up after half a second, their records stored."""
    assert server.process is not None
    pid = server.process.pid
    await asyncio.to_thread(sipp, server, *dial("4000000001", rate, rate * 2, 500))  # warm
    before, calls = spent(pid), rate * seconds
    told = await asyncio.to_thread(sipp, server, *dial("4000000001", rate, calls, 500))
    await stored(server)
    after = spent(pid)
    return {
        "rate_per_s": rate,
        "calls": calls,
        "successful": counted(told.stdout, "Successful call"),
        "failed": counted(told.stdout, "Failed call"),
        "retransmissions": retransmitted(told.stdout),
        "cpu_ms_per_call": round((after.server - before.server) * 1000 / calls, 3),
        "database_cpu_ms_per_call": round((after.database - before.database) * 1000 / calls, 3),
        "reference_asterisk_cpu_ms": ASTERISK_ANSWERED_MS,
    }


def dial(number: str, rate: int, calls: int, hold_ms: int) -> list[str]:
    return [
        "-sn",
        "uac",
        "-s",
        number,
        "-r",
        str(rate),
        "-m",
        str(calls),
        "-d",
        str(hold_ms),
        "-l",
        str(rate * 4),
    ]


async def stored(server: BanjieServer) -> None:
    """Wait until every call's end is in the database."""
    while await server.rows("SELECT 1 FROM call_record WHERE ended_at IS NULL LIMIT 1"):
        await asyncio.sleep(0.1)


async def held(server: BanjieServer, pairs: int) -> dict[str, object]:
    """Memory of two-party calls: two callers each, joined by a diagnostic number."""
    assert server.process is not None
    pid = server.process.pid
    await asyncio.to_thread(sipp, server, *dial("4000000098", 50, 100, 500))
    before = rss_kb(pid)
    running = asyncio.create_task(
        asyncio.to_thread(
            sipp, server, *dial("4000000098", 100, pairs * 2, 12_000)[:-2], "-l", str(pairs * 2)
        )
    )
    highest = before
    while not running.done():
        highest = max(highest, rss_kb(pid))
        await asyncio.sleep(0.2)
    return {"pairs": pairs, "kb_per_call": round((highest - before) / pairs, 1), "reference_asterisk_kb": 500}


async def measure(rate: int, seconds: int) -> dict[str, object]:
    folder = Path(tempfile.mkdtemp(prefix="banjie-bench-"))
    folder.chmod(0o755)
    server = BanjieServer(folder, {"BANJIE_DIAGNOSTICS": "1"})
    await server.start()
    try:
        return {
            "bench": "sip",
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            "answered": await answered(server, rate, seconds),
            "held": await held(server, 200),
        }
    finally:
        server.stop()


def run(argv: list[str]) -> dict[str, object]:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rate", type=int, default=300)
    asked.add_argument("--seconds", type=int, default=10)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args(argv)
    return asyncio.run(measure(given.rate, given.seconds))


if __name__ == "__main__":
    import sys

    print(json.dumps(run(sys.argv[1:])))
