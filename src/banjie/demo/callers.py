"""Who calls the demonstration bank in its made-up week, when, what for, and how long he would wait.

Volumes follow the two humps of a bank's day; talk times are log-normal and patience exponential, as measured at real
call centres (Brown, Gans, Mandelbaum et al., JASA 100, 2005). The callers' numbers are made up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from math import log
from random import Random
from typing import Final

from banjie.base.ids import CallId, QueueId
from banjie.calls.events import CallAnswered, CallEvent, DigitChosen, ScriptStarted
from banjie.demo.script import ENGLISH, GENERAL, SCRIPT_ID, URGENT, URGENT_PRIORITY, demo_script
from banjie.scripts.model import Menu, NodeId

# Calls arriving in each hour of a working day, and how much of it the weekend brings.
PER_HOUR: Final = (2, 1, 1, 1, 1, 2, 4, 9, 22, 34, 38, 33, 21, 24, 33, 34, 29, 21, 15, 12, 10, 8, 5, 3)
WEEKEND: Final = 0.45
MONDAY: Final = 1.15

NUMBERS: Final = tuple(f"1380000{n:04d}" for n in range(1000, 1400))  # a range used in examples

_TALK_S: Final = {GENERAL: (165.0, 0.75), URGENT: (240.0, 0.55), ENGLISH: (210.0, 0.7)}  # median, spread
_PATIENCE_S: Final = {GENERAL: 210.0, URGENT: 420.0, ENGLISH: 240.0}  # mean
_DISPOSITIONS: Final = {
    GENERAL: (("account.balance", 44), ("account.statement", 32), ("resolved", 14),
              ("complaint", 4), ("other", 6)),
    URGENT: (("lost_card", 93), ("other", 7)),
    ENGLISH: (("account.statement", 45), ("account.balance", 30), ("lost_card", 10), ("other", 15)),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a caller is going to do. Seconds from his arrival; `at_s` from midnight."""

    at_s: float
    caller: str
    digits: tuple[tuple[float, str], ...]  # when, what
    script_s: float  # to the queue, or to hanging up
    queue_id: QueueId | None  # None: he hangs up in the script
    priority: int = 0
    language: str = "zh"
    patience_s: float = 0.0


def arrivals_of(day: date, random: Random) -> Iterator[Visit]:
    """Return the visits of a day, hour by hour; each hour's number is Poisson."""
    weight = WEEKEND if day.weekday() >= 5 else MONDAY if day.weekday() == 0 else 1.0
    for hour, calls in enumerate(PER_HOUR):
        at_s = hour * 3600.0
        while (at_s := at_s + random.expovariate(calls * weight / 3600)) < (hour + 1) * 3600:
            yield _visit(at_s, random)


def in_script(
    call_id: CallId, visit: Visit, utc: Callable[[float], datetime]
) -> Iterator[tuple[float, CallEvent]]:
    """The events between arrival and queue, each with its second."""
    yield 0.2, CallAnswered(call_id=call_id, occurred_at=utc(0.2))
    yield 0.2, ScriptStarted(call_id=call_id, occurred_at=utc(0.2), script_id=SCRIPT_ID, version=1)
    menu = demo_script().nodes[NodeId("menu")]
    if isinstance(menu, Menu):
        for at_s, digit in visit.digits:
            label = menu.choices[digit].label
            yield (
                at_s,
                DigitChosen(call_id=call_id, occurred_at=utc(at_s), node="menu", digit=digit, label=label),
            )


def talk_s(random: Random, visit: Visit) -> float:
    median, spread = _TALK_S[visit.queue_id or GENERAL]
    return max(8.0, random.lognormvariate(log(median), spread))


def hold_s(random: Random, talk: float) -> float:
    """Seconds on hold: none in most calls."""
    return random.uniform(15, min(90, talk / 3)) if talk > 60 and random.random() < 0.15 else 0.0


def wrap_up_s(random: Random) -> float:
    return min(random.lognormvariate(log(22), 0.6), 180.0)


def disposition(random: Random, visit: Visit) -> str:
    codes, weights = zip(*_DISPOSITIONS[visit.queue_id or GENERAL], strict=True)
    return str(random.choices(codes, weights)[0])


def _visit(at_s: float, random: Random) -> Visit:
    calls_often = random.random() < 0.3
    caller = NUMBERS[min(int(random.expovariate(1 / 20)), 399) if calls_often else random.randrange(400)]
    heard_s = random.uniform(4, 17)  # some know the menu and press into the welcome
    wants = random.choices(("1", "0", "2", "9", "silence", "leaves"), (44, 25, 8, 6, 11, 6))[0]
    if wants == "leaves":
        return Visit(at_s=at_s, caller=caller, digits=(), script_s=random.uniform(2, 25), queue_id=None)
    if wants == "silence":
        return _waits(at_s, caller, (), 44.0, GENERAL, random)
    queue_id = {"2": URGENT, "9": ENGLISH}.get(wants, GENERAL)
    return _waits(at_s, caller, ((heard_s, wants),), heard_s + 4.0, queue_id, random)


def _waits(
    at_s: float,
    caller: str,
    digits: tuple[tuple[float, str], ...],
    script_s: float,
    queue_id: QueueId,
    random: Random,
) -> Visit:
    return Visit(
        at_s=at_s,
        caller=caller,
        digits=digits,
        script_s=script_s,
        queue_id=queue_id,
        priority=URGENT_PRIORITY if queue_id == URGENT else 0,
        language="en" if queue_id == ENGLISH else "zh",
        patience_s=random.expovariate(1 / _PATIENCE_S[queue_id]),
    )
