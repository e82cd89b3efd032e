"""The schema, step by step: one file a step, plain SQL, each able to go back. `upgrade(dsn)` brings a database up."""

import asyncio
from pathlib import Path
from typing import Final

import asyncpg

from banjie.storage.errors import CannotMigrate, DatabaseUnavailable

FOLDER: Final = Path(__file__).parent


async def upgrade(dsn: str) -> None:
    """Bring the schema to this program's version. Quick when it is there already; two at once take turns.

    Raises:
        CannotMigrate: a step failed (nothing of it stays), or the schema is newer than this program.
    """
    present, newest = await revision_of(dsn), newest_revision()
    if present == newest:
        return
    if present is not None and present not in _revisions():
        raise CannotMigrate(
            f"the database has schema {present} and this program knows up to {newest}; install the newer program"
        )
    await _run(dsn, newest)


async def downgrade(dsn: str, revision: str) -> None:
    """Take steps back, to the revision named, or to nothing with "base". Data of the steps undone is lost."""
    await _run(dsn, revision)


async def revision_of(dsn: str) -> str | None:
    """Return the revision the database has; None for an empty one."""
    try:
        connection = await asyncpg.connect(dsn, timeout=10.0)
    except (OSError, asyncpg.PostgresError, ValueError) as cause:
        raise DatabaseUnavailable(
            f"the database cannot be reached: {cause}; see that it runs and that BANJIE_DATABASE_URL is right"
        ) from None
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
        return None if found is None else str(found)
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()


def newest_revision() -> str:
    return max(_revisions())


def _revisions() -> set[str]:
    return {path.name[:4] for path in FOLDER.glob("[0-9][0-9][0-9][0-9]_*.py")}


async def _run(dsn: str, revision: str) -> None:
    # Here, not above: Alembic takes 0.4 s to import and most starts have nothing to migrate.
    from banjie.storage.migrate import migrate  # noqa: PLC0415

    await asyncio.wait_for(migrate(dsn, revision), 600.0)
