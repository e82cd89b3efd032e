"""Who runs the database, what it can reach, and where its programs come from."""

import asyncio
import os
import tempfile
import traceback
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import asyncpg
import pytest

from banjie.storage import binaries as places
from banjie.storage.account import Account, account_for, can_enter
from banjie.storage.binaries import Binaries, find_binaries
from banjie.storage.errors import CannotStartPostgres, FolderRefused, NoPostgresBinaries
from banjie.storage.postgres import EmbeddedPostgres

pytestmark = pytest.mark.peer

_STRANGER = Account(name="stranger", user_id=54_321, group_id=54_321)
_NOBODY = 65_534
needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become others: run as root to see this"
)


async def _starts_and_answers(folder: Path, shared_home: Path) -> None:
    server = await EmbeddedPostgres.start(folder, settings={"fsync": "off"}, shared_home=shared_home)
    try:
        connection = await asyncpg.connect(server.dsn)
        assert await connection.fetchval("SELECT current_user") == "banjie"
        await connection.close()
    finally:
        await server.stop()


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> Iterator[Binaries]:
        return iter(())

    monkeypatch.setattr(places, "_from_wheel", nothing)


@pytest.fixture(scope="session")
def all_imported() -> None:
    """Go through it once as ourselves: a child without privileges may not read what Python imports when first used."""
    with tempfile.TemporaryDirectory(prefix="banjie-test-") as folder:
        Path(folder).chmod(0o755)
        asyncio.run(_starts_and_answers(Path(folder) / "var", Path(folder) / "lib"))


def test_a_folder_closed_to_others_cannot_be_entered(open_folder: Path) -> None:
    closed = open_folder / "closed"
    (closed / "inner").mkdir(parents=True)
    assert can_enter(closed / "inner", _STRANGER)

    closed.chmod(0o700)
    assert not can_enter(closed / "inner", _STRANGER)
    if os.geteuid() != 0:
        assert can_enter(closed / "inner", account_for(open_folder / "none"))


def test_root_never_runs_the_database_itself(open_folder: Path) -> None:
    assert account_for(open_folder / "not yet made").user_id != 0


@needs_root
def test_data_that_belongs_to_root_is_refused_with_what_to_do(open_folder: Path) -> None:
    (open_folder / "data").mkdir()

    with pytest.raises(FolderRefused, match="chown -R"):
        account_for(open_folder / "data")


@needs_root
async def test_a_checkout_below_a_closed_folder_keeps_its_data_elsewhere(open_folder: Path) -> None:
    closed = open_folder / "root"
    closed.mkdir(mode=0o700)
    home = open_folder / "lib"

    await _starts_and_answers(closed / "var", home)
    data = Path((closed / "var" / "location").read_text().strip()) / "data"
    assert data.is_relative_to(home)
    await _starts_and_answers(closed / "var", home)  # found again


async def test_programs_in_a_closed_folder_are_copied_once(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed_when_installed(folder: Path, account: Account) -> bool:
        return folder.is_relative_to(open_folder) and can_enter(folder, account)

    monkeypatch.setattr(places, "can_enter", closed_when_installed)
    await _starts_and_answers(open_folder / "var", open_folder / "lib")
    copies = [path for path in (open_folder / "lib").iterdir() if path.name.startswith("postgresql-")]
    assert len(copies) == 1

    before = copies[0].stat().st_mtime_ns
    await _starts_and_answers(open_folder / "var", open_folder / "lib")
    assert copies[0].stat().st_mtime_ns == before


@needs_root
def test_an_ordinary_user_runs_his_own(open_folder: Path, all_imported: None) -> None:
    os.chown(open_folder, _NOBODY, _NOBODY)

    assert _as_nobody(lambda: _starts_and_answers(open_folder / "var", open_folder / "lib")) == 0
    assert (open_folder / "var" / "data").stat().st_uid == _NOBODY


@needs_root
def test_an_ordinary_user_is_told_when_the_data_is_anothers(open_folder: Path, all_imported: None) -> None:
    async def is_refused() -> None:
        with pytest.raises(CannotStartPostgres, match="belongs to"):
            await EmbeddedPostgres.start(open_folder / "var")

    (open_folder / "var" / "data").mkdir(parents=True)
    os.chown(open_folder / "var", _NOBODY, _NOBODY)
    os.chown(open_folder / "var" / "data", 12_345, 12_345)

    assert _as_nobody(is_refused) == 0


@pytest.mark.skipif(
    not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="apt install postgresql"
)
async def test_the_systems_postgres_serves_where_the_wheel_is_missing(
    open_folder: Path, no_wheel: None
) -> None:
    found = find_binaries(account_for(open_folder / "data"), None)
    assert found.folder.is_relative_to("/usr/lib/postgresql")

    await _starts_and_answers(open_folder / "var", open_folder / "lib")


def test_no_postgres_at_all_is_told_in_one_sentence(
    no_wheel: None, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_from_system", places._from_wheel)

    with pytest.raises(NoPostgresBinaries, match="BANJIE_DATABASE_URL"):
        find_binaries(account_for(open_folder / "data"), None)


def _as_nobody(story: Callable[[], Coroutine[None, None, None]]) -> int:
    """Run the story in a child process without privileges; return its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
            asyncio.run(story())
            status = 0
        except BaseException:
            traceback.print_exc()  # shown by pytest with the failure
            raise
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
