"""Agents who serve other queues than they are set up for, for a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from banjie.base.ids import AgentId, QueueId, TenantId, UserId
from banjie.routing.moves import Move, Service
from banjie.routing.skills import Skill
from banjie.storage.database import Queries

_LIST: Final = """
    SELECT agent_id, queues, skills, until, moved_by, moved_at FROM agent_move
    WHERE tenant_id = $1 AND (until IS NULL OR until > $2) ORDER BY agent_id
"""
_PUT: Final = """
    INSERT INTO agent_move (tenant_id, agent_id, queues, skills, until, moved_by, moved_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (agent_id) DO UPDATE SET queues = excluded.queues, skills = excluded.skills,
        until = excluded.until, moved_by = excluded.moved_by, moved_at = excluded.moved_at
    WHERE agent_move.tenant_id = excluded.tenant_id
"""


class SqlMoveStore:  # satisfies routing.moves.MoveStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_moves(self, tenant_id: TenantId, at: datetime) -> Sequence[Move]:
        return [
            Move(
                agent_id=AgentId(row["agent_id"]),
                service=Service(
                    queues=frozenset(QueueId(queue_id) for queue_id in row["queues"]),
                    skills={Skill(skill): level for skill, level in row["skills"].items()},
                ),
                until=row["until"],
                moved_by=UserId(row["moved_by"]),
                moved_at=row["moved_at"],
            )
            for row in await self._database.fetch(_LIST, tenant_id, at)
        ]

    async def put_move(self, tenant_id: TenantId, move: Move) -> None:
        await self._database.execute(
            _PUT,
            tenant_id,
            move.agent_id,
            sorted(move.service.queues),
            dict(move.service.skills),
            move.until,
            move.moved_by,
            move.moved_at,
        )

    async def drop_move(self, agent_id: AgentId) -> None:
        await self._database.execute("DELETE FROM agent_move WHERE agent_id = $1", agent_id)
