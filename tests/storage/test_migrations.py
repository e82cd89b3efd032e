"""Steps of the schema: up from nothing, down to nothing, twice without harm, never over a newer one."""

import asyncio

import asyncpg
import pytest

from banjie.storage.errors import CannotMigrate, DatabaseUnavailable
from banjie.storage.migrations import downgrade, newest_revision, revision_of, upgrade

pytestmark = pytest.mark.peer


async def _tables(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return {
            row["tablename"]
            for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
    finally:
        await connection.close()


async def test_schema_goes_up_from_nothing_and_back_to_nothing(empty_database_url: str) -> None:
    assert await revision_of(empty_database_url) is None

    await upgrade(empty_database_url)
    assert await revision_of(empty_database_url) == newest_revision()
    assert {"tenant", "call_event", "call_record", "outbox"} <= await _tables(empty_database_url)

    await downgrade(empty_database_url, "base")
    assert await revision_of(empty_database_url) is None
    assert await _tables(empty_database_url) == {"alembic_version"}

    await upgrade(empty_database_url)
    assert await revision_of(empty_database_url) == newest_revision()


async def test_every_step_can_be_taken_back_and_taken_again(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    for number in range(int(newest_revision()) - 1, 0, -1):
        await downgrade(empty_database_url, f"{number:04}")
        assert await revision_of(empty_database_url) == f"{number:04}"
    await upgrade(empty_database_url)
    assert await revision_of(empty_database_url) == newest_revision()


async def test_a_dsn_may_say_how_to_encrypt(empty_database_url: str) -> None:
    await upgrade(f"{empty_database_url}&sslmode=disable")

    assert await revision_of(empty_database_url) == newest_revision()


async def test_two_programs_may_upgrade_at_once(empty_database_url: str) -> None:
    await asyncio.gather(upgrade(empty_database_url), upgrade(empty_database_url))

    assert await revision_of(empty_database_url) == newest_revision()


async def test_a_newer_schema_is_refused(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()

    with pytest.raises(CannotMigrate, match="install the newer program"):
        await upgrade(empty_database_url)


async def test_every_table_knows_its_tenant(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    without = await connection.fetch(
        """
        SELECT tablename FROM pg_tables t WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        AND NOT EXISTS (SELECT FROM information_schema.columns c
                        WHERE c.table_name = t.tablename AND c.column_name = 'tenant_id' AND c.is_nullable = 'NO')
        """
    )
    await connection.close()

    assert [row["tablename"] for row in without] == []


async def test_an_unreachable_database_is_told_in_one_sentence() -> None:
    with pytest.raises(DatabaseUnavailable, match="BANJIE_DATABASE_URL") as refusal:
        await upgrade("postgresql://banjie@127.0.0.1:1/banjie")

    assert "\n" not in str(refusal.value)
