"""`banjie`: the command line."""

import gc
import sys

import typer
import uvloop

from banjie.base.errors import BanjieError
from banjie.cli import db, demo, matters, people, routing
from banjie.cli.bench import bench
from banjie.cli.check import Verdict
from banjie.cli.check import check as look
from banjie.config import read_settings
from banjie.main import serve as serve_forever

app = typer.Typer(help="Banjie 办结: every call is answered, every matter is closed.", no_args_is_help=True)
app.add_typer(db.app, name="db")
app.add_typer(people.app, name="people")
app.add_typer(demo.app, name="demo")
app.add_typer(routing.app, name="routing")
app.add_typer(matters.app, name="matters")
app.command()(bench)


@app.command()
def serve() -> None:
    """Run the contact centre in the foreground until Ctrl-C."""
    uvloop.run(serve_forever(read_settings()))


@app.command()
def check() -> None:
    """Say whether all is there that `serve` needs. Exit 1 if something must be mended first."""
    found = look()
    for finding in found:
        typer.echo(f"{finding.verdict:<4}  {finding.part:<8}  {finding.words}")
    raise typer.Exit(1 if any(finding.verdict is Verdict.MEND for finding in found) else 0)


def main() -> None:
    """Run a command; what it refuses is one sentence and exit status 1."""
    gc.freeze()  # what importing made stays for good
    gc.enable()
    try:
        app()
    except BanjieError as refusal:
        print(f"banjie: {refusal}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
