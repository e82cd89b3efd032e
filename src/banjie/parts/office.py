"""The office over the database: one unit of work an act, and the running house follows when it is kept."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from banjie.base.ids import TenantId
from banjie.storage.audit import SqlAuditLog
from banjie.storage.bus import publish_with
from banjie.storage.database import Database
from banjie.storage.hours import SqlHoursStore
from banjie.storage.moves import SqlMoveStore
from banjie.storage.numbers import SqlNumberStore
from banjie.storage.people import SqlUserStore
from banjie.storage.queues import SqlQueueCatalogue
from banjie.storage.scripts import SqlScriptStore
from banjie.storage.seal import Seal
from banjie.storage.sessions import SqlSessionStore
from banjie.storage.teams import SqlTeamStore
from banjie.storage.trunks import SqlTrunkStore
from banjie.storage.versions import SqlVersionStore
from banjie.storage.wallboard import SqlThresholdStore, SqlWallScreenStore
from banjie.stories.office import HOUSE_CHANGED, Books, Clerk

_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffice:  # satisfies stories.office.Office
    """`take_in` lets this server follow; all others are told over the bus."""

    database: Database
    tenant_id: TenantId
    now: Callable[[], datetime]
    seal: Seal
    take_in: Callable[[], Awaitable[None]]

    @asynccontextmanager
    async def __call__(self, clerk: Clerk) -> AsyncIterator[Books]:
        async with self.database.unit_of_work() as work:
            await work.execute(_TURN, f"office {self.tenant_id}")
            books = Books(
                tenant_id=self.tenant_id,
                clerk=clerk,
                now=self.now(),
                users=SqlUserStore(work),
                sessions=SqlSessionStore(work),
                teams=SqlTeamStore(work),
                queues=SqlQueueCatalogue(work),
                hours=SqlHoursStore(work),
                numbers=SqlNumberStore(work),
                scripts=SqlScriptStore(work),
                trunks=SqlTrunkStore(work, self.seal),
                audit=SqlAuditLog(work),
                versions=SqlVersionStore(work),
                thresholds=SqlThresholdStore(work),
                moves=SqlMoveStore(work),
                screens=SqlWallScreenStore(work),
            )
            yield books
            if books.has_changed:
                await publish_with(work, HOUSE_CHANGED, "")
        if books.has_changed:
            await self.take_in()
