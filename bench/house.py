"""The demonstration bank with one large queue more, whose agents sit at desk phones: seeded, registered, signed in, ready."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from tests.peers.server import BanjieServer

from banjie.base.ids import NumberId, QueueId, ScriptId, UserId
from banjie.config import Settings
from banjie.demo.bank import BANK
from banjie.numbers.model import Plan, ServiceNumber
from banjie.parts.database import database_of
from banjie.parts.house import seed_demo
from banjie.people.model import Role, User
from banjie.people.passwords import hash_password
from banjie.routing.callbacks import THE_FIELDS, CallbackRules
from banjie.routing.catalogue import QueueSetup
from banjie.routing.queues import Queue
from banjie.scripts import model as script
from banjie.scripts.document import write_script
from banjie.scripts.versions import Draft, publish
from banjie.sip.digest import DigestClient, Password
from banjie.sip.message import parse_message
from banjie.sip.model import Response
from banjie.storage.database import Database, Queries
from banjie.storage.migrations import upgrade
from banjie.storage.numbers import SqlNumberStore
from banjie.storage.people import SqlUserStore
from banjie.storage.queues import SqlQueueCatalogue
from banjie.storage.scripts import SqlScriptStore
from banjie.stories.new_password import phone_login

NUMBER = "4000000002"  # leads straight to the queue
QUEUE = QueueId("bench")
SCRIPT = ScriptId("bench")
PASSWORD = "bench"
SIGNING_IN_TOGETHER = 4
NAME = {"zh": "压测", "en": "Bench"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The agents of the queue; their phones all live at one port."""

    count: int
    phone_port: int
    acw_s: float | None = 0.0  # None: until the disposition is given
    ring_timeout_s: float = 15.0
    callback: CallbackRules = THE_FIELDS
    desks: list[httpx.AsyncClient] = field(default_factory=list)  # of those who are signed in

    @property
    def names(self) -> list[str]:
        return [str(8000 + n) for n in range(self.count)]


async def furnish(server: BanjieServer, crew: Crew) -> None:
    """Seed a server that has not been started yet."""
    async with database_of(Settings(data_dir=server.folder / "var")) as dsn:
        await upgrade(dsn)
        database = await Database.open(dsn)
        try:
            await seed_demo(database)
            async with database.unit_of_work() as work:
                await _seed(work, crew, datetime.now(UTC))
        finally:
            await database.close()


@contextlib.asynccontextmanager
async def staffed(server: BanjieServer, crew: Crew) -> AsyncIterator[None]:
    """Register every phone, let its agent sign in and go ready."""
    await asyncio.to_thread(register, server, crew)
    places = asyncio.Semaphore(SIGNING_IN_TOGETHER)
    try:
        crew.desks.extend(await asyncio.gather(*(_sign_in(server, name, places) for name in crew.names)))
        await go_ready(crew)
        yield
    finally:
        await asyncio.gather(*(desk.aclose() for desk in crew.desks))


async def go_ready(crew: Crew) -> None:
    """All of them; an overload may have sent some on a break."""
    for desk in crew.desks:
        state = await desk.post("/api/desk/state", json={"state": "READY", "device": "phone"})
        state.raise_for_status()


async def _seed(work: Queries, crew: Crew, now: datetime) -> None:
    users, scripts = SqlUserStore(work), SqlScriptStore(work)
    rules = Queue(
        queue_id=QUEUE, acw_s=crew.acw_s, ring_timeout_s=crew.ring_timeout_s, callback=crew.callback
    )
    setup = QueueSetup(rules=rules, name=NAME, priority=0, service_level_s=20.0)
    await SqlQueueCatalogue(work).put_queue(BANK, setup, position=9)
    password_hash = hash_password(PASSWORD)  # of all of them: one costs 25 ms
    for name in crew.names:
        await users.add_user(_agent(name, now), password_hash)
        await users.set_phone_login(phone_login(UserId(name), name, PASSWORD))
    start = script.NodeId("queue")
    graph = script.Script(
        script_id=SCRIPT, version=1, start=start, nodes={start: script.Queue(queue_id=QUEUE)}
    )
    draft = Draft(
        script_id=SCRIPT,
        document=write_script(graph),
        revision=1,
        based_on=0,
        changed_by=None,
        changed_at=now,
    )
    await scripts.add_script(BANK, NAME, draft)
    await scripts.add_version(BANK, publish(draft, 0, None, now))
    number = ServiceNumber(
        number_id=NumberId("bench"),
        tenant_id=BANK,
        number=NUMBER,
        name=NAME,
        plan=Plan(script_id=SCRIPT),
    )
    await SqlNumberStore(work).put_number(number)


def _agent(name: str, now: datetime) -> User:
    return User(
        user_id=UserId(name),
        tenant_id=BANK,
        username=name,
        name={"zh": name, "en": name},
        roles=frozenset({Role.AGENT}),
        extension=name,
        queues=(QUEUE,),
        language="zh",
        is_active=True,
        created_at=now,
    )


def register(server: BanjieServer, crew: Crew) -> None:
    """From the port at which the phones will answer, so that the contacts are where they say."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", crew.phone_port))
        phone.connect(("127.0.0.1", server.sip_port))
        phone.settimeout(5.0)
        for name in crew.names:
            digest = DigestClient(Password(username=name, password=PASSWORD))
            challenge = digest.choose(_exchange(phone, crew, name, 1, "").headers.all("WWW-Authenticate"))
            if challenge is None:
                raise RuntimeError("the registrar asks nothing we can answer")
            answer = digest.answer(challenge, "REGISTER", f"sip:127.0.0.1:{server.sip_port}")
            registered = _exchange(phone, crew, name, 2, f"Authorization: {answer}\r\n")
            if registered.status != 200:
                raise RuntimeError(f"phone {name} is not registered: {registered.status}")


def _exchange(phone: socket.socket, crew: Crew, name: str, cseq: int, proof: str) -> Response:
    host, port = phone.getpeername()
    phone.send(
        (
            f"REGISTER sip:{host}:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{crew.phone_port};branch=z9hG4bK{name}{cseq}\r\n"
            f"From: <sip:{name}@{host}>;tag={name}\r\nTo: <sip:{name}@{host}>\r\n"
            f"Call-ID: {name}@bench\r\nCSeq: {cseq} REGISTER\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:{name}@127.0.0.1:{crew.phone_port}>;expires=3600\r\n"
            f"{proof}Content-Length: 0\r\n\r\n"
        ).encode()
    )
    while True:  # a phone registered before may be rung already; that is sent again
        answer = parse_message(phone.recv(65_535))
        if isinstance(answer, Response):
            return answer


async def _sign_in(server: BanjieServer, name: str, places: asyncio.Semaphore) -> httpx.AsyncClient:
    desk = httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=30.0)
    async with places:
        session = await desk.post("/api/session", json={"username": name, "password": PASSWORD})
        session.raise_for_status()
    desk.headers["X-CSRF-Token"] = session.json()["csrf_token"]
    return desk
