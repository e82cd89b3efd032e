"""What a leg costs on the switchboard, beside the bare loop that only receives and sends.

Three processes: the telephones (this one), the switchboard, and the echo loop, which is measured right before and right after.
"""

import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from banjie.media.io import libc
from banjie.media.io.sockets import raise_file_limit
from banjie.media.io.thread import go_first
from banjie.media.layout import MAX_DATAGRAM, READY_AT_ONCE, TICK_NS
from bench.media_load import (
    BIN_NS,
    BINS,
    COUNTS,
    DRAIN_TICKS,
    LOST_BY_US,
    MARKED,
    OWN_LATE,
    SENT,
    Load,
    speak,
    watch_all,
)
from bench.report import Figure, Once, Reference, Report, main, tell

_TICKS_A_SECOND = 50
_GOALS = {2: "× ≤ 1.25", 3: "× ≤ 1.6"}  # the ratio
_ASTERISK = {
    2: Once(what="Asterisk 22.10, bridged", low=1.9, high=2.1),
    3: Once(what="Asterisk 22.10, mixed", low=3.9, high=4.5),
}
_WARM_TICKS = 300  # jitter buffers and turns find their places meanwhile


class Telephones:
    """Sockets that speak and count."""

    def __init__(self, legs: int, party: int) -> None:
        self._sockets = [_bound() for _ in range(legs)]
        self.numbers = [s.getsockname()[1] for s in self._sockets]
        self._party = party
        self._epoll = select.epoll()
        self._load = Load(
            fds=np.array([s.fileno() for s in self._sockets], np.int64),
            addresses=np.zeros((legs, 16), np.uint8),
            seen=np.zeros(legs, np.int64),
            heard=np.zeros(legs, np.int64),
            burst_ns=np.zeros(legs, np.int64),
            delays=np.zeros(BINS, np.int64),
            counts=np.zeros(COUNTS, np.int64),
            ready=np.zeros(READY_AT_ONCE * 16, np.uint8),
            back=np.zeros(MAX_DATAGRAM, np.uint8),
            sender=np.zeros(16, np.uint8),
            integers=np.zeros(8, np.int64),
        )
        watch_all(self._load.fds, self._epoll.fileno())
        speak(self._load, self._epoll.fileno(), 0, -DRAIN_TICKS, 0, party)  # compiles

    def dial(self, numbers: Sequence[int]) -> None:
        for leg, number in enumerate(numbers):
            libc.write_address(self._load.addresses[leg], 0x7F000001, number)

    def talk(self, begin_ns: int, ticks: int) -> None:
        """Speak from then on for so long after all has settled; holds the calling thread, not the interpreter."""
        go_first()
        speak(self._load, self._epoll.fileno(), begin_ns, _WARM_TICKS + ticks, _WARM_TICKS, self._party)

    def told(self) -> dict[str, float]:
        """Return what was lost since it settled, and how late it came."""
        load = self._load
        counts = load.counts
        share = np.cumsum(load.delays) / max(1, load.delays.sum())
        return {
            "sent": int(counts[SENT]),
            "lost_ratio": round(max(0.0, 1 - load.heard.sum() / max(1, counts[MARKED])), 6),
            "received_ratio": round(float(load.seen.sum() / max(1, counts[SENT])), 4),
            "delay_p50_ms": int(np.searchsorted(share, 0.50)) * BIN_NS / 1e6,
            "delay_p99_ms": int(np.searchsorted(share, 0.99)) * BIN_NS / 1e6,
            "load_late_ms_steps": int(counts[OWN_LATE]),
            "load_refused": int(counts[LOST_BY_US]),
        }

    def close(self) -> None:
        self._epoll.close()
        for one in self._sockets:
            one.close()


class Other:
    """The measured process, spoken with in lines of JSON."""

    def __init__(self, role: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.media_serve", role],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )

    def ask(self, question: object) -> Any:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("no pipe")
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()


def measure(role: str, legs: int, party: int, seconds: float) -> dict[str, float]:
    """Carry so many legs through one process; return its costs for a leg and a second."""
    phones, other = Telephones(legs, party), Other(role)
    try:
        empty = other.ask({"measure": True})
        phones.dial(other.ask({"legs": phones.numbers, "party": party}))
        ticks = round(seconds * _TICKS_A_SECOND)
        begin_ns = time.monotonic_ns() + 50_000_000
        talking = threading.Thread(target=phones.talk, args=(begin_ns, ticks))
        talking.start()
        sleep_until(begin_ns + _WARM_TICKS * TICK_NS)
        before = other.ask({"measure": True})
        sleep_until(begin_ns + (_WARM_TICKS + ticks) * TICK_NS)
        after = other.ask({"measure": True})
        talking.join()
    finally:
        other.close()
        phones.close()
    leg_seconds = legs * (after["at_s"] - before["at_s"])
    return {
        "cpu_ms_per_leg_second": round((after["cpu_s"] - before["cpu_s"]) * 1000 / leg_seconds, 4),
        "user_ms_per_leg_second": round((after["user_s"] - before["user_s"]) * 1000 / leg_seconds, 4),
        "memory_kb_per_leg": round((after["rss_kb"] - empty["rss_kb"]) / legs, 1),
        **phones.told(),
    }


def sleep_until(at_ns: int) -> None:
    time.sleep(max(0.0, (at_ns - time.monotonic_ns()) / 1e9))


def report(legs: str = "100,500,1000,2000", party: str = "2,3", seconds: float = 5.0) -> Report:
    """All asked for: so many legs, in calls of so many."""
    raise_file_limit()
    figures: list[Figure] = []
    facts: dict[str, float] = {"seconds": seconds}
    for count in map(int, legs.split(",")):
        echo = measure("echo", count, 2, seconds)
        for size in map(int, party.split(",")):
            ours = measure("switchboard", count - count % size, size, seconds)
            before, echo = echo, measure("echo", count, 2, seconds)
            bare_ms = (before["cpu_ms_per_leg_second"] + echo["cpu_ms_per_leg_second"]) / 2
            name = f"{count} legs by {size}"
            figures += _figures(name, size, ours, echo | {"cpu_ms_per_leg_second": bare_ms})
            facts |= {f"{name}: the load was late": ours["load_late_ms_steps"]}
            tell(f"{name}: {ours['cpu_ms_per_leg_second']:.3f} CPU-ms a leg-second, bare loop {bare_ms:.3f}")
    return Report(figures=figures, facts=facts)


def _figures(name: str, party: int, ours: dict[str, float], echo: dict[str, float]) -> list[Figure]:
    def figure(what: str, key: str, unit: str, goal: str = "", once: Once | None = None) -> Figure:
        beside = Reference(what="bare loop", value=echo[key])
        return Figure(
            name=f"{name}, {what}", value=ours[key], unit=unit, reference=beside, goal=goal, once=once
        )

    return [
        figure(
            "CPU", "cpu_ms_per_leg_second", "CPU-ms a leg-second", _GOALS.get(party, ""), _ASTERISK.get(party)
        ),
        figure("outside the system", "user_ms_per_leg_second", "CPU-ms a leg-second"),
        figure("lost", "lost_ratio", "of 1", "< 0.001"),
        figure("delay p50", "delay_p50_ms", "ms"),
        figure("delay p99", "delay_p99_ms", "ms", "≤ 20"),
        figure("memory", "memory_kb_per_leg", "kB a leg"),
    ]


def _bound() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    made.bind(("127.0.0.1", 0))
    return made


if __name__ == "__main__":
    main(report)
