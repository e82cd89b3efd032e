"""`banjie serve` does not outlive a part it cannot do without: one sentence, exit status not 0."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.chromium import until
from tests.peers.server import ROOT, BanjieServer

pytestmark = [pytest.mark.peer, pytest.mark.timeout(240)]

BREAKS_SOON = """
import asyncio, sys
from banjie.desk import server

async def break_soon(self):
    await asyncio.sleep(1.0)
    raise OSError("the listening socket is gone")

server._Uvicorn.main_loop = break_soon
from banjie.__main__ import main
sys.argv = ["banjie", "serve"]
main()
"""


def test_a_web_server_that_breaks_ends_it(open_folder: Path) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("BANJIE_")}
    given = {
        "PYTHONPATH": str(ROOT / "src"),
        "BANJIE_DATA_DIR": str(open_folder),
        "BANJIE_HTTP_PORT": "0",
        "BANJIE_SIP_PORT": "0",
        "BANJIE_DEMO": "1",
        "BANJIE_DEMO_VOICES": "0",
    }
    ran = subprocess.run(
        [sys.executable, "-c", BREAKS_SOON],
        env={**ours, **given},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    (said,) = [line for line in ran.stderr.splitlines() if line.startswith("banjie: ")]
    assert "the listening socket is gone" in said
    assert not (open_folder / "postgres" / "data" / "postmaster.pid").exists()  # all was stopped in order


async def test_a_database_that_can_be_revived_does_not_end_it(open_folder: Path) -> None:
    server = BanjieServer(open_folder)
    await server.start()
    pid = int((open_folder / "var" / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    await until(lambda: answers(server), within_s=60.0)

    assert server.stop() == 0, server.log()


async def answers(server: BanjieServer) -> bool:
    try:
        return bool(await server.rows("SELECT 1"))
    except (AssertionError, OSError):
        return False
