"""How often somebody may fail to sign in: by user from one place, by place, and by user from everywhere.

Laws: a right password is never counted; after the free failures each further one doubles the pause up to a ceiling;
failures are forgotten after a quiet time; memory is bounded, the oldest counts go first. Time is an argument.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Failures that cost nothing, the pause after the next, and its ceiling."""

    free_count: int
    pause_s: float
    ceiling_s: float


BY_USER_AND_SOURCE: Final = Limit(free_count=5, pause_s=5.0, ceiling_s=900.0)
BY_SOURCE: Final = Limit(free_count=30, pause_s=5.0, ceiling_s=300.0)  # an office shares one address
BY_USER: Final = Limit(
    free_count=50, pause_s=2.0, ceiling_s=60.0
)  # strangers cannot lock somebody out for long
FORGET_S: Final = 1800.0
REMEMBERED: Final = 20_000


@dataclass(slots=True)
class _Failures:
    count: int
    last_at: float
    until: float


class SignInThrottle:
    """Counts failures; `now` is monotonic seconds."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._failures: OrderedDict[Key, _Failures] = OrderedDict()
        self._remembered = remembered

    def wait_s(self, username: str, source: str, now: float) -> float:
        """Return how long this attempt must wait; 0.0 lets it through."""
        pauses = (self._until(key, now) - now for key, _ in _keys(username, source))
        return max(0.0, *pauses)

    def failed(self, username: str, source: str, now: float) -> None:
        for key, limit in _keys(username, source):
            known = self._failures.get(key)
            count = known.count + 1 if known is not None and now < known.last_at + FORGET_S else 1
            over = count - limit.free_count
            pause_s = min(limit.ceiling_s, limit.pause_s * 2.0 ** min(over, 30)) if over >= 0 else 0.0
            self._failures[key] = _Failures(count, now, now + pause_s)
            self._failures.move_to_end(key)
        while len(self._failures) > self._remembered:
            self._failures.popitem(last=False)

    def succeeded(self, username: str, source: str, now: float) -> None:
        """Take back what was counted before the password was known; this user's own failures from here are forgotten."""
        for key, _ in _keys(username, source):
            known = self._failures.get(key)
            if known is None:
                continue
            known.count, known.until = known.count - 1, now
            if key[0] == "both" or known.count <= 0:
                del self._failures[key]

    def _until(self, key: Key, now: float) -> float:
        known = self._failures.get(key)
        return known.until if known is not None and now < known.last_at + FORGET_S else now


def _keys(username: str, source: str) -> tuple[tuple[Key, Limit], ...]:
    name = username.casefold()
    return (
        (("both", name, source), BY_USER_AND_SOURCE),
        (("source", source), BY_SOURCE),
        (("user", name), BY_USER),
    )
