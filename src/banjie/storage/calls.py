"""Stored calls, read: one call with its log, lists by page, today's counts, and what a crash left open."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId, TenantId
from banjie.calls.cdr import Cdr, fold
from banjie.calls.dispositions import SystemDisposition
from banjie.calls.events import CallEvent
from banjie.calls.store import CallFilter, LastAgent, OpenCall, PageMark, QueueCounts
from banjie.insight.minutes import Wait
from banjie.storage.call_rows import RECORD_LIST, to_event, to_record
from banjie.storage.database import Queries

_FIND: Final = f"SELECT {RECORD_LIST} FROM call_record WHERE tenant_id = $1 AND call_id = $2"  # noqa: S608
_BACK: Final = "SELECT call_id FROM call_record WHERE tenant_id = $1 AND callback_of = $2 ORDER BY arrived_at"
_EVENTS: Final = """
    SELECT call_id, kind, at, facts FROM call_event WHERE tenant_id = $1 AND call_id = $2 ORDER BY seq
"""
# The last agent of a call, or one before him: each by an index of its own.
_OF_ONE_OF: Final = (
    "(agent_id IS NULL OR agent_id = ANY(${agents}) OR EXISTS (SELECT 1 FROM jsonb_array_elements(segments) s "
    "WHERE s->>'agent_id' = ANY(${agents})))"
)
_TOOK_PART: Final = (
    "(agent_id = ${agent} OR (jsonb_array_length(segments) > 1 AND segments @> ${part}::jsonb))"
)
# Each side of an OR by an index of its own.
_WITH: Final = (
    "(customer_id = ${customer} OR (direction = 'in' AND caller = ANY(${numbers}::text[])) "
    "OR (direction = 'out' AND dialled = ANY(${numbers}::text[])))"
)
_TODAY: Final = f"""
    SELECT {RECORD_LIST} FROM call_record
    WHERE {_TOOK_PART.format(agent=2, part=5)} AND tenant_id = $1 AND arrived_at >= $3
    ORDER BY arrived_at DESC, call_id DESC LIMIT $4
"""  # noqa: S608
_LIST: Final = f"SELECT {RECORD_LIST} FROM call_record WHERE tenant_id = $1"  # noqa: S608
# Spelt out, so that the planner sees that its index holds just these.
_UNREGISTERED: Final = f" AND disposition IN ({', '.join(map(repr, map(str, SystemDisposition)))})"
_NEWEST_FIRST: Final = "ORDER BY arrived_at DESC, call_id DESC LIMIT"
_COUNT_FROM: Final = (
    "SELECT count(*) FROM call_record WHERE tenant_id = $1 AND caller = $2 AND arrived_at < $3"
)
# Each by its own index, newest first.
_LAST_AGENT: Final = """
    (SELECT agent_id, connected_at FROM call_record
    WHERE tenant_id = $1 AND caller = $2 AND arrived_at < $3 AND connected_at IS NOT NULL AND agent_id IS NOT NULL
    ORDER BY arrived_at DESC LIMIT 1)
"""
_LAST_AGENT_OF_CUSTOMER: Final = """
    (SELECT agent_id, connected_at FROM call_record
    WHERE tenant_id = $1 AND customer_id = $4 AND arrived_at < $3 AND connected_at IS NOT NULL
        AND agent_id IS NOT NULL
    ORDER BY arrived_at DESC LIMIT 1)
"""
# From the log, not the record: the record may lag behind it.
_OPEN: Final = """
    SELECT e.call_id, e.kind, e.at, e.facts FROM call_record r JOIN call_event e USING (call_id)
    WHERE r.tenant_id = $1
        AND (r.ended_at IS NULL OR (r.connected_at IS NOT NULL AND r.disposition IS NULL))
    ORDER BY r.arrived_at, r.call_id, e.seq
"""
# A queue is told of each call that entered it, was taken from it by an agent, or was given up in it; a call that was
# transferred may be in several.
_COUNTS: Final = """
    WITH today AS (SELECT * FROM call_record WHERE tenant_id = $1 AND arrived_at >= $2)
    SELECT queue_id, sum(offered)::integer AS offered_count, sum(answered)::integer AS answered_count,
        sum(in_time)::integer AS answered_in_time_count, sum(abandoned)::integer AS abandoned_count,
        sum(late)::integer AS abandoned_late_count
    FROM (
        SELECT e.facts->>'queue_id' AS queue_id, 1 AS offered, 0 AS answered, 0 AS in_time, 0 AS abandoned, 0 AS late
        FROM today JOIN call_event e USING (call_id) WHERE e.kind = 'CallQueued'
        UNION ALL
        SELECT s->>'queue_id', 0, 1, ((s->>'waited_s')::float8 <= $3)::integer, 0, 0
        FROM today, jsonb_array_elements(segments) s WHERE s->>'waited_s' IS NOT NULL
        UNION ALL
        SELECT queue_id, 0, 0, 0, 1, (extract(epoch FROM waited_until - waiting_since) > $3)::integer
        FROM today WHERE waiting_since IS NOT NULL AND waited_until = ended_at AND end_reason = 'caller_hung_up'
            AND callback_number IS NULL
    ) AS happened
    WHERE queue_id IS NOT NULL GROUP BY queue_id
