"""A phone waits at the running server and hears its place, from recorded pieces; the record says that it was told."""

import json

import numpy as np
import pytest

from banjie.demo.loudness import RATE_HZ, write_wav
from tests.browser.callers import asks_for_a_person
from tests.browser.conftest import OpenPhone
from tests.peers.desk import until_event, until_phone_hears, until_phone_hears_music
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NEXT_HZ = 1200.0


async def test_who_waits_hears_his_place_and_music_again(server: BanjieServer, open_phone: OpenPhone) -> None:
    seconds = np.arange(3 * RATE_HZ) / RATE_HZ
    piece = server.folder / "var" / "prompts" / "wait_next.zh.wav"
    write_wav(piece, (0.25 * np.sin(2 * np.pi * NEXT_HZ * seconds)).astype(np.float32))

    phone = await asks_for_a_person(server, open_phone)
    await until_phone_hears(phone, NEXT_HZ)
    await until_event(server, "WaitTold")

    (told,) = await server.rows("SELECT facts FROM call_event WHERE kind = 'WaitTold'")
    assert json.loads(told["facts"]) == {"position": 1, "low_min": None, "high_min": None}
    await until_phone_hears_music(phone)
