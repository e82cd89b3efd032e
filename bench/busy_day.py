"""A day of a full house: what is planned of it, and what is left of it. All times go by how long a talk takes."""

from dataclasses import dataclass
from typing import Any

from banjie.routing.callbacks import CallbackRules
from bench import sipp
from bench.desk_agents import Habits, Seen
from bench.lease_watch import LeaseWatch
from bench.processes import Spent
from bench.verdict import Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    agents: int
    callers: int
    seconds: float
    kill_after_s: float  # 0: the server lives
    talk_s: float

    @property
    def is_killed(self) -> bool:
        return self.kill_after_s > 0

    @property
    def temper(self) -> sipp.Temper:
        """By the time a talk takes: so that some leave while they wait, some while it rings, some in the talk."""
        return sipp.Temper(
            think_s=2.0 * self.talk_s,
            impatient_s=0.12 * self.talk_s,
            busy_s=0.6 * self.talk_s,
            usual_s=2.0 * self.talk_s,
            patient_s=5.0 * self.talk_s,
        )

    @property
    def habits(self) -> Habits:
        return Habits(talk_s=self.talk_s, acw_s=0.15 * self.talk_s, break_s=0.25 * self.talk_s)

    @property
    def ring_timeout_s(self) -> float:
        return min(15.0, max(3.0, 0.5 * self.talk_s))

    @property
    def callback(self) -> CallbackRules:
        """Whoever waits may ask for it at once; who is not reached is tried once more before the day is over."""
        return CallbackRules(
            attempts_max=2, retry_after_s=0.5 * self.talk_s, is_offered=True, offered_after_s=0.0
        )

    @property
    def called_back_within_s(self) -> float:
        """When nobody calls any more: two attempts, each as long as an agent lets it ring, or talks."""
        return 60.0 + 20.0 * self.talk_s


@dataclass(slots=True, kw_only=True)
class Outcomes:
    """What is left of the day."""

    day: Day
    wrong: list[str]
    seen: Seen
    spent: Spent
    callers_cpu_s: float
    watch: LeaseWatch
    crossed_ms: list[float]  # answers that crossed a CANCEL, until they were hung up
    loop_late_ms: list[float]
    board: dict[str, Any]
    back_s: float  # from the kill until the server was well again
