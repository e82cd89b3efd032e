"""What a decision of the ACD costs with 1,000, 10,000 and 100,000 agents, and what it costs to look at everybody.

Fifty skills rated 0 to 5, three languages, ten queues; every agent has skills of his own. Busy: a fifth as many calls wait
as there are agents, who are all in calls; an agent comes free and is given a call, and another arrives. Quiet: half of the
agents are idle; a call arrives and is given to one, and another agent comes free. Every one of the 4,500 combinations of queue,
skill, proficiency and language has been asked for before; what the first of its kind costs is a figure of its own. A decision is the command that finds an
agent for a call or a call for an agent; its time is CPU, so that what else runs here is not counted. A pair is an arrival with a release, with the answer and the end of the call.

The reference scans all agents, or all who wait, for each decision. For the first thousand decisions of the smallest floor the
two are compared: they must choose the same.
"""

import gc
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.events import Effect, Offer
from banjie.routing.queues import Queue
from banjie.routing.skills import Skill, can, levels, speaks
from bench.report import Figure, Reference, Report, main, tell

SKILLS: Final = [Skill(f"skill-{n:02}") for n in range(50)]
LANGUAGES: Final = [speaks(code) for code in ("zh", "yue", "en")]
QUEUES: Final = [QueueId(f"queue-{n}") for n in range(10)]
_STEP_S: Final = 0.001

Needs = dict[Skill, int]


@dataclass(slots=True, eq=False)
class ScannedAgent:
    agent_id: AgentId
    queues: frozenset[QueueId]
    levels: Needs
    idle_since: float | None = None


@dataclass(slots=True)
class Scan:
    """The straightforward ACD: looks at every agent for a call, at every call for an agent. Longest idle, longest wait."""

    agents: list[ScannedAgent] = field(default_factory=list)
    waiting: list[tuple[CallId, QueueId, Needs]] = field(default_factory=list)

    def arrive(self, call: CallId, queue: QueueId, needs: Needs) -> AgentId | None:
        asked, best = levels(needs), None
        for agent in self.agents:
            since = agent.idle_since
            if (
                since is not None
                and queue in agent.queues
                and can(agent.levels, asked)
                and (best is None or best.idle_since is None or since < best.idle_since)
            ):
                best = agent
        if best is None:
            self.waiting.append((call, queue, needs))
            return None
        best.idle_since = None
        return best.agent_id

    def release(self, agent: ScannedAgent, now: float) -> CallId | None:
        for n, (call, queue, needs) in enumerate(self.waiting):
            if queue in agent.queues and can(agent.levels, levels(needs)):
                del self.waiting[n]
                return call
        agent.idle_since = now
        return None


def crew(count: int, chance: Random) -> Iterator[tuple[AgentId, frozenset[QueueId], Needs]]:
    for n in range(count):
        rated = {skill: chance.randint(0, 5) for skill in chance.sample(SKILLS, 5)}
        rated |= {
            language: chance.randint(1, 5) for language in chance.sample(LANGUAGES, chance.choice((1, 1, 2)))
        }
        yield AgentId(f"agent-{n}"), frozenset(chance.sample(QUEUES, 2)), rated


def asked(chance: Random) -> tuple[QueueId, Needs]:
    return chance.choice(QUEUES), {
        chance.choice(SKILLS): chance.choice(LEVELS),
        chance.choice(LANGUAGES): 0,
    }


@dataclass(slots=True)
class Floor:
    """The production ACD with its agents, in the state to be measured."""

    acd: Acd
    chance: Random
    busy: list[AgentId] = field(default_factory=list)
    now: float = 0.0
    calls: int = 0
    took_ns: list[int] = field(default_factory=list)  # of each decision

    def decide(self, command: Callable[[], list[Effect]]) -> Offer | None:
        begun = time.thread_time_ns()
        effects = command()
        self.took_ns.append(time.thread_time_ns() - begun)
        return next((effect for effect in effects if isinstance(effect, Offer)), None)

    def take(self, offer: Offer | None) -> None:
        if offer is not None:
            self.acd.accepted(offer.call_id, offer.agent_id, self.now)
            self.busy.append(offer.agent_id)

    def arrive(self) -> tuple[CallId, QueueId, Needs, AgentId | None]:
        self.now += _STEP_S
        self.calls += 1
        call = CallId(f"call-{self.calls}")
        queue, needs = asked(self.chance)
        offer = self.decide(lambda: self.acd.enqueue(call, queue, 0, self.now, needs=needs))
        self.take(offer)
        return call, queue, needs, None if offer is None else offer.agent_id

    def pair(self, is_busy: bool) -> None:
        """An arrival and a release. Where it is quiet, a caller for whom there is nobody leaves, and nobody comes free."""
        call, _, _, agent = self.arrive()
        if agent is not None or is_busy:
            self.release()
        else:
            self.acd.abandon(call, self.now)

    def release(self) -> tuple[AgentId, CallId | None]:
        self.now += _STEP_S
        n = self.chance.randrange(len(self.busy))
        self.busy[n], agent = self.busy[-1], self.busy[n]
        self.busy.pop()
        offer = self.decide(lambda: self.acd.call_ended(agent, self.now))
        self.take(offer)
        return agent, None if offer is None else offer.call_id


LEVELS: Final = (0, 2, 4)


def ask_for_everything(acd: Acd) -> None:
    every = itertools.product(QUEUES, SKILLS, LEVELS, LANGUAGES)
    for n, (queue, skill, level, language) in enumerate(every):
        call = CallId(f"ask-{n}")
        acd.enqueue(call, queue, 0, 0.0, needs={skill: level, language: 0})
        acd.abandon(call, 0.0)


