"""Was everything right with a day's calls? What the log says is held against what the phones and the callers saw. Pure.

Laws: a caller is counted once; a call has one end, and one outcome, which its log gives; at an agent one call rings
or talks at a time; what a caller knows of his call's end, its record says too.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from banjie.base.ids import AgentId, CallId, LegId
from banjie.calls import events
from banjie.calls.cdr import Cdr, Outcome, fold
from banjie.calls.events import CallEvent
from banjie.routing.kept import KeptCallback
from bench.desk_agents import CallbackOffered
from bench.desk_phones import Rang

LOST_IN_A_CRASH = timedelta(
    seconds=0.5
)  # what was given to the log within its last gathering, on a busy machine
T1 = timedelta(seconds=0.5)  # of RFC 3261
BY_CALLER = "caller_hung_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Everything that is known of the calls. `killed_at`: when the server was, if it was."""

    records: Sequence[Cdr]  # of who called
    logs: Mapping[CallId, Sequence[CallEvent]]
    fates: Mapping[str, str]  # by the caller's number, see crowd.xml
    rang: Sequence[Rang] = ()
    asked: frozenset[str] = frozenset()  # callers who asked to be called back
    callbacks: Sequence[KeptCallback] = ()
    attempts: Sequence[Cdr] = ()  # calls to customers
    customers_rang: Sequence[Rang] = ()
    offered: Sequence[CallbackOffered] = ()
    killed_at: datetime | None = None


def faults(day: Day) -> list[str]:
    """Everything that is not as it must be, in words; nothing is good."""
    return [*_counted(day), *_ended(day), *_told(day), *_doubled(day)]


def _counted(day: Day) -> Iterator[str]:
    """One caller, one record; whom the answer had not reached at the crash calls on, and has another by who comes after it."""
    recorded: defaultdict[str, list[Cdr]] = defaultdict(list)
    for record in day.records:
        recorded[record.caller].append(record)
    for caller, records in recorded.items():
        counted = [one for one in records if not _calls_on(one, day.killed_at)]
        if len(counted) > 1:
            ends = ", ".join(f"{one.arrived_at} {one.outcome} {one.end_reason}" for one in counted)
            yield f"caller {caller} has {len(counted)} records: {ends}"
        if caller not in day.fates:
            yield f"caller {caller} has a record and never called"
    for caller, fate in day.fates.items():
        is_forgiven = fate in ("refused", "calls") or (fate == "cut_off" and day.killed_at is not None)
        if caller not in recorded and not is_forgiven:
            yield f"caller {caller} ({fate}) has no record"


def _calls_on(record: Cdr, killed_at: datetime | None) -> bool:
    """An INVITE whose answer is lost is sent again, first after T1, until somebody answers (RFC 3261 §17.1.1.2)."""
    if killed_at is None or record.end_reason != "interrupted":
        return False
    return timedelta(0) <= killed_at - record.arrived_at <= T1


def _ended(day: Day) -> Iterator[str]:
    """One end and one outcome, both as the log has them."""
    for record in (*day.records, *day.attempts):
        log = day.logs.get(record.call_id, ())
        ends = sum(isinstance(event, events.CallEnded) for event in log)
        if ends != 1:
            yield f"call {record.call_id} has ended {ends} times"
        if record.outcome is Outcome.LIVE:
            yield f"call {record.call_id} is still live"
        if log and fold(log).outcome is not record.outcome:
            yield f"call {record.call_id} is {record.outcome}; its log says {fold(log).outcome}"


def _told(day: Day) -> Iterator[str]:
    """Who hung up: the caller knows it."""
    for record in day.records:
        fate, why = day.fates.get(record.caller, ""), record.end_reason
        if day.killed_at is not None and why == "interrupted":
            if record.arrived_at > day.killed_at:
                yield f"call {record.call_id} was interrupted, and begun after the crash"
            continue
        is_so = {
            "left": why == BY_CALLER,
            "crossed": True,
            "hung_up_on": why != BY_CALLER,
            "cut_off": False,
        }.get(fate, False)
        if not is_so:
            yield f"call {record.call_id} has ended by {why}; its caller says {fate!r}"


def _doubled(day: Day) -> Iterator[str]:
    """Nobody is rung for a call while he is rung for, or has, another."""
    stays: dict[AgentId, list[tuple[datetime, datetime, CallId]]] = defaultdict(list)
    for call_id, log in day.logs.items():
        for agent_id, since, until in occupied(log):
            stays[agent_id].append((since, until, call_id))
    for agent_id, all_ in stays.items():
        all_.sort()
        for (_, until, one), (since, _, other) in itertools.pairwise(all_):
            if since < until:
                yield f"agent {agent_id} has call {one} until {until} and call {other} from {since}"


def occupied(log: Sequence[CallEvent]) -> Iterator[tuple[AgentId, datetime, datetime]]:
    """From when to when which agent was rung for a call, or had it."""
    begun: dict[AgentId, datetime] = {}
    guests: dict[LegId, AgentId] = {}  # colleagues who are rung, or asked, for this call
    for event in log:
        match event:
            case events.CallPlaced():
                begun.setdefault(event.agent_id, event.occurred_at)
            case events.GuestInvited() if event.agent_id is not None:
                guests[event.guest_id] = event.agent_id
                begun.setdefault(event.agent_id, event.occurred_at)
            case events.GuestLeft() if event.why != "took_over" and event.guest_id in guests:
                agent_id = guests[event.guest_id]
                if (since := begun.pop(agent_id, None)) is not None:
                    yield agent_id, since, event.occurred_at
            case events.AgentOffered() | events.AgentConnected():
                begun.setdefault(event.agent_id, event.occurred_at)
            case events.OfferFailed() | events.AgentLeft():
                if (since := begun.pop(event.agent_id, None)) is not None:
                    yield event.agent_id, since, event.occurred_at
            case (
                events.CallEnded() | events.CallbackPromised()
            ):  # whom he rings now, he rings for the callback
                yield from ((agent_id, since, event.occurred_at) for agent_id, since in begun.items())
                begun.clear()
            case _:
                pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """How long after a decision the phone rang, in milliseconds; and offers at which it never did."""

    late_ms: list[float]
    never: int


def ringing(day: Day) -> Ringing:
    """Join each offer with the next ring of that caller at that agent's phone."""
    rings: dict[tuple[str, str], list[float]] = defaultdict(list)
    for ring in day.rang:
        rings[(ring.user, ring.caller)].append(ring.at)
    callers = {record.call_id: record.caller for record in day.records}
    late_ms, never = list[float](), 0
    for call_id, log in day.logs.items():
        for offered in (event for event in log if isinstance(event, events.AgentOffered)):
            waiting = rings.get((offered.agent_id, callers.get(call_id, "")), [])
            if waiting:
                late_ms.append((waiting.pop(0) - offered.occurred_at.timestamp()) * 1000)
            else:
                never += 1
    return Ringing(late_ms=late_ms, never=never)


def connected_since(logs: Iterable[Sequence[CallEvent]], at: datetime) -> set[AgentId]:
    """Agents who have talked to somebody since."""
    return {
        event.agent_id
        for log in logs
        for event in log
        if isinstance(event, events.AgentConnected) and event.occurred_at >= at
    }
