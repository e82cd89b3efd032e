"""The demonstration bank."""

import os
from pathlib import Path
from typing import Annotated

import typer

from banjie.demo.prompts import make

app = typer.Typer(help="The demonstration bank.", no_args_is_help=True)


@app.callback()
def demo() -> None:
    """The demonstration bank."""


@app.command()
def prompts(folder: Annotated[Path, typer.Argument(help="Where the sound files go.")]) -> None:
    """Make the bank's prompts as audio; what was made before is kept. Says why when there are only chimes."""
    os.nice(10)  # a server beside it has calls to carry
    report = make(folder, say=lambda words: typer.echo(f"· {words}"))
    if report.why_not_spoken is not None:
        typer.echo(f"· prompts are chimes, and words on the screen: {report.why_not_spoken}")
