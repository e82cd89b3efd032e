"""The ACD by itself: a recorded day run through it."""

import gzip
from pathlib import Path
from typing import Annotated

import typer

from banjie.base.errors import BanjieError
from banjie.routing.records import RecordedDay, read_days
from banjie.routing.replay import Measures, Replayed
from banjie.routing.replay import replay as run_again

app = typer.Typer(help="Try the call distribution on recorded days.", no_args_is_help=True)


class NoSuchDay(BanjieError):
    """The file holds no calls of this day, or is no such file."""


@app.callback()
def group() -> None:
    """Keep `replay` a command of its own."""


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="Records of the Anonymous Bank, .tsv or .tsv.gz.")],
    date: Annotated[str | None, typer.Option(help="yymmdd; else every day.")] = None,
    pause: Annotated[float, typer.Option(help="Minutes without a call after which an agent was away.")] = 2.0,
    within: Annotated[float, typer.Option(help="Seconds of the service level.")] = 20.0,
) -> None:
    """Run recorded days through the production ACD in virtual time; print its measures beside the recorded ones."""
    days = _days(file, date)
    typer.echo(
        f"Recorded > replayed. SL: answered within {within:g} s / (answered + abandoned after {within:g} s). ASA: total wait of\n"
        "the answered / answered. Abandoned, waited: / offered. Told: how often the wait of a served caller fell within the\n"
        "range he could have been told as he came (four of five are aimed at).\n"
        f"Assumed: agents are away between calls more than {pause:g} minutes apart, serve the kinds of calls they served\n"
        "that day, answer at once, and take the day's median turnaround after a call; priority 2 has 90 s of credit; patience\n"
        "and talk the record does not know are drawn from those of the day."
    )
    for day in days:
        found = run_again(day, pause_s=pause * 60, within_s=within)
        typer.echo(_row(day, found))


def _days(file: Path, date: str | None) -> list[RecordedDay]:
    try:
        with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
            days = read_days(lines)
    except (OSError, KeyError, UnicodeDecodeError) as cause:
        raise NoSuchDay(f"{file} cannot be read as call records: {type(cause).__name__} {cause}") from None
    chosen = [day for day in days if date in (None, day.date)]
    if not chosen:
        raise NoSuchDay(f"{file} holds no calls of {date}; it has {', '.join(day.date for day in days)}")
    return chosen


def _row(day: RecordedDay, found: Replayed) -> str:
    before, after = found.recorded, found.replayed
    pairs = [
        ("SL", f"{before.service_level_ratio:.1%}", f"{after.service_level_ratio:.1%}"),
        ("ASA", f"{before.asa_s:.1f} s", f"{after.asa_s:.1f} s"),
        ("abandoned", *map(_abandoned, (before, after))),
        ("waited", f"{before.waited_ratio:.0%}", f"{after.waited_ratio:.0%}"),
    ]
    told = f"{found.held_ratio:.0%} of {found.told_count}" if found.told_count else "–"
    return (
        f"{day.date}  {before.offered_count:>5} calls, {day.dropped_count} dropped, {found.agents_count} agents, "
        f"turnaround {found.turnaround_s:.0f} s  "
        + "  ".join(f"{name} {one} > {other}" for name, one, other in pairs)
        + f"  told {told}"
    )


def _abandoned(measures: Measures) -> str:
    return f"{measures.abandoned_ratio:.1%}"
