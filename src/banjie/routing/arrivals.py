"""What is known of a call as it comes to a queue."""

from dataclasses import dataclass

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.skills import NO_SKILLS, Rated


@dataclass(frozen=True, slots=True, kw_only=True)
class LastServed:
    """Who served this customer last, and how many seconds ago."""

    agent_id: AgentId
    ago_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A call for a queue. Times are monotonic seconds."""

    call_id: CallId
    queue_id: QueueId
    priority: int = 0  # higher goes first
    credit_s: float = 0.0  # of waiting, granted at once: VIP, white list (features A7)
    needs: Rated = NO_SKILLS
    waiting_since: float | None = (
        None  # earlier than now: it keeps the place of one that has waited elsewhere
    )
    last_served: LastServed | None = None
    callback_number: str | None = None  # it comes without a caller: he is to be called back there
