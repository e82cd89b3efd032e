"""The server is killed in mid-call: what was is closed, what is goes on, nothing is lost or doubled."""

import numpy as np
import pytest
import soundfile
from playwright.async_api import expect

from tests.browser.callers import asks_for_a_person
from tests.browser.chromium import until, until_heard
from tests.browser.conftest import OpenPage, OpenPhone
from tests.peers.desk import (
    AGENT_HZ,
    CALLER_HZ,
    channel_level,
    go_ready,
    sign_in,
    until_phone_hears,
)
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_call_cut_off_by_a_kill_is_closed_and_its_recording_plays(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent = await page_with_tone(AGENT_HZ)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    caller = await asks_for_a_person(server, open_phone)
    await agent.get_by_role("button", name="接听").click()
    await until_heard(agent, CALLER_HZ)
    await until_phone_hears(caller, AGENT_HZ)
    (live,) = server.recordings.glob("*/*/*/*.wav")

    async def two_seconds_are_on_the_disk() -> bool:
        return (live.stat().st_size - 44) / 32000 >= 2.0

    await until(two_seconds_are_on_the_disk, within_s=10.0)
    counted = "SELECT count(*) AS events, count(DISTINCT call_id) AS calls FROM call_event"
    (before,) = await server.rows(counted)
    written_s = (live.stat().st_size - 44) / 32000

    server.kill()
    await server.start()

    (record,) = await server.rows("SELECT * FROM call_record WHERE call_id NOT LIKE 'demo-%'")
    assert (record["end_reason"], record["agent_id"]) == ("interrupted", "1001")
    assert record["disposition"] == "interrupted"
    assert record["ended_at"] >= record["connected_at"]
    sound, rate_hz = soundfile.read(server.recordings / record["recording_file"])
    assert len(sound) / rate_hz >= written_s
    left, right = np.ascontiguousarray(sound[:, 0]), np.ascontiguousarray(sound[:, 1])
    assert channel_level(left, CALLER_HZ) > 0.1
    assert channel_level(right, AGENT_HZ) > 0.1
    (after,) = await server.rows(counted)
    assert (after["calls"], after["events"]) == (before["calls"], before["events"] + 3)
    await expect(agent.get_by_role("status").filter(has_text="准备中")).to_be_visible(timeout=15_000)
    await go_ready(agent)
