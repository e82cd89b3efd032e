"""The figures of bench/: each with its reference of the same run. Needs a checkout, not only the package."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from banjie.base.errors import BanjieError

ROOT = Path(__file__).resolve().parents[3]
BENCHES = ("sip_core", "sip_endpoint", "sip", "waiting", "media", "browser_legs", "storage", "desk_live")
_SPEAKS_JSON = frozenset({"media"})  # and nothing else


class NoSuchBench(BanjieError):
    """The name is none of the benches."""


def bench(
    name: Annotated[str, typer.Argument(help=f"{', '.join(BENCHES)}, or all")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as the last line.")] = False,
) -> None:
    """Measure, and print the figures."""
    if name != "all" and name not in BENCHES:
        raise NoSuchBench(f"there is no bench {name!r}; choose one of {', '.join(BENCHES)}, or all")
    if not (ROOT / "bench").is_dir():
        raise NoSuchBench("benches run in a checkout of the project: there is no folder bench here")
    for one in BENCHES if name == "all" else (name,):
        done = subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-m", f"bench.{one}", *([] if one in _SPEAKS_JSON else ["--json"])],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        last = done.stdout.strip().rpartition("\n")[2]
        if done.returncode or not last.startswith("{"):
            typer.echo(f"{one}: failed with status {done.returncode}", err=True)
            raise typer.Exit(1)
        typer.echo(last if as_json else f"{one}\n" + "\n".join(rows(json.loads(last))))


def rows(figures: dict[str, object], before: str = "") -> list[str]:
    """Flatten to `  name  value`, one figure a line."""
    lines: list[str] = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += rows(value, f"{before}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for n, one in enumerate(value):
                lines += rows(one, f"{before}{name}[{n}].")
        else:
            lines.append(f"  {before + name:<48} {value}")
    return lines
