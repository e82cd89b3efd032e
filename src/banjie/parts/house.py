"""The house we serve: the demonstration bank, seeded once, or the one tenant there is; and its set-up."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from banjie.base.ids import TenantId
from banjie.config import Settings
from banjie.customers.model import Level
from banjie.demo import bank
from banjie.parts.folders import CannotStart
from banjie.parts.told import tell
from banjie.people.model import Tenant
from banjie.people.passwords import hash_password
from banjie.storage.call_log import SqlCallLog
from banjie.storage.customers import SqlCustomerStore
from banjie.storage.database import Database
from banjie.storage.hours import SqlHoursStore
from banjie.storage.matter_office import SqlMatterOffice
from banjie.storage.moves import SqlMoveStore
from banjie.storage.numbers import SqlNumberStore
from banjie.storage.people import SqlUserStore
from banjie.storage.queues import SqlQueueCatalogue
from banjie.storage.scripts import SqlScriptStore
from banjie.storage.seal import Seal
from banjie.storage.trunks import SqlTrunkStore
from banjie.storage.wallboard import SqlThresholdStore
from banjie.stories.new_password import phone_login
from banjie.stories.set_up import SetUp
from banjie.stories.staff import NoHouse


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedHouse:
    tenant: Tenant
    set_up: SetUp
    seal: Seal

    @property
    def tenant_id(self) -> TenantId:
        return self.tenant.tenant_id

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tenant.timezone)


async def open_house(settings: Settings, database: Database) -> OpenedHouse:
    """Find whom we serve, and load what they have set up. Raises `NoHouse`."""
    tenant = await _tenant(settings, database)
    seal = Seal.of_file(settings.data_dir / "secret.key")
    set_up = SetUp(
        tenant_id=tenant.tenant_id,
        users=SqlUserStore(database),
        queues=SqlQueueCatalogue(database),
        hours=SqlHoursStore(database),
        numbers=SqlNumberStore(database),
        scripts=SqlScriptStore(database),
        trunk_store=SqlTrunkStore(database, seal),
        thresholds=SqlThresholdStore(database),
        moves=SqlMoveStore(database),
        now=lambda: datetime.now(UTC),
        outbound_trunk=settings.outbound_trunk,
        outbound_caller=settings.outbound_caller,
        credit_s={Level.VIP.value: settings.vip_credit_s},
    )
    await set_up.load()
    return OpenedHouse(tenant=tenant, set_up=set_up, seal=seal)


async def _tenant(settings: Settings, database: Database) -> Tenant:
    users = SqlUserStore(database)
    tenants = await users.list_tenants()
    if not tenants and settings.demo:
        tell("· seeding the demonstration bank")
        await seed_demo(database)
        tenants = await users.list_tenants()
    if not tenants:
        raise NoHouse
    if tenants[0].tenant_id == bank.BANK and not settings.demo:
        raise CannotStart(
            "this database holds the demonstration bank, whose passwords are public: set BANJIE_DEMO=1, or name another "
            "BANJIE_DATA_DIR or BANJIE_DATABASE_URL and found your house there with `banjie people found`"
        )
    return tenants[0]


async def seed_demo(database: Database) -> None:
    """Put the demonstration bank in, whole or not at all."""
    hashed = dict(zip(*await asyncio.to_thread(_hash_demo_passwords), strict=True))
    async with database.unit_of_work() as work:
        users = SqlUserStore(work)
        await users.add_tenant(Tenant(tenant_id=bank.BANK, name=bank.NAME, timezone=bank.TIMEZONE))
        stores = bank.Stores(
            users=users,
            queues=SqlQueueCatalogue(work),
            numbers=SqlNumberStore(work),
            scripts=SqlScriptStore(work),
            customers=SqlCustomerStore(work),
            matter_office=SqlMatterOffice(work, bank.BANK),
            write_calls=SqlCallLog(work, bank.BANK).write,
        )
        await bank.seed(
            stores,
            bank.Secrets(hash_password=hashed.__getitem__, phone_login=phone_login),
            datetime.now(UTC),
        )


def _hash_demo_passwords() -> tuple[list[str], list[str]]:
    words = [bank.demo_password(user.username) for user in bank.people(datetime.now(UTC))]
    return words, [hash_password(word) for word in words]
