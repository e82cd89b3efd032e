"""The figures of bench/: each with its reference of the same run. Needs a checkout, not only the package."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from banjie.base.errors import BanjieError

ROOT = Path(__file__).resolve().parents[3]
BENCHES = (
    "sip_core",
    "sip_endpoint",
    "sip",
    "waiting",
    "media",
    "browser_legs",
    "storage",
    "desk_live",
    "routing",
    "full_house",
)


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
        command = [sys.executable, "-m", f"bench.{one}", *(["--json"] if as_json else [])]
        done = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 - our own modules
        if done.returncode:
            typer.echo(f"{one}: failed with status {done.returncode}", err=True)
            raise typer.Exit(1)
