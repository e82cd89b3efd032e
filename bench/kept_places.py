"""Was everything right with those who asked to be called back? What is written is held against what phones and screens saw. Pure.

Laws: who kept his place has one callback, and is not counted as one who gave up; a callback has one ending, which its
attempts give, or still waits; a customer's phone rings only while an agent is held for him, once for an attempt;
whose place is earlier is offered earlier, also after a crash.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from banjie.base.ids import CallId
from banjie.calls import events
from banjie.calls.cdr import Cdr, Outcome
from banjie.calls.events import CallEvent
from banjie.routing.callbacks import CallbackState
from banjie.routing.kept import Ending, KeptCallback
from bench.verdict import LOST_IN_A_CRASH, Day

UNDER_WAY = timedelta(seconds=1)  # an INVITE to a customer whom the agent gives up meanwhile


def faults(day: Day, attempts_max: int) -> list[str]:
    """Everything that is not as it must be, in words; nothing is good."""
    return [*_kept_once(day), *_asked(day), *_ended(day, attempts_max), *_rung(day), *_in_order(day)]


def _kept_once(day: Day) -> Iterator[str]:
    records = {record.call_id: record for record in day.records}
    kept = {row.call_id: row for row in day.callbacks}
    for number, times in Counter(row.number for row in day.callbacks).items():
        if times > 1:
            yield f"{number} is kept {times} times"
    for row in day.callbacks:
        record = records.get(row.call_id)
        if record is None or record.callback_number is None:
            if not _was_lost(day, row.asked_at):
                yield f"callback {row.call_id} was asked for by nobody"
        elif record.outcome is not Outcome.CALLBACK_KEPT or record.has_given_up:
            yield f"call {row.call_id} waits for a callback and is counted as {record.outcome}"
    for record in day.records:
        is_known = record.callback_number is None or record.call_id in kept
        if not is_known and not _was_lost(day, record.ended_at):
            yield f"call {record.call_id} was promised a callback that nobody knows of"


def _asked(day: Day) -> Iterator[str]:
    """Whose keys were all taken is called back, unless an agent had him first."""
    for record in day.records:
        if record.caller not in day.asked or record.end_reason == "interrupted":
            continue
        if record.callback_number is None and record.connected_at is None:
            yield f"caller {record.caller} asked to be called back; his call is {record.outcome}"


def _ended(day: Day, attempts_max: int) -> Iterator[str]:
    attempts = _attempts(day)
    for row in day.callbacks:
        reached = [one for one in attempts[row.call_id] if one.connected_at is not None]
        sure = [one for one in reached if not _was_lost(day, one.connected_at)]
        if (row.ended_at is None) != (row.ending is None):
            yield f"callback {row.call_id} ended at {row.ended_at} as {row.ending}"
        if row.attempts > attempts_max:
            yield f"callback {row.call_id} was tried {row.attempts} times"
        match row.ending:
            case Ending.CONNECTED:
                is_so = bool(reached) or _was_lost(day, row.ended_at)
            case Ending.GIVEN_UP:
                is_so = not sure and row.attempts == attempts_max
            case None:
                is_so = not sure and row.state in (CallbackState.WAITING, CallbackState.ASLEEP)
            case _:
                is_so = False
        if not is_so:
            yield (
                f"callback {row.call_id} is {row.ending or row.state} after {row.attempts} attempts, {len(reached)} reached; "
                f"it ended at {row.ended_at}, the kill was at {day.killed_at}"
            )
        if len(reached) > 1 and len(sure) == len(reached):
            yield f"callback {row.call_id} was reached {len(reached)} times"


def _rung(day: Day) -> Iterator[str]:
    """At any moment each customer's phone that rings has a call of its own, of an agent who has no other (`verdict`)."""
    attempts = _attempts(day)
    rows = {row.number: row for row in day.callbacks}
    for number, times in Counter(ring.user for ring in day.customers_rang).items():
        if number not in rows:
            yield f"{number} was rung and never asked for it"
        elif times > rows[number].attempts:
            yield f"{number} was rung {times} times for {rows[number].attempts} attempts"
    for ring in day.customers_rang:
        at = datetime.fromtimestamp(ring.at, UTC)
        row = rows.get(ring.user)
        is_held = row is None or any(_holds(one, at) for one in attempts[row.call_id])
        if not is_held and not _was_lost(day, at):
            yield f"{ring.user} was rung at {at} and no agent was held for him"
    for call_id, tries in attempts.items():
        for one, other in itertools.pairwise(tries):
            if one.ended_at is None or other.arrived_at < one.ended_at:
                yield f"callback {call_id} is dialled twice at once"


def _holds(attempt: Cdr, at: datetime) -> bool:
    return attempt.arrived_at <= at and (attempt.ended_at is None or at <= attempt.ended_at + UNDER_WAY)


def _in_order(day: Day) -> Iterator[str]:
    """Of those never dialled before, who came earlier is offered to an agent earlier."""
    rows = {row.call_id: row for row in day.callbacks}
    for since, until in _lives(day):
        first: dict[CallId, datetime] = {}
        for seen in sorted(day.offered, key=lambda seen: seen.at):
            if since <= seen.at < until:
                first.setdefault(seen.call_id, seen.at)
        untried = [row for row in day.callbacks if _waits_untried(day, row, since)]
        for call_id, at in first.items():
            mine = rows.get(call_id)
            if mine is None or mine not in untried:
                continue
            for other in untried:
                passed_over = other.asked_at < at < first.get(other.call_id, at)
                if passed_over and other.waiting_since < mine.waiting_since:
                    yield f"callback {call_id} went before {other.call_id}, whose place is earlier"


def _lives(day: Day) -> Iterator[tuple[datetime, datetime]]:
    """From when to when a server ran."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    yield first, day.killed_at or last
    if day.killed_at is not None:
        yield day.killed_at, last


def _waits_untried(day: Day, row: KeptCallback, since: datetime) -> bool:
    """In this life of the server he waits at his place: he was neither dialled nor being offered, as a caller, when he asked."""
    tried = any(one.arrived_at < since for one in _attempts(day)[row.call_id])
    rung = any(
        ring.user == row.number and ring.at < since.timestamp()
        for ring in day.customers_rang
        if since.year > 1
    )
    return not tried and not rung and not _is_offered(day.logs.get(row.call_id, ()))


def _is_offered(log: Sequence[CallEvent]) -> bool:
    outstanding = False
    for event in log:
        if isinstance(event, events.AgentOffered | events.OfferFailed):
            outstanding = isinstance(event, events.AgentOffered)
    return outstanding


def _attempts(day: Day) -> defaultdict[CallId, list[Cdr]]:
    """By the callback they were made for, in their order."""
    found: defaultdict[CallId, list[Cdr]] = defaultdict(list)
    for record in sorted(day.attempts, key=lambda record: record.arrived_at):
        if record.callback_of is not None:
            found[record.callback_of].append(record)
    return found


def _was_lost(day: Day, at: datetime | None) -> bool:
    """What happened in the last moment before a kill may not have been written."""
    return at is not None and day.killed_at is not None and abs(day.killed_at - at) <= LOST_IN_A_CRASH
