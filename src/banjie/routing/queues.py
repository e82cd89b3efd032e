"""A queue: whom it rings and for how long, what it asks of them, when a silent agent is set aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.bullseye import Ring, check, relaxed
from banjie.routing.callbacks import THE_FIELDS, CallbackRules, CallbackState
from banjie.routing.outcomes import Outcome
from banjie.routing.skills import NO_LEVELS, NO_SKILLS, Levels, Rated, Skill, Skills, levels
from banjie.routing.spoken_wait import BY_DEFAULT, Announcing

__all__ = ["NO_SKILLS", "Queue", "Skill", "Skills", "Strategy", "Urgency", "WaitingCall"]


class Strategy(StrEnum):
    """In which order a queue rings those who can serve a call: `strategies.py`."""

    LONGEST_IDLE = "longest_idle"  # 空闲最久
    HIGHEST_PROFICIENCY = "highest_proficiency"  # 技能最高
    FEWEST_CALLS = "fewest_calls"  # 接听最少
    ROUND_ROBIN = "round_robin"  # 轮循, with memory
    LINEAR = "linear"  # 顺序
    RANDOM = "random"  # 加权随机
    RING_ALL = "ring_all"  # 同振


class Urgency(StrEnum):
    """What priority is worth: `urgency.py`."""

    PRIORITY = "priority"  # the higher always goes first, then the longest wait
    SCORE = "score"  # waiting time plus so many seconds a point


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The rules of one queue. `acw_s` None: only the agent ends the after-call work.

    The three counts `…_before_break` are of offers let pass one after another (features B10); a call taken clears them.
    One is the default: each further miss costs a caller a whole ring time at an empty chair.
    """

    queue_id: QueueId
    ring_timeout_s: float = 15.0  # the field's default; 10 to 30 is usual
    acw_s: float | None = None
    misses_before_break: int = 1
    rejections_before_break: int = 1
    unreachables_before_break: int = 1
    strategy: Strategy = Strategy.LONGEST_IDLE
    ring_all_max: int = 20  # of RING_ALL: how many ring at once for one call
    requires: Rated = NO_SKILLS  # of every call, beside what the call itself needs
    prefers: Skills = NO_SKILLS  # who has more of these is rung first
    rings: tuple[Ring, ...] = ()  # timed relaxation, the first ring first
    urgency: Urgency = Urgency.PRIORITY
    score_s_per_priority: float = 60.0  # a point is a minute, as in Genesys Cloud (features B6)
    sticky_within_s: float = 0.0  # the agent a customer knows is one who served him so recently; 0: nobody is
    sticky_wait_s: float = 0.0  # how long a call waits for him alone while he is busy
    size_max: int | None = None  # callers who wait or ring, those called back not counted
    wait_max_s: float | None = None  # in this queue; a call that rings is left to ring
    when_full: Outcome | None = None
    when_waited: Outcome | None = None
    when_nobody: Outcome | None = None  # None: calls wait though nobody is signed in
    when_closed: Outcome | None = None  # None: calls wait for the opening
    callback: CallbackRules = THE_FIELDS
    announcing: Announcing = BY_DEFAULT  # to those who wait
    required: Levels = field(init=False, repr=False, compare=False, default=NO_LEVELS)

    def __post_init__(self) -> None:
        if self.ring_timeout_s <= 0:
            raise ValueError(f"queue {self.queue_id}: ring_timeout_s must be above 0")
        if self.acw_s is not None and self.acw_s < 0:
            raise ValueError(f"queue {self.queue_id}: acw_s must be 0 or above, or None")
        if min(self.misses_before_break, self.rejections_before_break, self.unreachables_before_break) < 1:
            raise ValueError(f"queue {self.queue_id}: an agent is set aside after one miss or more")
        if self.ring_all_max < 1:
            raise ValueError(f"queue {self.queue_id}: ring_all_max must be 1 or more")
        if self.sticky_within_s < 0 or self.sticky_wait_s < 0:
            raise ValueError(f"queue {self.queue_id}: the times of the known agent must be 0 or above")
        if self.size_max is not None and (self.size_max < 0 or self.when_full is None):
            raise ValueError(f"queue {self.queue_id}: size_max is 0 or above, and when_full says where to go")
        if self.wait_max_s is not None and (self.wait_max_s <= 0 or self.when_waited is None):
            raise ValueError(
                f"queue {self.queue_id}: wait_max_s is above 0, and when_waited says where to go"
            )
        try:
            check(self.rings)
        except ValueError as wrong:
            raise ValueError(f"queue {self.queue_id}: {wrong}") from None
        object.__setattr__(self, "required", levels(self.requires))

    @property
    def demands(self) -> list[Levels]:
        """What its calls need from ring to ring, if they need nothing of their own."""
        return [relaxed(self.required, self.rings, ring) for ring in range(len(self.rings) + 1)]

    @property
    def rings_at_once(self) -> int:
        """At how many agents one call rings."""
        return self.ring_all_max if self.strategy is Strategy.RING_ALL else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCall:
    """A call in a queue, ringing at an agent or not. Times are monotonic seconds."""

    call_id: CallId
    queue_id: QueueId
    priority: int  # higher goes first
    needs: Mapping[Skill, int]  # now: what the queue and the call ask for
    own_needs: Mapping[Skill, int]  # what the call asks for beside its queue
    waiting_since: float  # kept when an offer fails
    is_offered: bool
    credit_s: float
    ring: int  # of the bullseye, from 0
    kept_for: AgentId | None  # the agent its customer knows
    callback_state: CallbackState | None  # None: its caller is on the line
    callback_number: str | None
