"""A whole contact centre on fakes, in virtual time: two queues, three agents, one number with a menu."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from banjie.base.errors import Unavailable
from banjie.base.ids import AgentId, CallId, NumberId, QueueId, ScriptId, TenantId
from banjie.base.prompts import Prompt
from banjie.calls.cdr import Cdr
from banjie.calls.events import CallEvent
from banjie.calls.ports import Logged
from banjie.calls.store import LastAgent
from banjie.calls.today import Today
from banjie.customers.model import Customer
from banjie.insight.minutes import LastHour
from banjie.media.model import BrowserPort, ClipId, PortId
from banjie.numbers.model import Plan, ServiceNumber
from banjie.numbers.plan import NumberPlan
from banjie.routing.kept import KeptCallback
from banjie.routing.queues import Queue
from banjie.routing.spoken_wait import SILENT
from banjie.routing.states import StateEntered
from banjie.scripts import model as s
from banjie.stories.changed_house import ChangedHouse
from banjie.stories.contact_centre import ContactCentre, World
from banjie.stories.house import AgentProfile, House, QueueProfile
from banjie.stories.inbound_call import NumberBook
from banjie.stories.known_caller import CallerBook
from banjie.stories.supervise_call import WatchEnd
from tests.fakes.set_up import set_up_of
from tests.fakes.sip import FakeSip
from tests.fakes.switchboard import FakeSwitchboard

GENERAL, URGENT = QueueId("general"), QueueId("urgent")
ANN, BOB, CAT = AgentId("1001"), AgentId("1002"), AgentId("1003")
EVE = AgentId("2001")  # a supervisor: in no queue
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RING_S, ACW_S = 15.0, 60.0


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def mono(self) -> float:
        return self.now

    def utc(self) -> datetime:
        return self.utc_of(self.now)

    def utc_of(self, mono: float) -> datetime:
        return START + timedelta(seconds=mono - 1000.0)


class FakeAlarm:
    def set(self, at: float) -> None:
        """Virtual time asks for the next deadline itself."""


class FakeBoard:
    def __init__(self) -> None:
        self.topics: dict[str, dict[str, object]] = {}
        self.written: list[str] = []  # the topic of each `set`

    def set(self, topic: str, key: str, view: object) -> None:
        self.written.append(topic)
        self.topics.setdefault(topic, {})[key] = view

    def drop(self, topic: str, key: str) -> None:
        self.topics.setdefault(topic, {}).pop(key, None)


class FakeLog:
    def __init__(self) -> None:
        self.logged: list[Logged] = []
        self.reading: asyncio.Event | None = None  # set by a test that wants `events_of` to take its time

    def append(self, logged: Logged) -> None:
        self.logged.append(logged)

    async def events_of(self, call_id: CallId) -> list[CallEvent]:
        if self.reading is not None:
            await self.reading.wait()
        return self.events(call_id)

    def events(self, call_id: CallId) -> list[CallEvent]:
        return [one.event for one in self.logged if one.call_id == call_id]

    def kinds(self, call_id: CallId) -> list[str]:
        return [type(event).__name__ for event in self.events(call_id)]

    def cdr(self, call_id: CallId) -> Cdr:
        return [one.cdr for one in self.logged if one.call_id == call_id][-1]

    @property
    def call_ids(self) -> list[CallId]:
        return list(dict.fromkeys(one.call_id for one in self.logged))


class FakeAgentLog:
    def __init__(self) -> None:
        self.entered: list[StateEntered] = []

    def append(self, entered: StateEntered) -> None:
        self.entered.append(entered)


class FakeCallbackLog:
    """What would be stored, as it was last given."""

    def __init__(self) -> None:
        self.rows: dict[CallId, KeptCallback] = {}
        self.is_away = False

    def append(self, kept: KeptCallback) -> None:
        self.rows[kept.call_id] = kept

    async def stored(self) -> None:
        if self.is_away:
            raise Unavailable("the database is away")

    @property
    def open(self) -> list[KeptCallback]:
        return [row for row in self.rows.values() if row.ending is None]


class FakePrompts:
    def __init__(self, switchboard: FakeSwitchboard) -> None:
        self._switchboard = switchboard
        self.are_spoken = True

    def clips(self, prompts: Sequence[Prompt], language: str) -> tuple[ClipId, ...]:
        if not self.are_spoken:
            return ()
        return tuple(self._switchboard.load_clip(Path(f"{p.name}.{language}.wav")) for p in prompts)

    def music(self) -> ClipId:
        return self._switchboard.load_clip(Path("music"))

    def ring_back(self) -> ClipId:
        return self._switchboard.tone("ring_back")


class FakeBrowsers:
    def __init__(self, switchboard: FakeSwitchboard) -> None:
        self._switchboard = switchboard
        self.opening: asyncio.Event | None = None  # set by a test that wants `open` to take its time

    async def open(self, offer_sdp: str) -> BrowserPort:
        if self.opening is not None:
            await self.opening.wait()
        return BrowserPort(port_id=self._switchboard.open_rtp().port_id, answer_sdp="answer")

    async def close(self, port_id: PortId) -> None:
        self._switchboard.close(port_id)


class FakeCallers(CallerBook):
    def __init__(self) -> None:
        self.customers: dict[str, Customer] = {}
        self.last_agent: LastAgent | None = None

    async def find_customer(self, caller: str) -> Customer | None:
        return self.customers.get(caller)

    async def last_agent_of(self, caller: str, customer_id: object, ongoing: object) -> LastAgent | None:
        return self.last_agent

    async def count_calls_from(self, caller: str, ongoing: object) -> int:
        return 0


def _prompt(name: str) -> s.Prompts:
    return (Prompt(name=name, text={"zh": name, "en": name}),)


def script() -> s.Script:
    menu, general, urgent, bye = (s.NodeId(n) for n in ("menu", "general", "urgent", "bye"))
    return s.Script(
        script_id=ScriptId("main"),
        version=3,
        start=menu,
        nodes={
            menu: s.Menu(
                prompts=_prompt("welcome"),
                choices={
                    "0": s.Choice(then=general, label={"zh": "人工", "en": "person"}),
                    "2": s.Choice(then=urgent, label={"zh": "挂失", "en": "lost card"}),
                    "3": s.Choice(then=s.NodeId("out"), label={"zh": "外转", "en": "elsewhere"}),
                    "7": s.Choice(then=s.NodeId("vip"), label={"zh": "贵宾", "en": "VIP"}),
                    "4": s.Choice(then=bye, label={"zh": "再见", "en": "goodbye"}),
                    "5": s.Choice(then=s.NodeId("told"), label={"zh": "排队", "en": "queue"}),
                },
                on_no_input=general,
                on_invalid=general,
            ),
            general: s.Queue(queue_id=GENERAL),
            urgent: s.Queue(queue_id=URGENT, priority=10),
            s.NodeId("vip"): s.Queue(queue_id=GENERAL, priority=5),
            s.NodeId("told"): s.Queue(queue_id=GENERAL, prompts=_prompt("to_person")),
            s.NodeId("out"): s.TransferOut(number="01088886666"),
            bye: s.HangUp(prompts=_prompt("bye")),
        },
    )


def _both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def house() -> House:
    both = frozenset({GENERAL, URGENT})
    names = {ANN: "1001", BOB: "1002", CAT: "1003"}
    return House(
        agents={
            a: AgentProfile(agent_id=a, name={"zh": x, "en": x}, extension=x, queues=both, skills={})
            for a, x in names.items()
        }
        | {
            EVE: AgentProfile(
                agent_id=EVE, name=_both("2001"), extension="2001", queues=frozenset(), skills={}
            )
        },
        queues={
            q: QueueProfile(
                # Announcements are of the story that is about them alone.
                rules=Queue(queue_id=q, ring_timeout_s=RING_S, acw_s=ACW_S, announcing=SILENT),
                name={"zh": q, "en": q},
                service_level_s=20.0,
            )
            for q in both
        },
        disposition_codes=frozenset({"enquiry", "complaint"}),
        noted_dispositions=frozenset({"complaint"}),
        break_reasons=frozenset({"lunch"}),
        outbound_trunk="carrier",
        outbound_caller="01066668888",
    )


@dataclass
class Centre:
    clock: FakeClock = field(default_factory=FakeClock)
    sip: FakeSip = field(default_factory=FakeSip)
    switchboard: FakeSwitchboard = field(default_factory=FakeSwitchboard)
    board: FakeBoard = field(default_factory=FakeBoard)
    log: FakeLog = field(default_factory=FakeLog)
    callers: FakeCallers = field(default_factory=FakeCallers)
    agent_log: FakeAgentLog = field(default_factory=FakeAgentLog)
    callback_log: FakeCallbackLog = field(default_factory=FakeCallbackLog)
    watch_ends: list[WatchEnd] = field(default_factory=list)
    is_supervision_told: bool = True

    def __post_init__(self) -> None:
        self.browsers = FakeBrowsers(self.switchboard)
        self.prompts = FakePrompts(self.switchboard)
        number = ServiceNumber(
            number_id=NumberId("n1"),
            tenant_id=TenantId("t"),
            number="4000000001",
            name={"zh": "示范银行", "en": "Demo Bank"},
            plan=Plan(script_id=ScriptId("main")),
        )
        plan = NumberPlan([number], {ScriptId("main"): 3})
        the_script = script()
        self.set_up = set_up_of(house(), the_script, self.clock.utc)
        self.set_up.house = house()
        self.stories = ContactCentre(
            World(
                house=lambda: self.set_up.house,
                book=NumberBook(plan=lambda: plan, script=lambda to: the_script, calls_max=50),
                callers=self.callers,
                log=self.log,
                agent_log=self.agent_log,
                callback_log=self.callback_log,
                sip=self.sip,
                switchboard=self.switchboard,
                browsers=self.browsers,
                prompts=self.prompts,
                board=self.board,
                alarm=FakeAlarm(),
                clock=self.clock,
                spawn=_spawn,
                today=Today(zone=UTC, on=START.date(), counts={}),
                hour_of=lambda queue_id: LastHour(self.clock.utc()),
                recordings_folder=Path("/recordings"),
                has_diagnostics=True,
                is_supervision_told=self.is_supervision_told,
                on_watch_end=self.watch_ends.append,
            )
        )
        self.sip.on_event = self.stories.on_sip
        self.switchboard.on_event = self.stories.on_switch
        again = lambda: _spawn(self._changed.take_in())  # noqa: E731
        self._changed = ChangedHouse(self.set_up, self.stories, self.clock, again)
        self.stories.screens.show_all()

    async def house_changed(self) -> None:
        """The stores of `set_up` were changed: let the running house follow."""
        await self._changed.take_in()

    def wait(self, seconds: float) -> None:
        """Let time pass; everything due happens at its own moment."""
        until = self.clock.now + seconds
        while (at := self.stories.deadlines.next_deadline) is not None and at <= until:
            self.clock.now = max(self.clock.now, at)
            self.stories.tick(self.clock.now)
        self.clock.now = until

    def caller_port(self, call_id: CallId) -> PortId:
        caller = self.stories.floor.get(call_id).caller
        assert caller is not None
        return caller.port_id

    def agent_port(self, call_id: CallId) -> PortId:
        agent = self.stories.floor.get(call_id).agent
        assert agent is not None
        return agent.port_id

    def press(self, call_id: CallId, digits: str) -> None:
        self.switchboard.press(self.caller_port(call_id), digits)

    def state(self, agent_id: AgentId) -> tuple[str, str | None]:
        status = self.stories.offers.acd.find_agent(agent_id)
        return ("OFFLINE", None) if status is None else (status.state.value, status.reason)

    def ready(self, agent_id: AgentId, device: str = "browser") -> None:
        self.stories.agents.set_state(agent_id, "READY", None, device)


def _spawn(work: Coroutine[None, None, None]) -> None:
    """Run what waits for nothing at once; what waits becomes a task."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise AssertionError("the fakes never wait")
