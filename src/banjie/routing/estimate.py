"""How long a caller will wait, as a range, from how fast the waiting have left his queue of late.

Formula. Of the last departures (an agent was found, or the caller gave up) k happened in t seconds during which
somebody waited. A caller at position n waits for n departures. If these come at random at one unknown rate, the wait is
t * G(n) / G(k), where G(a) is a gamma variate of shape a; its logarithm is close to normal, with mean
psi(n) - psi(k) and variance psi'(n) + psi'(k). The range holds four waits of five if the pace stays as it is.

Source: the queue-length estimator ("QL") of Ibrahim and Whitt, Real-Time Delay Estimation Based on Delay History,
M&SOM 11 (2009), DOI 10.1287/msom.1080.0223, with the rate not assumed but learnt, and its uncertainty said.
"""

from dataclasses import dataclass, field
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final

DEPARTURES: Final = (
    30  # looked back upon: an estimate of a rate from 30 is right within a fifth, two times of three
)
FEWEST: Final = 3  # from fewer the range is so wide, or so far off, that nobody is helped by it
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
    """Return the range for one at this position, 1 being next; None: too little has been seen to judge by."""
    if departures < FEWEST or during_s <= 0:
        return None
    middle = log(during_s) + _psi(position) - _psi(departures)
    spread = _Z * sqrt(_psi_prime(position) + _psi_prime(departures))
    return WaitRange(low_s=exp(middle - spread), likely_s=exp(middle), high_s=exp(middle + spread))


@dataclass(slots=True, kw_only=True)
class Pace:
    """Counts departures on a clock that runs only while somebody waits and no agent is found for him."""

    waiting_count: int = 0
    clock_s: float = 0.0  # when it stood still last
    since: float = 0.0  # when it began to run last
    left: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)])
    """(clock, time) of each departure looked back upon. The first is where counting begins."""

    def begin(self, now: float) -> None:
        if not self.waiting_count:
            self.since = now
        self.waiting_count += 1

    def leave(self, now: float) -> None:
        clock_s = self._clock(now)
        self.left.append((clock_s, now))
        del self.left[: -DEPARTURES - 1]
        self.waiting_count -= 1
        if not self.waiting_count:
            self.clock_s = clock_s

    def take_back(self) -> None:
        """The agent found last did not take the call: it was no departure."""
        if len(self.left) > 1:
            self.left.pop()

    def seen(self, now: float) -> tuple[int, float]:
        """Return how many left, in how many seconds of waiting."""
        while len(self.left) > 1 and self.left[1][1] < now - MEMORY_S:
            del self.left[0]
        return len(self.left) - 1, self._clock(now) - self.left[0][0]

    def shift(self, by_s: float) -> None:
        """Go on by another clock."""
        self.since += by_s
        self.left = [(clock_s, at + by_s) for clock_s, at in self.left]

    def _clock(self, now: float) -> float:
        return self.clock_s + (now - self.since if self.waiting_count else 0.0)


def _psi(a: int) -> float:
    """The digamma function, by its asymptotic series; 2 % off at 1, exact enough beyond."""
    return log(a) - 1 / (2 * a) - 1 / (12 * a * a)


def _psi_prime(a: int) -> float:
    return 1 / a + 1 / (2 * a * a) + 1 / (6 * a**3)
