"""A real Chromium against our end of WebRTC."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Page

from banjie.media.io.webrtc import WebRtcAudio
from banjie.media.model import BrowserPort, PortId
from tests.browser.chromium import frozen, heard_hz, until, until_heard
from tests.browser.conftest import OpenPage
from tests.browser.sound import strongest
from tests.fakes.rtp_switchboard import RtpSwitchboard, linear

pytestmark = pytest.mark.browser

_SWITCHBOARD_HZ = 700
_OFFER = """
async (kinds) => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const peer = (window.peer = new RTCPeerConnection());
  peer.addTrack(stream.getAudioTracks()[0], stream);
  for (const kind of kinds) peer.addTransceiver(kind);
  await peer.setLocalDescription();
  await new Promise((done) => {
    const look = () => peer.iceGatheringState === 'complete' && done();
    peer.addEventListener('icegatheringstatechange', look);
    look();
  });
  return peer.localDescription.sdp;
}
"""
_CODEC = """
async () => {
  const stats = [...(await window.peer.getStats()).values()];
  const out = stats.find((s) => s.type === 'outbound-rtp');
  const inbound = stats.find((s) => s.type === 'inbound-rtp');
  return JSON.stringify({
    codec: stats.find((s) => s.id === out.codecId).mimeType,
    sent: out.packetsSent, received: inbound.packetsReceived, lost: inbound.packetsLost,
  });
}
"""


@pytest.fixture
async def switchboard() -> AsyncIterator[RtpSwitchboard]:
    made = RtpSwitchboard(_SWITCHBOARD_HZ)
    yield made
    await made.stop()


@pytest.fixture
async def audio(switchboard: RtpSwitchboard) -> AsyncIterator[WebRtcAudio]:
    made = WebRtcAudio(switchboard, addresses=["127.0.0.1"])
    await made.start()
    yield made
    await made.stop()


async def call(page: Page, audio: WebRtcAudio, kinds: list[str] | None = None) -> BrowserPort:
    await page.route(
        "http://127.0.0.1/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
    )
    await page.goto("http://127.0.0.1/")
    port = await audio.open(await page.evaluate(_OFFER, kinds or []))
    await page.evaluate("sdp => window.peer.setRemoteDescription({ type: 'answer', sdp })", port.answer_sdp)
    return port


def heard_by_switchboard(switchboard: RtpSwitchboard, port_id: PortId) -> float:
    """The tone in the last fifth of a second."""
    octets = b"".join(p[12:] for p in switchboard.heard[port_id][-10:])
    return strongest(np.array([linear(o) for o in octets]) / 32768, 8000).hz


async def until_switchboard_hears(switchboard: RtpSwitchboard, port_id: PortId, hz: float) -> None:
    async def is_so() -> bool:
        return abs(heard_by_switchboard(switchboard, port_id) - hz) < 8

    await until(is_so, within_s=10, what=lambda: f"{hz} Hz at the switchboard")


async def test_each_side_hears_the_others_tone_in_alaw(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: RtpSwitchboard
) -> None:
    page = await page_with_tone(440)
    port = await call(page, audio)

    await until_heard(page, _SWITCHBOARD_HZ)
    await until_switchboard_hears(switchboard, port.port_id, 440)

    assert switchboard.connected() == [port.port_id]
    assert {p[1] & 0x7F for p in switchboard.heard[port.port_id]} == {8}
    stats = json.loads(await page.evaluate(_CODEC))
    assert stats["codec"] == "audio/PCMA"
    assert stats["lost"] == 0
    assert stats["received"] > 0


async def test_two_browsers_share_the_udp_port_and_are_not_mixed_up(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: RtpSwitchboard
) -> None:
    first, second = await page_with_tone(440), await page_with_tone(1000)
    ports = [await call(first, audio), await call(second, audio)]

    await until_switchboard_hears(switchboard, ports[0].port_id, 440)
    await until_switchboard_hears(switchboard, ports[1].port_id, 1000)
    await until_heard(first, _SWITCHBOARD_HZ)
    await until_heard(second, _SWITCHBOARD_HZ)


async def test_a_page_which_also_offers_video_gets_audio_only(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: RtpSwitchboard
) -> None:
    page = await page_with_tone(440)
    await call(page, audio, ["video"])

    await until_heard(page, _SWITCHBOARD_HZ)


async def test_a_closed_tab_is_noticed_within_five_seconds(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: RtpSwitchboard
) -> None:
    page = await page_with_tone(440)
    port = await call(page, audio)
    await until_heard(page, _SWITCHBOARD_HZ)

    await page.close()
    await until(lambda: _is_lost(switchboard, port.port_id), within_s=5.0, what=lambda: "BrowserLost")
    assert switchboard.closed == []  # whoever opened the port closes it

    await audio.close(port.port_id)
    assert switchboard.closed == [port.port_id]


async def test_a_frozen_browser_is_noticed_within_five_seconds(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: RtpSwitchboard, tmp_path: Path
) -> None:
    page = await page_with_tone(440)
    port = await call(page, audio)
    await until_heard(page, _SWITCHBOARD_HZ)

    with frozen(tmp_path):  # nothing comes any more, nobody says goodbye
        took_s = await until(
            lambda: _is_lost(switchboard, port.port_id), within_s=5.0, what=lambda: "BrowserLost"
        )
    assert took_s > 2.0  # and not at the first late packet


async def test_our_hang_up_is_heard_as_silence_by_the_page(
    page_with_tone: OpenPage, audio: WebRtcAudio, switchboard: RtpSwitchboard
) -> None:
    page = await page_with_tone(440)
    port = await call(page, audio)
    await until_heard(page, _SWITCHBOARD_HZ)

    await audio.close(port.port_id)

    async def is_silent() -> bool:
        return await heard_hz(page) == 0.0

    await until(is_silent, within_s=5.0, what=lambda: "silence")
    assert switchboard.lost() == []


async def _is_lost(switchboard: RtpSwitchboard, port_id: PortId) -> bool:
    return switchboard.lost() == [port_id]
