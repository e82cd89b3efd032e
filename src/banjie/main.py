"""The composition root: the only place that sees every part. Starts them in order, stops them in reverse."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

import structlog

from banjie.base.errors import BanjieError, Unavailable
from banjie.base.ids import QueueId, TenantId, UserId
from banjie.calls.store import QueueCounts
from banjie.calls.today import Today
from banjie.config import Settings, TrunkSettings
from banjie.customers.matching import lookup_key
from banjie.customers.model import Customer
from banjie.demo import bank, prompts
from banjie.desk.app import build_app
from banjie.desk.live import Board
from banjie.desk.parts import DeskParts
from banjie.desk.ports import Choice, DeskOptions, PartHealth
from banjie.desk.server import DeskServer
from banjie.desk.shelves import StoredDirectory, StoredScripts
from banjie.logs import configure_logging
from banjie.loop import Errands, LoopAlarm, LoopClock
from banjie.media.io.native import NativeSwitchboard
from banjie.media.io.recordings import repair
from banjie.media.io.webrtc import WebRtcAudio
from banjie.people.model import PhoneLogin, Tenant
from banjie.people.passwords import hash_password
from banjie.routing.catalogue import Code
from banjie.sip.digest import DigestSecret, Password, ha1
from banjie.sip.gate import Accounts
from banjie.sip.io.endpoint import EndpointSettings, SipEndpoint
from banjie.sip.io.tls import TlsFiles
from banjie.sip.trunks import Trunk, TrunkBook, TrunkServer
from banjie.storage.agents import SqlAgentHistory, SqlAgentLog
from banjie.storage.audit import SqlAuditLog
from banjie.storage.blobs import FolderBlobs
from banjie.storage.bus import PostgresBus
from banjie.storage.call_log import SqlCallLog
from banjie.storage.calls import SqlCallStore
from banjie.storage.customers import SqlCustomerStore
from banjie.storage.database import Database
from banjie.storage.migrations import downgrade, upgrade
from banjie.storage.numbers import SqlNumberStore
from banjie.storage.people import SqlUserStore
from banjie.storage.postgres import EmbeddedPostgres
from banjie.storage.queues import SqlQueueCatalogue
from banjie.storage.recordings import SqlRecordingShelf
from banjie.storage.scripts import SqlScriptStore
from banjie.storage.sessions import SqlApiKeyStore, SqlSessionStore
from banjie.stories.contact_centre import ContactCentre, World
from banjie.stories.floor import Ongoing
from banjie.stories.inbound_call import NumberBook
from banjie.stories.interrupted_call import Repaired, close_interrupted
from banjie.stories.set_up import SetUp
from banjie.stories.spoken_prompts import SpokenPrompts

log = structlog.get_logger()

REALM: Final = "banjie"
HEALTH_WITHIN_S: Final = 1.0


class CannotStart(BanjieError):
    """Something this machine must have is missing; the sentence says what to do."""

    code: ClassVar[str] = "main.cannot_start"


@dataclass(frozen=True, slots=True)
class StoredCallers:
    """Who is behind a number."""

    tenant_id: TenantId
    customers: SqlCustomerStore
    calls: SqlCallStore

    async def find_customer(self, caller: str) -> Customer | None:
        number = lookup_key(caller)
        return None if number is None else await self.customers.find_by_number(self.tenant_id, number)

    async def count_calls_from(self, caller: str, ongoing: Ongoing) -> int:
        return await self.calls.count_calls_from(caller, ongoing.live.cdr.arrived_at)


@dataclass(slots=True)
class Server:
    """Everything that runs. Made by `start`, in order; `stack` stops it in reverse."""

    settings: Settings
    stack: contextlib.AsyncExitStack
    clock: LoopClock = field(default_factory=LoopClock)
    errands: Errands = field(default_factory=Errands)
    http_port: int = 0
    sip_port: int = 0
    _dsn: str = field(init=False, repr=False)
    _database: Database = field(init=False)
    _set_up: SetUp = field(init=False)
    _call_log: SqlCallLog = field(init=False)
    _bus: PostgresBus = field(init=False)
    _switchboard: NativeSwitchboard = field(init=False)
    _sip: SipEndpoint = field(init=False)
    _prompts: SpokenPrompts = field(init=False)
    _postgres: EmbeddedPostgres | None = None

    @property
    def data(self) -> Path:
        return self.settings.data_dir

    async def start(self) -> None:
        """Start every part. Raises a BanjieError whose sentence says what to do."""
        make_folder(self.data)
        await self._start_database()
        tenant_id, zone = await self._tenant()
        await self._load(tenant_id)
        await self._start_media()
        board = Board()
        self.stack.callback(board.stop)
        stories = await self._start_stories(tenant_id, zone, board)
        await self._start_desk(tenant_id, board, stories)
        if self.settings.demo and self.settings.demo_voices:
            # Last, so that stopping ends it before it waits for errands.
            self.errands.spawn(self._make_prompts())

    # -- storage ----------------------------------------------------------------------------------------

    async def _start_database(self) -> None:
        dsn = self.settings.database_url
        if not dsn:
            self._postgres = await EmbeddedPostgres.start(self.data / "postgres")
            self.stack.push_async_callback(self._postgres.stop)
            dsn = self._postgres.dsn
        self._dsn = dsn
        await upgrade(dsn)
        self._database = await Database.open(dsn)
        self.stack.push_async_callback(self._database.close)
        self._bus = PostgresBus(dsn)
        await self._bus.start()
        self.stack.push_async_callback(self._bus.stop)

    async def _tenant(self) -> tuple[TenantId, ZoneInfo]:
        """The house we serve: the demonstration bank, seeded once, or the one tenant there is."""
        users = SqlUserStore(self._database)
        tenants = await users.list_tenants()
        if not tenants and self.settings.demo:
            tell("· seeding the demonstration bank")
            await seed_demo(self._database)
            tenants = await users.list_tenants()
        if not tenants:
            await users.add_tenant(
                Tenant(tenant_id=TenantId("main"), name={"zh": "", "en": ""}, timezone="Asia/Shanghai")
            )
            tenants = await users.list_tenants()
        return tenants[0].tenant_id, ZoneInfo(tenants[0].timezone)

    async def _load(self, tenant_id: TenantId) -> None:
        database, settings = self._database, self.settings
        self._set_up = SetUp(
            tenant_id=tenant_id,
            users=SqlUserStore(database),
            queues=SqlQueueCatalogue(database),
            numbers=SqlNumberStore(database),
            scripts=SqlScriptStore(database),
            outbound_trunk=settings.outbound_trunk,
            outbound_caller=settings.outbound_caller,
        )
        await self._set_up.load()

    # -- sound and signalling ---------------------------------------------------------------------------

    async def _start_media(self) -> None:
        settings = self.settings
        self._switchboard = NativeSwitchboard(settings.rtp_host or settings.sip_host, settings.rtp_ports)
        await self._switchboard.start()
        self.stack.push_async_callback(self._switchboard.shut_down)
        make_folder(self.data / "prompts")
        self._prompts = SpokenPrompts(self._switchboard, self.data / "prompts")
        if settings.demo and not settings.demo_voices:
            await asyncio.to_thread(prompts.make, self.data / "prompts", texts={})  # music alone

    async def _make_prompts(self) -> None:
        """The voices take a minute or two, in a process of their own; until then the words are on the screens only."""
        folder = self.data / "prompts"
        maker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "banjie", "demo", "prompts", str(folder)
        )
        self.stack.callback(_end, maker)
        await maker.wait()
        self._prompts.forget()

    async def _start_stories(self, tenant_id: TenantId, zone: ZoneInfo, board: Board) -> ContactCentre:
        settings, database = self.settings, self._database
        calls = SqlCallStore(database, tenant_id)
        recordings = self.data / "recordings"
        make_folder(recordings)
        self._call_log = SqlCallLog(database, tenant_id)
        self._call_log.start()
        self.stack.push_async_callback(self._call_log.stop)
        agent_log = SqlAgentLog(database, tenant_id)
        agent_log.start()
        self.stack.push_async_callback(agent_log.stop)
        left = await calls.open_calls()
        interrupted = await asyncio.to_thread(
            close_interrupted, left, self._call_log, mend, recordings, self.clock.utc
        )
        if interrupted:
            log.warning("calls were interrupted by the last stop", count=interrupted)
        await self._call_log.drain()
        browsers = WebRtcAudio(
            self._switchboard,
            addresses=settings.browser_addresses or None,
            udp_ports=tuple(int(port) for port in settings.browser_ports),
        )
        await browsers.start()
        self.stack.push_async_callback(browsers.stop)
        self._sip = await self._start_sip()
        alarm = LoopAlarm()
        stories = ContactCentre(
            World(
                house=lambda: self._set_up.house,
                book=NumberBook(
                    plan=lambda: self._set_up.plan, script=self._set_up.script, calls_max=settings.calls_max
                ),
                callers=StoredCallers(tenant_id, SqlCustomerStore(database), calls),
                log=self._call_log,
                agent_log=agent_log,
                sip=self._sip,
                switchboard=self._switchboard,
                browsers=browsers,
                prompts=self._prompts,
                board=board,
                alarm=alarm,
                clock=self.clock,
                spawn=self.errands.spawn,
                today=await self._today(calls, zone),
                recordings_folder=recordings,
                is_recording=settings.recording,
                has_diagnostics=settings.diagnostics,
            )
        )
        alarm.stories = stories
        self._switchboard.on_event = stories.on_switch
        self._sip.on_event = stories.on_sip
        self.stack.push_async_callback(self.errands.finish)
        self.stack.callback(stories.end_all)
        stories.take_up(await SqlAgentHistory(database, tenant_id).present_states())
        stories.screens.show_all()
        return stories

    async def _start_sip(self) -> SipEndpoint:
        settings = self.settings
        tls = None
        if settings.tls_certificate is not None and settings.tls_key is not None:
            tls = TlsFiles(certificate=settings.tls_certificate, key=settings.tls_key)
        trunks = [_trunk(trunk) for trunk in settings.trunks]
        if settings.demo:
            trunks.append(Trunk(name=bank.LOOPBACK, networks=("127.0.0.0/8",)))
        logins = await self._set_up.users.list_phone_logins(self._set_up.tenant_id)
        sip = await SipEndpoint.start(
            EndpointSettings(
                host=settings.sip_host,
                udp_port=settings.sip_port,
                tcp_port=settings.sip_port,
                tls_port=settings.sip_tls_port,
                tls=tls,
                advertised_host=settings.sip_advertised_host,
                realm=REALM,
            ),
            trunks=TrunkBook(trunks),
            accounts=Accounts(_secret(login) for login in logins),
            on_event=lambda event: None,
        )
        self.stack.push_async_callback(sip.stop)
        self.sip_port = sip.local["udp"][1]
        return sip

    async def _today(self, calls: SqlCallStore, zone: ZoneInfo) -> Today:
        now = self.clock.utc().astimezone(zone)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        counts: dict[QueueId, QueueCounts] = {}
        for queue_id, queue in self._set_up.house.queues.items():
            found = await calls.queue_counts(midnight, queue.service_level_s)
            if queue_id in found:
                counts[queue_id] = found[queue_id]
        return Today(zone=zone, on=now.date(), counts=counts)

    # -- the desk ---------------------------------------------------------------------------------------

    async def _start_desk(self, tenant_id: TenantId, board: Board, stories: ContactCentre) -> None:
        database, set_up = self._database, self._set_up
        calls = SqlCallStore(database, tenant_id)
        web = self.settings.web_dir
        parts = DeskParts(
            tenant_id=tenant_id,
            agents=stories.agents,
            visitors=stories.visitors,
            board=board,
            users=SqlUserStore(database),
            sessions=SqlSessionStore(database),
            api_keys=SqlApiKeyStore(database),
            audit=SqlAuditLog(database),
            calls=calls,
            recordings=SqlRecordingShelf(database, FolderBlobs(self.data / "recordings")),
            directory=StoredDirectory(
                numbers=set_up.numbers,
                queues=set_up.queues,
                scripts=set_up.scripts,
                customers=SqlCustomerStore(database),
                now=self.clock.utc,
            ),
            scripts=StoredScripts(
                scripts=set_up.scripts,
                queues=set_up.queues,
                now=self.clock.utc,
                on_published=lambda script_id: self.errands.spawn(set_up.load_plan()),
            ),
            health=self,
            options=await desk_options(set_up),
            now=self.clock.utc,
            monotonic=self.clock.mono,
            web=web if web.is_dir() else None,
        )
        settings = self.settings
        server = await DeskServer.start(
            build_app(parts), settings.http_host, settings.http_port, trusted_proxies=settings.trusted_proxies
        )
        self.stack.push_async_callback(server.stop)
        self.http_port = server.port

    async def check(self) -> Mapping[str, PartHealth]:
        """Satisfies `desk.ports.HealthProbe`."""
        bus, calls = self._bus.health(), self._call_log.health()
        return {
            "database": await self._database_health(calls.ok, calls.detail),
            "sip": PartHealth(ok=True, detail=f"listening on {self.settings.sip_host}:{self.sip_port}"),
            "media": self._media_health(),
            "bus": PartHealth(ok=bus.ok, detail=bus.detail),
        }

    async def _database_health(self, is_writing: bool, writing: str) -> PartHealth:
        try:
            async with asyncio.timeout(HEALTH_WITHIN_S):
                await self._database.fetch_value("SELECT 1")
        except (Unavailable, TimeoutError) as cause:
            return PartHealth(ok=False, detail=f"the database does not answer: {cause}")
        return PartHealth(ok=is_writing, detail=writing)

    def _media_health(self) -> PartHealth:
        if not self._switchboard.is_running:
            return PartHealth(ok=False, detail="the switchboard's thread has ended; restart the server")
        return PartHealth(ok=True, detail=f"{len(self._switchboard)} ports open")


async def serve(settings: Settings) -> None:
    """Run until Ctrl-C or SIGTERM. Raises a BanjieError when it cannot start."""
    configure_logging(settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with contextlib.AsyncExitStack() as stack:
        server = Server(settings=settings, stack=stack)
        starting = asyncio.create_task(server.start())
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({starting, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return
        await starting
        tell(welcome(server))
        await stop
        tell("· stopping")


def tell(words: str) -> None:
    """Say something to whoever started us."""
    print(words, flush=True)  # noqa: T201


def welcome(server: Server) -> str:
    """What to do first, printed when everything runs."""
    settings = server.settings
    page = f"http://{settings.http_host}:{server.http_port}"
    lines = [
        f"Banjie 办结 is serving at {page}  (SIP {settings.sip_host}:{server.sip_port}, health {page}/healthz)"
    ]
    if settings.demo:
        lines += [
            "  agents 1001 … 1006, supervisor 2001, administrator admin; password demo- and the name: demo-1001",
            f"  try: sign in as 1001 at {page}/, go ready, open {page}/call in another window and call; press 0",
            f"  or call from any softphone on this machine: sip:{bank.SERVICE_NUMBER}@{settings.sip_host}:{server.sip_port}",
        ]
    return "\n".join(lines)


async def upgrade_database(settings: Settings) -> None:
    async with database_of(settings) as dsn:
        await upgrade(dsn)


async def reset_database(settings: Settings) -> None:
    async with database_of(settings) as dsn:
        await downgrade(dsn, "base")
        await upgrade(dsn)


@contextlib.asynccontextmanager
async def database_of(settings: Settings) -> AsyncIterator[str]:
    """The address of the database, its embedded server running meanwhile where there is one."""
    if settings.database_url:
        yield settings.database_url
        return
    make_folder(settings.data_dir)
    postgres = await EmbeddedPostgres.start(settings.data_dir / "postgres")
    try:
        yield postgres.dsn
    finally:
        await postgres.stop()


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
            write_calls=SqlCallLog(work, bank.BANK).write,
        )
        await bank.seed(
            stores,
            bank.Secrets(hash_password=hashed.__getitem__, phone_login=_phone_login),
            datetime.now(UTC),
        )


def _hash_demo_passwords() -> tuple[list[str], list[str]]:
    words = [bank.demo_password(user.username) for user in bank.people(datetime.now(UTC))]
    return words, [hash_password(word) for word in words]


def _phone_login(user_id: UserId, extension: str, password: str) -> PhoneLogin:
    return PhoneLogin(
        user_id=user_id,
        username=extension,
        realm=REALM,
        ha1_md5=ha1(extension, REALM, password, "MD5"),
        ha1_sha256=ha1(extension, REALM, password, "SHA-256"),
    )


def _secret(login: PhoneLogin) -> DigestSecret:
    return DigestSecret(
        username=login.username,
        realm=login.realm,
        ha1={"MD5": login.ha1_md5, "SHA-256": login.ha1_sha256},
    )


def _trunk(given: TrunkSettings) -> Trunk:
    password = None if given.password is None else given.password.get_secret_value()
    credentials = None
    if given.username is not None and password is not None:
        credentials = Password(username=given.username, password=password)
    servers = []
    for text in given.servers:
        host, _, port = text.partition(":")
        servers.append(TrunkServer(host=host, port=int(port) if port else None, transport=given.transport))
    return Trunk(
        name=given.name,
        servers=tuple(servers),
        networks=given.networks,
        credentials=credentials,
    )


def mend(path: Path) -> Repaired | None:
    """Close a recording a crash left open; `None` where there is none to close."""
    try:
        closed = repair(path)
    except BanjieError:
        return None
    return Repaired(path=closed.path, duration_s=closed.duration_s, size_bytes=closed.size_bytes)


async def desk_options(set_up: SetUp) -> DeskOptions:
    numbers = await set_up.numbers.list_numbers(set_up.tenant_id)
    return DeskOptions(
        break_reasons=tuple(map(_choice, await set_up.queues.list_break_reasons(set_up.tenant_id))),
        dispositions=tuple(map(_choice, await set_up.queues.list_dispositions(set_up.tenant_id))),
        service_number=numbers[0].number if numbers else "",
        service_name=numbers[0].name if numbers else {"zh": "", "en": ""},
    )


def _choice(code: Code) -> Choice:
    return Choice(code=code.code, label=code.name, parent=code.parent)


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as cause:
        raise CannotStart(
            f"the folder {folder} cannot be written to ({cause.strerror}): give this user the right, or set BANJIE_DATA_DIR"
        ) from None
