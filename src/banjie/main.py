"""`banjie serve`: what starts, in which order; it stops in reverse. How each part starts is in `parts/`."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.config import Settings
from banjie.demo import bank
from banjie.desk.server import DeskServer
from banjie.logs import configure_logging
from banjie.parts.database import Store, start_store
from banjie.parts.desk import Health, start_desk
from banjie.parts.folders import make_folder
from banjie.parts.house import open_house
from banjie.parts.lead import Lead, take_the_lead
from banjie.parts.records import start_records
from banjie.parts.run import Run
from banjie.parts.sound import make_demo_prompts, start_sound
from banjie.parts.stories import start_stories
from banjie.parts.told import tell

COLLECT_AFTER: Final = (20_000, 5, 100)  # objects; looks at the young; looks at the middle-aged


class PartEnded(BanjieError):
    """A part ended by itself without which serving makes no sense."""

    code: ClassVar[str] = "main.part_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Everything runs, and can be reached here."""

    store: Store
    lead: Lead
    desk: DeskServer
    http_address: str
    sip_address: str


async def start(run: Run) -> Server:
    """Start every part. Raises a BanjieError whose sentence says what to do."""
    settings = run.settings
    make_folder(run.data)
    store = await start_store(run)
    lead = await take_the_lead(run, store)
    house = await open_house(settings, store.database)
    sound = await start_sound(run)
    run.stack.callback(run.board.stop)
    records = await start_records(run, store.database, house, lead)
    floor = await start_stories(run, store, house, sound, records, lead)
    sip_address = f"{settings.sip_host}:{floor.signalling.sip.local['udp'][1]}"
    health = Health(
        store=store,
        lead=lead,
        call_log=records.call_log,
        callback_log=records.callback_log,
        switchboard=sound.switchboard,
        sip_address=sip_address,
        sip=floor.signalling.sip,
    )
    desk = await start_desk(run, store, house, sound, floor, records, health)
    if settings.demo and settings.demo_voices:
        # Last, so that stopping ends it before it waits for errands.
        run.errands.spawn(make_demo_prompts(run, sound))
    return Server(
        store=store,
        lead=lead,
        desk=desk,
        http_address=f"{settings.http_host}:{desk.port}",
        sip_address=sip_address,
    )


async def serve(settings: Settings) -> None:
    """Run until Ctrl-C or SIGTERM. Raises a BanjieError when it cannot start, or cannot go on."""
    configure_logging(settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with contextlib.AsyncExitStack() as stack:
        starting = asyncio.create_task(start(Run(settings=settings, stack=stack)))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({starting, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return
        server = await starting
        collect_seldom()
        tell(welcome(settings, server))
        broken = asyncio.create_task(part_ended(server))
        await asyncio.wait({broken, stop}, return_when=asyncio.FIRST_COMPLETED)
        tell("· stopping")
        if broken.done():
            raise PartEnded(f"{broken.result()}; start Banjie again")
        broken.cancel()


async def part_ended(server: Server) -> str:
    """Return when a part has ended that cannot be done without, with the sentence that says why.

    What mends itself is not among them: a database that was revived, a bus that connects again.
    """
    ends: list[Coroutine[Any, Any, str]] = [server.desk.ended(), server.lead.deposed()]
    if server.store.postgres is not None:
        ends.append(server.store.postgres.ended())
    done, others = await asyncio.wait(map(asyncio.create_task, ends), return_when=asyncio.FIRST_COMPLETED)
    for other in others:
        other.cancel()
    return done.pop().result()


def collect_seldom() -> None:
    """Let the collector look seldom, and not at what stays: a live call is many objects and hardly a cycle.

    Under load the standard thresholds took a fifth of all CPU (`banjie bench sip`); a look at the young takes some 10 ms.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def welcome(settings: Settings, server: Server) -> str:
    """What to do first, printed when everything runs."""
    page = f"http://{server.http_address}"
    lines = [f"Banjie 办结 is serving at {page}  (SIP {server.sip_address}, health {page}/healthz)"]
    if settings.demo:
        lines += [
            "  agents 1001 … 1006, supervisor 2001, administrator admin; password demo- and the name: demo-1001",
            f"  try: sign in as 1001 at {page}/, go ready, open {page}/call in another window and call; press 0",
            f"  or call from any softphone on this machine: sip:{bank.SERVICE_NUMBER}@{server.sip_address}",
        ]
    return "\n".join(lines)
