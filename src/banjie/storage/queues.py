"""Queues, break reasons and dispositions."""

from collections.abc import Sequence
from typing import Final

from banjie.base.ids import QueueId, TenantId
from banjie.routing.catalogue import Code, QueueSetup
from banjie.routing.rules import rules_from_document, rules_to_document
from banjie.storage.database import Queries

_PUT_QUEUE: Final = """
    INSERT INTO queue (queue_id, tenant_id, name, position, priority, service_level_s, is_active, hours_id, rules)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (queue_id) DO UPDATE
    SET name = excluded.name, position = excluded.position, priority = excluded.priority,
        service_level_s = excluded.service_level_s, is_active = excluded.is_active, hours_id = excluded.hours_id,
        rules = excluded.rules
    WHERE queue.tenant_id = excluded.tenant_id
"""
_PUT_REASON: Final = """
    INSERT INTO break_reason (tenant_id, code, name, position, is_active) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (tenant_id, code) DO UPDATE
    SET name = excluded.name, position = excluded.position, is_active = excluded.is_active
"""
_PUT_DISPOSITION: Final = """
    INSERT INTO disposition (tenant_id, code, name, position, is_active, parent, needs_note)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (tenant_id, code) DO UPDATE
    SET name = excluded.name, position = excluded.position, is_active = excluded.is_active, parent = excluded.parent,
        needs_note = excluded.needs_note
"""
_DISPOSITIONS: Final = """
    SELECT code, name, parent, is_active, needs_note FROM disposition WHERE tenant_id = $1 ORDER BY position, code
"""
_PUT_SKILL: Final = """
    INSERT INTO skill (tenant_id, skill_id, name, position, is_active) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (tenant_id, skill_id) DO UPDATE
    SET name = excluded.name, position = excluded.position, is_active = excluded.is_active
"""


class SqlQueueCatalogue:  # satisfies routing.catalogue.QueueCatalogue
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_queues(self, tenant_id: TenantId) -> Sequence[QueueSetup]:
        rows = await self._database.fetch(
            "SELECT * FROM queue WHERE tenant_id = $1 ORDER BY position, queue_id", tenant_id
        )
        return [
            QueueSetup(
                rules=rules_from_document(QueueId(row["queue_id"]), row["rules"]),
                name=row["name"],
                priority=row["priority"],
                service_level_s=row["service_level_s"],
                is_active=row["is_active"],
                hours_id=row["hours_id"],
            )
            for row in rows
        ]

    async def put_queue(self, tenant_id: TenantId, setup: QueueSetup, position: int) -> None:
        rules = setup.rules
        await self._database.execute(
            _PUT_QUEUE,
            rules.queue_id,
            tenant_id,
            setup.name,
            position,
            setup.priority,
            setup.service_level_s,
            setup.is_active,
            setup.hours_id,
            rules_to_document(rules),
        )

    async def count_members(self, tenant_id: TenantId) -> dict[QueueId, int]:
        sql = "SELECT queue_id, count(*) AS members FROM queue_member WHERE tenant_id = $1 GROUP BY queue_id"
        return {
            QueueId(row["queue_id"]): row["members"] for row in await self._database.fetch(sql, tenant_id)
        }

    async def list_break_reasons(self, tenant_id: TenantId) -> Sequence[Code]:
        sql = "SELECT code, name, is_active FROM break_reason WHERE tenant_id = $1 ORDER BY position, code"
        return [Code(**row) for row in await self._database.fetch(sql, tenant_id)]

    async def list_dispositions(self, tenant_id: TenantId) -> Sequence[Code]:
        rows = await self._database.fetch(_DISPOSITIONS, tenant_id)
        return [Code(**row) for row in rows]

    async def list_skills(self, tenant_id: TenantId) -> Sequence[Code]:
        sql = "SELECT skill_id AS code, name, is_active FROM skill WHERE tenant_id = $1 ORDER BY position, skill_id"
        return [Code(**row) for row in await self._database.fetch(sql, tenant_id)]

    async def put_skills(self, tenant_id: TenantId, skills: Sequence[Code]) -> None:
        for position, skill in enumerate(skills):
            await self._database.execute(
                _PUT_SKILL, tenant_id, skill.code, skill.name, position, skill.is_active
            )

    async def put_codes(
        self, tenant_id: TenantId, break_reasons: Sequence[Code], dispositions: Sequence[Code]
    ) -> None:
        await self._database.execute(
            "UPDATE break_reason SET is_active = false WHERE tenant_id = $1", tenant_id
        )
        await self._database.execute(
            "UPDATE disposition SET is_active = false WHERE tenant_id = $1", tenant_id
        )
        for position, code in enumerate(break_reasons):
            await self._database.execute(
                _PUT_REASON, tenant_id, code.code, code.name, position, code.is_active
            )
        for position, code in enumerate(dispositions):
            await self._database.execute(
                _PUT_DISPOSITION,
                tenant_id,
                code.code,
                code.name,
                position,
                code.is_active,
                code.parent,
                code.needs_note,
            )
