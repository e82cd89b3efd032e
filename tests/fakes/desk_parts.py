"""All parts of a desk, faked: what `web` develops on and the desk's tests run on."""

import math
import struct
import time
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId, TenantId
from banjie.calls.cdr import Cdr
from banjie.calls.dispositions import check_late, is_unregistered
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import AgentConnected, AgentOffered, CallArrived, CallEnded, CallEvent, CallQueued
from banjie.calls.segments import Segment, disposed
from banjie.calls.store import CallFilter, Contacted, OpenCall, PageMark, QueueCounts, is_call_of
from banjie.customers.model import Customer, Level
from banjie.customers.ports import CustomerStore
from banjie.desk.live import Board
from banjie.desk.parts import DeskParts
from banjie.desk.ports import (
    Choice,
    DeskOptions,
    NumberRow,
    PartHealth,
    QueueRow,
)
from banjie.desk.shelves import StoredDirectory, StoredScripts
from banjie.matters.history import Filed
from banjie.matters.office import OfficeRules
from banjie.matters.standard import office_hours
from banjie.people.model import PhoneLogin
from banjie.routing.catalogue import Code
from banjie.stories.appointments import Appointments
from banjie.stories.customer_card import CustomerCards
from banjie.stories.matters import Matters, SetUpOffice, set_up_of
from banjie.stories.my_day import MyDay
from tests.fakes.appointments import FakeAppointmentBook, FakeAppointmentStore
from tests.fakes.callbacks import FakeCallbacks
from tests.fakes.customers import FakeCustomers
from tests.fakes.day import FakeAgentHistory, FakeDayBook
from tests.fakes.desk_board import FakeMoves, FakeThresholds, FakeVersions, FakeWallScreens
from tests.fakes.desk_office import (
    OFFICE_HOURS,
    FakeCatalogue,
    FakeHours,
    FakeNumbers,
    FakeOffice,
    FakePhoneRoom,
    FakeScripts,
    FakeTrunkRoom,
    FakeTrunks,
    Stores,
)
from tests.fakes.desk_people import DEMO, FakeApiKeys, FakeAudit, FakeSessions, FakeTeams, FakeUsers
from tests.fakes.desk_stories import ScriptedDesk, ScriptedVisitors
from tests.fakes.desk_supervision import ScriptedSupervision
from tests.fakes.matters import FakeCabinet, FakeMatterOffice
from tests.fakes.messages import FakeMessages

WANG = Customer(
    customer_id=CustomerId("c-1"),
    tenant_id=DEMO,
    name="王丽华",
    level=Level.VIP,
    numbers=("+8613800001234",),
    region="石家庄",
    language="zh",
    note="",
    created_at=datetime(2026, 1, 5, tzinfo=UTC),
)


class FakeHistory:  # satisfies calls.store.CallStore
    def __init__(self, calls: Sequence[Cdr] = ()) -> None:
        self.calls = list(calls)

    async def find_call(self, call_id: CallId) -> Cdr | None:
        return next((call for call in self.calls if call.call_id == call_id), None)

    def register_late(self, agent_id: AgentId, call_id: CallId, code: str, note: str) -> None:
        """What an agent says of a call the system closed in his stead."""
        at = next((n for n, call in enumerate(self.calls) if call.call_id == call_id), None)
        if at is None:
            raise NoSuchCall(call_id)
        check_late(self.calls[at], agent_id)
        call = self.calls[at]
        segments = disposed(call.segments, agent_id, code, note)
        self.calls[at] = replace(call, disposition=code, note=note, segments=segments)

    def link(self, call_id: CallId, customer: Customer) -> None:
        self.calls = [
            replace(call, customer_id=customer.customer_id) if call.call_id == call_id else call
            for call in self.calls
        ]

    async def events_of(self, call_id: CallId) -> list[CallEvent]:
        call = await self.find_call(call_id)
        return [] if call is None else list(_events_of(call))

    async def callbacks_of(self, call_id: CallId) -> list[CallId]:
        return [call.call_id for call in self.calls if call.callback_of == call_id]

    async def list_calls(self, wanted: CallFilter, *, after: PageMark | None, limit: int) -> list[Cdr]:
        found = [call for call in self.calls if _matches(call, wanted, after)]
        return sorted(found, key=lambda c: (c.arrived_at, c.call_id), reverse=True)[:limit]

    async def list_today(self, agent_id: AgentId, since: datetime, limit: int) -> list[Cdr]:
        return await self.list_calls(CallFilter(agent_id=agent_id, since=since), after=None, limit=limit)

    async def count_calls_from(self, caller: str, before: datetime) -> int:
        return sum(call.caller == caller and call.arrived_at < before for call in self.calls)

    async def open_calls(self) -> list[OpenCall]:
        return []

    async def queue_counts(self, since: datetime, threshold_s: float) -> dict[QueueId, QueueCounts]:
        return {}


