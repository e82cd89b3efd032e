"""How late a change reaches a screen: many agents' sockets and some wallboards, over real WebSockets.

`python -m bench.desk_live --agents 500 --seconds 10` prints one JSON object as its last line. The readers run in a
process of their own, so that the server's share of the CPU is its own.
"""

import argparse
import asyncio
import json
import multiprocessing
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvloop
from tests.fakes.desk_parts import FakeDesk, RealClock
from tests.fakes.desk_people import FakeUsers, demo_user
from websockets.asyncio.client import connect

from banjie.base.ids import AgentId, UserId
from banjie.desk.app import build_app
from banjie.desk.live import WALLBOARD, me
from banjie.desk.server import DeskServer
from banjie.people.model import Role
from banjie.people.sessions import new_session

RATE_HZ = 1.0  # changes an agent a second; the wallboard sees each of them too
BOARDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Stands for a view; carries the moment it was published."""

    at: float
    ballast: str


async def read(url: str, token: str, topic: str, seconds: float, late_ms: list[float]) -> None:
    headers = {"Cookie": f"banjie_session={token}"}
    async with connect(url, additional_headers=headers, compression=None, ping_interval=None) as page:
        await page.send(json.dumps({"subscribe": topic}))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = json.loads(await page.recv())
            now = time.monotonic()
            late_ms += [1000.0 * (now - note["at"]) for note in message.get("set", {}).values()]


def readers(
    url: str, tokens: list[tuple[str, str]], seconds: float, out: "multiprocessing.Queue[list[float]]"
) -> None:
    async def all_of_them() -> list[float]:
        late_ms: list[float] = []
        await asyncio.gather(*(read(url, token, topic, seconds, late_ms) for token, topic in tokens))
        return late_ms

    out.put(uvloop.run(all_of_them()))


async def measure(agents: int, seconds: float) -> dict[str, float]:
    users = [demo_user(str(n), Role.AGENT, "坐席", "Agent") for n in range(agents)]
    boards = [demo_user(f"s{n}", Role.SUPERVISOR, "班长", "Supervisor") for n in range(BOARDS)]
    with tempfile.TemporaryDirectory() as folder:
        desk = FakeDesk(folder=Path(folder), clock=RealClock(), users=FakeUsers([*users, *boards]))
        tokens = []
        now = desk.clock.now()
        by_hash = {}
        for user in (*users, *boards):
            token = f"token-{user.username}"
            session = new_session(user, token, now - timedelta(seconds=1), "")
            by_hash[session.token_hash] = session
            tokens.append((token, "wallboard" if Role.SUPERVISOR in user.roles else "me"))

        async def find_session(token_hash: bytes) -> object:
            return by_hash.get(token_hash)

        desk.sessions.find_session = find_session  # type: ignore[method-assign,assignment]
        server = await DeskServer.start(build_app(desk.parts), "127.0.0.1", 0)
        url = f"ws://127.0.0.1:{server.port}/api/live"
        context = multiprocessing.get_context("spawn")
        out: multiprocessing.Queue[list[float]] = context.Queue()
        process = context.Process(target=readers, args=(url, tokens, seconds, out))
        process.start()
        while desk.board.screens_count < len(tokens):  # another process connects
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        began, cpu = time.monotonic(), time.process_time()
        changes = 0
        while time.monotonic() < began + seconds * 0.8:
            due = int((time.monotonic() - began) * agents * RATE_HZ)
            while changes < due:
                agent = UserId(str(changes % agents))
                note = Note(at=time.monotonic(), ballast="x" * 400)
                desk.board.set(me(AgentId(agent)), "call", note)
                desk.board.set(WALLBOARD, f"agent/{agent}", note)
                changes += 1
            await asyncio.sleep(0.002)
        core = (time.process_time() - cpu) / (time.monotonic() - began)
        late_ms = sorted(await asyncio.to_thread(out.get))
        process.join()
        await server.stop()
        desk.stop()
    return {
        "screens": float(len(tokens)),
        "changes_per_s": agents * RATE_HZ,
        "messages_heard": float(len(late_ms)),
        "p50_ms": round(late_ms[len(late_ms) // 2], 2),
        "p99_ms": round(late_ms[int(len(late_ms) * 0.99)], 2),
        "max_ms": round(late_ms[-1], 2),
        "server_core_ratio": round(core, 3),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--agents", type=int, default=500)
    asked.add_argument("--seconds", type=float, default=10.0)
    given = asked.parse_args()
    print(json.dumps(uvloop.run(measure(given.agents, given.seconds))))


if __name__ == "__main__":
    main()
