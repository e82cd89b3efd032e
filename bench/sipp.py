"""SIPp as the caller, as a crowd of callers and as the phones, and what it tells of a run."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from bench.processes import cpu_s, memory_kb

HERE = Path(__file__).parent
CALL = HERE / "call.xml"
_CROWD = HERE / "crowd.xml"
_COUNTS = r"\s+(?:[BE]-RTD\d\s+)?\d+\s+(\d+)\s"  # messages, and of those sent again
_CALLERS = HERE / "callers.csv"  # each call from a number of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """So many calls, begun so many a second, each hung up by the caller so long after the answer."""

    rate: int
    calls: int
    hold_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What SIPp saw of a run, and what it needed itself."""

    successful: int
    failed: int  # those refused among them
    refused: int  # with 503: whom the server did not take for being late
    sent_again: int  # messages, by either side
    took_s: float
    cpu_s: float


class Phones:
    """SIPp's built-in UAS: it rings, answers, and lets the caller hang up. No media, nothing stored."""

    def __init__(self, process: "subprocess.Popen[bytes]", screen: Path) -> None:
        self._process, self._screen = process, screen

    @property
    def cpu_s(self) -> float:
        return cpu_s(self._process.pid)

    @property
    def memory_kb(self) -> int:
        return memory_kb(self._process.pid)

    def sent_again(self) -> int | None:
        """Let them finish; return how many messages were sent again by either side, None if calls never ended."""
        self._process.send_signal(signal.SIGUSR1)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            return None
        return messages_sent_again(self._screen.read_text())


@contextlib.contextmanager
def phones(port: int) -> Iterator[Phones]:
    with _started("-sn", "uas", "-p", str(port)) as (process, screen):
        time.sleep(0.3)  # it has no way of telling that it listens
        yield Phones(process, screen)


def call(port: int, number: str, load: Load, *, scenario: Path = CALL, options: Sequence[str] = ()) -> Run:
    """Call a number of the server at this port; return when all calls are over."""
    limit_s = load.calls / load.rate + load.hold_ms / 1000 + 30
    arguments = (
        *(f"127.0.0.1:{port}", "-sf", str(scenario), "-inf", str(_CALLERS), "-s", number),
        *("-r", str(load.rate), "-m", str(load.calls), "-d", str(load.hold_ms), "-l", str(load.calls)),
        *("-timeout", f"{limit_s:.0f}s"),
        *("-default_behaviors", "all,-abortunexp"),  # an answer that is sent again is no failure
    )
    began = time.monotonic()
    with _started(*arguments, *options) as (process, screen):
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        text = screen.read_text()
    turned_away = refused(text)  # a whole call to the scenario
    return Run(
        successful=counted(text, "Successful call") - turned_away,
        failed=counted(text, "Failed call") + turned_away,
        refused=turned_away,
        sent_again=messages_sent_again(text),
        took_s=time.monotonic() - began,
        cpu_s=used.ru_utime + used.ru_stime,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How long callers think before they call (at most), and after how long each sort of them has had enough."""

    think_s: float
    impatient_s: float
    busy_s: float
    usual_s: float
    patient_s: float

    @property
    def longest_s(self) -> float:
        return self.think_s + self.patient_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """By callers, each known by his number. Who called and was never told anything more has the fate "calls"."""

    fates: dict[str, str]
    asked: frozenset[str]  # who asked to be called back: each of his keys was taken


class Crowd:
    """So many callers, each calling again and again."""

    def __init__(self, process: "subprocess.Popen[bytes]", fates: Path, temper: Temper) -> None:
        self._process, self._fates, self._temper = process, fates, temper
        self.cpu_s = 0.0

    def go_home(self) -> "Told":
        """Let each finish what he has begun; return what became of every caller."""
        self._process.send_signal(signal.SIGUSR1)
        stopping = threading.Timer(self._temper.longest_s + 45, self._process.kill)
        stopping.start()
        _, status, used = os.wait4(self._process.pid, 0)
        stopping.cancel()
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_s = used.ru_utime + used.ru_stime
        return told(self._fates.read_text())


@contextlib.contextmanager
def crowd(port: int, number: str, callers: int, temper: Temper) -> Iterator[Crowd]:
    """Let them call this number of the server at this port."""
    with tempfile.TemporaryDirectory(prefix="banjie-bench-") as folder:
        scenario, fates = Path(folder) / "crowd.xml", Path(folder) / "fates"
        waits = {f"{name[:-2]}_ms": round(wait * 1000) for name, wait in asdict(temper).items()}
        scenario.write_text(Template(_CROWD.read_text()).substitute(waits))
        arguments = (
            *(f"127.0.0.1:{port}", "-sf", str(scenario), "-inf", str(_CALLERS), "-s", number),
            *("-users", str(callers), "-trace_logs", "-log_file", str(fates)),
            *("-default_behaviors", "all,-abortunexp"),
        )
        with _started(*arguments) as (process, _):
            yield Crowd(process, fates, temper)


def told(log: str) -> Told:
    """Read the log of the crowd."""
    said = [(caller, what) for caller, what in (line.split() for line in log.splitlines() if line)]
    return Told(
        fates=dict(one for one in said if one[1] != "asked"),
        asked=frozenset(caller for caller, what in said if what == "asked"),
    )


@contextlib.contextmanager
def _started(*arguments: str) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    program = shutil.which("sipp")
    if program is None:
        raise SystemExit("SIPp is not installed: run `apt-get install sip-tester` (as root), then again")
    with tempfile.TemporaryDirectory(prefix="banjie-bench-") as folder:
        screen = Path(folder) / "screen"
        with screen.open("wb") as out:
            process = subprocess.Popen(
                [program, *arguments, "-i", "127.0.0.1", "-nostdin"], cwd=folder, stdout=out, stderr=out
            )
        try:
            yield process, screen
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()


def counted(screen: str, name: str) -> int:
    """Read the cumulative column of a counter."""
    found = re.findall(rf"{name}\s*\|\s*\d+\s*\|\s*(\d+)", screen)
    if not found:
        raise ValueError(f"SIPp showed no {name!r}: {screen[-800:]}")
    return int(found[-1])


def refused(screen: str) -> int:
    found = re.findall(r"^\s*503 <-+\s+(?:[BE]-RTD\d\s+)?(\d+)", screen, re.MULTILINE)
    return int(found[-1]) if found else 0


def messages_sent_again(screen: str) -> int:
    """Sum the column Retrans of the last screen of messages, both ways."""
    last = screen[screen.rfind("Scenario Screen") :]
    called = re.findall(rf"^\s*(?:-+>|<-+) \w+{_COUNTS}", last, re.MULTILINE)
    calling = re.findall(rf"^\s*\w+ (?:-+>|<-+){_COUNTS}", last, re.MULTILINE)
    if not called and not calling:
        raise ValueError(f"SIPp showed no messages to count: {screen[-800:]}")
    return sum(map(int, called or calling))
