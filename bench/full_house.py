"""A full house: callers by SIPp, agents over the API with desk phones that ring, and everything that people do.

At the end it is looked at whether all was right (`verdict.py`); what was not is told, and the bench fails. With `--kill`
the server is killed in the middle of it, and started again.
"""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from tests.peers.server import BanjieServer, free_port

from banjie.base.ids import CallId
from banjie.calls.cdr import Cdr, Outcome
from banjie.calls.events import CallEvent
from banjie.storage.call_rows import to_event, to_record
from banjie.storage.database import Database
from bench import house, sipp, verdict
from bench.desk_agents import Agent, Habits, Seen
from bench.desk_phones import DeskPhones, usual_pickup
from bench.processes import LOAD, OURS, Spent, running_on, spent
from bench.report import Figure, Reference, Report, main, tell
from bench.verdict import Day

SEED = 400
EMPTY_WITHIN_S, READY_WITHIN_S = 10.0, 20.0
_EVENTS = """
    SELECT call_id, kind, at, facts FROM call_event JOIN call_record USING (call_id) WHERE dialled = $1
    ORDER BY call_id, seq
"""
_RECORDS = "SELECT * FROM call_record WHERE dialled = $1 ORDER BY arrived_at"


class SomethingIsWrong(SystemExit):
    """The house was not in order; what was not stands above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    agents: int
    callers: int
    seconds: float
    kill_after_s: float  # 0: the server lives
    talk_s: float

    @property
    def is_killed(self) -> bool:
        return self.kill_after_s > 0

    @property
    def temper(self) -> sipp.Temper:
        """By the time a talk takes: so that some leave while they wait, some while it rings, some in the talk."""
        return sipp.Temper(
            think_s=2.0 * self.talk_s,
            impatient_s=0.12 * self.talk_s,
            busy_s=0.6 * self.talk_s,
            usual_s=2.0 * self.talk_s,
            patient_s=5.0 * self.talk_s,
        )

    @property
    def habits(self) -> Habits:
        return Habits(talk_s=self.talk_s, acw_s=0.15 * self.talk_s, break_s=0.25 * self.talk_s)

    @property
    def ring_timeout_s(self) -> float:
        return min(15.0, max(3.0, 0.5 * self.talk_s))


@dataclass(slots=True, kw_only=True)
class Outcomes:
    """What is left of the day."""

    day: Day
    wrong: list[str]
    seen: Seen
    spent: Spent
    callers_cpu_s: float
    loop_late_ms: list[float]
    board: dict[str, Any]
    back_s: float  # from the kill until the server was well again


@dataclass(slots=True, kw_only=True)
class FullHouse:
    plan: Plan
    server: BanjieServer
    crew: house.Crew
    phones: DeskPhones
    agents: list[Agent]
    seen: Seen
    killed_at: datetime | None = None
    back_s: float = 0.0
    wrong: list[str] = field(default_factory=list)
    _spent: list[Spent] = field(default_factory=list)

    async def live_a_day(self) -> Outcomes:
        late_ms: list[float] = []
        began = spent(self.server.pid)
        with contextlib.ExitStack() as stack:
            lateness = asyncio.create_task(_watch_lateness(late_ms))
            stack.callback(lateness.cancel)
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
            fates = await asyncio.to_thread(crowd.go_home)
        await self._come_to_rest()
        self._spent.append(spent(self.server.pid).since(began))
        day = await self._day(fates)
        self.wrong += verdict.faults(day) + self.seen.faults + self.phones.gone_wrong
        self.wrong += [f"phone {agent} rang in a call, or for two" for agent in self.phones.doubled]
        board = await self._board()
        self.wrong += _miscounted(board, day.records)
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
        with running_on(OURS):
            await self.server.start()
        self.back_s = time.monotonic() - began
        await asyncio.to_thread(house.register, self.server, self.crew)
        await self.phones.open()
        tell(f"it is back after {self.back_s:.1f} s")

    # -- at the end -------------------------------------------------------------------------------------

    async def _come_to_rest(self) -> None:
        """No leg is left, at the server or at a phone, and every agent waits for the next call."""
        if not await _soon(self._is_empty, EMPTY_WITHIN_S):
            self.wrong.append(f"legs are left: {await self._media()}; {self.phones.open_count} at the phones")

        async def all_ready() -> bool:
            return all(agent.state == "READY" for agent in self.agents)

        if not await _soon(all_ready, READY_WITHIN_S):
            stuck = {agent.name: agent.view for agent in self.agents if agent.state != "READY"}
            self.wrong.append(f"agents are stuck: {stuck}")

    async def _is_empty(self) -> bool:
        rows = await self.server.rows("SELECT 1 FROM call_record WHERE ended_at IS NULL LIMIT 1")
        return (await self._media()).startswith("0 ports") and not self.phones.open_count and not rows

    async def _media(self) -> str:
        async with httpx.AsyncClient(base_url=self.server.url, trust_env=False) as client:
            return str((await client.get("/healthz")).json()["parts"]["media"]["detail"])

    async def _day(self, fates: dict[str, str]) -> Day:
        database = await Database.open(self.server.dsn)
        try:
            records = [to_record(row) for row in await database.fetch(_RECORDS, house.NUMBER)]
            logs: dict[CallId, list[CallEvent]] = {}
            for row in await database.fetch(_EVENTS, house.NUMBER):
                logs.setdefault(row["call_id"], []).append(to_event(row))
        finally:
            await database.close()
        return Day(records=records, logs=logs, fates=fates, rang=self.phones.rang, killed_at=self.killed_at)

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
        server = BanjieServer(folder, {"BANJIE_RECORDING": "0"})
        crew = house.Crew(
            count=plan.agents, phone_port=free_port(), acw_s=None, ring_timeout_s=plan.ring_timeout_s
        )
        phones = DeskPhones(port=crew.phone_port, pickup=lambda _: usual_pickup(chance, plan.ring_timeout_s))
        await house.furnish(server, crew)
        with running_on(OURS):
            await server.start()
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(server.stop)
            await stack.enter_async_context(house.staffed(server, crew))
            await phones.open()
            stack.callback(phones.close)
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
            yield FullHouse(plan=plan, server=server, crew=crew, phones=phones, agents=agents, seen=seen)


async def simulate(plan: Plan) -> Outcomes:
    async with open_house(plan) as full:
        return await full.live_a_day()


def figures(plan: Plan, found: Outcomes) -> list[Figure]:
    rang = verdict.ringing(found.day)
    own = "the load's own loop, how late"
    calls = len(found.day.records)

    def late(percent: float, goal: str = "") -> Figure:
        return Figure(
            name=f"offered to ringing, p{percent:g}",
            value=float(np.percentile(rang.late_ms, percent)),
            unit="ms",
            reference=Reference(what=own, value=float(np.percentile(found.loop_late_ms, percent))),
            goal=goal,
        )

    callers = Reference(what="SIPp, the callers alone", value=found.callers_cpu_s * 1000 / calls)
    return [
        late(50),
        late(99, "< 500"),
        Figure(
            name="a call, our server",
            value=found.spent.server_s * 1000 / calls,
            unit="CPU-ms",
            reference=callers,
        ),
        Figure(
            name="a call, its PostgreSQL",
            value=found.spent.database_s * 1000 / calls,
            unit="CPU-ms",
            reference=callers,
        ),
    ]


def facts(plan: Plan, found: Outcomes) -> dict[str, float]:
    records = found.day.records
    outcomes = {
        f"{outcome.lower()}": sum(record.outcome is outcome for record in records) for outcome in Outcome
    }
    told = {
        "agents": plan.agents,
        "callers": plan.callers,
        "seconds": plan.seconds,
        "calls": len(records),
        **{name: count for name, count in outcomes.items() if count},
        "service level": found.board["service_level_ratio"] or 0.0,
        "offers": sum(record.offers_count for record in records),
        "offers that never rang": verdict.ringing(found.day).never,
        "things wrong": len(found.wrong),
    }
    if plan.is_killed:
        told["interrupted"] = sum(record.end_reason == "interrupted" for record in records)
        told["seconds until well again"] = found.back_s
    told |= {f"agents: {what}": times for what, times in sorted(found.seen.did.items())}
    return told | {f"too late to {what}": times for what, times in sorted(found.seen.too_late.items())}


def measure(
    agents: int = 300, callers: int = 600, seconds: int = 600, kill: int = 0, talk_s: float = 20.0
) -> Report:
    """`kill`: after how many seconds the server is killed; 0: never."""
    plan = Plan(agents=agents, callers=callers, seconds=seconds, kill_after_s=kill, talk_s=talk_s)
    with running_on(LOAD):
        found = asyncio.run(simulate(plan))
    for words in found.wrong:
        tell(f"WRONG: {words}")
    report = Report(figures=figures(plan, found), facts=facts(plan, found))
    if found.wrong:
        tell("\n".join(f"{name} {value:g}" for name, value in report.facts.items()))
        raise SomethingIsWrong(1)
    return report


if __name__ == "__main__":
    main(measure)
