"""The facts of an agent's day, from the records of calls and the history of his states."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from banjie.base.ids import AgentId, TenantId
from banjie.insight.day import Part
from banjie.storage.database import Queries

# A part may begin long after its call arrived: in a queue, a script, another agent's hands.
LONGEST_BEFORE: Final = timedelta(days=1)
_PARTS: Final = """
    SELECT call_id, s->>'queue_id' AS queue_id, (s->>'waited_s')::float8 AS waited_s,
        (s->>'connected_at')::timestamptz AS connected_at, (s->>'left_at')::timestamptz AS left_at,
        coalesce((s->>'hold_s')::float8, 0) AS hold_s
    FROM call_record, jsonb_array_elements(segments) s
    WHERE (agent_id = $2 OR (jsonb_array_length(segments) > 1 AND segments @> $6::jsonb)) AND tenant_id = $1
        AND arrived_at >= $5 AND arrived_at < $4 AND direction <> 'internal'
        AND s->>'agent_id' = $2 AND s->>'left_at' IS NOT NULL
        AND (s->>'connected_at')::timestamptz >= $3 AND (s->>'connected_at')::timestamptz < $4
    ORDER BY connected_at
"""
# By the calls that rang at his place, so that the log is read by its key.
_MISSED: Final = """
    SELECT count(*) FROM call_event e
    WHERE e.call_id IN (
            SELECT call_id FROM agent_state WHERE tenant_id = $1 AND agent_id = $2 AND state = 'RINGING' AND since >= $3 AND since < $4
        )
        AND e.kind = 'OfferFailed' AND e.facts->>'agent_id' = $2 AND e.facts->>'why' <> 'withdrawn'
        AND e.at >= $3 AND e.at < $4
"""


class SqlDayBook:  # satisfies insight.ports.DayBook
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def list_parts(self, agent_id: AgentId, since: datetime, until: datetime) -> Sequence[Part]:
        rows = await self._database.fetch(
            _PARTS, self._tenant_id, agent_id, since, until, since - LONGEST_BEFORE, [{"agent_id": agent_id}]
        )
        return [Part(**row) for row in rows]

    async def count_missed(self, agent_id: AgentId, since: datetime, until: datetime) -> int:
        return int(await self._database.fetch_value(_MISSED, self._tenant_id, agent_id, since, until))
