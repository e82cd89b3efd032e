"""Call-by-call records of the Technion's "Anonymous Bank", read as a day to be replayed.

Source: Brown, Gans, Mandelbaum, Sakov, Shen, Zeltyn, Zhao, Statistical Analysis of a Telephone Call Center, JASA 100 (2005).
Dropped, because they say nothing of the queue: PHANTOM rows; rows served by nobody (NO_SERVER) in a few seconds; callers
who hung up before they queued. The time in the voice menu is not used: a few are negative.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

CREDIT_S: Final = 90.0  # what the bank granted customers of priority 2 on arrival
_PREFERRED: Final = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One who came to the queue. Seconds of the day; `served_s` None: he hung up after `waited_s`."""

    kind: str  # PS, PE, NE, NW, IN or TT
    came_at: float
    waited_s: float
    credit_s: float
    served_s: float | None
    agent: str | None

    @property
    def ended_at(self) -> float:
        return self.came_at + self.waited_s + (self.served_s or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDay:
    date: str  # yymmdd
    calls: tuple[RecordedCall, ...]  # in the order they came
    dropped_count: int


def read_days(lines: Iterable[str]) -> list[RecordedDay]:
    """Return the days of a file: tab-separated, a header first. Raise KeyError where a column is missing."""
    calls: dict[str, list[RecordedCall]] = defaultdict(list)
    dropped: dict[str, int] = defaultdict(int)
    for row in csv.DictReader(lines, delimiter="\t"):
        call = _call(row)
        if call is None:
            dropped[row["date"]] += 1
        else:
            calls[row["date"]].append(call)
    return [
        RecordedDay(
            date=date,
            calls=tuple(sorted(calls[date], key=lambda call: call.came_at)),
            dropped_count=dropped[date],
        )
        for date in sorted(calls)
    ]


def shifts(day: RecordedDay, pause_s: float) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Return when each agent was at work: his calls, and what lies between them unless it is longer than `pause_s`."""
    worked: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for call in day.calls:
        if call.agent is not None:
            worked[call.agent].append((call.came_at + call.waited_s, call.ended_at))
    for agent, spells in sorted(worked.items()):
        joined: list[tuple[float, float]] = []
        for begin, end in sorted(spells):
            if joined and begin - joined[-1][1] <= pause_s:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((begin, end))
        yield agent, joined


def turnaround_s(day: RecordedDay) -> float:
    """Return the median time an agent took from one call to the next when that one had waited: his after-call work."""
    worked: dict[str, list[RecordedCall]] = defaultdict(list)
    for call in day.calls:
        if call.agent is not None:
            worked[call.agent].append(call)
    gaps = []
    for calls in worked.values():
        calls.sort(key=lambda call: call.came_at + call.waited_s)
        for before, after in pairwise(calls):
            gap = after.came_at + after.waited_s - before.ended_at
            if after.came_at < before.ended_at and gap >= 0:
                gaps.append(gap)
    return sorted(gaps)[len(gaps) // 2] if gaps else 0.0


def _call(row: dict[str, str]) -> RecordedCall | None:
    is_served = row["outcome"] == "AGENT" and row["server"] != "NO_SERVER"
    waited_s = max(0.0, float(row["q_time"]))
    if not is_served and not (row["outcome"] == "HANG" and waited_s > 0):
        return None
    came = row["q_start"] if waited_s > 0 else row["ser_start"]
    return RecordedCall(
        kind=row["type"],
        came_at=_seconds(came),
        waited_s=waited_s,
        credit_s=CREDIT_S if row["priority"] == _PREFERRED else 0.0,
        served_s=max(1.0, float(row["ser_time"])) if is_served else None,
        agent=row["server"] if is_served else None,
    )


def _seconds(clock: str) -> float:
    hours, minutes, seconds = map(int, clock.split(":"))
    return hours * 3600.0 + minutes * 60.0 + seconds
