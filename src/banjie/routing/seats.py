"""One agent as the ACD keeps him, and as others may see him."""

from dataclasses import dataclass, field

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.agents import AgentState
from banjie.routing.offers import Misses, OpenOffer
from banjie.routing.queues import Skills


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatus:
    """Times are monotonic seconds. `next_state` is what the agent asked to follow his call."""

    agent_id: AgentId
    state: AgentState
    reason: str | None
    since: float
    queues: frozenset[QueueId]
    skills: Skills
    call_id: CallId | None  # ringing, talking, or the one the after-call work is about
    next_state: AgentState | None
    next_reason: str | None
    acw_ends_at: float | None


@dataclass(slots=True, kw_only=True)
class Seat:
    """Changed by `Acd` alone."""

    agent_id: AgentId
    queues: frozenset[QueueId]
    skills: Skills
    state: AgentState = AgentState.OFFLINE
    reason: str | None = None
    since: float = 0.0
    idle_rank: tuple[float, ...] = (0.0, 0)
    offer: OpenOffer | None = None
    call_id: CallId | None = None
    queue_id: QueueId | None = None  # of the call
    next_state: AgentState | None = None
    next_reason: str | None = None
    acw_ends_at: float | None = None
    misses: Misses = field(default_factory=Misses)

    def status(self) -> AgentStatus:
        return AgentStatus(
            agent_id=self.agent_id,
            state=self.state,
            reason=self.reason,
            since=self.since,
            queues=self.queues,
            skills=self.skills,
            call_id=self.call_id,
            next_state=self.next_state,
            next_reason=self.next_reason,
            acw_ends_at=self.acw_ends_at,
        )
