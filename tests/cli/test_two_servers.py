"""Two servers on one database: one decides, the other stands by and takes over; who lost the lead ends."""

import asyncio
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.peer, pytest.mark.timeout(180)]

LEASE_S, STARTED_WITHIN_S = 3.0, 8.0  # a start takes some 2 s on a machine of two busy cores


@pytest.fixture
def other_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="banjie-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def leader(open_folder: Path, database_url: str) -> AsyncIterator[BanjieServer]:
    server = BanjieServer(open_folder, {"BANJIE_DATABASE_URL": database_url})
    await server.start()
    yield server
    server.kill()


@pytest.fixture
async def standing_by(
    leader: BanjieServer, other_folder: Path, database_url: str
) -> AsyncIterator[tuple[BanjieServer, "asyncio.Task[float]"]]:
    """It says that it waits, and listens nowhere."""
    server = BanjieServer(
        other_folder, {"BANJIE_DATABASE_URL": database_url, "BANJIE_RTP_PORTS": "45000-45999"}
    )
    starting = asyncio.create_task(server.start())
    while "standing by" not in (server.log() if server.process is not None else ""):
        assert not starting.done(), starting
        await asyncio.sleep(0.1)
    await asyncio.sleep(LEASE_S)
    assert not starting.done()
    assert await answers(leader)
    assert not await answers(server)
    yield server, starting
    starting.cancel()
    server.kill()


async def answers(server: BanjieServer) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(f"{server.url}/healthz", timeout=2.0)).status_code == 200
        except httpx.HTTPError:
            return False


async def test_who_stands_by_takes_over_when_the_leader_is_killed(
    leader: BanjieServer, standing_by: tuple[BanjieServer, "asyncio.Task[float]"]
) -> None:
    server, starting = standing_by

    killed_at = time.monotonic()
    leader.kill()
    await starting

    assert time.monotonic() - killed_at < LEASE_S + STARTED_WITHIN_S
    async with httpx.AsyncClient(trust_env=False) as client:
        parts = (await client.get(f"{server.url}/healthz")).json()["parts"]
    assert parts["routing"]["detail"].startswith("this server decides, epoch ")
    assert parts["routing"]["ok"]


async def test_a_leader_who_slept_while_another_took_over_ends(
    leader: BanjieServer, standing_by: tuple[BanjieServer, "asyncio.Task[float]"]
) -> None:
    server, starting = standing_by
    assert leader.process is not None

    leader.process.send_signal(signal.SIGSTOP)
    await starting
    leader.process.send_signal(signal.SIGCONT)
    status = await asyncio.to_thread(leader.process.wait, 30)

    assert status == 1
    assert "another server has taken over" in leader.log()
    assert await answers(server)


async def test_a_leader_who_stops_in_order_hands_over_at_once(
    leader: BanjieServer, standing_by: tuple[BanjieServer, "asyncio.Task[float]"]
) -> None:
    _, starting = standing_by

    assert await asyncio.to_thread(leader.stop) == 0
    stopped_at = time.monotonic()
    await starting

    assert time.monotonic() - stopped_at < STARTED_WITHIN_S
