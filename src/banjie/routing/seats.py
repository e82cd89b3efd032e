"""One agent as the ACD keeps him, and as others may see him."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.base.plain import DERIVED
from banjie.routing.agents import AgentState
from banjie.routing.offers import Misses, OpenOffer
from banjie.routing.skills import Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatus:
    """Times are monotonic seconds. `next_state` is what the agent asked to follow his call."""

    agent_id: AgentId
    state: AgentState
    reason: str | None
    since: float
    queues: frozenset[QueueId]
    skills: Mapping[Skill, int]  # with his proficiency
    call_id: CallId | None  # ringing, talking, or the one the after-call work is about
    next_state: AgentState | None
    next_reason: str | None
    acw_ends_at: float | None
    calls_taken: int  # since he signed in


@dataclass(slots=True, kw_only=True, eq=False)
class Seat:
    """Changed by `Acd` alone."""

    agent_id: AgentId
    queues: frozenset[QueueId]
    levels: Mapping[Skill, int]
    place: tuple[float, ...]  # where he sits in the fixed order of linear and round robin
    weight: float = 1.0  # his share where agents are drawn at random
    state: AgentState = AgentState.OFFLINE
    reason: str | None = None
    since: float = 0.0
    idle_rank: tuple[float, ...] = (0.0, 0)
    token: int = field(default=0, metadata=DERIVED)  # while he stands idle in lines
    calls_taken: int = 0
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
            skills=self.levels,
            call_id=self.call_id,
            next_state=self.next_state,
            next_reason=self.next_reason,
            acw_ends_at=self.acw_ends_at,
            calls_taken=self.calls_taken,
        )
