"""The people of the house, for the command line: over the database of a running server, or one started meanwhile."""

import contextlib
import getpass
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from banjie.config import Settings
from banjie.parts.database import reachable_database
from banjie.storage.audit import SqlAuditLog
from banjie.storage.bus import publish_with
from banjie.storage.database import Database
from banjie.storage.matter_office import SqlMatterOffice
from banjie.storage.migrations import upgrade
from banjie.storage.people import SqlUserStore
from banjie.storage.queues import SqlQueueCatalogue
from banjie.storage.scripts import SqlScriptStore
from banjie.storage.sessions import SqlSessionStore
from banjie.stories.office import HOUSE_CHANGED
from banjie.stories.staff import HOUSE, Staff


@contextlib.asynccontextmanager
async def staff_of(settings: Settings) -> AsyncIterator[Staff]:
    """All that is done in the block is committed at its end, or nothing of it; a running server is told then."""
    async with reachable_database(settings) as dsn:
        await upgrade(dsn)
        database = await Database.open(dsn, connections=1)
        try:
            async with database.unit_of_work() as work:
                staff = Staff(
                    users=SqlUserStore(work),
                    sessions=SqlSessionStore(work),
                    queues=SqlQueueCatalogue(work),
                    scripts=SqlScriptStore(work),
                    matter_office=SqlMatterOffice(work, HOUSE),
                    audit=SqlAuditLog(work),
                    now=lambda: datetime.now(UTC),
                    by=getpass.getuser(),
                )
                yield staff
                if staff.has_changed:
                    await publish_with(work, HOUSE_CHANGED, "")
        finally:
            await database.close()
