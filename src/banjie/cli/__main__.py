"""`banjie`: the command line."""

import asyncio
import sys

import typer

from banjie.base.errors import BanjieError
from banjie.cli import db
from banjie.config import read_settings
from banjie.main import serve as serve_forever

app = typer.Typer(help="Banjie 办结: every call is answered, every matter is closed.", no_args_is_help=True)
app.add_typer(db.app, name="db")


@app.command()
def serve() -> None:
    """Run the contact centre in the foreground until Ctrl-C."""
    asyncio.run(serve_forever(read_settings()))


def main() -> None:
    """Run a command; what it refuses is one sentence and exit status 1."""
    try:
        app()
    except BanjieError as refusal:
        print(f"banjie: {refusal}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
