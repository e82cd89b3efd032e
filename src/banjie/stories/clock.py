"""Time as the stories get it: handed in, so that a whole day can pass in a test."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """`mono` in seconds for waits, `utc` for facts; both run at the same pace."""

    def mono(self) -> float: ...

    def utc(self) -> datetime: ...


def utc_at(clock: Clock, mono: float) -> datetime:
    """Return the wall-clock time of a monotonic one."""
    return clock.utc() + timedelta(seconds=mono - clock.mono())
