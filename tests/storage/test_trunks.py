"""Trunks come back as they were written; their passwords are sealed in the database."""

from dataclasses import replace
from pathlib import Path

import pytest

from banjie.sip.trunk_setup import TrunkId, TrunkSetup
from banjie.storage.database import Database
from banjie.storage.seal import Seal
from banjie.storage.trunks import SqlTrunkStore
from tests.storage.conftest import BANK, OTHER

pytestmark = pytest.mark.peer

CARRIER = TrunkSetup(
    trunk_id=TrunkId("t1"),
    name="carrier",
    servers=("sip.carrier.example", "192.0.2.7:5070"),
    transport="tcp",
    networks=("192.0.2.0/24",),
    username="bank",
    password="zanzibar",
    must_prove=True,
    has_in_band_digits=True,
    transfers_by_refer=True,
)


async def test_a_trunk_is_read_back_and_its_password_is_sealed(database: Database, tmp_path: Path) -> None:
    store = SqlTrunkStore(database, Seal.of_file(tmp_path / "key"))
    await store.put_trunk(BANK, CARRIER)
    assert await store.list_trunks(BANK) == [CARRIER]
    assert await store.list_trunks(OTHER) == []
    sealed = await database.fetch_value("SELECT password_sealed FROM trunk")
    assert b"zanzibar" not in sealed

    closed = replace(CARRIER, is_active=False, username=None, password=None, must_prove=False)
    await store.put_trunk(BANK, closed)
    await store.put_trunk(OTHER, CARRIER)  # the row is of another tenant
    assert await store.list_trunks(BANK) == [closed]


async def test_the_key_is_made_once_for_us_alone_and_another_opens_nothing(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "key"
    await SqlTrunkStore(database, Seal.of_file(path)).put_trunk(BANK, CARRIER)
    assert path.stat().st_mode & 0o777 == 0o600
    assert await SqlTrunkStore(database, Seal.of_file(path)).list_trunks(BANK) == [CARRIER]
    other = SqlTrunkStore(database, Seal.of_file(tmp_path / "other"))
    assert await other.list_trunks(BANK) == [replace(CARRIER, password=None)]
