"""A recorded day run through the production ACD in virtual time: who would have been served when.

Assumed, where the record is silent: an agent is at work as `records.shifts` says and serves the kinds of calls he
served that day; a call is answered when it is offered; after-call work takes the day's median turnaround; a caller whom the
record saw hang up would have served as long as another of his kind, drawn; one it saw served would have waited at least as
long as he did, and then as those who hung up that day (Kaplan and Meier), drawn.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf
from random import Random

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.arrivals import Arrival
from banjie.routing.estimate import WaitRange
from banjie.routing.events import Effect, Offer
from banjie.routing.queues import Queue, Urgency
from banjie.routing.records import RecordedCall, RecordedDay, shifts, turnaround_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Of one day. Service level: answered within so many seconds ÷ (answered + abandoned after so many)."""

    offered_count: int
    answered_count: int
    abandoned_count: int
    service_level_ratio: float
    asa_s: float  # total wait of the answered ÷ answered
    waited_ratio: float  # of those offered, who waited at all

    @property
    def abandoned_ratio(self) -> float:
        return self.abandoned_count / self.offered_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    recorded: Measures
    replayed: Measures
    turnaround_s: float
    agents_count: int
    told_count: int  # waiting callers who were served and could have been told a range
    held_ratio: float  # of these, whose wait fell within it


def measures(ends: Iterable[tuple[float, bool]], within_s: float) -> Measures:
    """Return the measures of calls, each with its wait and whether it was answered."""
    waits = list(ends)
    answered = [wait for wait, is_answered in waits if is_answered]
    abandoned = [wait for wait, is_answered in waits if not is_answered]
    counted = len(answered) + sum(wait > within_s for wait in abandoned)
    return Measures(
        offered_count=len(waits),
        answered_count=len(answered),
        abandoned_count=len(abandoned),
        service_level_ratio=sum(wait <= within_s for wait in answered) / counted if counted else 0.0,
        asa_s=sum(answered) / len(answered) if answered else 0.0,
        waited_ratio=sum(wait > 0 for wait, _ in waits) / len(waits) if waits else 0.0,
    )


def replay(day: RecordedDay, *, pause_s: float, within_s: float, seed: int = 0) -> Replayed:
    """Run a day. The same seed draws the same patience and talk of those of whom the record knows none."""
    run = _Run(day, pause_s, Random(seed))
    run.all()
    held = [low <= wait <= high for low, high, wait in run.told]
    return Replayed(
        recorded=measures(((c.waited_s, c.served_s is not None) for c in day.calls), within_s),
        replayed=measures(run.ends.values(), within_s),
        turnaround_s=run.acw_s,
        agents_count=len(run.agents),
        told_count=len(held),
        held_ratio=sum(held) / len(held) if held else 0.0,
    )


@dataclass(slots=True)
class Patience:
    """How long callers wait before they hang up: the product-limit estimate over the waits of a day."""

    steps: list[tuple[float, float]]  # a wait somebody ended, and how many wait longer, as a ratio

    @staticmethod
    def of(calls: Iterable[RecordedCall]) -> "Patience":
        waits = sorted((call.waited_s, call.served_s is not None) for call in calls if call.waited_s > 0)
        steps, stay = [], 1.0
        for n, (wait, is_served) in enumerate(waits):
            if not is_served:
                stay *= 1 - 1 / (len(waits) - n)
                steps.append((wait, stay))
        return Patience(steps)

    def beyond(self, waited_s: float, chance: Random) -> float:
        """Draw how long somebody waits who has waited so long; infinite for one more patient than all that was seen."""
        left = [(wait, stay) for wait, stay in self.steps if wait > waited_s]
        before = next((stay for wait, stay in reversed(self.steps) if wait <= waited_s), 1.0)
        drawn = chance.random() * before
        return next((wait for wait, stay in left if stay <= drawn), inf)


@dataclass(slots=True)
class _Caller:
    call_id: CallId
    record: RecordedCall
    patience_s: float
    talk_s: float
    told: WaitRange | None = None


