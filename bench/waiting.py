"""A full waiting room: 200 callers in the queue hear music for a minute, while a desk's screen is asked how quick it is.

Every packet of music is counted by its RTP sequence number at the caller's socket; the screen's delay is from sending a
change of state to reading it on the WebSocket. The reference is a bare process that sends as many packets to the same
sockets and echoes on a bare WebSocket.
"""

import asyncio
import contextlib
import multiprocessing
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import numpy as np
import uvloop
from tests.peers.server import BanjieServer
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from bench import sipp
from bench.processes import cpu_s, spent
from bench.report import Figure, Reference, Report, main

FIRST_PORT = 12000  # below the ports a system lends; SIPp counts up from it by four
RTP_BYTES = 172
TICK_S = 0.02
PAUSE_S = 0.1  # between two questions to the screen
BARE_SECONDS = 15
REASONS = ("rest", "meal", "meeting", "training")
QUEUED = "SELECT count(*) AS n FROM call_event WHERE kind = 'CallQueued' AND call_id NOT LIKE 'demo-%'"

Ask = Callable[[], Awaitable[None]]  # asks a screen once, and returns when it has answered


@dataclass
class Ear:
    """One caller's socket: how many packets came, how many numbers are missing between the first and the last."""

    socket: socket.socket
    received: int = 0
    missing: int = 0
    gaps_ms: list[float] = field(default_factory=list)
    _last: int | None = None
    _at: float = 0.0

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                packet = self.socket.recv(2048)
                if len(packet) >= RTP_BYTES:
                    self._take(int.from_bytes(packet[2:4], "big"), time.monotonic())

    def _take(self, number: int, at: float) -> None:
        if self._last is not None:
            self.missing += max(0, ((number - self._last) & 0xFFFF) - 1)
            self.gaps_ms.append((at - self._at) * 1000)
        self._last, self._at = number, at
        self.received += 1

    def forget(self) -> None:
        self.received = self.missing = 0
        self.gaps_ms.clear()
        self._last = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What was heard and seen while everybody waited."""

    lasted_s: float
    received: int
    missing: int
    gaps_ms: list[float]
    delays_ms: list[float]
    cpu_s: float

    @property
    def lost_ratio(self) -> float:
        return self.missing / max(1, self.received + self.missing)


@contextlib.contextmanager
def listening(calls: int) -> Iterator[list[Ear]]:
    loop, ears = asyncio.get_running_loop(), []
    with contextlib.ExitStack() as stack:
        for n in range(calls):
            one = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 18)
            one.bind(
                ("127.0.0.1", FIRST_PORT + 4 * (n + 1))
            )  # SIPp holds the first itself: nobody listens there
            one.setblocking(False)
            ears.append(Ear(one))
            loop.add_reader(one, ears[-1].hear)
            stack.callback(loop.remove_reader, one)
        yield ears


async def minute(ears: list[Ear], seconds: float, ask: Ask, cpu: Callable[[], float]) -> Minute:
    for ear in ears:
        ear.forget()
    delays_ms, before_s, began = [], cpu(), time.monotonic()
    while (asked := time.monotonic()) < began + seconds:
        await ask()
        delays_ms.append((time.monotonic() - asked) * 1000)
        await asyncio.sleep(PAUSE_S)
    return Minute(
        lasted_s=time.monotonic() - began,
        received=sum(ear.received for ear in ears),
        missing=sum(ear.missing for ear in ears),
        gaps_ms=[gap for ear in ears for gap in ear.gaps_ms],
        delays_ms=delays_ms,
        cpu_s=cpu() - before_s,
    )


@contextlib.asynccontextmanager
async def agents_screen(server: BanjieServer) -> AsyncIterator[Ask]:
    """Change the agent's break reason, and wait for it to stand on his screen."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        answer = await client.post("/api/session", json={"username": "1001", "password": "demo-1001"})
        answer.raise_for_status()
        headers = {"X-CSRF-Token": answer.json()["csrf_token"]}
        cookie = f"banjie_session={client.cookies['banjie_session']}"
        address = f"ws://127.0.0.1:{server.http_port}/api/live"
        async with connect(address, additional_headers={"Cookie": cookie}, origin=server.url) as screen:
            await screen.send('{"subscribe":"me"}')
            await screen.recv()
            asked = 0

            async def ask() -> None:
                nonlocal asked
                reason, asked = REASONS[asked % len(REASONS)], asked + 1
                body = {"state": "BREAK", "reason": reason, "device": "browser"}
                posting = asyncio.create_task(client.post("/api/desk/state", json=body, headers=headers))
                while f'"reason":"{reason}"' not in str(await screen.recv()):
                    pass
                (await posting).raise_for_status()

            yield ask


