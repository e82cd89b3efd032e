"""What calls cost the whole server: answered by the script, and through a queue to a desk phone; their records stored.

SIPp calls and answers. Our server and its PostgreSQL have one core to themselves, SIPp has the others, so that a rate is
what one core carries. The reference of every figure is SIPp's own UAS (C++, no media, nothing stored) answering the same
calls directly, in the same run.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.peers.server import BanjieServer, free_port

from bench import house, sipp
from bench.processes import LOAD, OURS, Spent, memory_kb, running_on, spent
from bench.report import Figure, Once, Reference, Report, main, tell
from bench.sipp import Load, Run

SCRIPT_NUMBER = "4000000001"
HOLD_MS = 500
FIRST_RATE = 100
TRIES = 2  # a rate is clean when one of them is: the machine may have other things to do
ON_TIME = 1.1
STORED_WITHIN_S = 40.0  # what an overload left half done is given up after 32 s
UAS = "SIPp's own UAS, same calls"
ASTERISK = "Asterisk 22.10, its CDR off"
NOTHING = Spent(server_s=0.0, database_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One run: what the caller saw, what the phones saw, what it cost whom."""

    load: Load
    run: Run
    phones_cpu_s: float
    phones_sent_again: int | None  # None: calls at the phones never ended
    ours: Spent = NOTHING
    records_missing: int = 0

    @property
    def sent_again(self) -> int:
        return self.run.sent_again + (self.phones_sent_again or 0)

    @property
    def is_clean(self) -> bool:
        """Every call went well, at the rate asked for, and nothing was sent twice."""
        due_s = self.load.calls / self.load.rate * ON_TIME + self.load.hold_ms / 1000 + 1.0
        has_ended = self.phones_sent_again is not None
        is_whole = has_ended and self.run.successful == self.load.calls and not self.records_missing
        return is_whole and not self.run.failed and not self.sent_again and self.run.took_s < due_s

    @property
    def kept_ratio(self) -> float:
        """Of the calls that were not refused, those that went well: to their end, on record."""
        taken = self.load.calls - self.run.refused
        return max(0, self.run.successful - max(0, self.records_missing)) / taken if taken else 0.0

    @property
    def words(self) -> str:
        return (
            f"{'clean' if self.is_clean else 'not clean'}, failed {self.run.failed}, sent again {self.sent_again}, "
            f"records missing {self.records_missing}, {self.ms_a_call(self.ours.server_s):.2f} CPU-ms a call"
        )

    def ms_a_call(self, seconds: float) -> float:
        return seconds * 1000 / self.load.calls