"""

_WAITS: Final = """
    WITH recent AS (SELECT * FROM call_record WHERE tenant_id = $1 AND arrived_at >= $2::timestamptz - interval '6 hours')
    SELECT queue_id, since, until, is_answered FROM (
        SELECT s->>'queue_id' AS queue_id,
            (s->>'connected_at')::timestamptz - make_interval(secs => (s->>'waited_s')::float8) AS since,
            (s->>'connected_at')::timestamptz AS until, true AS is_answered
        FROM recent, jsonb_array_elements(segments) s WHERE s->>'waited_s' IS NOT NULL
        UNION ALL
        SELECT queue_id, waiting_since, waited_until, false
        FROM recent WHERE waiting_since IS NOT NULL AND waited_until = ended_at AND end_reason = 'caller_hung_up'
    ) AS waits
    WHERE queue_id IS NOT NULL AND until >= $2 ORDER BY since
"""


class SqlCallStore:  # satisfies calls.store.CallStore
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def find_call(self, call_id: CallId) -> Cdr | None:
        row = await self._database.find_row(_FIND, self._tenant_id, call_id)
        return None if row is None else to_record(row)

    async def events_of(self, call_id: CallId) -> Sequence[CallEvent]:
        rows = await self._database.fetch(_EVENTS, self._tenant_id, call_id)
        return [to_event(row) for row in rows]

    async def callbacks_of(self, call_id: CallId) -> Sequence[CallId]:
        return [row["call_id"] for row in await self._database.fetch(_BACK, self._tenant_id, call_id)]

    async def list_today(self, agent_id: AgentId, since: datetime, limit: int) -> Sequence[Cdr]:
        rows = await self._database.fetch(
            _TODAY, self._tenant_id, agent_id, since, limit, [{"agent_id": agent_id}]
        )
        return [to_record(row) for row in rows]

    async def list_calls(self, wanted: CallFilter, *, after: PageMark | None, limit: int) -> Sequence[Cdr]:
        conditions: dict[str, object] = {
            "arrived_at >=": wanted.since,
            "arrived_at <": wanted.until,
            "queue_id =": wanted.queue_id,
            "caller =": wanted.caller,
            "dialled =": wanted.dialled,
            "outcome =": wanted.outcome,
        }
        # Only what is asked for, so that the planner may pick the index of just that.
        sql = _LIST
        values: list[object] = [self._tenant_id]
        for condition, value in conditions.items():
            if value is not None:
                values.append(value)
                sql += f" AND {condition} ${len(values)}"
        if wanted.agent_id is not None:
            values += [wanted.agent_id, [{"agent_id": wanted.agent_id}]]
            sql += f" AND {_TOOK_PART.format(agent=len(values) - 1, part=len(values))}"
        if wanted.agents is not None:
            values.append(list(wanted.agents))
            sql += f" AND {_OF_ONE_OF.format(agents=len(values))}"
        if wanted.party is not None:
            values += [wanted.party.customer_id, list(wanted.party.numbers)]
            sql += f" AND {_WITH.format(customer=len(values) - 1, numbers=len(values))}"
        if wanted.is_unregistered:
            sql += _UNREGISTERED
        if after is not None:
            values += [after.arrived_at, after.call_id]
            sql += f" AND (arrived_at, call_id) < (${len(values) - 1}, ${len(values)})"
        rows = await self._database.fetch(f"{sql} {_NEWEST_FIRST} {int(limit)}", *values)
        return [to_record(row) for row in rows]

    async def last_agent_of(
        self, caller: str, customer_id: CustomerId | None, before: datetime
    ) -> LastAgent | None:
        sql = _LAST_AGENT if customer_id is None else f"{_LAST_AGENT} UNION ALL {_LAST_AGENT_OF_CUSTOMER}"
        values = [self._tenant_id, caller, before, *([] if customer_id is None else [customer_id])]
        found = await self._database.fetch(sql, *values)
        newest = max(found, key=lambda row: row["connected_at"], default=None)
        return None if newest is None else LastAgent(agent_id=newest["agent_id"], at=newest["connected_at"])

    async def count_calls_from(self, caller: str, before: datetime) -> int:
        return int(await self._database.fetch_value(_COUNT_FROM, self._tenant_id, caller, before))

    async def open_calls(self) -> Sequence[OpenCall]:
        logs: dict[str, list[CallEvent]] = {}
        for row in await self._database.fetch(_OPEN, self._tenant_id):
            logs.setdefault(row["call_id"], []).append(to_event(row))
        return [OpenCall(cdr=fold(log), last_seq=len(log) - 1, events=tuple(log)) for log in logs.values()]

    async def waits(self, since: datetime) -> Sequence[Wait]:
        """Return the waits that ended from then on, of calls that came within the six hours before it."""
        return [Wait(**row) for row in await self._database.fetch(_WAITS, self._tenant_id, since)]

    async def queue_counts(self, since: datetime, threshold_s: float) -> Mapping[QueueId, QueueCounts]:
        rows = await self._database.fetch(_COUNTS, self._tenant_id, since, threshold_s)
        return {
            row["queue_id"]: QueueCounts(**{name: row[name] for name in QueueCounts.__dataclass_fields__})
            for row in rows
        }
