"""An open database with one tenant, for each test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from banjie.base.ids import TenantId
from banjie.storage.database import Database

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # in Shanghai
BANK = TenantId("demo-bank")
OTHER = TenantId("other-bank")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    for tenant in (BANK, OTHER):
        await opened.execute(
            "INSERT INTO tenant (tenant_id, name, timezone) VALUES ($1, $2, 'Asia/Shanghai')",
            tenant,
            {"zh": "示范银行", "en": "Demo Bank"},
        )
    yield opened
    await opened.close()
