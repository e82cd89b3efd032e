"""What processes cost, and on which core they run."""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_CORES = sorted(os.sched_getaffinity(0))
OURS, LOAD = frozenset(_CORES[:1]), frozenset(_CORES[1:] or _CORES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """CPU seconds of a server so far, and of the PostgreSQL it started."""

    server_s: float
    database_s: float

    def since(self, before: "Spent") -> "Spent":
        return Spent(server_s=self.server_s - before.server_s, database_s=self.database_s - before.database_s)


def spent(server: int) -> Spent:
    postmaster = next((child for child in _children(server) if _name(child) == "postgres"), None)
    return Spent(server_s=cpu_s(server), database_s=0.0 if postmaster is None else database_cpu_s(postmaster))


def database_cpu_s(postmaster: int) -> float:
    """Those of its processes that live, and those that have ended."""
    return sum(map(cpu_s, [postmaster, *_children(postmaster)])) + _times(postmaster)[1]


def cpu_s(process: int) -> float:
    """All threads, user and system."""
    return _times(process)[0]


def memory_kb(process: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found.group(1)) if found else 0


@contextlib.contextmanager
def running_on(cores: frozenset[int]) -> Iterator[None]:
    """Whatever is started meanwhile stays on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _times(process: int) -> tuple[float, float]:
    """CPU seconds of a process, and of its children that have ended."""
    fields = _stat(process)
    if len(fields) < 15:
        return 0.0, 0.0
    own, ended = fields[11:13], fields[13:15]
    return sum(map(int, own)) / _TICKS, sum(map(int, ended)) / _TICKS


def _children(parent: int) -> list[int]:
    everybody = (int(p.name) for p in Path("/proc").iterdir() if p.name.isdecimal())
    return [process for process in everybody if _stat(process)[1:2] == [str(parent)]]


def _name(process: int) -> str:
    return Path(f"/proc/{process}/comm").read_text().strip()


def _stat(process: int) -> list[str]:
    """The fields behind the name; none where the process has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
