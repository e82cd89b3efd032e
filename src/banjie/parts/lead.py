"""Who decides: the server that holds the lease. Another on the same database stands by, and takes over when it is free.

The rules are in `routing/leadership.py`: a lease not renewed in time stops the offers, nothing else; calls go on. Who
comes back to find that another led meanwhile ends: that other has closed its calls and seated its agents.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from banjie.base.errors import Unavailable
from banjie.base.ids import TenantId, new_id
from banjie.parts.database import Store
from banjie.parts.run import Run
from banjie.parts.told import tell
from banjie.routing.leadership import Deposed, still_leads
from banjie.storage.leases import Lease, SqlLeases

MATCHER: Final = "matcher"
EVERYBODY: Final = TenantId("*")  # one server decides for all tenants
LENGTH: Final = timedelta(seconds=3)
RENEW_S, ASK_S = 0.5, 0.25
STORED_WITHIN_S: Final = 10.0
EARLIER_S: Final = 1.0  # before the row runs out we ring nobody any more: clocks of two machines run apart
LEADS_FOR_S: Final = LENGTH.total_seconds() - EARLIER_S  # from a renewal
log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Lead:
    """Our lease, renewed for as long as we run. `until` is by the loop's clock."""

    leases: SqlLeases
    lease: Lease
    until: float
    on_renewed: Callable[[float], None] = lambda until: None
    _deposed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def leads(self) -> bool:
        return asyncio.get_running_loop().time() < self.until

    async def deposed(self) -> str:
        """Return when another server has decided meanwhile, with the sentence that says so."""
        await self._deposed.wait()
        return "another server has taken over"

    async def stop_writing(self, stop: Callable[[float], Awaitable[None]]) -> None:
        """What a deposed server has not stored is void: its calls are closed by who took over."""
        await stop(0.0 if self._deposed.is_set() else STORED_WITHIN_S)

    async def keep(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._deposed.is_set():
            due = max(due + RENEW_S, loop.time())  # one that took long does not put off the next
            await asyncio.sleep(due - loop.time())
            try:
                await self._renew()  # however long it takes: an answer not waited for may have cost an epoch
            except (Unavailable, TimeoutError) as cause:
                log.warning("the lease is not renewed", leads=self.leads, cause=type(cause).__name__)
            except Deposed as cause:
                log.error("another server has taken over", epoch=cause.epoch, newer=cause.newer)
                self.until = 0.0
                self.on_renewed(self.until)
                self._deposed.set()

    async def _renew(self) -> None:
        asked_at = asyncio.get_running_loop().time()
        stands = await self.leases.renew(self.lease, LENGTH)
        taken = (
            self.lease if stands else await self.leases.take(EVERYBODY, MATCHER, self.lease.holder, LENGTH)
        )
        still_leads(self.lease.epoch, None if taken is None else taken.epoch)
        if taken is not None:
            self.lease, self.until = taken, _until(asked_at)
            self.on_renewed(self.until)

    async def give_back(self) -> None:
        """Let who stands by take over at once."""
        try:
            await self.leases.give_back(self.lease)
        except Unavailable as cause:
            log.warning("the lease runs out by itself", cause=str(cause))


async def take_the_lead(run: Run, store: Store) -> Lead:
    """Return when we lead; stand by until then: nothing is listened to, no call is taken, none is closed."""
    leases, holder = SqlLeases(store.lease_database), f"{socket.gethostname()} {os.getpid()} {new_id()}"
    if store.postgres is not None:  # its folder is locked by us: who held the lease is no more
        await leases.void(MATCHER)
    is_told = False
    while True:
        asked_at = asyncio.get_running_loop().time()
        lease = await leases.take(EVERYBODY, MATCHER, holder, LENGTH)
        if lease is not None:
            break
        if not is_told:
            tell("· another server serves from this database; standing by until it ends")
            is_told = True
        await asyncio.sleep(ASK_S)
    lead = Lead(leases=leases, lease=lease, until=_until(asked_at))
    run.stack.push_async_callback(lead.give_back)
    keeping = asyncio.create_task(lead.keep())
    run.stack.callback(keeping.cancel)
    return lead


def _until(asked_at: float) -> float:
    return asked_at + LEADS_FOR_S
