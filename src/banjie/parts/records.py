"""What is written of calls and agents while they happen; calls that the last stop cut off are closed first."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from banjie.base.ids import CustomerId, QueueId, TenantId
from banjie.calls.store import LastAgent, QueueCounts
from banjie.calls.today import Today
from banjie.customers.matching import lookup_key
from banjie.customers.model import Customer
from banjie.insight.minutes import MINUTES, LastHour, last_hour
from banjie.parts.folders import make_folder
from banjie.parts.house import OpenedHouse
from banjie.parts.lead import Lead
from banjie.parts.run import Run
from banjie.parts.sound import mend
from banjie.storage.agents import SqlAgentLog
from banjie.storage.call_log import SqlCallLog
from banjie.storage.callbacks import SqlCallbackLog, SqlCallbackStore
from banjie.storage.calls import SqlCallStore
from banjie.storage.customers import SqlCustomerStore
from banjie.storage.database import Database
from banjie.storage.leases import Fenced
from banjie.stories.interrupted_call import close_interrupted
from banjie.stories.ongoing import Ongoing

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    calls: SqlCallStore
    call_log: SqlCallLog
    agent_log: SqlAgentLog
    callbacks: SqlCallbackStore
    callback_log: SqlCallbackLog
    recordings: Path
    today: Today
    hours: Mapping[QueueId, LastHour]
    now: Callable[[], datetime]

    def hour_of(self, queue_id: QueueId) -> LastHour:
        """What is known of a queue's last hour; of a new one nothing."""
        return self.hours.get(queue_id) or LastHour(self.now())


async def start_records(run: Run, database: Database, house: OpenedHouse, lead: Lead) -> Records:
    tenant_id = house.tenant_id
    calls = SqlCallStore(database, tenant_id)
    recordings = make_folder(run.data / "recordings")
    fenced = Fenced(database, lambda: lead.lease)
    call_log = SqlCallLog(fenced, tenant_id)
    call_log.start()
    run.stack.push_async_callback(lead.stop_writing, call_log.stop)
    agent_log = SqlAgentLog(fenced, tenant_id)
    agent_log.start()
    run.stack.push_async_callback(lead.stop_writing, agent_log.stop)
    callback_log = SqlCallbackLog(fenced, tenant_id)
    callback_log.start()
    run.stack.push_async_callback(lead.stop_writing, callback_log.stop)
    left = await calls.open_calls()
    if left:
        log.warning("calls were interrupted by the last stop", count=len(left))
    for missing in await asyncio.to_thread(close_interrupted, left, mend, recordings, run.clock.utc):
        call_log.append(missing)
    await call_log.drain()
    return Records(
        calls=calls,
        call_log=call_log,
        agent_log=agent_log,
        callbacks=SqlCallbackStore(database, tenant_id),
        callback_log=callback_log,
        recordings=recordings,
        today=await _today(calls, house, run.clock.utc()),
        hours=await _hours(calls, house, run.clock.utc()),
        now=run.clock.utc,
    )


async def _hours(calls: SqlCallStore, house: OpenedHouse, now: datetime) -> dict[QueueId, LastHour]:
    """How the queues did in the hour before, for the wallboard to go on from."""
    waits = await calls.waits(now - timedelta(minutes=MINUTES))
    return {
        queue_id: last_hour((w for w in waits if w.queue_id == queue_id), queue.service_level_s, now)
        for queue_id, queue in house.set_up.house.queues.items()
    }


async def _today(calls: SqlCallStore, house: OpenedHouse, now: datetime) -> Today:
    """What the queues did since midnight, for the wallboard to count on from."""
    here = now.astimezone(house.zone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    counts: dict[QueueId, QueueCounts] = {}
    for queue_id, queue in house.set_up.house.queues.items():
        found = await calls.queue_counts(midnight, queue.service_level_s)
        if queue_id in found:
            counts[queue_id] = found[queue_id]
    return Today(zone=house.zone, on=here.date(), counts=counts)


@dataclass(frozen=True, slots=True)
class StoredCallers:
    """Who is behind a number."""

    tenant_id: TenantId
    customers: SqlCustomerStore
    calls: SqlCallStore

    async def find_customer(self, caller: str) -> Customer | None:
        number = lookup_key(caller)
        return None if number is None else await self.customers.find_by_number(self.tenant_id, number)

    async def last_agent_of(
        self, caller: str, customer_id: CustomerId | None, ongoing: Ongoing
    ) -> LastAgent | None:
        return await self.calls.last_agent_of(caller, customer_id, ongoing.live.cdr.arrived_at)

    async def count_calls_from(self, caller: str, ongoing: Ongoing) -> int:
        return await self.calls.count_calls_from(caller, ongoing.live.cdr.arrived_at)
