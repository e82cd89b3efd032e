"""For when an appointment may be made: a time to come, at which somebody is there to call."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from banjie.base.faults import Fault, fault, range_fault
from banjie.base.hours import Hours, is_open, next_opening

AHEAD_MAX: Final = timedelta(days=90)
LEAD_MIN: Final = (0, 120)  # minutes
EXPIRY_MIN: Final = (5, 24 * 60)


def time_faults(
    due_at: datetime,
    now: datetime,
    opening: Sequence[Hours | None],
    *,
    timezone: str,
    is_closed_accepted: bool,
) -> Iterator[Fault]:
    """Say what is wrong with a time.

    Args:
        opening: the hours of the numbers the house answers; None: one that is always open.
        timezone: of who is told.
        is_closed_accepted: the agent knows that the house is closed then, and means it.
    """
    if due_at <= now:
        yield fault("due_at", "请选择将来的时间", "choose a time to come")
    elif due_at > now + AHEAD_MAX:
        yield fault(
            "due_at",
            f"最多提前 {AHEAD_MAX.days} 天预约",
            f"at most {AHEAD_MAX.days} days ahead",
        )
    elif not is_closed_accepted and not is_served(opening, due_at):
        yield _closed(opening, due_at, timezone)


def length_faults(lead_min: float, expiry_min: float) -> Iterator[Fault]:
    yield from range_fault("lead_min", lead_min, *LEAD_MIN)
    yield from range_fault("expiry_min", expiry_min, *EXPIRY_MIN)


def is_served(opening: Sequence[Hours | None], at: datetime) -> bool:
    """Whether one of the numbers is open then. A house without numbers is open."""
    return not opening or any(hours is None or is_open(hours, at) for hours in opening)


def _closed(opening: Sequence[Hours | None], at: datetime, timezone: str) -> Fault:
    nexts = [found for hours in opening if hours is not None and (found := next_opening(hours, at))]
    if not nexts:
        return fault("closed", "那时不在服务时间", "the house is closed then")
    local = min(nexts).astimezone(ZoneInfo(timezone))
    return fault(
        "closed",
        f"那时不在服务时间，其后 {local.month} 月 {local.day} 日 {local:%H:%M} 开始服务",
        f"the house is closed then; it opens next on {local.day} {local:%b} at {local:%H:%M}",
    )
