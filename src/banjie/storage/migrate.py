"""Runs the steps of `migrations/` by Alembic, without its command line and its ini file."""

from typing import Any, Final

import asyncpg
from alembic import op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from banjie.storage.errors import CannotMigrate
from banjie.storage.migrations import FOLDER

_TURN: Final = 0x62616E6A  # "banj": the advisory lock under which one process migrates


async def migrate(dsn: str, revision: str) -> None:
    """Go up or down to the revision, one transaction a step."""

    async def connect() -> "asyncpg.Connection[Any]":
        return await asyncpg.connect(
            dsn
        )  # SQLAlchemy would refuse half of a DSN's options, sslmode among them

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_go, revision)
    except SQLAlchemyError as cause:
        raise CannotMigrate(f"the schema could not be brought to {revision}: {cause}") from cause
    finally:
        await engine.dispose()


def run(sql: str) -> None:
    """Execute the SQL of a step, for its file: the driver takes statements one by one.

    A statement ends with a semicolon at the end of a line; inside a function's body put it elsewhere.
    """
    for statement in filter(None, (part.strip() for part in sql.split(";\n"))):
        op.execute(statement)


def _go(connection: Connection, revision: str) -> None:
    connection.execute(text(f"SELECT pg_advisory_lock({_TURN})"))
    connection.commit()
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("version_locations", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    scripts = ScriptDirectory.from_config(config)

    def steps(present: Any, _: MigrationContext) -> Any:
        if revision == "base" or (present and present[0] > revision):
            return scripts._downgrade_revs(revision, present)
        return scripts._upgrade_revs(revision, present)

    with EnvironmentContext(config, scripts, fn=steps, destination_rev=revision) as environment:
        environment.configure(connection=connection, transaction_per_migration=True)
        with environment.begin_transaction():
            environment.run_migrations()
    connection.execute(text(f"SELECT pg_advisory_unlock({_TURN})"))
    connection.commit()