def _matches(call: Cdr, wanted: CallFilter, after: PageMark | None) -> bool:
    return (
        (wanted.agent_id is None or call.agent_id == wanted.agent_id)
        and is_call_of(call, wanted.agents)
        and (wanted.queue_id is None or call.queue_id == wanted.queue_id)
        and (wanted.outcome is None or call.outcome is wanted.outcome)
        and (wanted.caller is None or call.caller == wanted.caller)
        and (wanted.party is None or _is_with(call, wanted.party))
        and (not wanted.is_unregistered or is_unregistered(call))
        and (wanted.since is None or call.arrived_at >= wanted.since)
        and (wanted.until is None or call.arrived_at < wanted.until)
        and (after is None or (call.arrived_at, call.call_id) < (after.arrived_at, after.call_id))
    )


def _is_with(call: Cdr, party: Contacted) -> bool:
    number = call.caller if call.direction == "in" else call.dialled
    return number in party.numbers or (call.customer_id is not None and call.customer_id == party.customer_id)


def _events_of(call: Cdr) -> list[CallEvent]:
    call_id, at = call.call_id, call.arrived_at
    events: list[CallEvent] = [
        CallArrived(
            call_id=call_id,
            occurred_at=at,
            channel=call.channel,
            peer=call.peer,
            dialled=call.dialled,
            caller=call.caller,
            language=call.language,
        )
    ]
    if call.queued_at is not None and call.queue_id is not None:
        events.append(
            CallQueued(
                call_id=call_id,
                occurred_at=call.queued_at,
                queue_id=call.queue_id,
                priority=0,
                language=call.language,
            )
        )
    if call.connected_at is not None and call.agent_id is not None:
        offered_at = call.connected_at - timedelta(seconds=4)
        events.append(AgentOffered(call_id=call_id, occurred_at=offered_at, agent_id=call.agent_id))
        events.append(AgentConnected(call_id=call_id, occurred_at=call.connected_at, agent_id=call.agent_id))
    if call.ended_at is not None and call.end_reason is not None:
        events.append(CallEnded(call_id=call_id, occurred_at=call.ended_at, reason=call.end_reason))
    return events


def demo_call(n: int, now: datetime, agent_id: str = "1001") -> Cdr:
    """The n-th call back in time: every fourth one abandoned in the queue."""
    arrived_at = now - timedelta(minutes=7 * (n + 1))
    queued_at = arrived_at + timedelta(seconds=12)
    is_answered = n % 4 != 3
    connected_at = queued_at + timedelta(seconds=5 + n % 20) if is_answered else None
    ended_at = queued_at + timedelta(seconds=60 + 13 * (n % 17))
    return Cdr(
        call_id=CallId(f"demo-{n:04d}"),
        channel="web" if n % 5 == 4 else "sip",
        peer="loopback",
        dialled="4000000001",
        caller=f"138{n:04d}1234",
        language="en" if n % 6 == 5 else "zh",
        arrived_at=arrived_at,
        customer_id=CustomerId("c-1") if n % 3 == 0 else None,
        answered_at=arrived_at,
        queued_at=queued_at,
        connected_at=connected_at,
        ended_at=ended_at,
        pressed="0",
        queue_id=QueueId("general"),
        agent_id=AgentId(agent_id) if is_answered else None,
        recording_file=f"demo-{n:04d}.wav" if is_answered else None,
        recording_s=(ended_at - connected_at).total_seconds() if connected_at is not None else None,
        end_reason="agent_hung_up" if is_answered else "caller_hung_up",
        disposition="account.balance" if is_answered else None,
        note="客户询问余额" if n % 2 else None,
        segments=()
        if connected_at is None
        else (
            Segment(
                agent_id=AgentId(agent_id),
                queue_id=QueueId("general"),
                waited_s=(connected_at - queued_at).total_seconds(),
                connected_at=connected_at,
                left_at=ended_at,
                disposition="account.balance",
                note="客户询问余额" if n % 2 else None,
            ),
        ),
        waiting_since=queued_at,
        waited_until=connected_at or ended_at,
        last_at=ended_at,
    )