@dataclass(slots=True)
class _Run:
    day: RecordedDay
    pause_s: float
    chance: Random
    acw_s: float = field(init=False)
    acd: Acd = field(init=False)
    agents: list[str] = field(default_factory=list)
    ends: dict[CallId, tuple[float, bool]] = field(default_factory=dict)
    told: list[tuple[float, float, float]] = field(default_factory=list)
    _callers: dict[CallId, _Caller] = field(default_factory=dict)
    _events: list[tuple[float, int, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.acw_s = turnaround_s(self.day)
        kinds = sorted({call.kind for call in self.day.calls})
        self.acd = Acd(
            Queue(queue_id=QueueId(kind), acw_s=self.acw_s, urgency=Urgency.SCORE) for kind in kinds
        )
        served: dict[str, set[str]] = defaultdict(set)
        for call in self.day.calls:
            if call.agent is not None:
                served[call.agent].add(call.kind)
        for agent, spells in shifts(self.day, self.pause_s):
            self.agents.append(agent)
            self.acd.sign_in(AgentId(agent), map(QueueId, sorted(served[agent])), 0.0)
            for begin, end in spells:
                self._plan(begin, "ready", agent)
                self._plan(end, "break", agent)
        self._expect_callers()

    def _expect_callers(self) -> None:
        patience = Patience.of(self.day.calls)
        talks: dict[str, list[float]] = defaultdict(list)
        for call in self.day.calls:
            if call.served_s is not None:
                talks[call.kind].append(call.served_s)
        for n, call in enumerate(self.day.calls):
            call_id = CallId(f"{n:05}")
            is_served = call.served_s is not None
            caller = _Caller(
                call_id,
                call,
                patience_s=patience.beyond(call.waited_s, self.chance) if is_served else call.waited_s,
                talk_s=call.served_s or self.chance.choice(talks[call.kind] or [0.0]),
            )
            self._callers[call_id] = caller
            self._plan(call.came_at, "come", call_id)

    def _plan(self, at: float, what: str, who: str) -> None:
        heappush(self._events, (at, len(self._events), what, who))

    def all(self) -> None:
        """Run until nothing is to come. Who waits at the end was not served and has not left: he leaves then."""
        heapify(self._events)
        now = 0.0
        while self._events or self.acd.next_deadline is not None:
            due = self.acd.next_deadline
            if due is not None and (not self._events or due <= self._events[0][0]):
                now = due
                self._carry_out(self.acd.tick(now), now)
            else:
                now, _, what, who = heappop(self._events)
                self._happen(what, who, now)
        for caller in self._callers.values():
            if caller.call_id not in self.ends:
                self._leave(caller, now)

    def _happen(self, what: str, who: str, now: float) -> None:
        match what:
            case "come":
                self._come(self._callers[CallId(who)], now)
            case "leave":
                if CallId(who) not in self.ends:
                    self._leave(self._callers[CallId(who)], now)
            case "hang up":
                self._carry_out(self.acd.call_ended(AgentId(who), now), now)
            case "ready":
                self._carry_out(self.acd.ready(AgentId(who), now), now)
            case _:
                status = self.acd.find_agent(AgentId(who))
                if status is not None and status.state is not AgentState.BREAK:
                    self._carry_out(self.acd.take_break(AgentId(who), "pause", now), now)

    def _come(self, caller: _Caller, now: float) -> None:
        arrival = Arrival(
            call_id=caller.call_id, queue_id=QueueId(caller.record.kind), credit_s=caller.record.credit_s
        )
        caller.told = self.acd.expected_wait_of(arrival, now)
        self._carry_out(self.acd.enter(arrival, now), now)
        if caller.call_id not in self.ends and caller.patience_s < inf:
            self._plan(now + caller.patience_s, "leave", caller.call_id)

    def _leave(self, caller: _Caller, now: float) -> None:
        self.ends[caller.call_id] = (now - caller.record.came_at, False)
        self._carry_out(self.acd.abandon(caller.call_id, now), now)

    def _carry_out(self, effects: list[Effect], now: float) -> None:
        for effect in effects:
            if isinstance(effect, Offer):
                caller = self._callers[effect.call_id]
                waited_s = now - caller.record.came_at
                self.ends[caller.call_id] = (waited_s, True)
                if waited_s > 0 and caller.told is not None:
                    self.told.append((caller.told.low_s, caller.told.high_s, waited_s))
                self.acd.accepted(effect.call_id, effect.agent_id, now)
                self._plan(now + caller.talk_s, "hang up", effect.agent_id)
