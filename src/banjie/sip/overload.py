"""When new calls are turned away because we are late (RFC 3261 §21.5.4, RFC 6357 §5.2): so that those we took go well.

Late is who works behind a queue that stands, not who reads away what came in a moment he was held up: the idea of controlled
delay (RFC 8289), with refusals for drops.

Laws: what belongs to a call under way is always served; new calls are refused once all that was read for `STANDING_S` had
waited `LATE_S` in a queue that was never empty, until, for `CALM_S`, nothing had waited `OPEN_S`.
"""

from typing import Final
from zlib import crc32

LATE_S: Final = 0.1
STANDING_S: Final = 0.2  # with the above below T1, 0.5 s: hardly anybody has sent anything again yet
OPEN_S: Final = 0.05
CALM_S: Final = 0.3
RETRY_AFTER_S: Final = (1, 5)  # spread, so that not all come back at once


class Overload:
    """`late_s` is how long what is read now has waited for it."""

    def __init__(self) -> None:
        self.late_s = 0.0  # of what was read last
        self.refused = 0  # calls, since the start
        self._read_at = 0.0
        self._late_since: float | None = None
        self._shut_until: float | None = None

    def heard(self, late_s: float, now: float) -> None:
        came_at = now - late_s
        if late_s < LATE_S:
            self._late_since = None
        elif self._late_since is None or came_at > self._read_at:  # nothing was left to read in between
            self._late_since = now
        self.late_s, self._read_at = late_s, now
        stands = self._late_since is not None and now - self._late_since >= STANDING_S
        if stands or (late_s >= OPEN_S and self.is_shut(now)):
            self._shut_until = now + CALM_S

    def is_shut(self, now: float) -> bool:
        return self._shut_until is not None and now < self._shut_until


def retry_after_s(call_id: str) -> int:
    """Say when to try again; the same call is told the same each time it asks."""
    low, high = RETRY_AFTER_S
    return low + crc32(call_id.encode()) % (high - low + 1)
