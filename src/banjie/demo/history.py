"""A made-up week of the demonstration bank, so that its lists and reports are not empty on the first day.

Pure: the same seed and dates give the same calls. Callers arrive, wait and give up, agents answer, talk and write up on the
production ACD in simulated time, so no agent talks twice at once and every wait has a cause. Every call is marked: its id
begins with `demo-`, it came through the peer `demonstration`, and nothing of it was recorded.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId
from banjie.base.phones import parse_number
from banjie.calls.events import (
    AgentConnected,
    AgentOffered,
    CallArrived,
    CallDisposed,
    CallEnded,
    CallEvent,
    CallHeld,
    CallQueued,
    CallResumed,
    CustomerMatched,
    OfferFailed,
)
from banjie.calls.live import LiveCall
from banjie.calls.ports import Logged
from banjie.demo.callers import Visit, arrivals_of, disposition, hold_s, in_script, talk_s, wrap_up_s
from banjie.demo.script import ENGLISH, GENERAL, HOURS, URGENT
from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.events import AgentStateChanged, Effect, Offer, OfferWithdrawn, Withdrawal
from banjie.routing.queues import Queue

PEER: Final = "demonstration"
DAYS: Final = 7
_PREFIX: Final = "demo-"

# Hours of the day, by place in the crew: from, to (above 24: the next morning), lunch.
_SHIFTS: Final = ((8, 17, 11.5), (9, 18, 12.25), (12, 21, 17), (8, 17, 13), (12, 21, 18), (20.5, 32.5, 26))
_RING_S: Final = 15.0
_MISSED: Final = 0.02  # of offers; people do walk away
_BACK_AFTER_S: Final = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricCall:
    """One call of the made-up week, whole, in the order of its log."""

    lines: tuple[Logged, ...]
    demonstration: bool = True


def is_demonstration(call_id: CallId) -> bool:
    """Tell whether a call was made up here."""
    return call_id.startswith(_PREFIX)


def history(
    until: date,
    crew: Mapping[AgentId, Collection[QueueId]],
    *,
    customers: Mapping[str, CustomerId] | None = None,
    seed: int = 1999,
) -> list[HistoricCall]:
    """Make up the seven days before `until`, a date where the bank is, by order of arrival.

    Args:
        crew: the agents who worked and the queues they serve, six at most; the sixth works at night.
        customers: whom a calling number belongs to, in E.164.
    """
    zone = ZoneInfo(HOURS.timezone)
    starts = datetime.combine(until - timedelta(days=DAYS), time(), zone).astimezone(UTC)
    ends = datetime.combine(until, time(), zone).astimezone(UTC)
    week = _Week(Random(seed), starts, customers or {})
    for n in range(DAYS):
        day = until - timedelta(days=DAYS - n)
        week.plan_shifts(n, crew)
        for visit in arrivals_of(day, week.random):
            week.plan_call(n * 86400.0 + visit.at_s, visit)
    week.run()
    calls = [HistoricCall(lines=tuple(lines)) for lines in week.logs]
    return sorted(
        (c for c in calls if c.lines[-1].event.occurred_at < ends),  # who still talked at the end is left out
        key=lambda c: (c.lines[0].event.occurred_at, c.lines[0].call_id),
    )


@dataclass(slots=True, kw_only=True, eq=False)
class _Call:
    live: LiveCall
    visit: Visit
    lines: list[Logged] = field(default_factory=list)
    offer: Offer | None = None


class _Week:
    """Seconds count from the first midnight."""

    def __init__(self, random: Random, starts: datetime, customers: Mapping[str, CustomerId]) -> None:
        self.random = random
        self.logs: list[list[Logged]] = []
        self._starts = starts
        self._customers = customers
        self._acd = Acd(Queue(queue_id=q, ring_timeout_s=_RING_S) for q in (GENERAL, URGENT, ENGLISH))
        self._acts: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()
        self._numbers = count(1)
        self._calls: dict[CallId, _Call] = {}

    def plan_shifts(self, day: int, crew: Mapping[AgentId, Collection[QueueId]]) -> None:
        midnight = day * 86400.0
        for (agent_id, queues), (starts_h, ends_h, lunch_h) in zip(crew.items(), _SHIFTS, strict=False):
            lunch_s = midnight + lunch_h * 3600
            late_s = self.random.uniform(-300, 120)
            self._at(midnight + starts_h * 3600 + late_s, partial(self._begin_shift, agent_id, queues))
            self._at(lunch_s, partial(self._pause, agent_id))
            self._at(lunch_s + 2700, partial(self._back, agent_id))
            self._at(midnight + ends_h * 3600, partial(self._end_shift, agent_id))

    def plan_call(self, at: float, visit: Visit) -> None:
        self._at(at, lambda now: self._arrive(visit, now))

    def run(self) -> None:
        while self._acts:
            due = self._acd.next_deadline
            if due is not None and due <= self._acts[0][0]:
                self._carry_out(self._acd.tick(due), due)
                continue
            now, _, act = heappop(self._acts)
            act(now)

    # Callers

    def _arrive(self, visit: Visit, now: float) -> None:
        call_id = CallId(f"{_PREFIX}{self._starts:%Y%m%d}-{next(self._numbers):05d}")
        arrived = CallArrived(
            call_id=call_id,
            occurred_at=self._utc(now),
            channel="sip",
            peer=PEER,
            dialled="4000000001",
            caller=visit.caller,
            language="zh",
        )
        call = self._calls[call_id] = _Call(live=LiveCall(arrived), visit=visit)
        call.lines.append(call.live.arrival(arrived))
        self.logs.append(call.lines)
        for after_s, event in in_script(call_id, visit, lambda s: self._utc(now + s)):
            self._at(now + after_s, partial(self._log, call, event))
        if visit.queue_id is None:
            self._at(now + visit.script_s, lambda at: self._end(call, "caller_hung_up", at))
        else:
            self._at(now + visit.script_s, lambda at: self._queue(call, at))

    def _queue(self, call: _Call, now: float) -> None:
        visit = call.visit
        if visit.queue_id is None:
            return
        self._note(
            call, CallQueued, now, queue_id=visit.queue_id, priority=visit.priority, language=visit.language
        )
        if (customer_id := self._customers.get(parse_number(visit.caller).e164)) is not None:
            self._note(call, CustomerMatched, now, customer_id=customer_id)
        self._at(now + visit.patience_s, lambda at: self._give_up(call, at))
        self._carry_out(self._acd.enqueue(call.live.call_id, visit.queue_id, visit.priority, now), now)

    def _give_up(self, call: _Call, now: float) -> None:
        if self._acd.find_call(call.live.call_id) is not None:
            effects = self._acd.abandon(call.live.call_id, now)
            self._end(call, "caller_hung_up", now)
            self._carry_out(effects, now)

    # Agents

    def _begin_shift(self, agent_id: AgentId, queues: Collection[QueueId], now: float) -> None:
        self._acd.sign_in(agent_id, queues, now)
        self._carry_out(self._acd.ready(agent_id, now), now)

    def _end_shift(self, agent_id: AgentId, now: float) -> None:
        self._carry_out(self._acd.sign_out(agent_id, now), now)

    def _pause(self, agent_id: AgentId, now: float) -> None:
        if self._acd.find_agent(agent_id) is not None:
            self._carry_out(self._acd.take_break(agent_id, "就餐", now), now)

    def _back(self, agent_id: AgentId, now: float) -> None:
        if self._acd.find_agent(agent_id) is not None:
            self._carry_out(self._acd.ready(agent_id, now), now)

    def _answer(self, call: _Call, offer: Offer, now: float) -> None:
        if call.offer is not offer:
            return
        call.offer = None
        self._acd.accepted(call.live.call_id, offer.agent_id, now)
        self._note(call, AgentConnected, now, agent_id=offer.agent_id)
        ends = now + talk_s(self.random, call.visit)
        held_s = hold_s(self.random, ends - now)
        if held_s > 0:
            holds = now + (ends - now - held_s) * self.random.uniform(0.2, 0.8)
            self._at(holds, lambda at: self._note(call, CallHeld, at))
            self._at(holds + held_s, lambda at: self._note(call, CallResumed, at))
        self._at(ends, lambda at: self._finish(call, offer.agent_id, at))

    def _finish(self, call: _Call, agent_id: AgentId, now: float) -> None:
        self._end(call, self.random.choices(("caller_hung_up", "agent_hung_up"), (7, 3))[0], now)
        self._carry_out(self._acd.call_ended(agent_id, now), now)
        self._at(now + wrap_up_s(self.random), lambda at: self._wrap_up(call, agent_id, at))

    def _wrap_up(self, call: _Call, agent_id: AgentId, now: float) -> None:
        code = disposition(self.random, call.visit)
        self._note(call, CallDisposed, now, agent_id=agent_id, code=code, note="")
        status = self._acd.find_agent(agent_id)
        if status is not None and status.state is AgentState.ACW:  # else he has gone home
            self._carry_out(self._acd.wrapped_up(agent_id, now), now)

    def _carry_out(self, effects: Sequence[Effect], now: float) -> None:
        for effect in effects:
            match effect:
                case Offer():
                    self._ring(self._calls[effect.call_id], effect, now)
                case OfferWithdrawn(why=Withdrawal.NO_ANSWER | Withdrawal.SIGNED_OUT):
                    call = self._calls[effect.call_id]
                    call.offer = None
                    why = "no_answer" if effect.why is Withdrawal.NO_ANSWER else "withdrawn"
                    self._note(call, OfferFailed, now, agent_id=effect.agent_id, why=why)
                case AgentStateChanged(state=AgentState.BREAK, reason="RingingTimeout"):
                    self._at(now + _BACK_AFTER_S, partial(self._back, effect.agent_id))
                case _:
                    pass

    def _ring(self, call: _Call, offer: Offer, now: float) -> None:
        call.offer = offer
        self._note(call, AgentOffered, now, agent_id=offer.agent_id)
        if self.random.random() >= _MISSED:
            rings_s = min(self.random.lognormvariate(1.3, 0.45), _RING_S - 1)
            self._at(now + rings_s, lambda at: self._answer(call, offer, at))

    # Time and log

    def _end(self, call: _Call, reason: str, now: float) -> None:
        call.offer = None
        self._note(call, CallEnded, now, reason=reason)

    def _log(self, call: _Call, event: CallEvent, _now: float) -> None:
        call.lines.append(call.live.take(event))

    def _note(self, call: _Call, kind: Callable[..., CallEvent], now: float, **facts: object) -> None:
        event = kind(call_id=call.live.call_id, occurred_at=self._utc(now), **facts)
        self._log(call, event, now)

    def _at(self, at: float, act: Callable[[float], None]) -> None:
        heappush(self._acts, (at, next(self._order), act))

    def _utc(self, at: float) -> datetime:
        return self._starts + timedelta(milliseconds=round(at * 1000))


def lines_of(calls: Sequence[HistoricCall]) -> Iterator[Logged]:
    """Every line of the log, call by call, as `CallLog.append` takes them."""
    for call in calls:
        yield from call.lines
