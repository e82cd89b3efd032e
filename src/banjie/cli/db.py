"""The database: bring it up to date, or begin anew."""

import asyncio

import typer

from banjie.config import read_settings
from banjie.parts.database import reset_database, upgrade_database

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema up to date. Safe to repeat."""
    asyncio.run(upgrade_database(read_settings()))
    typer.echo("the database is up to date")


@app.command()
def reset(yes: bool = typer.Option(False, "--yes", help="Do not ask.")) -> None:
    """Delete everything stored and begin with an empty schema."""
    if not yes:
        typer.confirm("This deletes all calls, people, scripts and settings. Go on?", abort=True)
    asyncio.run(reset_database(read_settings()))
    typer.echo("the database is empty and up to date")