def unregistered(call: Cdr) -> Cdr:
    """The same call, closed by the system in its agent's stead."""
    segments = disposed(call.segments, call.agent_id, "acw_timed_out", "")
    return replace(call, disposition="acw_timed_out", note="", segments=segments)


class FakeRecordings:  # satisfies desk.ports.RecordingShelf
    """One and the same three seconds for every call: 440 Hz left, 700 Hz right."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "recording.wav"

    async def find_recording(self, tenant_id: TenantId, call_id: CallId) -> Path | None:
        if not self.path.exists():
            frames = [
                struct.pack("<hh", *(int(8000 * math.sin(math.tau * hz * n / 8000)) for hz in (440, 700)))
                for n in range(24_000)
            ]
            with wave.open(str(self.path), "wb") as file:
                file.setnchannels(2)
                file.setsampwidth(2)
                file.setframerate(8000)
                file.writeframes(b"".join(frames))
        return self.path


class NoCustomers(CustomerStore):
    """Nobody is known."""


class FakeDirectory:  # satisfies desk.ports.Directory
    def __init__(
        self,
        catalogue: FakeCatalogue,
        numbers: FakeNumbers,
        scripts: FakeScripts,
        now: Callable[[], datetime],
    ) -> None:
        self._catalogue = catalogue
        self._stored = StoredDirectory(
            numbers=numbers, queues=catalogue, scripts=scripts, customers=NoCustomers(), now=now
        )

    async def list_numbers(self, tenant_id: TenantId) -> list[NumberRow]:
        return list(await self._stored.list_numbers(tenant_id))

    async def list_queues(self, tenant_id: TenantId) -> list[QueueRow]:
        return list(await self._stored.list_queues(tenant_id))

    async def customer_names(self, tenant_id: TenantId, customer_ids: Sequence[str]) -> Mapping[str, str]:
        return {customer_id: "王丽华" for customer_id in customer_ids if customer_id == "c-1"}


class FakeHealth:  # satisfies desk.ports.HealthProbe
    def __init__(self) -> None:
        self.parts = {
            name: PartHealth(ok=True, detail="fake") for name in ("database", "sip", "media", "bus")
        }

    async def check(self) -> Mapping[str, PartHealth]:
        return self.parts


def _choice(code: Code) -> Choice:
    return Choice(
        code=code.code,
        label=code.name,
        parent=code.parent,
        is_active=code.is_active,
        needs_note=code.needs_note,
    )


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved."""

    at: datetime = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    s: float = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.s

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.s += seconds


