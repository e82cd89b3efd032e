"""The set-up of a house in memory, and an office that keeps an act as a whole or not at all."""

import copy
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from banjie.base.hours import Hours, Period
from banjie.base.ids import HoursId, NumberId, QueueId, ScriptId, TenantId
from banjie.base.prompts import Bilingual, Prompt
from banjie.numbers.model import OpeningHours, Plan, ServiceNumber
from banjie.routing.catalogue import Code, QueueSetup
from banjie.routing.queues import Queue
from banjie.scripts.document import write_script
from banjie.scripts.model import HangUp, NodeId, Script
from banjie.scripts.ports import ScriptHead, ScriptStore
from banjie.scripts.versions import Draft, Version
from banjie.sip.health import ServerState
from banjie.sip.model import Hop
from banjie.sip.registrar import PhoneState
from banjie.sip.trunk_setup import TrunkId, TrunkSetup
from banjie.stories.office import Books, Clerk
from tests.fakes.desk_board import FakeMoves, FakeThresholds, FakeVersions, FakeWallScreens
from tests.fakes.desk_people import DEMO, FakeAudit, FakeSessions, FakeTeams, FakeUsers
from tests.fakes.desk_stories import QUEUE_NAMES

BREAK_REASONS = (
    Code(code="rest", name={"zh": "休息", "en": "Rest"}),
    Code(code="meal", name={"zh": "就餐", "en": "Meal"}),
    Code(code="meeting", name={"zh": "会议", "en": "Meeting"}),
    Code(code="training", name={"zh": "培训", "en": "Training"}),
    Code(code="coaching", name={"zh": "辅导", "en": "Coaching"}),
)
DISPOSITIONS = (
    Code(code="resolved", name={"zh": "已解决", "en": "Resolved"}),
    Code(code="account", name={"zh": "账户服务", "en": "Account services"}),
    Code(code="account.balance", name={"zh": "余额查询", "en": "Balance"}, parent="account"),
    Code(code="account.statement", name={"zh": "账单", "en": "Statement"}, parent="account"),
    Code(code="lost_card", name={"zh": "挂失", "en": "Lost card"}),
    Code(code="complaint", name={"zh": "投诉", "en": "Complaint"}, needs_note=True),
    Code(code="other", name={"zh": "其他", "en": "Other"}),
)
OFFICE_HOURS = OpeningHours(
    hours_id=HoursId("office"),
    tenant_id=DEMO,
    name={"zh": "工作时间", "en": "Office hours"},
    hours=Hours(timezone="Asia/Shanghai", weekly={day: (Period(540, 1080),) for day in range(5)}),
)


class FakeCatalogue:  # satisfies routing.catalogue.QueueCatalogue
    def __init__(self, queues: Sequence[QueueSetup] | None = None) -> None:
        demo = [
            QueueSetup(
                rules=Queue(queue_id=QueueId(queue_id)),
                name=name,
                priority=10 if queue_id == "urgent" else 0,
                service_level_s=20.0,
            )
            for queue_id, name in QUEUE_NAMES.items()
        ]
        self.queues = demo if queues is None else list(queues)
        self.break_reasons: list[Code] = list(BREAK_REASONS)
        self.dispositions: list[Code] = list(DISPOSITIONS)
        self.skills: list[Code] = [Code(code="loans", name={"zh": "贷款", "en": "Loans"})]

    async def list_queues(self, tenant_id: TenantId) -> list[QueueSetup]:
        return list(self.queues)

    async def put_queue(self, tenant_id: TenantId, setup: QueueSetup, position: int) -> None:
        others = [q for q in self.queues if q.rules.queue_id != setup.rules.queue_id]
        self.queues = [*others[:position], setup, *others[position:]]

    async def count_members(self, tenant_id: TenantId) -> dict[QueueId, int]:
        return {setup.rules.queue_id: 6 for setup in self.queues}

    async def list_break_reasons(self, tenant_id: TenantId) -> list[Code]:
        return list(self.break_reasons)

    async def list_dispositions(self, tenant_id: TenantId) -> list[Code]:
        return list(self.dispositions)

    async def list_skills(self, tenant_id: TenantId) -> list[Code]:
        return list(self.skills)

    async def put_skills(self, tenant_id: TenantId, skills: Sequence[Code]) -> None:
        self.skills = list(skills)

    async def put_codes(
        self, tenant_id: TenantId, break_reasons: Sequence[Code], dispositions: Sequence[Code]
    ) -> None:
        self.break_reasons, self.dispositions = list(break_reasons), list(dispositions)