async def full_room(ears: list[Ear], seconds: float, folder: Path) -> Minute:
    scenario = folder / "wait.xml"
    scenario.write_text(sipp.CALL.read_text().replace("[media_port]", "[auto_media_port]"))
    load = sipp.Load(rate=40, calls=len(ears) + 1, hold_ms=round(seconds + 15) * 1000)
    server = BanjieServer(folder)
    await server.start()
    try:
        port, options = server.sip_port, ("-mp", str(FIRST_PORT))
        calling = asyncio.create_task(
            asyncio.to_thread(sipp.call, port, "4000000001", load, scenario=scenario, options=options)
        )
        while (await server.rows(QUEUED))[0]["n"] < len(ears):
            if calling.done():
                raise RuntimeError(f"SIPp ended early: {calling.result()}")
            await asyncio.sleep(0.2)
        async with agents_screen(server) as ask:
            heard = await minute(ears, seconds, ask, lambda: spent(server.pid).server_s)
    finally:
        server.stop()
    await calling  # the server hung up
    return heard


async def bare_room(ears: list[Ear], seconds: float) -> Minute:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_bare, args=([ear.port for ear in ears], theirs), daemon=True)
    process.start()
    try:
        port = await asyncio.to_thread(ours.recv)
        async with connect(f"ws://127.0.0.1:{port}") as screen:

            async def ask() -> None:
                await screen.send("ready")
                await screen.recv()

            return await minute(ears, seconds, ask, lambda: cpu_s(process.pid or 0))
    finally:
        ours.send("stop")
        process.join(10)


def _bare(ports: list[int], pipe: Connection) -> None:
    uvloop.run(_send_and_echo(ports, pipe))


async def _send_and_echo(ports: list[int], pipe: Connection) -> None:
    async def echo(page: ServerConnection) -> None:
        async for words in page:
            await page.send(words)

    async with serve(echo, "127.0.0.1", 0) as server:
        pipe.send(next(iter(server.sockets)).getsockname()[1])
        stopped = asyncio.create_task(asyncio.to_thread(pipe.recv))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
            n, due = 0, time.monotonic()
            while not stopped.done():
                packet = b"\x80\x08" + (n & 0xFFFF).to_bytes(2, "big") + bytes(RTP_BYTES - 4)
                for port in ports:
                    mouth.sendto(packet, ("127.0.0.1", port))
                n, due = n + 1, due + TICK_S
                await asyncio.sleep(max(0.0, due - time.monotonic()))


async def compare(calls: int, seconds: int) -> Report:
    with tempfile.TemporaryDirectory(prefix="banjie-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else when root starts it
        with listening(calls) as ears:
            ours, bare = await full_room(ears, seconds, folder), await bare_room(ears, BARE_SECONDS)

    def figure(name: str, value: float, unit: str, reference: float, goal: str = "") -> Figure:
        beside = Reference(what="a bare sender and a bare WebSocket", value=reference)
        return Figure(name=name, value=value, unit=unit, reference=beside, goal=goal)

    def percentile(all_ms: list[float], percent: float) -> float:
        return float(np.percentile(all_ms, percent))

    return Report(
        figures=[
            figure("lost packets", ours.lost_ratio, "of 1", bare.lost_ratio, "< 0.001"),
            figure("between packets, p99", percentile(ours.gaps_ms, 99), "ms", percentile(bare.gaps_ms, 99)),
            figure("the screen, p50", percentile(ours.delays_ms, 50), "ms", percentile(bare.delays_ms, 50)),
            figure(
                "the screen, p99",
                percentile(ours.delays_ms, 99),
                "ms",
                percentile(bare.delays_ms, 99),
                "< 200",
            ),
            figure("CPU of the server", ours.cpu_s / ours.lasted_s, "of a core", bare.cpu_s / bare.lasted_s),
        ],
        facts={
            "calls": calls,
            "seconds": ours.lasted_s,
            "packets": ours.received,
            "packets due": calls * ours.lasted_s / TICK_S,
            "asked of the screen": len(ours.delays_ms),
        },
    )


def measure(calls: int = 200, seconds: int = 60) -> Report:
    return asyncio.run(compare(calls, seconds))


if __name__ == "__main__":
    main(measure)
