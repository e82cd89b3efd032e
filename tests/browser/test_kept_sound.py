"""With real sound: a microphone that goes away takes no call with it, and how the call sounded is kept with it."""

import pytest
from playwright.async_api import expect

from tests.browser.callers import asks_for_a_person
from tests.browser.conftest import OpenPage, OpenPhone
from tests.browser.voices import until_page_hears
from tests.peers.desk import AGENT_HZ, SUPERVISOR_HZ, go_ready, sign_in, until_phone_hears, until_row
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_KEEP_TRACKS = """
(() => {
  const media = navigator.mediaDevices;
  const native = media.getUserMedia.bind(media);
  window.__tracks = [];
  media.getUserMedia = async (wishes) => {
    const stream = await native(wishes);
    window.__tracks.push(...stream.getAudioTracks());
    return stream;
  };
})();
"""
_UNPLUG = """
() => {
  const track = window.__tracks.at(-1);
  track.stop();  // silent from here on; a device that goes says so
  track.dispatchEvent(new Event('ended'));
}
"""


async def test_a_call_outlives_its_microphone_and_its_sound_is_on_record(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent = await page_with_tone(AGENT_HZ)
    await agent.add_init_script(_KEEP_TRACKS)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    caller = await asks_for_a_person(server, open_phone)
    await agent.get_by_role("button", name="接听").click()
    await until_phone_hears(caller, AGENT_HZ)
    await expect(agent.get_by_role("status", name="通话网络：网络良好")).to_be_visible(timeout=20_000)

    await agent.evaluate(_UNPLUG)
    await expect(agent.get_by_text("麦克风恢复")).to_be_visible()
    await agent.wait_for_timeout(1000)  # longer ago than the phone listens back
    await until_phone_hears(caller, AGENT_HZ)
    await agent.get_by_role("button", name="挂机").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()

    await until_row(server, "SELECT 1 FROM call_record WHERE mos > 4 AND call_id NOT LIKE 'demo-%'")
    sounds = await server.rows(
        "SELECT facts->>'part' AS part, facts->>'agent_id' AS agent_id, (facts->>'mos')::float AS mos "
        "FROM call_event WHERE kind = 'SoundMeasured' AND call_id NOT LIKE 'demo-%'"
    )
    kept = {row["part"]: row for row in sounds}
    assert set(kept) == {"caller", "agent"}
    assert kept["agent"]["agent_id"] is not None
    assert kept["agent"]["mos"] > 4


async def test_a_supervisor_s_ear_outlives_its_microphone(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent, supervisor = await page_with_tone(AGENT_HZ), await page_with_tone(SUPERVISOR_HZ)
    await supervisor.add_init_script(_KEEP_TRACKS)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    await asks_for_a_person(server, open_phone)
    await agent.get_by_role("button", name="接听").click()
    await sign_in(supervisor, server, "2001")
    await supervisor.get_by_role("button", name="监听 坐席 1001").click()
    bar = supervisor.get_by_role("region", name="督导中的通话")
    await bar.get_by_role("button", name="耳语").click()
    await until_page_hears(agent, {"caller", "supervisor"})

    await supervisor.evaluate(_UNPLUG)
    await expect(supervisor.get_by_text("麦克风恢复")).to_be_visible()
    await supervisor.wait_for_timeout(1000)  # longer ago than the page listens back
    await until_page_hears(agent, {"caller", "supervisor"})
    await bar.get_by_role("button", name="监听").click()
    await until_page_hears(agent, {"caller"})  # the new microphone is as silent as the old one was
    await until_page_hears(supervisor, {"caller", "agent"})
