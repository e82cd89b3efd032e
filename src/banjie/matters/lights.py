"""How a matter stands at an instant: its traffic light, and the word of the supervision sheet.

Laws: a matter is late by its promise, and in time once the answer that stands was given by it, however long others take to
approve it; a clock that stands shows no light; the day is the office's.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from banjie.base.working_time import WorkingCalendar, working_time_between
from banjie.matters.machine import MatterState
from banjie.matters.model import Matter

_OUT = frozenset({MatterState.MERGED, MatterState.WITHDRAWN})
_NOT_BEGUN = frozenset({MatterState.RECEIVED, MatterState.DISPATCHED})
_DONE = frozenset({MatterState.CLOSED, MatterState.ARCHIVED})
_ANSWERED = frozenset({MatterState.REPLIED, MatterState.CONFIRMING, MatterState.FOLLOWING_UP})


class Standing(StrEnum):
    """The word in the last column of the weekly sheet."""

    NOT_STARTED = "not_started"  # 未启动
    UNDER_WAY = "under_way"  # 进行中
    DUE_SOON = "due_soon"  # 临期
    OVERDUE = "overdue"  # 逾期
    SUSPENDED = "suspended"  # 挂起
    CLOSED_TODAY = "closed_today"  # 今日，已办结
    CLOSED = "closed"  # 已办结
    OUT = "out"  # 撤销 or 合并


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


_LIGHTS = {
    Standing.NOT_STARTED: Light.GREEN,
    Standing.UNDER_WAY: Light.GREEN,
    Standing.DUE_SOON: Light.AMBER,
    Standing.OVERDUE: Light.RED,
}


def standing(matter: Matter, at: datetime, calendar: WorkingCalendar, soon: timedelta) -> Standing:
    """Return how it stands. `soon` is how much working time before the deadline it turns amber."""
    if matter.state in _OUT:
        return Standing.OUT
    if matter.state in _DONE:
        is_today = matter.settled_at is not None and calendar.local_day(
            matter.settled_at
        ) == calendar.local_day(at)
        return Standing.CLOSED_TODAY if is_today else Standing.CLOSED
    if matter.state is MatterState.SUSPENDED:
        return Standing.SUSPENDED
    if is_late(matter, at):
        return Standing.OVERDUE
    if matter.state not in _ANSWERED and working_time_between(calendar, at, matter.due_at) <= soon:
        return Standing.DUE_SOON
    return Standing.NOT_STARTED if matter.state in _NOT_BEGUN else Standing.UNDER_WAY


def light(matter: Matter, at: datetime, calendar: WorkingCalendar, soon: timedelta) -> Light:
    return _LIGHTS.get(standing(matter, at, calendar, soon), Light.NONE)


def is_late(matter: Matter, at: datetime) -> bool:
    """Whether its promise is broken: the answer that stands came after the deadline, or has not come by then."""
    answered_at = matter.replied_at if matter.state in _ANSWERED | _DONE else None
    return (answered_at or at) > matter.due_at
