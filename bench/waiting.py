"""A full waiting room: 200 callers in the queue hear music for a minute, while a desk's screen is asked how quick it is.

`python -m bench.waiting [--calls 200] [--seconds 60] [--json]`. Every packet of music is counted by its RTP sequence number at
the caller's socket; the screen's delay is from sending a change of state to reading it on the WebSocket.
"""

import argparse
import asyncio
import json
import os
import platform
import socket
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from tests.peers.server import BanjieServer
from websockets.asyncio.client import connect

from bench.sip import sipp, spent

FIRST_PORT = 12000  # below the ports a system lends; SIPp counts up from it by four
REASONS = ("rest", "meal", "meeting", "training")
SCENARIO = (Path(__file__).parent / "sip_endpoint.xml").read_text()


@dataclass
class Ear:
    """One caller's socket: how many packets came, how many numbers are missing between the first and the last."""

    port: int
    received: int = 0
    missing: int = 0
    gaps_ms: list[float] = field(default_factory=list)
    _last: int | None = None
    _at: float = 0.0

    def take(self, packet: bytes, at: float) -> None:
        number = int.from_bytes(packet[2:4], "big")
        if self._last is not None:
            self.missing += max(0, ((number - self._last) & 0xFFFF) - 1)
            self.gaps_ms.append((at - self._at) * 1000)
        self._last, self._at = number, at
        self.received += 1


def listen(calls: int) -> list[tuple[socket.socket, Ear]]:
    ears = []
    for n in range(calls):
        ear_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ear_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 18)
        port = FIRST_PORT + 4 * (n + 1)  # SIPp holds the first one itself: that caller is not listened to
        ear_socket.bind(("127.0.0.1", port))
        ear_socket.setblocking(False)
        ears.append((ear_socket, Ear(port)))
    return ears


def hear(ear_socket: socket.socket, ear: Ear) -> None:
    while True:
        try:
            packet = ear_socket.recv(2048)
        except BlockingIOError:
            return
        if len(packet) >= 172:
            ear.take(packet, time.monotonic())


async def screen_delays(server: BanjieServer, until: float) -> list[float]:
    """Change the agent's break reason again and again; return milliseconds to the change on his screen."""
    delays = []
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        answer = await client.post("/api/session", json={"username": "1001", "password": "demo-1001"})
        answer.raise_for_status()
        headers = {"X-CSRF-Token": (await client.get("/api/session")).json()["csrf_token"]}
        cookie = f"banjie_session={client.cookies['banjie_session']}"
        address = f"ws://127.0.0.1:{server.http_port}/api/live"
        async with connect(address, additional_headers={"Cookie": cookie}, origin=server.url) as screen:
            await screen.send('{"subscribe":"me"}')
            await screen.recv()
            n = 0
            while time.monotonic() < until:
                reason, n = REASONS[n % len(REASONS)], n + 1
                began = time.monotonic()
                body = {"state": "BREAK", "reason": reason, "device": "browser"}
                posting = asyncio.create_task(client.post("/api/desk/state", json=body, headers=headers))
                while f'"reason":"{reason}"' not in str(await screen.recv()):
                    pass
                delays.append((time.monotonic() - began) * 1000)
                (await posting).raise_for_status()
                await asyncio.sleep(0.1)
    return delays


async def measure(calls: int, seconds: int) -> dict[str, object]:
    folder = Path(tempfile.mkdtemp(prefix="banjie-bench-"))
    folder.chmod(0o755)
    scenario = folder / "wait.xml"
    pause = f'<pause milliseconds="{(seconds + 15) * 1000}"/>'
    text = SCENARIO.replace("[media_port]", "[auto_media_port]")
    cut = text.index("<send retrans", text.index("ACK [next_url]"))
    scenario.write_text(text[:cut] + pause + text[cut:])
    server = BanjieServer(folder)
    await server.start()
    ears = listen(calls)
    loop = asyncio.get_running_loop()
    for ear_socket, ear in ears:
        loop.add_reader(ear_socket, hear, ear_socket, ear)
    try:
        assert server.process is not None
        options = [
            "-sf",
            str(scenario),
            "-s",
            "4000000001",
            "-r",
            "40",
            "-m",
            str(calls + 1),
            "-l",
            str(calls + 1),
        ]
        calling = asyncio.create_task(asyncio.to_thread(sipp, server, *options, "-mp", str(FIRST_PORT)))
        waiting = (
            "SELECT count(*) AS n FROM call_event WHERE kind = 'CallQueued' AND call_id NOT LIKE 'demo-%'"
        )
        while (await server.rows(waiting))[0]["n"] < calls and not calling.done():
            await asyncio.sleep(0.2)
        if calling.done():
            raise RuntimeError(
                f"SIPp ended early: {calling.result().stdout[-800:]} {calling.result().stderr[-800:]}"
            )
        for _, ear in ears:
            ear.received = ear.missing = 0
            ear.gaps_ms.clear()
        before, began = spent(server.process.pid), time.monotonic()
        delays = await screen_delays(server, began + seconds)
        after, lasted = spent(server.process.pid), time.monotonic() - began
        heard = [(ear.received, ear.missing) for _, ear in ears]
        gaps = np.concatenate([np.array(ear.gaps_ms) for _, ear in ears])
        calling.cancel()
    finally:
        for ear_socket, _ in ears:
            loop.remove_reader(ear_socket)
            ear_socket.close()
        server.stop()
    received, missing = sum(r for r, _ in heard), sum(m for _, m in heard)
    return {
        "bench": "waiting",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "calls": calls,
        "seconds": round(lasted, 1),
        "packets": received,
        "expected_packets": round(calls * lasted * 50),
        "lost_ratio": missing / max(1, received + missing),
        "gap_p99_ms": round(float(np.percentile(gaps, 99)), 1),
        "server_core_ratio": round((after.server - before.server) / lasted, 3),
        "screen_changes": len(delays),
        "screen_p50_ms": round(float(np.percentile(delays, 50)), 1),
        "screen_p99_ms": round(float(np.percentile(delays, 99)), 1),
    }


def run(argv: list[str]) -> dict[str, object]:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=int, default=200)
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args(argv)
    return asyncio.run(measure(given.calls, given.seconds))


if __name__ == "__main__":
    import sys

    print(json.dumps(run(sys.argv[1:])))
