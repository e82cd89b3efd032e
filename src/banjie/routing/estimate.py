"""How long a caller will wait, as a range, from how fast the waiting have left his queue of late.

Formula. Of the last departures (an agent was found, or the caller gave up) k happened in t seconds during which
somebody waited. A caller at position n waits for n departures. If these come at random at one unknown rate, the wait is
t * G(n) / G(k), where G(a) is a gamma variate of shape a; its logarithm is close to normal, with mean
psi(n) - psi(k) and variance psi'(n) + psi'(k). The range holds four waits of five if the pace stays as it is.

Source: the queue-length estimator ("QL") of Ibrahim and Whitt, Real-Time Delay Estimation Based on Delay History,
M&SOM 11 (2009), DOI 10.1287/msom.1080.0223, with the rate not assumed but learnt, and its uncertainty said.
"""

from collections import deque
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final

DEPARTURES: Final = (
    30  # looked back upon: an estimate of a rate from 30 is right within a fifth, two times of three
)
MEMORY_S: Final = 1800.0  # an older pace is another hour's
COVERS_RATIO: Final = 0.8
_Z: Final = NormalDist().inv_cdf(0.5 + COVERS_RATIO / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRange:
    """From now until an agent is found: four of five fall between `low_s` and `high_s`, half below `likely_s`."""

    low_s: float
    likely_s: float
    high_s: float


AT_ONCE: Final = WaitRange(low_s=0.0, likely_s=0.0, high_s=0.0)


def expected_wait(position: int, departures: int, during_s: float) -> WaitRange | None:
    """Return the range for one at this position, 1 being next; None: nothing has been seen to judge by."""
    if departures < 1 or during_s <= 0:
        return None
    middle = log(during_s) + _psi(position) - _psi(departures)
    spread = _Z * sqrt(_psi_prime(position) + _psi_prime(departures))
    return WaitRange(low_s=exp(middle - spread), likely_s=exp(middle), high_s=exp(middle + spread))


class Pace:
    """Counts departures on a clock that runs only while somebody waits and no agent is found for him."""

    __slots__ = ("_clock_s", "_left", "_since", "waiting_count")

    def __init__(self) -> None:
        self.waiting_count = 0
        self._clock_s = 0.0  # when it stood still last
        self._since = 0.0
        # (clock, time) of each departure. The first is where counting begins.
        self._left: deque[tuple[float, float]] = deque([(0.0, float("-inf"))], DEPARTURES + 1)

    def begin(self, now: float) -> None:
        if not self.waiting_count:
            self._since = now
        self.waiting_count += 1

    def leave(self, now: float) -> None:
        clock_s = self._clock(now)
        self._left.append((clock_s, now))
        self.waiting_count -= 1
        if not self.waiting_count:
            self._clock_s = clock_s

    def take_back(self) -> None:
        """The agent found last did not take the call: it was no departure."""
        if len(self._left) > 1:
            self._left.pop()

    def seen(self, now: float) -> tuple[int, float]:
        """Return how many left, in how many seconds of waiting."""
        while len(self._left) > 1 and self._left[1][1] < now - MEMORY_S:
            self._left.popleft()
        return len(self._left) - 1, self._clock(now) - self._left[0][0]

    def _clock(self, now: float) -> float:
        return self._clock_s + (now - self._since if self.waiting_count else 0.0)


def _psi(a: int) -> float:
    """The digamma function, by its asymptotic series; 2 % off at 1, exact enough beyond."""
    return log(a) - 1 / (2 * a) - 1 / (12 * a * a)


def _psi_prime(a: int) -> float:
    return 1 / a + 1 / (2 * a * a) + 1 / (6 * a**3)
