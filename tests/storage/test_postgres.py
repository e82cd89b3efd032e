"""The embedded PostgreSQL through its life: made, stopped, killed, left behind, taken over, refused with a sentence."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import uvloop

from banjie.storage.cluster import prepare
from banjie.storage.errors import CannotStartPostgres, FolderInUse, FolderRefused, NoPostgresBinaries
from banjie.storage.postgres import EmbeddedPostgres, running_dsn

pytestmark = pytest.mark.peer

_QUICK = {"fsync": "off"}  # disks of test machines are not what is tested
_CHILD = """
import asyncio, sys
from pathlib import Path
from banjie.storage.postgres import EmbeddedPostgres

async def main():
    server = await EmbeddedPostgres.start(Path(sys.argv[1]), settings={"fsync": "off"})
    print(server.pid, flush=True)
    await asyncio.sleep(100)

asyncio.run(main())
"""


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    server = await EmbeddedPostgres.start(folder, settings=_QUICK)
    try:
        yield server
    finally:
        await server.stop()


async def _sql(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def _until_answered(server: EmbeddedPostgres, sql: str) -> object:
    deadline = time.monotonic() + 20
    while True:
        try:
            return await _sql(server.dsn, sql)
        except (OSError, asyncpg.PostgresError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)


async def _until_healthy(server: EmbeddedPostgres) -> None:
    for _ in range(1_000):
        if server.health().ok:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(server.health().detail)


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """A database made and stopped; tests take copies, since making one costs most of a second."""
    folder = Path(tempfile.mkdtemp(prefix="banjie-test-"))
    folder.chmod(0o755)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(EmbeddedPostgres.start(folder, settings=_QUICK))
    loop.run_until_complete(server.stop())
    loop.close()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def made_folder(made_once: Path, open_folder: Path) -> Path:
    subprocess.run(["cp", "-a", f"{made_once}/.", str(open_folder)], check=True)
    return open_folder


def _is_alive(pid: int) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def _start_and_kill_launcher(folder: Path) -> int:
    """Start a server from another process, kill that process, return the pid of the server left behind."""
    launcher = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    return pid


async def test_first_start_makes_a_private_database_and_the_second_finds_it(open_folder: Path) -> None:
    async with _running(open_folder) as server:
        await _sql(server.dsn, "CREATE TABLE kept (word text)")
        await _sql(server.dsn, "INSERT INTO kept VALUES ('办结')")
        pid = server.pid
        assert stat.S_IMODE((open_folder / "data").stat().st_mode) == 0o700
        assert server.health().ok
    assert not _is_alive(pid)

    async with _running(open_folder) as server:
        assert await _sql(server.dsn, "SELECT word FROM kept") == "办结"
        assert server.pid != pid


async def test_a_restart_is_quick(made_folder: Path) -> None:
    async with _running(made_folder):
        pass
    taken: list[float] = []
    for _ in range(3):
        began = time.monotonic()
        async with _running(made_folder):
            taken.append(time.monotonic() - began)
    assert min(taken) < 1.0  # 0.05 s on a quiet machine; this one may be busy


async def test_the_server_never_runs_as_root_and_listens_on_no_network(made_folder: Path) -> None:
    async with _running(made_folder) as server:
        assert os.stat(f"/proc/{server.pid}").st_uid != 0
        assert await _sql(server.dsn, "SELECT current_setting('listen_addresses')") == ""
        assert "trust" not in (made_folder / "data" / "pg_hba.conf").read_text()


async def test_only_one_process_serves_a_folder(made_folder: Path) -> None:
    async with _running(made_folder):
        with pytest.raises(FolderInUse, match=f"process {os.getpid()}"):
            await EmbeddedPostgres.start(made_folder)


async def test_a_running_server_can_be_found_by_another_command(made_folder: Path) -> None:
    assert running_dsn(made_folder) is None
    async with _running(made_folder) as server:
        assert running_dsn(made_folder) == server.dsn
    assert running_dsn(made_folder) is None


async def test_a_server_left_by_a_killed_process_is_taken_over(made_folder: Path) -> None:
    left = await asyncio.to_thread(_start_and_kill_launcher, made_folder)
    assert _is_alive(left)

    async with _running(made_folder) as server:
        assert server.pid == left
        assert await _sql(server.dsn, "SELECT 1") == 1
    assert not _is_alive(left)


async def test_a_server_left_behind_with_other_settings_is_replaced(made_folder: Path) -> None:
    left = await asyncio.to_thread(_start_and_kill_launcher, made_folder)

    server = await EmbeddedPostgres.start(made_folder, settings={**_QUICK, "work_mem": "5MB"})
    try:
        assert server.pid != left
        assert not _is_alive(left)
        assert await _sql(server.dsn, "SHOW work_mem") == "5MB"
    finally:
        await server.stop()


async def test_launcher_and_server_killed_together_start_again(made_folder: Path) -> None:
    left = await asyncio.to_thread(_start_and_kill_launcher, made_folder)
    os.kill(left, signal.SIGKILL)

    async with _running(made_folder) as server:
        assert server.pid != left
        assert await _sql(server.dsn, "SELECT 1") == 1


async def test_a_killed_server_is_noticed_and_revived(made_folder: Path) -> None:
    async with _running(made_folder) as server:
        await _sql(server.dsn, "CREATE TABLE kept (word text)")
        before = server.pid
        os.kill(before, signal.SIGKILL)

        assert await _until_answered(server, "SELECT count(*) FROM kept") == 0
        assert server.pid != before
        await _until_healthy(server)


async def test_a_server_that_cannot_be_revived_says_that_it_is_gone(made_folder: Path) -> None:
    async with _running(made_folder) as server:
        with (made_folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write("nonsense\n")
        os.kill(server.pid, signal.SIGKILL)

        said = await asyncio.wait_for(server.ended(), 30.0)

        assert "nonsense" in said or "configuration" in said
        assert not server.health().ok


def test_the_same_under_uvloop(made_folder: Path) -> None:
    async def story() -> None:
        async with _running(made_folder) as server:
            before = server.pid
            os.kill(before, signal.SIGKILL)
            assert await _until_answered(server, "SELECT 1") == 1
            assert server.pid != before

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


async def test_a_stale_pid_that_went_to_a_stranger_is_not_taken_for_a_server(made_folder: Path) -> None:
    async with _running(made_folder):
        stale = (made_folder / "data" / "postmaster.pid").read_text().splitlines(keepends=True)
    owner = prepare(made_folder, {}).account
    stranger = await asyncio.to_thread(
        subprocess.Popen, ["sleep", "60"], user=None if owner.is_ours else owner.user_id
    )
    try:
        path = made_folder / "data" / "postmaster.pid"
        path.write_text("".join([f"{stranger.pid}\n", *stale[1:]]))
        os.chown(path, owner.user_id, owner.group_id)

        async with _running(made_folder) as server:
            assert await _sql(server.dsn, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_a_making_interrupted_half_way_is_begun_anew(open_folder: Path) -> None:
    (open_folder / "data.new" / "base").mkdir(parents=True)

    async with _running(open_folder) as server:
        assert await _sql(server.dsn, "SELECT 1") == 1
    assert not (open_folder / "data.new").exists()


async def test_a_deep_folder_gets_its_socket_elsewhere(open_folder: Path) -> None:
    deep = open_folder / ("d" * 60) / ("e" * 60)
    async with _running(deep) as server:
        assert await _sql(server.dsn, "SELECT 1") == 1
        sockets = prepare(deep, {}).sockets
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert not sockets.exists()


async def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(open_folder: Path) -> None:
    (open_folder / "file").write_text("in the way")

    with pytest.raises(FolderRefused, match="BANJIE_DATA_DIR") as refusal:
        await EmbeddedPostgres.start(open_folder / "file" / "postgres")
    assert "\n" not in str(refusal.value)


async def test_a_broken_database_is_told_with_the_servers_words(made_folder: Path) -> None:
    async with _running(made_folder):
        pass
    (made_folder / "data" / "global" / "pg_control").unlink()

    with pytest.raises(CannotStartPostgres, match=r"pg_control.*server\.log"):
        await EmbeddedPostgres.start(made_folder)


async def test_data_of_a_version_that_is_not_here_is_refused(made_folder: Path) -> None:
    async with _running(made_folder):
        pass
    (made_folder / "data" / "PG_VERSION").write_text("99\n")

    with pytest.raises(NoPostgresBinaries, match="install postgresql-99"):
        await EmbeddedPostgres.start(made_folder)
