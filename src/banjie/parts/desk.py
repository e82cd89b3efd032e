"""The desk: the HTTP and WebSocket server over the stories and the store, and what it says of its own health."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from banjie.base.errors import Unavailable
from banjie.base.ids import ScriptId
from banjie.desk.app import build_app
from banjie.desk.parts import DeskParts
from banjie.desk.ports import Choice, DeskOptions, PartHealth
from banjie.desk.server import DeskServer
from banjie.desk.shelves import StoredDirectory, StoredScripts
from banjie.media.io.native import NativeSwitchboard
from banjie.parts.database import Store
from banjie.parts.house import OpenedHouse
from banjie.parts.lead import Lead
from banjie.parts.matters import start_matters
from banjie.parts.office import OpenOffice
from banjie.parts.records import Records
from banjie.parts.run import Run
from banjie.parts.sound import Sound
from banjie.parts.stories import Floor
from banjie.routing.catalogue import Code, offered
from banjie.sip.io.endpoint import SipEndpoint
from banjie.storage.agents import SqlAgentHistory
from banjie.storage.audit import SqlAuditLog
from banjie.storage.blobs import FolderBlobs
from banjie.storage.call_log import SqlCallLog
from banjie.storage.callbacks import SqlCallbackLog
from banjie.storage.customers import SqlCustomerStore
from banjie.storage.insight import SqlDayBook
from banjie.storage.messages import SqlMessageStore
from banjie.storage.people import SqlUserStore
from banjie.storage.recordings import SqlRecordingShelf
from banjie.storage.sessions import SqlApiKeyStore, SqlSessionStore
from banjie.storage.teams import SqlTeamStore
from banjie.storage.versions import SqlVersionStore
from banjie.storage.wallboard import SqlWallScreenStore
from banjie.stories.customer_card import CustomerCards
from banjie.stories.matters import Matters
from banjie.stories.my_day import MyDay
from banjie.stories.set_up import SetUp
from banjie.stories.spoken_prompts import SpokenPrompts

HEALTH_WITHIN_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Satisfies `desk.ports.HealthProbe`."""

    store: Store
    lead: Lead
    call_log: SqlCallLog
    callback_log: SqlCallbackLog
    switchboard: NativeSwitchboard
    sip_address: str
    sip: SipEndpoint

    async def check(self) -> Mapping[str, PartHealth]:
        bus = self.store.bus.health()
        return {
            "database": await self._database(),
            "sip": PartHealth(ok=True, detail=f"listening on {self.sip_address}: {self.sip.busy}"),
            "media": self._media(),
            "bus": PartHealth(ok=bus.ok, detail=bus.detail),
            "routing": self._routing(),
        }

    async def _database(self) -> PartHealth:
        try:
            async with asyncio.timeout(HEALTH_WITHIN_S):
                await self.store.database.fetch_value("SELECT 1")
        except (Unavailable, TimeoutError) as cause:
            embedded = self.store.postgres.health() if self.store.postgres is not None else None
            why = cause if embedded is None or embedded.ok else embedded.detail
            return PartHealth(ok=False, detail=f"the database does not answer: {why}")
        calls, callbacks = self.call_log.health(), self.callback_log.health()
        writing = calls if not calls.ok or callbacks.ok else callbacks
        return PartHealth(ok=writing.ok, detail=writing.detail)

    def _routing(self) -> PartHealth:
        if not self.lead.leads:
            return PartHealth(
                ok=False, detail="the lease is not renewed: calls go on, nobody is rung for those that wait"
            )
        return PartHealth(ok=True, detail=f"this server decides, epoch {self.lead.lease.epoch}")

    def _media(self) -> PartHealth:
        if not self.switchboard.is_running:
            return PartHealth(ok=False, detail="the switchboard's thread has ended; restart the server")
        return PartHealth(ok=True, detail=f"{len(self.switchboard)} ports open")