class RealClock:
    """Goes as the wall's does, from noon in Shanghai: what belongs to a day belongs to it whenever tests are run."""

    def __init__(self) -> None:
        began = datetime.now(UTC)
        self._to_noon = began.replace(hour=4, minute=0, second=0, microsecond=0) - began

    def now(self) -> datetime:
        return datetime.now(UTC) + self._to_noon

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(kw_only=True)
class FakeDesk:
    """Every fake at hand, and the parts made of them."""

    folder: Path
    clock: Clock | RealClock = field(default_factory=Clock)
    web: Path | None = None
    offer_after_s: float = 1.0  # from going ready to the first ring
    users: FakeUsers = field(default_factory=FakeUsers)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    api_keys: FakeApiKeys = field(default_factory=FakeApiKeys)
    audit: FakeAudit = field(default_factory=FakeAudit)
    health: FakeHealth = field(default_factory=FakeHealth)
    catalogue: FakeCatalogue = field(default_factory=FakeCatalogue)
    hours: FakeHours = field(default_factory=FakeHours)
    numbers: FakeNumbers = field(default_factory=FakeNumbers)
    scripts: FakeScripts = field(default_factory=FakeScripts)
    trunks: FakeTrunks = field(default_factory=FakeTrunks)
    teams: FakeTeams = field(default_factory=FakeTeams)
    versions: FakeVersions = field(default_factory=FakeVersions)
    thresholds: FakeThresholds = field(default_factory=FakeThresholds)
    moves: FakeMoves = field(default_factory=FakeMoves)
    screens: FakeWallScreens = field(default_factory=FakeWallScreens)
    board: Board = field(default_factory=Board)
    customers: FakeCustomers = field(default_factory=lambda: FakeCustomers([WANG]))
    states: FakeAgentHistory = field(default_factory=FakeAgentHistory)
    phones: list[PhoneLogin] = field(default_factory=list)  # let in by a new password

    def __post_init__(self) -> None:
        now = self.clock.now()
        self.directory = FakeDirectory(self.catalogue, self.numbers, self.scripts, self.clock.now)
        stores = Stores(
            users=self.users,
            sessions=self.sessions,
            teams=self.teams,
            queues=self.catalogue,
            hours=self.hours,
            numbers=self.numbers,
            scripts=self.scripts,
            trunks=self.trunks,
            audit=self.audit,
            versions=self.versions,
            thresholds=self.thresholds,
            moves=self.moves,
            screens=self.screens,
        )
        self.office = FakeOffice(stores, self.clock.now)
        self.history = FakeHistory([demo_call(n, now) for n in range(120)])
        self.messages = FakeMessages()
        self.recordings = FakeRecordings(self.folder)
        self.agents = ScriptedDesk(self.board, list(self.users.users.values()), self.offer_after_s)
        self.agents.register_late = self.history.register_late
        self.supervision = ScriptedSupervision(self.board)
        self.visitors = ScriptedVisitors(self.board)
        self.appointment_store = FakeAppointmentStore()
        book = FakeAppointmentBook(self.appointment_store)
        self.appointments = book.appointments = Appointments(
            tenant_id=DEMO,
            opened=book,
            stored=self.appointment_store,
            board=self.board,
            desk=self.agents,
            opening=lambda: [OFFICE_HOURS.hours],
            timezone=lambda: "Asia/Shanghai",
            agents=lambda: [AgentId(user.user_id) for user in self.users.users.values() if user.extension],
            now=self.clock.now,
        )
        self.callbacks = FakeCallbacks(now)
        self.agents.on_link = self.history.link
        self.cabinet, self.matter_office = FakeCabinet(), FakeMatterOffice()
        self.matters = Matters(
            cabinet=self.cabinet,
            stored=self.cabinet.stored,
            office=self._matter_office,
            users=self.users,
            changed=self._matters_changed,
            now=self.clock.now,
        )
        self.changed_matters: list[str] = []
        self.parts = DeskParts(
            tenant_id=DEMO,
            agents=self.agents,
            supervision=self.supervision,
            visitors=self.visitors,
            callbacks=self.callbacks,
            callback_store=self.callbacks,
            messages=self.messages,
            board=self.board,
            users=self.users,
            sessions=self.sessions,
            api_keys=self.api_keys,
            audit=self.audit,
            calls=self.history,
            appointments=self.appointments,
            cards=CustomerCards(
                tenant_id=DEMO,
                customers=self.customers,
                calls=self.history,
                matters=self.matters,
                desk=self.agents,
                timezone=lambda: "Asia/Shanghai",
                now=self.clock.now,
            ),
            matters=self.matters,
            my_day=MyDay(
                tenant_id=DEMO,
                book=FakeDayBook(self.history),
                history=self.states,
                users=self.users,
                teams=self.teams,
                service_level_s=lambda: {q.rules.queue_id: q.service_level_s for q in self.catalogue.queues},
                now=self.clock.now,
            ),
            recordings=self.recordings,
            directory=self.directory,
            scripts=StoredScripts(
                scripts=self.scripts,
                queues=self.catalogue,
                now=self.clock.now,
                on_published=lambda script_id: None,
                is_spoken=lambda name, language: name == "menu",
            ),
            health=self.health,
            options=self._options,
            catalogue=self.catalogue,
            teams=self.teams,
            hours=self.hours,
            office=self.office,
            versions=self.versions,
            wall_screens=self.screens,
            trunks=self.trunks,
            trunk_room=FakeTrunkRoom(self.trunks),
            phone_room=FakePhoneRoom(),
            on_phone_login=self.phones.append,
            now=self.clock.now,
            monotonic=self.clock.monotonic,
            web=self.web,
        )

    def _matter_office(self) -> SetUpOffice:
        """Read anew each time: nothing of the fakes ever waits."""
        office, users = self.matter_office, list(self.users.users.values())
        rules = office.rules or OfficeRules(hours=office_hours("Asia/Shanghai"))
        return set_up_of(
            rules,
            list(office.classes.values()),
            list(office.units.values()),
            users,
            rules.calendar(self.clock.now()),
        )

    async def _matters_changed(self, filed: Sequence[Filed]) -> None:
        self.changed_matters += [one.matter.matter_id for one in filed]

    def _options(self) -> DeskOptions:
        return DeskOptions(
            break_reasons=tuple(map(_choice, self.catalogue.break_reasons)),
            dispositions=tuple(map(_choice, self.catalogue.dispositions)),
            service_number="4000000001",
            service_name={"zh": "示范银行", "en": "Demo Bank"},
        )

    def stop(self) -> None:
        self.agents.stop()
        self.visitors.stop()
        self.board.stop()
