"""Real Chromiums on the real switchboard."""

from collections.abc import AsyncIterator

import pytest

from banjie.media.events import DigitHeard
from banjie.media.io.native import NativeSwitchboard
from banjie.media.io.webrtc import WebRtcAudio
from banjie.media.ports import SwitchEvent
from banjie.stories.voicemail import SILENT_DB
from tests.browser.chromium import until, until_heard
from tests.browser.conftest import OpenPage
from tests.browser.test_webrtc_leg import call

pytestmark = pytest.mark.browser

_PRESS = """
async () => {
  const { dtmf } = window.peer.getSenders()[0];
  dtmf.insertDTMF('40#', 120, 80);
}
"""


@pytest.fixture
async def switchboard() -> AsyncIterator[NativeSwitchboard]:
    made = NativeSwitchboard("127.0.0.1", (36000, 36999), max_ports=16)
    await made.start()
    yield made
    await made.shut_down()


@pytest.fixture
async def audio(switchboard: NativeSwitchboard) -> AsyncIterator[WebRtcAudio]:
    made = WebRtcAudio(switchboard, addresses=["127.0.0.1"])
    await made.start()
    yield made
    await made.stop()


async def test_two_browsers_hear_each_other_through_the_switchboard(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: NativeSwitchboard
) -> None:
    """Corded they hear each other, uncorded nothing; nothing is lost on the way."""
    first, second = await page_with_tone(440), await page_with_tone(1000)
    a, b = await call(first, audio), await call(second, audio)
    switchboard.cord(a.port_id, b.port_id)
    switchboard.cord(b.port_id, a.port_id)

    await until_heard(first, 1000)
    await until_heard(second, 440)

    for port in (a, b):
        stats = switchboard.stats(port.port_id)
        assert (stats.lost, stats.strangers) == (0, 0)
        assert stats.received > 10


async def test_it_is_known_whether_a_browser_speaks_or_is_silent(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: NativeSwitchboard
) -> None:
    """As of any leg: a message left by a browser ends by silence."""
    page = await page_with_tone(440)
    port = (await call(page, audio)).port_id

    async def is_heard() -> bool:
        return switchboard.stats(port).level_db > -30

    async def is_silent() -> bool:
        return switchboard.stats(port).level_db < SILENT_DB

    await until(is_heard, within_s=8, what=lambda: f"a voice; {switchboard.stats(port)}")
    await page.evaluate("() => window.peer.getSenders().forEach(({ track }) => (track.enabled = false))")
    await until(is_silent, within_s=8, what=lambda: f"silence; {switchboard.stats(port)}")


async def test_keys_pressed_in_the_page_are_heard_by_the_switchboard(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: NativeSwitchboard
) -> None:
    events: list[SwitchEvent] = []
    switchboard.on_event = events.append
    page = await page_with_tone(440)
    port = await call(page, audio)
    switchboard.cord(port.port_id, port.port_id)
    await until_heard(page, 440)  # an echo

    await page.evaluate(_PRESS)

    async def are_heard() -> bool:
        return [e.digit for e in events if isinstance(e, DigitHeard)] == ["4", "0", "#"]

    await until(are_heard, within_s=5, what=lambda: f"4 0 #; heard {events}")


async def test_reports_pass_both_ways_so_that_the_round_trip_is_known(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: NativeSwitchboard
) -> None:
    page = await page_with_tone(440)
    port = await call(page, audio)
    switchboard.cord(port.port_id, port.port_id)

    async def is_known() -> bool:
        return switchboard.stats(port.port_id).round_trip_ms is not None

    await until(is_known, within_s=15, what=lambda: "the round trip by RTCP")
