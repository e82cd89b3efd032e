"""In which order a queue rings those who can serve a call. Every strategy is a rank; the smallest is rung first.

Laws: agents with more of the preferred skills come first, the strategy orders the rest; among equals the longest idle.
Round robin and random remember the last one rung, for each line (a queue and what its calls need) apart.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from banjie.routing.order import Rank
from banjie.routing.queues import Strategy
from banjie.routing.seats import Seat
from banjie.routing.skills import Skills


class Turn:
    """What a line needs to know to rank an agent."""

    __slots__ = ("chance", "is_by_idle_time", "memory", "preferred", "rank_by", "weighed")

    def __init__(self, strategy: Strategy, weighed: Skills, preferred: Skills, chance: Random) -> None:
        self.rank_by = RANKS[strategy]
        self.is_by_idle_time = (
            self.rank_by is _longest_idle and not preferred
        )  # most are: their ranks are at hand
        self.weighed = weighed  # the skills whose proficiencies are added up
        self.preferred = preferred
        self.chance = chance
        self.memory: dict[float, Rank] = {}  # the last one rung, for each number of preferred skills

    def rank(self, seat: Seat) -> Rank:
        if not self.preferred:
            return self.rank_by(self, seat, 0.0)
        liked = -float(sum(skill in seat.levels for skill in self.preferred))
        return (liked, *self.rank_by(self, seat, liked))

    def rung(self, rank: Rank) -> None:
        """Remember whom the line rang."""
        if self.rank_by in _REMEMBERING:
            liked, own = (rank[0], rank[1:]) if self.preferred else (0.0, rank)
            self.memory[liked] = own

    def took(self, seat: Seat) -> None:
        """Remember somebody who took a call of the line as he became idle, so that the round goes on behind him."""
        if self.rank_by is _round_robin:
            self.rung(self.rank(seat))


def _longest_idle(turn: Turn, seat: Seat, liked: float) -> Rank:
    return seat.idle_rank


def _highest_proficiency(turn: Turn, seat: Seat, liked: float) -> Rank:
    return (-sum(seat.levels.get(skill, 0) for skill in turn.weighed), *seat.idle_rank)


def _fewest_calls(turn: Turn, seat: Seat, liked: float) -> Rank:
    return (seat.calls_taken, *seat.idle_rank)


def _linear(turn: Turn, seat: Seat, liked: float) -> Rank:
    return seat.place


def _round_robin(turn: Turn, seat: Seat, liked: float) -> Rank:
    """(lap, place): whoever sits behind the last one rung has his turn in this lap, the others in the next."""
    last = turn.memory.get(liked, (0,))
    this_lap = (last[0], *seat.place)
    return this_lap if this_lap > last else (last[0] + 1, *seat.place)


def _random(turn: Turn, seat: Seat, liked: float) -> Rank:
    """An exponential delay from the last one rung, of rate `weight`: the first to be due is one in proportion to his weight.

    What has passed of such a delay says nothing of its rest, so that those who have stood here for long and those
    who come now are drawn alike (Efraimidis and Spirakis, Information Processing Letters 97 (2006), in its exponential form).
    """
    last = turn.memory.get(liked, (0.0,))
    return (last[0] + turn.chance.expovariate(seat.weight),)


RANKS: Final[Mapping[Strategy, Callable[[Turn, Seat, float], Rank]]] = {
    Strategy.LONGEST_IDLE: _longest_idle,
    Strategy.HIGHEST_PROFICIENCY: _highest_proficiency,
    Strategy.FEWEST_CALLS: _fewest_calls,
    Strategy.ROUND_ROBIN: _round_robin,
    Strategy.LINEAR: _linear,
    Strategy.RANDOM: _random,
    Strategy.RING_ALL: _longest_idle,
}
_REMEMBERING: Final = frozenset({_round_robin, _random})
