"""How all SQL reaches PostgreSQL: a pool, units of work, and the translation of the driver's errors into ours."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Protocol, TypeAlias

import asyncpg

from banjie.storage.errors import AlreadyThere, DatabaseUnavailable

Row: TypeAlias = asyncpg.Record


class Queries(Protocol):
    """What a repository needs: the pool (each statement its own transaction) or one unit of work."""

    async def execute(self, sql: str, *values: object) -> str: ...

    async def fetch(self, sql: str, *values: object) -> list[Row]: ...

    async def find_row(self, sql: str, *values: object) -> Row | None: ...

    async def fetch_value(self, sql: str, *values: object) -> Any: ...


class Database:
    """A pool of connections. Make it with `open`; satisfies `Queries`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    @classmethod
    async def open(cls, dsn: str, *, connections: int = 10, timeout_s: float = 10.0) -> "Database":
        """Connect, and refuse with one sentence if that cannot be done."""
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=connections,
                timeout=timeout_s,
                command_timeout=30.0,
                init=speak_json,
                connection_class=_Connection,
                server_settings={"timezone": "UTC", "application_name": "banjie"},
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as cause:
            raise DatabaseUnavailable(
                f"the database cannot be reached: {cause}; see that it runs and that BANJIE_DATABASE_URL is right"
            ) from None
        return cls(pool)

    async def close(self) -> None:
        """Close all connections; those at work get five seconds."""
        try:
            await asyncio.wait_for(self._pool.close(), 5.0)
        except TimeoutError:
            self._pool.terminate()

    async def execute(self, sql: str, *values: object) -> str:
        with _translated():
            return await self._pool.execute(sql, *values)

    async def fetch(self, sql: str, *values: object) -> list[Row]:
        with _translated():
            return await self._pool.fetch(sql, *values)

    async def find_row(self, sql: str, *values: object) -> Row | None:
        with _translated():
            return await self._pool.fetchrow(sql, *values)

    async def fetch_value(self, sql: str, *values: object) -> Any:
        with _translated():
            return await self._pool.fetchval(sql, *values)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator["UnitOfWork"]:
        """All or nothing: committed at the end of the block, rolled back if it raises."""
        with _translated():
            connection = await self._pool.acquire()
        try:
            transaction = connection.transaction()
            with _translated():
                await transaction.start()
            try:
                yield UnitOfWork(connection)
            except BaseException:
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await transaction.rollback()
                raise
            with _translated():
                await transaction.commit()
        finally:
            await self._pool.release(connection)


class UnitOfWork:
    """One transaction on one connection; satisfies `Queries`. Repositories made with it never commit."""

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[Any]") -> None:
        self._connection = connection

    async def execute(self, sql: str, *values: object) -> str:
        with _translated():
            return await self._connection.execute(sql, *values)

    async def fetch(self, sql: str, *values: object) -> list[Row]:
        with _translated():
            return await self._connection.fetch(sql, *values)

    async def find_row(self, sql: str, *values: object) -> Row | None:
        with _translated():
            return await self._connection.fetchrow(sql, *values)

    async def fetch_value(self, sql: str, *values: object) -> Any:
        with _translated():
            return await self._connection.fetchval(sql, *values)


async def speak_json(connection: "asyncpg.Connection[Any]") -> None:
    """Let jsonb columns be plain Python values in both directions."""
    await connection.set_type_codec("jsonb", encoder=to_json, decoder=json.loads, schema="pg_catalog")


class _Connection(asyncpg.Connection):
    def get_reset_query(self) -> str:
        """Return nothing to run: no session state is ever set, and the usual reset costs a round trip a query."""
        return ""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as cause:
        raise AlreadyThere(cause.table_name or "record", _taken(cause.detail)) from None
    except asyncpg.InterfaceError as cause:
        if "clos" not in str(
            cause
        ):  # "connection is closed", "pool is closing"; all others are our own mistakes
            raise
        raise DatabaseUnavailable("the connection to the database is closed; try again") from cause
    except (
        OSError,
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.CannotConnectNowError,
        asyncpg.TooManyConnectionsError,
        asyncpg.InternalClientError,  # the connection broke while the pool had it in hand
    ) as cause:
        raise DatabaseUnavailable(
            f"the database does not answer ({type(cause).__name__}); try again"
        ) from cause


def _taken(detail: str | None) -> str:
    """Return the value from `Key (tenant_id, number)=(demo, 4000000001) already exists.`"""
    return detail.split("=(", 1)[-1].split(")", 1)[0].split(", ")[-1] if detail else ""


to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
