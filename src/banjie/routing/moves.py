"""An agent serves other queues, or by other skills, than he is set up for: until a time, or until he is put back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from banjie.base.ids import AgentId, QueueId, TenantId, UserId
from banjie.routing.skills import Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What an agent takes calls by."""

    queues: frozenset[QueueId]
    skills: Mapping[Skill, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """To the service of an agent. A level of None takes the skill away."""

    add: frozenset[QueueId] = frozenset()
    remove: frozenset[QueueId] = frozenset()
    levels: Mapping[Skill, int | None]

    def of(self, service: Service) -> Service:
        skills = {**service.skills, **{skill: n for skill, n in self.levels.items() if n is not None}}
        gone = {skill for skill, level in self.levels.items() if level is None}
        return Service(
            queues=(service.queues | self.add) - self.remove,
            skills={skill: level for skill, level in skills.items() if skill not in gone},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    agent_id: AgentId
    service: Service
    until: datetime | None  # None: until he is put back
    moved_by: UserId
    moved_at: datetime


class MoveStore(Protocol):
    async def list_moves(self, tenant_id: TenantId, at: datetime) -> Sequence[Move]:
        """Those in force at this time."""

    async def put_move(self, tenant_id: TenantId, move: Move) -> None:
        """In the place of one he has."""

    async def drop_move(self, agent_id: AgentId) -> None:
        """He serves as he is set up. Repeatable."""
