"""Matters over the database, what they are judged by, and the time that passes for them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from banjie.base.errors import BanjieError, Unavailable
from banjie.base.ids import TenantId
from banjie.base.working_time import WorkingCalendar
from banjie.config import Settings
from banjie.loop import LoopClock
from banjie.matters.history import Filed
from banjie.matters.office import OfficeRules
from banjie.matters.ports import MatterStore
from banjie.parts.database import Store, reachable_database
from banjie.parts.house import OpenedHouse
from banjie.parts.run import Run
from banjie.people.model import Tenant
from banjie.storage.database import Database, UnitOfWork
from banjie.storage.matter_office import SqlMatterOffice
from banjie.storage.matters import SqlMatterStore
from banjie.storage.migrations import upgrade
from banjie.storage.notices import SqlNoticeBox
from banjie.storage.people import SqlUserStore
from banjie.storage.sheets import SqlSheetStore
from banjie.stories.handle_matter import Drawer, wake
from banjie.stories.matters import Matters, SetUpOffice, load_office
from banjie.stories.office import HOUSE_CHANGED
from banjie.stories.staff import NoHouse
from banjie.stories.weekly_sheet import SheetBook, remind_of_rows

AT_ONCE: Final = 200  # matters woken in one act
LOOK_EVERY_S: Final = 1.0
CHANGED: Final = "matters"  # the topic on which all servers hear which matters have changed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlCabinet:  # satisfies stories.handle_matter.Cabinet
    database: Database
    tenant_id: TenantId

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Drawer]:
        async with self.database.unit_of_work() as work:
            yield drawer_of(work, self.tenant_id)


def drawer_of(work: UnitOfWork, tenant_id: TenantId) -> Drawer:
    return Drawer(matters=SqlMatterStore(work, tenant_id), notices=SqlNoticeBox(work, tenant_id))


@dataclass(slots=True)
class OfficeNow:
    """What matters are judged by, read anew whenever the set-up of the house changes, and each year."""

    database: Database
    tenant: Tenant
    clock: LoopClock
    _office: SetUpOffice | None = None
    _year: int = 0

    def __call__(self) -> SetUpOffice:
        if self._office is None:
            raise Unavailable("the set-up of matters is not read yet; ask again")
        return self._office

    async def load(self) -> None:
        now = self.clock.utc()
        self._office = await _load(self.database, self.tenant, now)
        self._year = now.year

    async def load_for_the_year(self) -> None:
        """Read it if it was not read this year."""
        if self.clock.utc().year != self._year:
            await self.load()


async def start_matters(run: Run, store: Store, house: OpenedHouse) -> Matters:
    """Let time pass for matters. What they are judged by is read first; the house is open before that is done."""
    database, tenant_id = store.database, house.tenant_id
    office = OfficeNow(database, house.tenant, run.clock)

    async def changed(filed: Sequence[Filed]) -> None:
        for one in filed:
            store.bus.publish(CHANGED, one.matter.matter_id)

    def house_changed(_: str = "") -> None:
        run.errands.spawn(office.load())

    run.stack.callback(store.bus.subscribe(HOUSE_CHANGED, house_changed, house_changed))
    stored: MatterStore = SqlMatterStore(database, tenant_id)
    passing = asyncio.create_task(_pass_time(database, office, tenant_id, run.clock))
    run.stack.push_async_callback(_stop, passing)
    return Matters(
        cabinet=SqlCabinet(database=database, tenant_id=tenant_id),
        stored=stored,
        office=office,
        users=SqlUserStore(database),
        changed=changed,
        now=run.clock.utc,
    )


async def _pass_time(database: Database, office: OfficeNow, tenant_id: TenantId, clock: LoopClock) -> None:
    while True:
        try:
            await office.load_for_the_year()
            while await pass_once(database, office, tenant_id, clock.utc()) == AT_ONCE:
                pass
        except Unavailable as cause:
            log.warning("matters wait for the database", cause=str(cause))
        except BanjieError as cause:  # nobody is there to be told; it is tried again
            log.error("time cannot pass for matters", code=cause.code)
        await asyncio.sleep(LOOK_EVERY_S)


async def pass_once(database: Database, office: OfficeNow, tenant_id: TenantId, now: datetime) -> int:
    """Do some of what is due; return how many matters were looked at. Safe to do on several servers at once."""
    registry = office().registry
    async with database.unit_of_work() as work:
        looked = await wake(drawer_of(work, tenant_id), registry, now, AT_ONCE)
    async with database.unit_of_work() as work:
        book = SheetBook(
            sheets=SqlSheetStore(work, tenant_id),
            notices=SqlNoticeBox(work, tenant_id),
            calendar=registry.calendar,
        )
        await remind_of_rows(book, now, AT_ONCE)
    return looked


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _load(database: Database, tenant: Tenant, now: datetime) -> SetUpOffice:
    store = SqlMatterOffice(database, tenant.tenant_id)

    def calendar(rules: OfficeRules) -> Awaitable[WorkingCalendar]:
        return asyncio.to_thread(rules.calendar, now)  # the first takes half a second

    return await load_office(store, SqlUserStore(database), tenant, calendar)


@asynccontextmanager
async def office_of(settings: Settings) -> AsyncIterator[SetUpOffice]:
    """What the house's matters are judged by, for the command line. Raises `NoHouse`."""
    async with reachable_database(settings) as dsn:
        await upgrade(dsn)
        database = await Database.open(dsn, connections=1)
        try:
            tenants = await SqlUserStore(database).list_tenants()
            if not tenants:
                raise NoHouse
            yield await _load(database, tenants[0], datetime.now(UTC))
        finally:
            await database.close()
