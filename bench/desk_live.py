"""How late a change reaches a screen: many agents' sockets and some wallboards, over real WebSockets.

The readers run in a process of their own, so that the server's share of the CPU is its own. The reference sends the same
changes to the same readers over bare WebSockets: no session, no topic, no numbers, no gathering.
"""

import asyncio
import contextlib
import json
import multiprocessing
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import numpy as np
import uvloop
from tests.fakes.desk_parts import FakeDesk, RealClock
from tests.fakes.desk_people import FakeUsers, demo_user
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from banjie.base.ids import AgentId
from banjie.desk.app import build_app
from banjie.desk.live import me
from banjie.desk.server import DeskServer
from banjie.people.model import Role
from banjie.people.sessions import new_session
from banjie.stories.ports import WALLBOARD
from bench.report import Figure, Reference, Report, main

RATE_HZ = 1.0  # changes an agent a second; the wallboards see each of them too
BOARDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Stands for a view; carries the moment it was published."""

    at: float
    ballast: str = "x" * 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The names of the people at the screens, each the token of his session too."""

    agents: list[str]
    boards: list[str]

    def __len__(self) -> int:
        return len(self.agents) + len(self.boards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is measured: where its readers connect, how many have, and how an agent's change is published."""

    port: int
    connected: Callable[[], int]
    publish: Callable[[str, Note], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    late_ms: list[float]
    core_ratio: float

    def late(self, percent: float) -> float:
        return float(np.percentile(self.late_ms, percent))


@contextlib.asynccontextmanager
async def our_desk(pages: Pages) -> AsyncIterator[Desk]:
    users = [demo_user(name, Role.AGENT, "坐席", "Agent") for name in pages.agents]
    users += [demo_user(name, Role.SUPERVISOR, "班长", "Supervisor") for name in pages.boards]
    with tempfile.TemporaryDirectory() as folder:
        desk = FakeDesk(folder=Path(folder), clock=RealClock(), users=FakeUsers(users))
        since = desk.clock.now() - timedelta(seconds=1)
        for user in users:
            await desk.sessions.add_session(new_session(user, user.username, since, ""))
        server = await DeskServer.start(build_app(desk.parts), "127.0.0.1", 0)

        def publish(name: str, note: Note) -> None:
            desk.board.set(me(AgentId(name)), "call", note)
            desk.board.set(WALLBOARD, f"agent/{name}", note)

        yield Desk(port=server.port, connected=lambda: desk.board.screens_count, publish=publish)
        await server.stop()
        desk.stop()


@contextlib.asynccontextmanager
async def bare_desk(pages: Pages) -> AsyncIterator[Desk]:
    sockets: dict[str, ServerConnection] = {}

    async def take(socket: ServerConnection) -> None:
        request = socket.request
        cookie = SimpleCookie(request.headers["Cookie"] if request is not None else "")
        await socket.recv()
        sockets[cookie["banjie_session"].value] = socket
        await socket.wait_closed()

    def publish(name: str, note: Note) -> None:
        told = asdict(note)
        broadcast([sockets[name]], json.dumps({"set": {"call": told}}))
        broadcast([sockets[board] for board in pages.boards], json.dumps({"set": {f"agent/{name}": told}}))

    async with serve(take, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield Desk(port=port, connected=lambda: len(sockets), publish=publish)


async def read(url: str, name: str, topic: str, until: float) -> list[float]:
    headers, late_ms = {"Cookie": f"banjie_session={name}"}, []
    async with connect(url, additional_headers=headers, compression=None, ping_interval=None) as page:
        await page.send(json.dumps({"subscribe": topic}))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                while True:
                    changes = json.loads(await page.recv()).get("set", {}).values()
                    now = time.monotonic()
                    late_ms += [1000.0 * (now - note["at"]) for note in changes if "at" in note]
    return late_ms


def readers(port: int, pages: Pages, seconds: float, out: "multiprocessing.Queue[list[float]]") -> None:
    """Read everything for so long; what was read goes out at the end."""

    async def all_of_them() -> list[float]:
        url = f"ws://127.0.0.1:{port}/api/live"
        until = asyncio.get_running_loop().time() + seconds
        topics = {**dict.fromkeys(pages.agents, "me"), **dict.fromkeys(pages.boards, "wallboard")}
        heard = await asyncio.gather(*(read(url, name, topic, until) for name, topic in topics.items()))
        return [late for one in heard for late in one]

    out.put(uvloop.run(all_of_them()))


async def watched(desk: Desk, pages: Pages, seconds: float) -> Seen:
    """Publish at an even rate and return how late it was read."""
    context = multiprocessing.get_context("spawn")
    out: multiprocessing.Queue[list[float]] = context.Queue()
    process = context.Process(target=readers, args=(desk.port, pages, seconds + 5, out), daemon=True)
    process.start()
    while desk.connected() < len(pages):  # another process connects
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    began, cpu, changes = time.monotonic(), time.process_time(), 0
    while (passed := time.monotonic() - began) < seconds:
        for n in range(changes, due := int(passed * len(pages.agents) * RATE_HZ)):
            desk.publish(pages.agents[n % len(pages.agents)], Note(at=time.monotonic()))
        changes = due
        await asyncio.sleep(0.002)
    core_ratio = (time.process_time() - cpu) / (time.monotonic() - began)
    late_ms = await asyncio.to_thread(out.get)
    process.join()
    return Seen(late_ms=late_ms, core_ratio=core_ratio)


async def compare(agents: int, seconds: float) -> Report:
    pages = Pages(agents=[f"a{n}" for n in range(agents)], boards=[f"s{n}" for n in range(BOARDS)])
    async with our_desk(pages) as desk:
        ours = await watched(desk, pages, seconds)
    async with bare_desk(pages) as desk:
        bare = await watched(desk, pages, seconds)

    def figure(name: str, value: float, unit: str, reference: float) -> Figure:
        beside = Reference(what="bare WebSockets, the same changes", value=reference)
        return Figure(name=name, value=value, unit=unit, reference=beside)

    return Report(
        figures=[
            figure("a change on the screen, p50", ours.late(50), "ms", bare.late(50)),
            figure("a change on the screen, p99", ours.late(99), "ms", bare.late(99)),
            figure("CPU of the server", ours.core_ratio, "of a core", bare.core_ratio),
        ],
        facts={
            "screens": len(pages),
            "changes/s": agents * RATE_HZ,
            "heard": len(ours.late_ms),
            "heard from the bare ones": len(bare.late_ms),
        },
    )


def measure(agents: int = 500, seconds: int = 8) -> Report:
    return uvloop.run(compare(agents, seconds))


if __name__ == "__main__":
    main(measure)
