"""What a browser's leg costs: N of them against `WebRtcAudio`, both ways at 50 packets a second.

The browsers and the switchboard's RTP sockets live in a second process, so the CPU time reported is the relay's alone.
`python -m bench.browser_legs [--legs 20] [--seconds 6]`; the last line is JSON.
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import socket
import struct
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import uvloop
from tests.fakes.browser_peer import BrowserPeer

from banjie.media.io.webrtc import WebRtcAudio
from banjie.media.model import PortId, RtpPort, RtpRemote
from banjie.media.ports import SwitchEvent


class _FarPorts:
    """A switchboard whose RTP sockets are bound in the other process."""

    def __init__(self, numbers: list[int]) -> None:
        self.events: list[SwitchEvent] = []
        self.on_event: Callable[[SwitchEvent], None] = self.events.append
        self.remotes: list[tuple[str, int]] = []
        self._numbers = numbers

    def open_rtp(self) -> RtpPort:
        n = len(self.remotes)
        return RtpPort(port_id=PortId(n), host="127.0.0.1", port=self._numbers[n])

    def point_rtp(
        self, port_id: PortId, remote: RtpRemote, *, send: bool = True, receive: bool = True
    ) -> None:
        self.remotes.append((remote.host, remote.port))

    def close(self, port_id: PortId) -> None: ...


async def _serve(pipe: Connection, seconds: float) -> dict[str, float]:
    numbers, offers = await asyncio.to_thread(pipe.recv)
    switchboard = _FarPorts(numbers)
    audio = WebRtcAudio(switchboard, addresses=["127.0.0.1"])
    await audio.start()
    began = time.process_time()
    answers = [(await audio.open(offer)).answer_sdp for offer in offers]
    pipe.send((answers, switchboard.remotes))
    await asyncio.to_thread(pipe.recv)  # all connected
    connecting = time.process_time() - began
    await asyncio.sleep(1)
    cpu, wall = time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    pipe.send("stop")
    heard = await asyncio.to_thread(pipe.recv)
    await audio.stop()
    legs = len(offers)
    return {
        "legs": legs,
        "cpu_ms_per_leg_second": round(cpu / wall / legs * 1000, 2),
        "core_percent_per_leg": round(cpu / wall / legs * 100, 3),
        "connect_cpu_ms": round(connecting / legs * 1000, 2),
        "to_browser_per_leg_second": round(heard["browser"] / heard["wall"] / legs, 2),
        "to_switchboard_per_leg_second": round(heard["switchboard"] / heard["wall"] / legs, 2),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


async def _load(pipe: Connection, legs: int) -> None:
    ports = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(legs)]
    for port in ports:
        port.bind(("127.0.0.1", 0))
        port.setblocking(False)
    peers = [BrowserPeer() for _ in range(legs)]
    pipe.send(([p.getsockname()[1] for p in ports], [p.offer for p in peers]))
    answers, remotes = await asyncio.to_thread(pipe.recv)
    for peer, answer in zip(peers, answers, strict=True):
        await peer.dial(answer)
        peer.keeps_heard = False
    pipe.send("connected")
    stopped = asyncio.create_task(asyncio.to_thread(pipe.recv))
    n = into_switchboard = 0
    due = began = time.monotonic()
    while not stopped.done():
        for i, (peer, port) in enumerate(zip(peers, ports, strict=True)):
            peer.say(n)
            port.sendto(struct.pack("!BBHII", 128, 8, n & 0xFFFF, n * 160, i) + b"\xd5" * 160, remotes[i])
            into_switchboard += _drain(port)
        n, due = n + 1, due + 0.02
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    into_browser = sum(p.heard_count for p in peers)
    pipe.send({"wall": time.monotonic() - began, "browser": into_browser, "switchboard": into_switchboard})
    for peer, port in zip(peers, ports, strict=True):
        peer.close()
        port.close()


def _drain(port: socket.socket) -> int:
    count = 0
    try:
        while True:
            port.recv(2048)
            count += 1
    except BlockingIOError:
        return count


def _child(pipe: Connection, legs: int) -> None:
    uvloop.run(_load(pipe, legs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--legs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=6.0)
    chosen = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    load = multiprocessing.get_context("fork").Process(target=_child, args=(theirs, chosen.legs), daemon=True)
    load.start()
    print(json.dumps(uvloop.run(_serve(ours, chosen.seconds))))
    load.join(5)


if __name__ == "__main__":
    main()
