"""What a bench says: figures, each beside a reference measured in the same run. One form for all benches.

A bench is a function which returns a `Report`; its keywords are its options. `main` makes a command of it.
"""

import argparse
import inspect
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What something simpler needs for the same work, measured in the same run."""

    what: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Another product's figure, measured once on a machine of this kind: not of this run."""

    what: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    name: str
    value: float
    unit: str
    reference: Reference
    goal: str = ""
    once: Once | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the reference it is; None beside a reference of nothing."""
        return self.value / self.reference.value if self.reference.value else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`facts` say under which circumstances the figures stand: how many calls, at which rate.

    `wrong`: what must not be, in words. The figures are printed all the same; then the bench fails.
    """

    figures: Sequence[Figure]
    facts: Mapping[str, float] = field(default_factory=dict)
    wrong: Sequence[str] = ()


def main(measure: Callable[..., Report]) -> None:
    """Run a bench from the command line and print its report: a table, or with --json one object as the last line."""
    file = Path(inspect.getfile(measure))
    options = argparse.ArgumentParser(
        prog=f"python -m bench.{file.stem}", description=inspect.getdoc(measure)
    )
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    for option in inspect.signature(measure).parameters.values():
        options.add_argument(
            f"--{option.name.replace('_', '-')}",
            type=type(option.default),
            default=option.default,
            help="%(default)s",
        )
    chosen = vars(options.parse_args())
    is_json = chosen.pop("json")
    machine = this_machine()  # before the load: what else runs here
    report = measure(**chosen)
    if is_json:
        print(json.dumps(as_json(file.stem, machine, report), ensure_ascii=False))
    else:
        print("\n".join(as_table(file.stem, machine, report)))
    if report.wrong:
        sys.stdout.flush()
        for words in report.wrong:
            tell(f"WRONG: {words}")
        raise SystemExit(1)


def tell(words: str) -> None:
    """Say how far the bench is; the last line of standard output stays the report's."""
    print(f"· {words}", file=sys.stderr, flush=True)


def as_json(name: str, machine: Mapping[str, object], report: Report) -> dict[str, object]:
    return {
        "bench": name,
        "machine": machine,
        "commit": this_commit(),
        "facts": {fact: short(value) for fact, value in report.facts.items()},
        "figures": [
            {
                "name": figure.name,
                "value": short(figure.value),
                "unit": figure.unit,
                "reference": {"what": figure.reference.what, "value": short(figure.reference.value)},
                "ratio": None if figure.ratio is None else short(figure.ratio),
                "goal": figure.goal or None,
                "measured_once": None if figure.once is None else asdict(figure.once),
            }
            for figure in report.figures
        ],
        "wrong": list(report.wrong),
    }


def as_table(name: str, machine: Mapping[str, object], report: Report) -> Iterator[str]:
    about = ", ".join(f"{what} {value}" for what, value in machine.items())
    yield f"{name} · commit {this_commit()} · {about}"
    for figure in report.figures:
        ratio = "–" if figure.ratio is None else f"× {short(figure.ratio):g}"
        yield (
            f"  {figure.name:<34}{short(figure.value):>9g} {figure.unit:<24}{figure.goal:<9}"
            f"{ratio:>9}  {short(figure.reference.value):g} {figure.reference.what}"
        )
        if figure.once is not None:
            once = figure.once
            yield f"{'':<80}measured once: {span(once.low, once.high)} {once.what}"
    yield "  " + ", ".join(f"{fact} {short(value):g}" for fact, value in report.facts.items())


def span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def short(value: float) -> float:
    """Four digits: no bench here tells more."""
    return float(f"{value:.4g}")


def this_machine() -> dict[str, object]:
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def this_commit() -> str:
    """The checkout's commit, and whether the tree differs from it."""
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or "unknown"


def _cpu_name() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )
