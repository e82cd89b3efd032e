"""A full house: callers by SIPp, agents over the API with desk phones that ring, and everything that people do.

At the end it is looked at whether all was right (`verdict.py`, `kept_places.py`); what was not is told below the figures,
and the bench fails. With `--kill` the server is killed in the middle of it, and started again.
"""

import asyncio
import contextlib
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from tests.peers.server import BanjieServer, free_port

from banjie.calls.cdr import Cdr
from banjie.demo.bank import BANK
from bench import house, kept_places, sipp, verdict
from bench.busy_day import Outcomes, Plan
from bench.day_books import read_books
from bench.day_figures import facts, figures
from bench.desk_agents import Agent, Seen
from bench.desk_phones import DeskPhones, customers_pickup, usual_pickup
from bench.lease_watch import LeaseWatch
from bench.processes import LOAD, OURS, Spent, running_on, spent
from bench.report import Report, main, tell
from bench.verdict import Day

SEED = 400
EMPTY_WITHIN_S, READY_WITHIN_S = 10.0, 20.0
OUTSIDE_NUMBER = "01066668888"
_NOT_CALLED_BACK = """
    SELECT 1 FROM callback WHERE ended_at IS NULL
    UNION ALL SELECT 1 FROM call_record WHERE callback_of IS NOT NULL AND ended_at IS NULL
    LIMIT 1
"""


@dataclass(slots=True, kw_only=True)
class FullHouse:
    plan: Plan
    server: BanjieServer
    crew: house.Crew
    phones: DeskPhones
    customers: DeskPhones
    agents: list[Agent]
    seen: Seen
    killed_at: datetime | None = None
    back_s: float = 0.0
    wrong: list[str] = field(default_factory=list)
    _spent: list[Spent] = field(default_factory=list)

    async def live_a_day(self) -> Outcomes:
        late_ms: list[float] = []
        began = spent(self.server.pid)
        watch = LeaseWatch(dsn=lambda: self.server.dsn)
        with contextlib.ExitStack() as stack:
            for watching in (_watch_lateness(late_ms), watch.watch()):
                stack.callback(asyncio.create_task(watching).cancel)
            crowd = stack.enter_context(
                sipp.crowd(self.server.sip_port, house.NUMBER, self.plan.callers, self.plan.temper)
            )
            if self.plan.is_killed:
                await asyncio.sleep(self.plan.kill_after_s)
                self._spent.append(spent(self.server.pid).since(began))
                await self._kill()
                began = spent(self.server.pid)
            await asyncio.sleep(self.plan.seconds - self.plan.kill_after_s)
            tell("the callers finish")
            told = await asyncio.to_thread(crowd.go_home)
            await self._come_to_rest()
        self._spent.append(spent(self.server.pid).since(began))
        day = await self._day(told)
        self.wrong += verdict.faults(day) + self.seen.faults
        self.wrong += kept_places.faults(day, self.plan.callback.attempts_max)
        for phones in (self.phones, self.customers):
            self.wrong += phones.gone_wrong
            self.wrong += [f"phone {user} rang in a call, or for two" for user in phones.doubled]
        board = await self._board()
        self.wrong += _miscounted(board, [*day.records, *day.attempts])
        if self.killed_at is not None:
            self.wrong += self._stuck(day)
        return Outcomes(
            day=day,
            wrong=self.wrong,
            seen=self.seen,
            spent=Spent(
                server_s=sum(part.server_s for part in self._spent),
                database_s=sum(part.database_s for part in self._spent),
            ),
            callers_cpu_s=crowd.cpu_s,
            watch=watch,
            crossed_ms=self.phones.crossed_ms + self.customers.crossed_ms,
            loop_late_ms=late_ms,
            board=board,
            back_s=self.back_s,
        )

    async def _kill(self) -> None:
        """By -9; then start it again. The phones register anew, as phones do that have lost their server."""
        tell("the server is killed")
        self.killed_at, began = datetime.now(UTC), time.monotonic()
        self.server.kill()
        self.phones.close()
        self.customers.forget()
        with running_on(OURS):
            await self.server.start()
        self.back_s = time.monotonic() - began
        await asyncio.to_thread(house.register, self.server, self.crew)
        await self.phones.open()
        tell(f"it is back after {self.back_s:.1f} s")

    # -- at the end -------------------------------------------------------------------------------------

    async def _come_to_rest(self) -> None:
        """Who asked for it has been called back, no leg is left, at the server or at a phone, and every agent is ready."""

        async def all_called_back() -> bool:
            return not await self.server.rows(_NOT_CALLED_BACK)

        if not await _soon(all_called_back, self.plan.called_back_within_s):
            self.wrong.append("callbacks still wait, or talk")
        if not await _soon(self._is_empty, EMPTY_WITHIN_S):
            self.wrong.append(f"legs are left: {await self._media()}; {self._open_lines} at the phones")

        async def all_ready() -> bool:
            return all(agent.state == "READY" for agent in self.agents)

        if not await _soon(all_ready, READY_WITHIN_S):
            stuck = {agent.name: agent.view for agent in self.agents if agent.state != "READY"}
            self.wrong.append(f"agents are stuck: {stuck}")

    async def _is_empty(self) -> bool:
        rows = await self.server.rows("SELECT 1 FROM call_record WHERE ended_at IS NULL LIMIT 1")
        return (await self._media()).startswith("0 ports") and not self._open_lines and not rows

    @property
    def _open_lines(self) -> int:
        return self.phones.open_count + self.customers.open_count

    async def _media(self) -> str:
        async with httpx.AsyncClient(base_url=self.server.url, trust_env=False) as client:
            return str((await client.get("/healthz")).json()["parts"]["media"]["detail"])

    async def _day(self, told: sipp.Told) -> Day:
        books = await read_books(self.server.dsn, BANK, house.NUMBER)
        return Day(
            records=books.records,
            logs=books.logs,
            fates=told.fates,
            rang=self.phones.rang,
            asked=told.asked,
            callbacks=books.callbacks,
            attempts=books.attempts,
            customers_rang=self.customers.rang,
            offered=self.seen.callbacks,
            killed_at=self.killed_at,
        )

    async def _board(self) -> dict[str, Any]:
        """The queue, as a supervisor sees it."""
        async with httpx.AsyncClient(base_url=self.server.url, trust_env=False) as client:
            who = {"username": "2001", "password": "demo-2001"}
            (await client.post("/api/session", json=who)).raise_for_status()
            queues = (await client.get("/api/wallboard")).json()["queues"]
        return next(dict(queue) for queue in queues if queue["queue_id"] == house.QUEUE)

    def _stuck(self, day: Day) -> list[str]:
        assert self.killed_at is not None
        served = verdict.connected_since(day.logs.values(), self.killed_at)
        idle = [agent.name for agent in self.agents if agent.name not in served]
        cut_off = [record for record in day.records if record.end_reason == "interrupted"]
        words = [f"agents {idle} got no call after the crash"] if idle else []
        return words if cut_off else [*words, "nobody was interrupted by the crash"]


def _miscounted(board: dict[str, Any], records: Sequence[Cdr]) -> list[str]:
    """The wallboard counts each caller once, also those from before a restart."""
    waited = [record for record in records if record.queued_at is not None]
    given_up = sum(record.has_given_up for record in waited)
    answered = sum(segment.waited_s is not None for record in waited for segment in record.segments)
    pairs = (("answered_count", answered), ("abandoned_count", given_up))
    return [
        f"the wallboard's {name} is {board[name]}; by the records it is {due}"
        for name, due in pairs
        if board[name] != due
    ]


async def _soon(is_so: Callable[[], Awaitable[bool]], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while not await is_so():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.2)
    return True


async def _watch_lateness(late_ms: list[float]) -> None:
    """How late the load's own loop is: no figure of ours can be better."""
    while True:
        due = time.monotonic() + 0.05
        await asyncio.sleep(0.05)
        late_ms.append((time.monotonic() - due) * 1000)


@contextlib.asynccontextmanager
async def open_house(plan: Plan) -> AsyncIterator[FullHouse]:
    chance, seen = random.Random(SEED), Seen()
    with tempfile.TemporaryDirectory(prefix="banjie-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else when root starts it
        customers = DeskPhones(port=free_port(), pickup=lambda _: customers_pickup(chance, plan.talk_s))
        server = BanjieServer(folder, _settings(customers.port))
        crew = house.Crew(
            count=plan.agents,
            phone_port=free_port(),
            acw_s=None,
            ring_timeout_s=plan.ring_timeout_s,
            callback=plan.callback,
        )
        phones = DeskPhones(port=crew.phone_port, pickup=lambda _: usual_pickup(chance, plan.ring_timeout_s))
        await house.furnish(server, crew)
        with running_on(OURS):
            await server.start()
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(server.stop)
            await stack.enter_async_context(house.staffed(server, crew))
            for line in (phones, customers):
                await line.open()
                stack.callback(line.close)
            agents = [
                Agent(
                    name=name,
                    desk=desk,
                    phones=phones,
                    habits=plan.habits,
                    chance=random.Random(f"{SEED} {name}"),
                    seen=seen,
                )
                for name, desk in zip(crew.names, crew.desks, strict=True)
            ]
            working = await stack.enter_async_context(asyncio.TaskGroup())
            for task in [working.create_task(agent.work()) for agent in agents]:
                stack.callback(task.cancel)
            tell(f"{plan.agents} agents are ready")
            yield FullHouse(
                plan=plan,
                server=server,
                crew=crew,
                phones=phones,
                customers=customers,
                agents=agents,
                seen=seen,
            )


def _settings(carrier_port: int) -> dict[str, str]:
    """A trunk leads out, to the customers."""
    trunk = {"name": "carrier", "servers": [f"127.0.0.1:{carrier_port}"]}
    return {
        "BANJIE_RECORDING": "0",
        "BANJIE_TRUNKS": json.dumps([trunk]),
        "BANJIE_OUTBOUND_TRUNK": "carrier",
        "BANJIE_OUTBOUND_CALLER": OUTSIDE_NUMBER,
    }


async def simulate(plan: Plan) -> Outcomes:
    async with open_house(plan) as full:
        return await full.live_a_day()


def measure(
    agents: int = 300, callers: int = 600, seconds: int = 600, kill: int = 0, talk_s: float = 20.0
) -> Report:
    """`kill`: after how many seconds the server is killed; 0: never."""
    plan = Plan(agents=agents, callers=callers, seconds=seconds, kill_after_s=kill, talk_s=talk_s)
    with running_on(LOAD):
        found = asyncio.run(simulate(plan))
    return Report(figures=figures(found), facts=facts(plan, found), wrong=found.wrong)


if __name__ == "__main__":
    main(measure)