class FakeHours:  # satisfies numbers.ports.HoursStore
    def __init__(self) -> None:
        self.kept: dict[HoursId, OpeningHours] = {OFFICE_HOURS.hours_id: OFFICE_HOURS}

    async def list_hours(self, tenant_id: TenantId) -> list[OpeningHours]:
        return [hours for hours in self.kept.values() if hours.tenant_id == tenant_id]

    async def put_hours(self, hours: OpeningHours) -> None:
        self.kept[hours.hours_id] = hours


class FakeNumbers:  # satisfies numbers.ports.NumberStore
    def __init__(self) -> None:
        main = ServiceNumber(
            number_id=NumberId("main"),
            tenant_id=DEMO,
            number="4000000001",
            name={"zh": "示范银行客服", "en": "Demo Bank service"},
            plan=Plan(script_id=ScriptId("main")),
        )
        self.kept: dict[NumberId, ServiceNumber] = {main.number_id: main}

    async def list_numbers(self, tenant_id: TenantId) -> list[ServiceNumber]:
        return [number for number in self.kept.values() if number.tenant_id == tenant_id]

    async def put_number(self, number: ServiceNumber) -> None:
        self.kept[number.number_id] = number


class FakeScripts:  # satisfies scripts.ports.ScriptStore
    """One published script, `main`, to begin with."""

    def __init__(self) -> None:
        menu = NodeId("menu")
        prompts = (Prompt(name="menu", text={"zh": "请按键", "en": "Press a key"}),)
        main = Script(
            script_id=ScriptId("main"), version=1, start=menu, nodes={menu: HangUp(prompts=prompts)}
        )
        since = datetime(2026, 1, 1, tzinfo=UTC)
        self.names: dict[ScriptId, Bilingual] = {main.script_id: {"zh": "总机", "en": "Main menu"}}
        self.drafts: dict[ScriptId, Draft] = {
            main.script_id: Draft(
                script_id=main.script_id,
                document=write_script(main),
                revision=1,
                based_on=1,
                changed_by=None,
                changed_at=since,
            )
        }
        self.closed: list[ScriptId] = []
        self.published: dict[tuple[ScriptId, int], Version] = {
            (main.script_id, 1): Version(
                script=main, document=write_script(main), published_by=None, published_at=since
            )
        }

    async def list_heads(self, tenant_id: TenantId) -> list[ScriptHead]:
        return [
            ScriptHead(
                script_id=script_id,
                name=self.names[script_id],
                published_version=draft.based_on,
                published_at=self.published[script_id, draft.based_on].published_at
                if draft.based_on
                else None,
                draft_changed_at=draft.changed_at,
                is_active=script_id not in self.closed,
            )
            for script_id, draft in self.drafts.items()
        ]

    async def add_script(self, tenant_id: TenantId, name: Bilingual, draft: Draft) -> None:
        self.names[draft.script_id], self.drafts[draft.script_id] = name, draft

    async def put_head(self, tenant_id: TenantId, head: ScriptHead) -> None:
        self.names[head.script_id] = head.name
        self.closed = [one for one in self.closed if one != head.script_id]
        if not head.is_active:
            self.closed.append(head.script_id)

    async def find_draft(self, tenant_id: TenantId, script_id: ScriptId) -> Draft | None:
        return self.drafts.get(script_id)

    async def put_draft(self, tenant_id: TenantId, draft: Draft, replaces: int) -> bool:
        if self.drafts[draft.script_id].revision != replaces:
            return False
        self.drafts[draft.script_id] = draft
        return True

    async def add_version(self, tenant_id: TenantId, version: Version) -> bool:
        script = version.script
        if (script.script_id, script.version) in self.published:
            return False
        self.published[script.script_id, script.version] = version
        draft = self.drafts[script.script_id]
        self.drafts[script.script_id] = replace(draft, based_on=script.version)
        return True

    async def get_script(self, tenant_id: TenantId, script_id: ScriptId, version: int) -> Script:
        return self.published[script_id, version].script


