"""Time as the stories get it: handed in, so that a whole day can pass in a test."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """`mono` in seconds for waits, `utc` for facts; both run at the same pace."""

    def mono(self) -> float: ...

    def utc(self) -> datetime: ...

    def utc_of(self, mono: float) -> datetime:
        """Return the wall's time of a monotonic one: of two the later stays the later, whenever they are asked for."""
