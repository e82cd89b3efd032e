"""What a browser's leg costs: N of them, in calls of two, on the real switchboard, 50 packets a second both ways.

The browsers live in a process of their own, and the server in another, so that the CPU time is the server's alone:
DTLS-SRTP, the way between, and the switchboard's own port. The reference is as many plain RTP legs on the same switchboard.
"""

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Literal

import uvloop
from tests.fakes.browser_peer import BrowserPeer

from banjie.media.io.native import NativeSwitchboard
from banjie.media.io.webrtc import WebRtcAudio
from banjie.media.model import PortId, RtpRemote
from bench.report import Figure, Reference, Report, main

TICK_S = 0.02
SETTLED_TICKS = 50
RTP_PORTS = (36_000, 39_999)
HEADER, A_LAW, SILENCE = 12, 8, b"\xd5" * 160
Kind = Literal["browser", "rtp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU seconds of the server: to open a leg, and of a leg and a second; what was lost on the way."""

    open_s: float
    leg_second_s: float
    lost_ratio: float


class RtpPeer:
    """A plain telephone: its offer and the answer are ports."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.offer = str(self._socket.getsockname()[1])
        self.heard_count = 0

    async def dial(self, answer: str) -> None:
        self._socket.connect(("127.0.0.1", int(answer)))
        asyncio.get_running_loop().add_reader(self._socket, self._hear)

    def say(self, n: int) -> None:
        head = bytes((0x80, A_LAW)) + (n & 0xFFFF).to_bytes(2, "big") + (n * 160).to_bytes(4, "big")
        self._socket.send(head + b"bnch" + SILENCE)

    def _hear(self) -> None:
        if len(self._socket.recv(2048)) >= HEADER + len(SILENCE):
            self.heard_count += 1

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()


async def _serve(kind: Kind, pipe: Connection, seconds: float) -> Cost:
    offers: list[str] = await asyncio.to_thread(pipe.recv)
    switchboard = NativeSwitchboard("127.0.0.1", RTP_PORTS)
    await switchboard.start()
    audio = WebRtcAudio(switchboard, addresses=["127.0.0.1"])
    await audio.start()
    opening_s = time.process_time()
    ports = [await _open(kind, offer, switchboard, audio) for offer in offers]
    for (one, _), (other, _) in zip(ports[::2], ports[1::2], strict=True):
        switchboard.cord(one, other)
        switchboard.cord(other, one)
    pipe.send([answer for _, answer in ports])
    await asyncio.to_thread(pipe.recv)  # all connected
    opening_s = time.process_time() - opening_s
    await asyncio.sleep(2)
    cpu_s, wall_s = time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    cpu_s, wall_s = time.process_time() - cpu_s, time.monotonic() - wall_s
    pipe.send("stop")
    said, heard = await asyncio.to_thread(pipe.recv)
    await audio.stop()
    await switchboard.shut_down()
    return Cost(
        open_s=opening_s / len(offers),
        leg_second_s=cpu_s / wall_s / len(offers),
        lost_ratio=max(0.0, 1 - heard / said),
    )


async def _open(
    kind: Kind, offer: str, switchboard: NativeSwitchboard, audio: WebRtcAudio
) -> tuple[PortId, str]:
    if kind == "browser":
        port = await audio.open(offer)
        return port.port_id, port.answer_sdp
    plain = switchboard.open_rtp()
    remote = RtpRemote(host="127.0.0.1", port=int(offer), codec="PCMA", payload=A_LAW, dtmf_payload=101)
    switchboard.point_rtp(plain.port_id, remote)
    return plain.port_id, str(plain.port)


async def _load(kind: Kind, pipe: Connection, legs: int) -> None:
    peers: Sequence[BrowserPeer | RtpPeer]
    peers = [BrowserPeer() for _ in range(legs)] if kind == "browser" else [RtpPeer() for _ in range(legs)]
    pipe.send([peer.offer for peer in peers])
    answers = await asyncio.to_thread(pipe.recv)
    for peer, answer in zip(peers, answers, strict=True):
        await peer.dial(answer)
        if isinstance(peer, BrowserPeer):
            peer.keeps_heard = False
    pipe.send("connected")
    stopped = asyncio.create_task(asyncio.to_thread(pipe.recv))
    n = said = heard_before = 0
    due = time.monotonic()
    while not stopped.done():
        if n == SETTLED_TICKS:  # both directions have settled: count from here
            heard_before, said = sum(peer.heard_count for peer in peers), 0
        for peer in peers:
            peer.say(n)
        n, said, due = n + 1, said + legs, due + TICK_S
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    pipe.send((said, sum(peer.heard_count for peer in peers) - heard_before))
    for peer in peers:
        peer.close()


def _callers(kind: Kind, pipe: Connection, legs: int) -> None:
    uvloop.run(_load(kind, pipe, legs))


def _server(kind: Kind, pipe: Connection, seconds: float, out: Connection) -> None:
    out.send(uvloop.run(_serve(kind, pipe, seconds)))


def carried(kind: Kind, legs: int, seconds: float) -> Cost:
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    told, telling = context.Pipe(duplex=False)
    load = context.Process(target=_callers, args=(kind, far, legs), daemon=True)
    server = context.Process(target=_server, args=(kind, near, seconds, telling), daemon=True)
    load.start()
    server.start()
    telling.close()
    cost: Cost = told.recv()
    server.join(10)
    load.join(10)
    return cost


def measure(legs: int = 20, seconds: int = 6) -> Report:
    browser, plain = carried("browser", legs, seconds), carried("rtp", legs, seconds)

    def figure(name: str, value: float, unit: str, reference: float) -> Figure:
        beside = Reference(what="a plain RTP leg", value=reference)
        return Figure(name=name, value=value, unit=unit, reference=beside)

    return Report(
        figures=[
            figure(
                "a browser's leg",
                browser.leg_second_s * 1000,
                "CPU-ms a leg-second",
                plain.leg_second_s * 1000,
            ),
            figure("opening it", browser.open_s * 1000, "CPU-ms", plain.open_s * 1000),
            figure("lost packets", browser.lost_ratio, "of 1", plain.lost_ratio),
        ],
        facts={"legs": legs, "seconds": seconds},
    )


if __name__ == "__main__":
    main(measure)