async def start_desk(
    run: Run,
    store: Store,
    house: OpenedHouse,
    sound: Sound,
    floor: Floor,
    records: Records,
    health: Health,
) -> DeskServer:
    """Answer requests."""
    settings, database, set_up = run.settings, store.database, house.set_up
    matters = await start_matters(run, store, house)
    parts = DeskParts(
        tenant_id=house.tenant_id,
        agents=floor.stories.agents,
        supervision=floor.stories.supervision,
        visitors=floor.stories.visitors,
        callbacks=floor.stories.callbacks,
        callback_store=records.callbacks,
        board=run.board,
        users=SqlUserStore(database),
        sessions=SqlSessionStore(database),
        api_keys=SqlApiKeyStore(database),
        audit=SqlAuditLog(database),
        calls=records.calls,
        appointments=floor.appointments,
        cards=_cards(run, house, floor, records, matters, SqlCustomerStore(database)),
        matters=matters,
        my_day=_my_day(run, store, house),
        messages=SqlMessageStore(database, house.tenant_id),
        recordings=SqlRecordingShelf(database, FolderBlobs(records.recordings)),
        directory=_directory(run, store, set_up),
        scripts=_scripts(run, set_up, sound.prompts),
        health=health,
        options=lambda: _options(set_up),
        catalogue=set_up.queues,
        teams=SqlTeamStore(database),
        hours=set_up.hours,
        office=OpenOffice(
            database=database,
            tenant_id=house.tenant_id,
            now=run.clock.utc,
            seal=house.seal,
            take_in=floor.take_in,
        ),
        versions=SqlVersionStore(database),
        wall_screens=SqlWallScreenStore(database),
        trunks=set_up.trunk_store,
        trunk_room=floor.signalling,
        phone_room=floor.signalling,
        on_phone_login=floor.let_register,
        now=run.clock.utc,
        monotonic=run.clock.mono,
        web=settings.web_dir if settings.web_dir.is_dir() else None,
    )
    server = await DeskServer.start(
        build_app(parts), settings.http_host, settings.http_port, trusted_proxies=settings.trusted_proxies
    )
    run.stack.push_async_callback(server.stop)
    return server


def _cards(
    run: Run,
    house: OpenedHouse,
    floor: Floor,
    records: Records,
    matters: Matters,
    customers: SqlCustomerStore,
) -> CustomerCards:
    return CustomerCards(
        tenant_id=house.tenant_id,
        customers=customers,
        calls=records.calls,
        matters=matters,
        desk=floor.stories.agents,
        timezone=lambda: house.zone.key,
        now=run.clock.utc,
    )


def _my_day(run: Run, store: Store, house: OpenedHouse) -> MyDay:
    database, set_up = store.database, house.set_up
    return MyDay(
        tenant_id=house.tenant_id,
        book=SqlDayBook(database, house.tenant_id),
        history=SqlAgentHistory(database, house.tenant_id),
        users=SqlUserStore(database),
        teams=SqlTeamStore(database),
        service_level_s=lambda: {q: p.service_level_s for q, p in set_up.house.queues.items()},
        now=run.clock.utc,
    )


def _directory(run: Run, store: Store, set_up: SetUp) -> StoredDirectory:
    return StoredDirectory(
        numbers=set_up.numbers,
        queues=set_up.queues,
        scripts=set_up.scripts,
        customers=SqlCustomerStore(store.database),
        now=run.clock.utc,
    )


def _scripts(run: Run, set_up: SetUp, prompts: SpokenPrompts) -> StoredScripts:
    def follow(_: ScriptId) -> None:
        prompts.forget()  # sounds put there since are heard from now on
        run.errands.spawn(set_up.load_plan())

    return StoredScripts(
        scripts=set_up.scripts,
        queues=set_up.queues,
        now=run.clock.utc,
        on_published=follow,
        is_spoken=prompts.is_spoken,
    )


def _options(set_up: SetUp) -> DeskOptions:
    numbers = set_up.service_numbers
    return DeskOptions(
        break_reasons=tuple(_choices(set_up.break_reasons)),
        dispositions=tuple(_choices(set_up.dispositions)),
        service_number=numbers[0].number if numbers else "",
        service_name=numbers[0].name if numbers else {"zh": "", "en": ""},
    )


def _choices(codes: Sequence[Code]) -> Iterator[Choice]:
    shown = {code.code for code in offered(codes)}
    for code in codes:
        yield Choice(
            code=code.code,
            label=code.name,
            parent=code.parent,
            is_active=code.code in shown,
            needs_note=code.needs_note,
        )