Carry = Callable[[Load], Awaitable[Carried]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A running server with its phones, and what can be asked of it."""

    server: BanjieServer
    crew: house.Crew

    async def to_the_script(self, load: Load) -> Carried:
        return await self._carry(load, SCRIPT_NUMBER, "answered_at")

    async def to_the_queue(self, load: Load) -> Carried:
        await house.go_ready(self.crew)
        return await self._carry(load, house.NUMBER, "connected_at")

    async def to_sipp(self, load: Load) -> Carried:
        """The reference: the phones are called directly."""
        with sipp.phones(self.crew.phone_port) as phones:
            run = await asyncio.to_thread(sipp.call, self.crew.phone_port, "phone", load)
            cpu_s = phones.cpu_s
            sent_again = await asyncio.to_thread(phones.sent_again)
        return Carried(load=load, run=run, phones_cpu_s=cpu_s, phones_sent_again=sent_again)

    async def _carry(self, load: Load, number: str, reached: str) -> Carried:
        """`reached` is the time every record must have."""
        count = f"SELECT count({reached}) AS n FROM call_record WHERE dialled = $1"
        stored = (await self.server.rows(count, number))[0]["n"]
        with sipp.phones(self.crew.phone_port) as phones:
            before = spent(self.server.pid)
            run = await asyncio.to_thread(sipp.call, self.server.sip_port, number, load)
            await self._all_stored()
            ours, cpu_s = spent(self.server.pid).since(before), phones.cpu_s
            sent_again = await asyncio.to_thread(phones.sent_again)
        stored = (await self.server.rows(count, number))[0]["n"] - stored
        return Carried(
            load=load,
            run=run,
            phones_cpu_s=cpu_s,
            phones_sent_again=sent_again,
            ours=ours,
            records_missing=load.calls - run.refused - stored,
        )

    async def _all_stored(self) -> None:
        """Calls that are not over by then are told as missing."""
        deadline = time.monotonic() + STORED_WITHIN_S
        while time.monotonic() < deadline and await self.server.rows(
            "SELECT 1 FROM call_record WHERE ended_at IS NULL LIMIT 1"
        ):
            await asyncio.sleep(0.3)

    async def memory(self, calls: int) -> Figure:
        """Of a two-party call that is held: the caller, the phone, the recording between them."""
        load = Load(rate=50, calls=calls, hold_ms=5000)
        with sipp.phones(self.crew.phone_port) as phones:
            calling = asyncio.to_thread(sipp.call, self.server.sip_port, house.NUMBER, load)
            ours_kb = await growth(lambda: memory_kb(self.server.pid), calling)
            await self._all_stored()
        with sipp.phones(self.crew.phone_port) as phones:
            calling = asyncio.to_thread(sipp.call, self.crew.phone_port, "phone", load)
            theirs_kb = await growth(lambda: phones.memory_kb, calling)
        return Figure(
            name="held, two parties",
            value=ours_kb / calls,
            unit="kB a call",
            reference=Reference(what=UAS, value=theirs_kb / calls),
            goal="≤ 150",
            once=Once(what=ASTERISK, low=500, high=500),
        )


async def growth(read: Callable[[], int], work: Awaitable[Run]) -> int:
    """How much more there is at the highest, while the work lasts."""
    before = highest = read()
    running = asyncio.ensure_future(work)
    while not running.done():
        highest = max(highest, read())
        await asyncio.sleep(0.1)
    await running
    return highest - before


async def highest_clean(carry: Carry, seconds: int) -> int:
    """Double the rate until it is not clean any more, then halve the gap twice; 0 where not even the first is."""

    async def is_clean(rate: int) -> bool:
        load = Load(rate=rate, calls=rate * seconds, hold_ms=HOLD_MS)
        for _ in range(TRIES):
            carried = await carry(load)
            tell(f"{rate} calls/s: {carried.words}")
            if carried.is_clean:
                return True
        return False

    clean, unclean = 0, FIRST_RATE
    while await is_clean(unclean):
        clean, unclean = unclean, unclean * 2
    for _ in range(2):
        between = (clean + unclean) // 2
        if await is_clean(between):
            clean = between
        else:
            unclean = between
    return clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One way of calls through the server, and what is known of it."""

    name: str
    goal: str
    asterisk_ms: tuple[float, float]
    asterisk_rate: float


async def cost(aim: Aim, rate: int, carry: Carry, reference: Carry, seconds: int) -> Report:
    """CPU of one call, all threads of our server; beside it that of its PostgreSQL."""
    load = Load(rate=rate, calls=rate * seconds, hold_ms=HOLD_MS)
    ours, bare = await carry(load), await reference(load)
    tell(f"{aim.name}, {rate} calls/s: {ours.words}")
    beside, unit = Reference(what=UAS, value=bare.ms_a_call(bare.phones_cpu_s)), "CPU-ms a call"
    server = Figure(
        name=f"{aim.name}, our server",
        value=ours.ms_a_call(ours.ours.server_s),
        unit=unit,
        reference=beside,
        goal=aim.goal,
        once=Once(what=ASTERISK, low=aim.asterisk_ms[0], high=aim.asterisk_ms[1]),
    )
    database = Figure(
        name=f"{aim.name}, its PostgreSQL",
        value=ours.ms_a_call(ours.ours.database_s),
        unit=unit,
        reference=beside,
    )
    facts = {
        "calls/s": rate,
        "calls": load.calls,
        "failed": ours.run.failed,
        "sent again": ours.sent_again,
        "records missing": ours.records_missing,
        "CPU-ms of SIPp a call": ours.ms_a_call(ours.run.cpu_s + ours.phones_cpu_s),
    }
    return Report(
        figures=[server, database],
        facts={f"{aim.name}: {fact}": value for fact, value in facts.items()},
    )


async def clean_rate(aim: Aim, carry: Carry, seconds: int, bare_ms: float) -> Report:
    """The highest; and what becomes of the calls at twice that rate."""
    rate = await highest_clean(carry, seconds)
    clean = Figure(
        name=f"{aim.name}, clean on one core",
        value=rate,
        unit="calls/s",
        reference=Reference(what="a core of SIPp's UAS, by its CPU a call", value=1000 / bare_ms),
        once=Once(what=ASTERISK, low=aim.asterisk_rate, high=aim.asterisk_rate),
    )
    twice = Load(rate=2 * rate, calls=2 * rate * seconds, hold_ms=HOLD_MS)
    if not rate:
        return Report(figures=[clean])
    carried = await carry(twice)
    tell(f"{aim.name}, {twice.rate} calls/s: refused {carried.run.refused}, {carried.words}")
    kept = Figure(
        name=f"{aim.name}, twice that: taken and well",
        value=carried.kept_ratio,
        unit="of those taken",
        reference=Reference(what="taken, of those offered", value=1 - carried.run.refused / twice.calls),
        goal="1",
    )
    return Report(figures=[clean, kept])


ANSWERED = Aim(name="answered", goal="≤ 2.0", asterisk_ms=(1.6, 2.3), asterisk_rate=600)
QUEUED = Aim(name="queued", goal="≤ 5.0", asterisk_ms=(4.9, 6.4), asterisk_rate=170)
RECORDED = Aim(name="queued and recorded", goal="≤ 5.0", asterisk_ms=(4.9, 6.4), asterisk_rate=170)
WARM = Load(rate=40, calls=80, hold_ms=HOLD_MS)


async def unrecorded(loaded: Loaded, rates: tuple[int, int], seconds: int) -> Report:
    """Costs before the rates: what overload leaves behind would be counted in."""
    ways = ((QUEUED, loaded.to_the_queue, rates[1]), (ANSWERED, loaded.to_the_script, rates[0]))
    for _, carry, _ in ways:
        await carry(WARM)
    figures, facts = list[Figure](), dict[str, float]()
    for aim, carry, rate in ways:
        costs = await cost(aim, rate, carry, loaded.to_sipp, seconds)
        figures += costs.figures
        facts |= costs.facts
    bare_ms = figures[-1].reference.value
    for aim, carry, _ in ways:
        figures += (await clean_rate(aim, carry, seconds, bare_ms)).figures
    return Report(figures=figures, facts=facts)


async def recorded(loaded: Loaded, rate: int, seconds: int, held: int) -> Report:
    """What the recording of every call adds; and the memory, all in."""
    await loaded.to_the_queue(WARM)
    memory = await loaded.memory(held)
    costs = await cost(RECORDED, rate, loaded.to_the_queue, loaded.to_sipp, seconds)
    return Report(figures=[*costs.figures, memory], facts=costs.facts)


async def on_a_server(agents: int, is_recording: bool, work: Callable[[Loaded], Awaitable[Report]]) -> Report:
    """Do it on a fresh server whose agents are ready."""
    with tempfile.TemporaryDirectory(prefix="banjie-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else when root starts it
        server = BanjieServer(folder, {"BANJIE_RECORDING": str(int(is_recording))})
        crew = house.Crew(count=agents, phone_port=free_port())
        await house.furnish(server, crew)
        with running_on(OURS):
            await server.start()
        try:
            async with house.staffed(server, crew):
                return await work(Loaded(server, crew))
        finally:
            server.stop()


async def both(agents: int, rates: tuple[int, int], seconds: int, held: int) -> Report:
    one = await on_a_server(agents, False, lambda loaded: unrecorded(loaded, rates, seconds))
    other = await on_a_server(agents, True, lambda loaded: recorded(loaded, rates[1], seconds, held))
    return Report(figures=[*one.figures, *other.figures], facts={**one.facts, **other.facts})


def measure(
    answered_rate: int = 200, queued_rate: int = 100, seconds: int = 5, agents: int = 160, held: int = 100
) -> Report:
    with running_on(LOAD):
        return asyncio.run(both(agents, (answered_rate, queued_rate), seconds, held))


if __name__ == "__main__":
    main(measure)
