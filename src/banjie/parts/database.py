"""The database: embedded or at its address, its schema brought up to date, and the bus beside it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from banjie.config import Settings
from banjie.parts.folders import make_folder
from banjie.parts.run import Run
from banjie.storage.bus import PostgresBus
from banjie.storage.database import Database
from banjie.storage.migrations import downgrade, upgrade
from banjie.storage.postgres import EmbeddedPostgres, running_dsn


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where everything is kept."""

    postgres: EmbeddedPostgres | None  # none where the settings name a database
    database: Database
    lease_database: Database  # one connection: a renewal stands in no line
    bus: PostgresBus


async def start_store(run: Run) -> Store:
    settings, stack = run.settings, run.stack
    postgres = await _start_postgres(settings)
    if postgres is not None:
        stack.push_async_callback(postgres.stop)
    dsn = settings.database_url if postgres is None else postgres.dsn
    await upgrade(dsn)
    database = await Database.open(dsn)
    stack.push_async_callback(database.close)
    lease_database = await Database.open(dsn, connections=1)
    stack.push_async_callback(lease_database.close)
    bus = PostgresBus(dsn)
    await bus.start()
    stack.push_async_callback(bus.stop)
    return Store(postgres=postgres, database=database, lease_database=lease_database, bus=bus)


@contextlib.asynccontextmanager
async def database_of(settings: Settings) -> AsyncIterator[str]:
    """The address of the database, its embedded server running meanwhile where there is one."""
    postgres = await _start_postgres(settings)
    if postgres is None:
        yield settings.database_url
        return
    try:
        yield postgres.dsn
    finally:
        await postgres.stop()


@contextlib.asynccontextmanager
async def reachable_database(settings: Settings) -> AsyncIterator[str]:
    """The address of the database, be it that of a server of ours that runs now."""
    running = None if settings.database_url else running_dsn(settings.data_dir / "postgres")
    if running is not None:
        yield running
        return
    async with database_of(settings) as dsn:
        yield dsn


async def upgrade_database(settings: Settings) -> None:
    async with database_of(settings) as dsn:
        await upgrade(dsn)


async def reset_database(settings: Settings) -> None:
    async with database_of(settings) as dsn:
        await downgrade(dsn, "base")
        await upgrade(dsn)


async def _start_postgres(settings: Settings) -> EmbeddedPostgres | None:
    if settings.database_url:
        return None
    make_folder(settings.data_dir)
    return await EmbeddedPostgres.start(settings.data_dir / "postgres")