class FakeTrunks:  # satisfies sip.trunk_setup.TrunkStore
    def __init__(self) -> None:
        self.kept: dict[TrunkId, TrunkSetup] = {}

    async def list_trunks(self, tenant_id: TenantId) -> list[TrunkSetup]:
        return list(self.kept.values())

    async def put_trunk(self, tenant_id: TenantId, trunk: TrunkSetup) -> None:
        self.kept[trunk.trunk_id] = trunk


class FakeTrunkRoom:  # satisfies desk.ports.TrunkRoom
    """One trunk of the settings. A server that is asked answered three seconds ago."""

    of_settings = (TrunkSetup(trunk_id=TrunkId(""), name="loopback", networks=("127.0.0.0/8",)),)

    def __init__(self, trunks: FakeTrunks) -> None:
        self._trunks = trunks

    def states(self, name: str) -> list[ServerState]:
        found = (t for t in self._trunks.kept.values() if t.name == name and t.is_active)
        return [
            ServerState(address=server, is_up=True, answered_s_ago=3.0)
            for trunk in found
            for server in trunk.servers
        ]


class FakePhoneRoom:  # satisfies desk.ports.PhoneRoom
    """1001 has a phone on his desk and one at home."""

    def phones(self, extension: str) -> list[PhoneState]:
        if extension != "1001":
            return []
        return [
            PhoneState(
                hop=Hop(transport, host, 5060),
                is_natted=is_natted,
                user_agent=name,
                since_s_ago=3700.0,
                renewed_s_ago=12.0,
                expires_in_s=588.0,
            )
            for transport, host, is_natted, name in (
                ("udp", "10.1.2.3", False, "Yealink SIP-T46U 108.86.0.20"),
                ("tls", "8.8.4.4", True, "Linphone-Desktop/5.2"),
            )
        ]


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What the books are made of, by the same names."""

    users: FakeUsers
    sessions: FakeSessions
    teams: FakeTeams
    queues: FakeCatalogue
    hours: FakeHours
    numbers: "FakeNumbers"
    scripts: ScriptStore
    trunks: "FakeTrunks"
    audit: FakeAudit
    versions: FakeVersions
    thresholds: FakeThresholds
    moves: FakeMoves
    screens: FakeWallScreens


class FakeOffice:  # satisfies stories.office.Office
    def __init__(self, stores: "Stores", now: Callable[[], datetime]) -> None:
        self._stores, self._now = stores, now
        self.changes_count = 0  # how often the running house had to follow

    @asynccontextmanager
    async def __call__(self, clerk: Clerk) -> AsyncIterator[Books]:
        stores = tuple(getattr(self._stores, one.name) for one in fields(self._stores))
        before = [copy.copy(vars(store)) for store in map(_copied, stores)]
        books = Books(
            tenant_id=DEMO,
            clerk=clerk,
            now=self._now(),
            **{one.name: getattr(self._stores, one.name) for one in fields(self._stores)},
        )
        try:
            yield books
        except BaseException:
            for store, kept in zip(stores, before, strict=True):
                vars(store).update(kept)
            raise
        self.changes_count += books.has_changed


def _copied(store: object) -> object:
    """A copy whose containers are its own; what is in them never changes."""
    twin = copy.copy(store)
    for name, value in vars(twin).items():
        if isinstance(value, list | dict):
            setattr(twin, name, copy.copy(value))
    return twin
