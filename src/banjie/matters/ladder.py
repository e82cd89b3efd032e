"""The 催办 ladder: which rungs a matter has come to, by rules that are data. 提醒 → 催办 → 督办 → 提级.

Laws: a rung is climbed once for each promise, and once only; a promise that moves (extended, resumed, done again) has its
rungs anew; a matter that is settled or whose clock stands climbs none; a reminder whose time was over when the promise was made
is not given.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, assert_never

from banjie.base.errors import BanjieError
from banjie.base.working_time import WorkingCalendar, working_time_back
from banjie.matters.deadlines import Term, due
from banjie.matters.ids import MatterId
from banjie.matters.machine import MatterState
from banjie.matters.model import Matter
from banjie.matters.parts import Part


class Act(StrEnum):
    REMIND = "remind"  # 提醒: a word to the owner; nothing in the record
    URGE = "urge"  # 催办: a written notice, in the history
    SUPERVISE = "supervise"  # 督办: the office takes it on its list
    ESCALATE = "escalate"  # 提级: one level up


class Channel(StrEnum):
    DESK = "desk"
    EMAIL = "email"
    SMS = "sms"


class About(StrEnum):
    """Which of the two deadlines of a matter a rung is about."""

    PROMISE = "promise"  # the answer
    STAGE = "stage"  # what is waited for now: to be dispatched, signed, reviewed, followed up


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """So much working time ahead of the deadline."""

    working_time: timedelta
    about: About = About.PROMISE


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """So long past the deadline; None: at its moment."""

    term: Term | None = None
    about: About = About.PROMISE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworked:
    """It was to be done again so many times."""

    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """It went from hand to hand so many times."""

    times: int


When = Before | After | Reworked | Transferred


class BadRung(BanjieError):
    """A rule of the ladder as written makes no sense."""

    code: ClassVar[str] = "matters.bad_rung"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A rule. `to` are told; of a unit's owner the head stands for the unit."""

    rung_id: str
    when: When
    act: Act
    to: frozenset[Part]
    channels: frozenset[Channel] = frozenset({Channel.DESK})
    is_active: bool = True

    def __post_init__(self) -> None:
        if not self.to or not self.channels:
            raise BadRung(f"rung {self.rung_id}: say who is told, and how")
        if isinstance(self.when, Before) and self.when.working_time <= timedelta(0):
            raise BadRung(f"rung {self.rung_id}: the time before a deadline must be above 0")
        if isinstance(self.when, Reworked | Transferred) and self.when.times < 1:
            raise BadRung(f"rung {self.rung_id}: a count must be 1 or more")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Climb:
    """One rung of one promise: what makes a step the same step. `round` is the promise or the count it is about."""

    at: datetime
    matter_id: MatterId
    rung_id: str
    round: str

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.matter_id, self.rung_id, self.round)


_STANDS: Final = frozenset({MatterState.SUSPENDED})


def climbs(matter: Matter, rungs: Iterable[Rung], calendar: WorkingCalendar) -> list[Climb]:
    """Return every rung of the matter as it stands, with its moment, the earliest first."""
    if not matter.is_open or matter.state in _STANDS:
        return []
    found = (_climb(matter, rung, calendar) for rung in rungs if rung.is_active)
    return sorted(climb for climb in found if climb is not None)


def due_climbs(
    matter: Matter,
    rungs: Iterable[Rung],
    calendar: WorkingCalendar,
    climbed: Set[tuple[str, str, str]],
    now: datetime,
) -> list[Climb]:
    """Return what is to be climbed now, in order: neither climbed before nor still ahead."""
    return [c for c in climbs(matter, rungs, calendar) if c.at <= now and c.key not in climbed]


def next_climb_at(
    matter: Matter, rungs: Iterable[Rung], calendar: WorkingCalendar, climbed: Set[tuple[str, str, str]]
) -> datetime | None:
    """Return the moment of the first rung not climbed; None: there is none."""
    return next((c.at for c in climbs(matter, rungs, calendar) if c.key not in climbed), None)


def _climb(matter: Matter, rung: Rung, calendar: WorkingCalendar) -> Climb | None:
    match rung.when:
        case Before(working_time=ahead, about=about):
            deadline = _deadline(matter, about)
            at = None if deadline is None else working_time_back(calendar, deadline, ahead)
            if deadline is None or at is None or at <= matter.promised_at:
                return None
            return _of(matter, rung, at, deadline.isoformat())
        case After(term=term, about=about):
            deadline = _deadline(matter, about)
            if deadline is None:
                return None
            at = deadline if term is None else due(term, deadline, calendar).at
            return _of(matter, rung, at, deadline.isoformat())
        case Reworked(times=times):
            is_so, count = matter.account.reworks_count >= times, times
        case Transferred(times=times):
            is_so, count = matter.account.transfers_count >= times, times
        case other:
            assert_never(other)
    return _of(matter, rung, matter.promised_at, str(count)) if is_so else None


def _deadline(matter: Matter, about: About) -> datetime | None:
    if about is About.PROMISE:
        return matter.due_at
    return None if matter.state is MatterState.HANDLING else matter.stage_due_at


def _of(matter: Matter, rung: Rung, at: datetime, of_round: str) -> Climb:
    return Climb(at=at, matter_id=matter.matter_id, rung_id=rung.rung_id, round=of_round)
