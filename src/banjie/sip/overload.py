"""When new calls are turned away because we are late (RFC 3261 §21.5.4, RFC 6357 §5.2): so that those we took go well.

Laws: what belongs to a call under way is always served; new calls are refused from the moment something had waited
`SHUT_S` until, for `CALM_S`, nothing had waited `OPEN_S`; what is between the two changes nothing.
"""

from typing import Final
from zlib import crc32

SHUT_S: Final = 0.3  # below T1, 0.5 s: nobody has sent anything again yet
OPEN_S: Final = 0.05
CALM_S: Final = 0.3
RETRY_AFTER_S: Final = (1, 5)  # spread, so that not all come back at once


class Overload:
    """`late_s` is how long what is read now has waited for it."""

    def __init__(self) -> None:
        self.late_s = 0.0  # of what was read last
        self.refused = 0  # calls, since the start
        self._shut_until: float | None = None

    def heard(self, late_s: float, now: float) -> None:
        self.late_s = late_s
        if late_s >= SHUT_S or (late_s >= OPEN_S and self.is_shut(now)):
            self._shut_until = now + CALM_S

    def is_shut(self, now: float) -> bool:
        return self._shut_until is not None and now < self._shut_until


def retry_after_s(call_id: str) -> int:
    """Say when to try again; the same call is told the same each time it asks."""
    low, high = RETRY_AFTER_S
    return low + crc32(call_id.encode()) % (high - low + 1)
