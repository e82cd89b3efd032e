"""Ctrl-C ends the server soon, whatever it is about."""

import signal
import time
from pathlib import Path

import pytest

from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.peer, pytest.mark.timeout(240)]

STOPS_WITHIN_S = 12.0  # ten times what it takes on a quiet machine


async def test_ctrl_c_ends_it_while_the_prompts_are_being_made(open_folder: Path) -> None:
    server = BanjieServer(open_folder, settings={"BANJIE_DEMO_VOICES": "1"})
    await server.start()
    assert server.process is not None

    began = time.monotonic()
    server.process.send_signal(signal.SIGINT)

    assert server.process.wait(timeout=100) == 0, server.log()
    assert time.monotonic() - began < STOPS_WITHIN_S
    assert "Traceback" not in server.log()
