"""Our end of WebRTC against hostile, clumsy and vanishing peers, over real sockets on 127.0.0.1."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from banjie.media.browser_sdp import UnusableOffer
from banjie.media.io.browser_leg import PACKETS_PER_S
from banjie.media.io.dtls import make_identity
from banjie.media.io.webrtc import AddressTaken, TooManyBrowsers, WebRtcAudio, host_addresses
from tests.fakes.browser_peer import BrowserPeer, binding_request
from tests.fakes.rtp_switchboard import RtpSwitchboard

pytestmark = pytest.mark.peer


@pytest.fixture
async def switchboard() -> AsyncIterator[RtpSwitchboard]:
    made = RtpSwitchboard(700)
    yield made
    await made.stop()


@pytest.fixture
async def audio(switchboard: RtpSwitchboard) -> AsyncIterator[WebRtcAudio]:
    made = WebRtcAudio(switchboard, addresses=["127.0.0.1"], max_legs=3)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def peer() -> AsyncIterator[BrowserPeer]:
    made = BrowserPeer()
    yield made
    made.close()


async def until(is_so: Callable[[], bool], within_s: float = 6.0) -> None:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < within_s, "waited in vain"
        await asyncio.sleep(0.01)


async def test_packets_pass_both_ways_unchanged(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer
) -> None:
    port = await audio.open(peer.offer)
    await peer.dial(port.answer_sdp)
    payload = secrets.token_bytes(160)
    peer.say(5, payload)
    peer.say(6, b"\x07\x0a\x03\x20", kind=126)

    await until(lambda: len(switchboard.heard[port.port_id]) == 2 and len(peer.heard) > 5)
    voice, digit = switchboard.heard[port.port_id]
    assert voice[12:] == payload
    assert digit[1] & 0x7F == 126
    assert {p[1] for p in peer.heard} == {8}
    assert switchboard.connected() == [port.port_id]


async def test_a_browser_which_hangs_up_is_lost_at_once(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer
) -> None:
    port = await audio.open(peer.offer)
    await peer.dial(port.answer_sdp)
    peer.hang_up()

    await until(lambda: switchboard.lost() == [port.port_id], within_s=1.0)
    assert audio.leg_count == 1
    await audio.close(port.port_id)
    await audio.close(port.port_id)
    assert (audio.leg_count, switchboard.closed) == (0, [port.port_id])


async def test_reports_alone_keep_a_listener_alive(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banjie.media.io.browser_leg.LOST_AFTER_S", 0.4)
    port = await audio.open(peer.offer)
    await peer.dial(port.answer_sdp)
    for _ in range(20):
        peer.report()
        await asyncio.sleep(0.05)  # the passing of time is what is tested
    assert switchboard.lost() == []

    await until(lambda: switchboard.lost() == [port.port_id], within_s=2.0)


async def test_a_page_that_never_connects_is_lost(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banjie.media.io.browser_leg.CONNECT_WITHIN_S", 0.1)
    port = await audio.open(peer.offer)

    await until(lambda: switchboard.lost() == [port.port_id], within_s=2.0)


async def test_a_stranger_without_the_password_gets_no_answer(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer
) -> None:
    port = await audio.open(peer.offer)
    await peer.check(port.answer_sdp, pwd="guessed-guessed-guessed")
    for noise in (b"", b"\x00", b"\x80" * 12, b"\x16" * 40, binding_request("no:one", "x"), b"\xff" * 1400):
        peer.transport.sendto(noise)
    honest = BrowserPeer()
    other = await audio.open(honest.offer)
    await honest.dial(other.answer_sdp)  # all before it was read
    honest.close()

    assert peer.answers == []
    assert switchboard.connected() == [other.port_id]


async def test_another_certificate_than_the_offer_names_is_refused(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer
) -> None:
    offer = peer.offer
    peer.identity = make_identity(datetime.now(UTC))
    port = await audio.open(offer)
    await peer.check(port.answer_sdp)

    await until(lambda: switchboard.lost() == [port.port_id])
    assert switchboard.connected() == []


async def test_a_flood_of_packets_is_cut_to_the_budget(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer
) -> None:
    port = await audio.open(peer.offer)
    await peer.dial(port.answer_sdp)
    for n in range(4 * PACKETS_PER_S):
        peer.say(n)
    await until(lambda: len(switchboard.heard[port.port_id]) > PACKETS_PER_S // 3)
    peer.hang_up()
    await asyncio.sleep(0.1)

    assert len(switchboard.heard[port.port_id]) <= 2 * PACKETS_PER_S


async def test_endless_ssrcs_are_not_let_in(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer
) -> None:
    port = await audio.open(peer.offer)
    await peer.dial(port.answer_sdp)
    for ssrc in range(1000, 1030):
        peer.say(1, ssrc=ssrc)
    peer.say(2, b"\x01" * 160, ssrc=1000)

    await until(lambda: any(p[12:] == b"\x01" * 160 for p in switchboard.heard[port.port_id]))
    assert len({p[8:12] for p in switchboard.heard[port.port_id]}) == 8


async def test_a_browser_that_moves_to_another_network_is_followed(
    audio: WebRtcAudio, switchboard: RtpSwitchboard, peer: BrowserPeer
) -> None:
    port = await audio.open(peer.offer)
    await peer.dial(port.answer_sdp)
    old = peer.transport
    await peer.check(port.answer_sdp)  # from a new socket, nominating it
    before = peer.heard_count
    await until(lambda: peer.heard_count > before + 3)
    old.close()
    peer.say(9, b"\x02" * 160)

    await until(lambda: any(p[12:] == b"\x02" * 160 for p in switchboard.heard[port.port_id]))


async def test_more_browsers_than_allowed_are_refused(
    audio: WebRtcAudio, switchboard: RtpSwitchboard
) -> None:
    peers = [BrowserPeer() for _ in range(4)]
    ports = [await audio.open(p.offer) for p in peers[:3]]

    with pytest.raises(TooManyBrowsers, match="3"):
        await audio.open(peers[3].offer)
    await audio.close(ports[0].port_id)
    await audio.open(peers[3].offer)


async def test_a_hostile_offer_opens_nothing(audio: WebRtcAudio, switchboard: RtpSwitchboard) -> None:
    with pytest.raises(UnusableOffer):
        await audio.open("v=0\r\nm=audio 9 RTP/AVP 0\r\n")
    assert (audio.leg_count, switchboard.heard) == (0, {})


async def test_a_taken_udp_port_is_said_in_words(audio: WebRtcAudio, switchboard: RtpSwitchboard) -> None:
    taken = audio.local[0][1]
    second = WebRtcAudio(switchboard, addresses=["127.0.0.1"], udp_ports=[taken])

    with pytest.raises(AddressTaken, match=f"UDP port {taken}"):
        await second.start()


async def test_legs_are_spread_over_the_udp_ports(switchboard: RtpSwitchboard) -> None:
    audio = WebRtcAudio(switchboard, addresses=["127.0.0.1"], udp_ports=[0, 0], announced=["203.0.113.9"])
    await audio.start()
    answers = [(await audio.open(BrowserPeer().offer)).answer_sdp for _ in range(2)]
    await audio.stop()

    assert all("203.0.113.9" in a for a in answers)
    assert len({next(line for line in a.split("\r\n") if line.startswith("m=")) for a in answers}) == 2


def test_loopback_is_the_last_of_our_addresses() -> None:
    assert host_addresses()[-1].startswith("127.")
