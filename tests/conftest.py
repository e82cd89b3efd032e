"""What every department's tests may ask for: `database_url`, a migrated and empty PostgreSQL database."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import structlog

from banjie.base.ids import new_id
from banjie.storage.migrations import upgrade
from banjie.storage.postgres import EmbeddedPostgres

_SHARED = "banjie"  # emptied after each test: a database of its own for each would cost 0.3 s


@dataclass(frozen=True)
class _Server:
    """One server for the whole run, on a loop of its own, so that tests keep theirs."""

    loop: asyncio.AbstractEventLoop
    server: EmbeddedPostgres

    def sql(self, command: str) -> None:
        self.loop.run_until_complete(_execute(self.server.dsn, command))

    def dsn(self, database: str) -> str:
        return self.server.dsn.replace("/banjie?", f"/{database}?")


@pytest.fixture(autouse=True)
def _logs_go_where_they_went() -> Iterator[None]:
    """A test that sets logging up gave it a stream that is closed when the test ends."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder which accounts without privileges can reach; pytest's own are closed to them when root runs it."""
    folder = Path(tempfile.mkdtemp(prefix="banjie-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[_Server]:
    folder = Path(tempfile.mkdtemp(prefix="banjie-test-"))
    folder.chmod(0o755)
    loop = asyncio.new_event_loop()
    settings = {"fsync": "off", "full_page_writes": "off", "max_connections": "100"}
    server = loop.run_until_complete(EmbeddedPostgres.start(folder, settings=settings))
    try:
        started = _Server(loop, server)
        loop.run_until_complete(upgrade(started.dsn(_SHARED)))
        yield started
    finally:
        loop.run_until_complete(server.stop())
        loop.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(postgres_server: _Server) -> Iterator[str]:
    """The DSN of a migrated, empty database, ours alone until the test ends; it is emptied for the next."""
    yield postgres_server.dsn(_SHARED)
    postgres_server.loop.run_until_complete(_empty(postgres_server.dsn(_SHARED)))


@pytest.fixture
def empty_database_url(postgres_server: _Server) -> Iterator[str]:
    """The DSN of a fresh database without a schema; gone after the test."""
    name = f"test_{new_id()}"
    postgres_server.sql(f"CREATE DATABASE {name}")
    yield postgres_server.dsn(name)
    postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")


async def _empty(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = await connection.fetchval(
            "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables "
            "WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        await connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")
    finally:
        await connection.close()


async def _execute(dsn: str, command: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(command)
    finally:
        await connection.close()
