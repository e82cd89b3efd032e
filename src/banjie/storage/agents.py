"""Agents' states over time: each change closes the stretch before it and opens the next, in batches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from banjie.base.ids import AgentId, TenantId
from banjie.routing.states import StateEntered, StateStretch
from banjie.storage.database import Queries
from banjie.storage.writer import Writer

_COLUMNS: Final = "agent_id, state, reason, call_id, since, until, device"
# `closed` is counted in the insert so that it runs first: an agent has one open stretch, an index sees to it.
_WRITE: Final = f"""
    WITH given AS (
        SELECT agent_id, state, reason, call_id, since, device,
            lead(since) OVER (PARTITION BY agent_id ORDER BY since) AS until
        FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
            AS rows (agent_id, state, reason, call_id, since, device)
    ), closed AS (
        UPDATE agent_state present SET until = first.since
        FROM (SELECT agent_id, min(since) AS since FROM given GROUP BY agent_id) first
        WHERE present.agent_id = first.agent_id AND present.until IS NULL AND present.since < first.since
        RETURNING 1
    )
    INSERT INTO agent_state AS present (tenant_id, {_COLUMNS})
    SELECT $1, {_COLUMNS} FROM given WHERE (SELECT count(*) FROM closed) >= 0
    ON CONFLICT (agent_id, since) DO UPDATE
        SET state = excluded.state, reason = excluded.reason, call_id = excluded.call_id,
            device = excluded.device, until = coalesce(present.until, excluded.until)
"""  # noqa: S608
_PRESENT: Final = f"SELECT {_COLUMNS} FROM agent_state WHERE tenant_id = $1 AND until IS NULL"  # noqa: S608
_LIST: Final = f"""
    SELECT {_COLUMNS} FROM agent_state
    WHERE tenant_id = $1 AND agent_id = $2 AND since < $4 AND coalesce(until, 'infinity') > $3 ORDER BY since
"""  # noqa: S608
_SUM: Final = """
    SELECT agent_id, state, reason,
        extract(epoch FROM sum(least(coalesce(until, $3), $3) - greatest(since, $2)))::float8 AS seconds
    FROM agent_state
    WHERE tenant_id = $1 AND since < $3 AND coalesce(until, 'infinity') > $2
    GROUP BY agent_id, state, reason
"""
_END_ALL: Final = "UPDATE agent_state SET until = greatest(since, $2) WHERE tenant_id = $1 AND until IS NULL"


class SqlAgentLog(Writer[StateEntered]):  # satisfies routing.states.AgentLog
    """Give it changes by `append`; run it between `start` and `stop`."""

    def __init__(self, database: Queries, tenant_id: TenantId, *, gather_s: float = 0.05) -> None:
        super().__init__("agent states", self.write, gather_s=gather_s)
        self._database, self._tenant_id = database, tenant_id

    async def write(self, batch: Sequence[StateEntered]) -> None:
        """Store a batch now; may be repeated. Of two states of one instant the later given stands."""
        rows = list({(entered.agent_id, entered.since): entered for entered in batch}.values())
        await self._database.execute(
            _WRITE,
            self._tenant_id,
            [row.agent_id for row in rows],
            [row.state for row in rows],
            [row.reason for row in rows],
            [row.call_id for row in rows],
            [row.since for row in rows],
            [row.device for row in rows],
        )


class SqlAgentHistory:  # satisfies routing.states.AgentHistory
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def present_states(self) -> Mapping[AgentId, StateStretch]:
        rows = await self._database.fetch(_PRESENT, self._tenant_id)
        return {row["agent_id"]: StateStretch(**row) for row in rows}

    async def list_stretches(
        self, agent_id: AgentId, since: datetime, until: datetime
    ) -> Sequence[StateStretch]:
        rows = await self._database.fetch(_LIST, self._tenant_id, agent_id, since, until)
        return [StateStretch(**row) for row in rows]

    async def time_in_states(
        self, since: datetime, until: datetime
    ) -> Mapping[AgentId, Mapping[tuple[str, str | None], float]]:
        sums: dict[AgentId, dict[tuple[str, str | None], float]] = {}
        for row in await self._database.fetch(_SUM, self._tenant_id, since, until):
            sums.setdefault(row["agent_id"], {})[(row["state"], row["reason"])] = row["seconds"]
        return sums

    async def end_all(self, at: datetime) -> int:
        return int((await self._database.execute(_END_ALL, self._tenant_id, at)).split()[-1])
