"""A queue: how long it rings an agent, how long the work after a call may take, when a silent agent is set aside."""

from dataclasses import dataclass
from typing import Final, NewType

from banjie.base.ids import CallId, QueueId

Skill = NewType("Skill", str)
Skills = frozenset[Skill]
NO_SKILLS: Final[Skills] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The rules of one queue. `acw_s` None: only the agent ends the after-call work.

    `misses_before_break` counts offers not answered one after another (features B10); a call taken clears it.
    One is the default: each further miss costs a caller a whole ring time at an empty chair.
    """

    queue_id: QueueId
    ring_timeout_s: float = 15.0  # the field's default; 10 to 30 is usual
    acw_s: float | None = None
    misses_before_break: int = 1
    rejections_before_break: int = 1

    def __post_init__(self) -> None:
        if self.ring_timeout_s <= 0:
            raise ValueError(f"queue {self.queue_id}: ring_timeout_s must be above 0")
        if self.acw_s is not None and self.acw_s < 0:
            raise ValueError(f"queue {self.queue_id}: acw_s must be 0 or above, or None")
        if self.misses_before_break < 1 or self.rejections_before_break < 1:
            raise ValueError(f"queue {self.queue_id}: an agent is set aside after one miss or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCall:
    """A call in a queue, ringing at an agent or not. Times are monotonic seconds."""

    call_id: CallId
    queue_id: QueueId
    priority: int  # higher goes first
    needs: Skills
    waiting_since: float  # kept when an offer fails
    is_offered: bool