def first_of_its_kind_us(floor: Floor) -> float:
    """The 99th percentile of what a combination of three skills costs that nobody has asked for."""
    took = []
    for n, three in enumerate(itertools.islice(itertools.combinations(SKILLS, 3), 100)):
        call = CallId(f"rare-{n}")
        begun = time.thread_time_ns()
        floor.acd.enqueue(call, QUEUES[n % len(QUEUES)], 0, floor.now, needs=dict.fromkeys(three, 5))
        took.append(time.thread_time_ns() - begun)
        if floor.acd.find_call(call):
            floor.acd.abandon(call, floor.now)
    return sorted(took)[98] / 1e3


def staffed(count: int) -> tuple[Floor, Scan]:
    chance = Random(count)
    floor, scan = Floor(Acd(Queue(queue_id=q, acw_s=0.0) for q in QUEUES), chance), Scan()
    ask_for_everything(floor.acd)
    for agent, queues, rated in crew(count, chance):
        floor.acd.sign_in(agent, queues, floor.now, rated)
        floor.acd.ready(agent, floor.now)
        scan.agents.append(ScannedAgent(agent, queues, rated, floor.now))
        floor.now += _STEP_S
    return floor, scan


def fill(floor: Floor, scan: Scan, waiting: int, idle: int) -> None:
    """Let calls come until so many wait, or only so many agents are idle."""
    by_id = {agent.agent_id: agent for agent in scan.agents}
    count = len(scan.agents)
    while len(scan.waiting) < waiting if waiting else count - len(floor.busy) > idle:
        call, queue, needs, agent = floor.arrive()
        if agent is None:
            scan.waiting.append((call, queue, needs))
        else:
            by_id[agent].idle_since = None


def compared(floor: Floor, scan: Scan, decisions: int) -> int:
    """Run both side by side; return how often they chose the same, of twice so many decisions."""
    by_id = {agent.agent_id: agent for agent in scan.agents}
    same = 0
    for _ in range(decisions):
        call, queue, needs, chosen = floor.arrive()
        same += scan.arrive(call, queue, needs) == chosen
        agent, taken = floor.release()
        same += scan.release(by_id[agent], floor.now) == taken
    return same


def scanned_ns(floor: Floor, scan: Scan, pairs: int) -> float:
    """Nanoseconds a decision of the reference takes, on the floor as it is."""
    by_id = {agent.agent_id: agent for agent in scan.agents}
    busy = [agent for agent in floor.busy if by_id[agent].idle_since is None]
    spent = 0
    for n in range(pairs):
        queue, needs = asked(floor.chance)
        begun = time.thread_time_ns()
        scan.arrive(CallId(f"scan-{n}"), queue, needs)
        scan.release(by_id[busy[n]], floor.now)
        spent += time.thread_time_ns() - begun
    return spent / (2 * pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    pairs_per_s: float
    median_us: float
    p99_us: float
    worst_ms: float
    first_us: float
    scan_us: float


def timed(floor: Floor, scan: Scan, pairs: int, is_busy: bool) -> Run:
    floor.took_ns.clear()
    begun = time.thread_time()
    for _ in range(pairs):
        floor.pair(is_busy)
    spent_s = time.thread_time() - begun
    took = sorted(floor.took_ns)
    return Run(
        pairs_per_s=pairs / spent_s,
        median_us=took[len(took) // 2] / 1e3,
        p99_us=took[len(took) * 99 // 100] / 1e3,
        worst_ms=took[-1] / 1e6,
        first_us=first_of_its_kind_us(floor),
        scan_us=scanned_ns(floor, scan, max(5, 2_000_000 // len(scan.agents) // 20)) / 1e3,
    )


def figures(kind: str, count: int, run: Run) -> Iterator[Figure]:
    by_scan = Reference(what="scan of everybody", value=run.scan_us)
    p99_goal = "≤ 1000" if count == 10_000 else ""
    pairs_goal = "≥ 5000" if count == 100_000 and kind == "busy" else ""
    where = f"{kind}, {count:,} agents"
    yield Figure(
        name=f"{where}: p99", value=run.p99_us, unit="us a decision", reference=by_scan, goal=p99_goal
    )
    yield Figure(name=f"{where}: median", value=run.median_us, unit="us a decision", reference=by_scan)
    yield Figure(name=f"{where}: first of its kind", value=run.first_us, unit="us, p99", reference=by_scan)
    yield Figure(
        name=f"{where}: pairs",
        value=run.pairs_per_s,
        unit="arrivals+releases/s",
        reference=Reference(what="scan of everybody", value=1e6 / (2 * run.scan_us)),
        goal=pairs_goal,
    )


def measure(pairs: int = 20_000, agents: str = "1000,10000,100000") -> Report:
    found: list[Figure] = []
    facts: dict[str, float] = {"pairs timed": pairs}
    for n, count in enumerate(map(int, agents.split(","))):
        for kind, waiting, idle in (("busy", count // 5, 0), ("quiet", 0, count // 2)):
            tell(f"{count} agents, {kind}")
            floor, scan = staffed(count)
            fill(floor, scan, waiting, idle)
            if n == 0:
                facts[f"{kind}: same as the scan, of 2000"] = compared(floor, scan, 1_000)
            gc.collect()
            gc.freeze()  # as a server does when it has started: the crew is not garbage
            run = timed(floor, scan, pairs, kind == "busy")
            facts[f"{kind}, {count}: worst ms"] = run.worst_ms
            found += figures(kind, count, run)
            gc.unfreeze()
    return Report(figures=found, facts=facts)


if __name__ == "__main__":
    main(measure)
