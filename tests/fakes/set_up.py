"""What calls are served by, loaded from stores in memory that a test may change."""

from collections.abc import Callable
from datetime import UTC, datetime

from banjie.base.ids import NumberId, ScriptId, TenantId, UserId
from banjie.numbers.model import Plan, ServiceNumber
from banjie.people.model import Role, User
from banjie.routing.catalogue import Code, QueueSetup
from banjie.scripts.model import Script
from banjie.scripts.ports import ScriptHead, ScriptStore
from banjie.stories.house import House
from banjie.stories.set_up import SetUp
from tests.fakes.desk_board import FakeMoves, FakeThresholds
from tests.fakes.desk_office import FakeCatalogue, FakeHours, FakeTrunks
from tests.fakes.desk_people import FakeUsers

TENANT = TenantId("t")
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class FakeNumbers:  # satisfies numbers.ports.NumberStore
    async def list_numbers(self, tenant_id: TenantId) -> list[ServiceNumber]:
        return [
            ServiceNumber(
                number_id=NumberId("n1"),
                tenant_id=tenant_id,
                number="4000000001",
                name={"zh": "示范银行", "en": "Demo Bank"},
                plan=Plan(script_id=ScriptId("main")),
            )
        ]

    async def put_number(self, number: ServiceNumber) -> None:
        raise AssertionError("no test changes numbers here")


class OneScript(ScriptStore):
    """One published version, which never changes."""

    def __init__(self, script: Script) -> None:
        self._script = script

    async def list_heads(self, tenant_id: TenantId) -> list[ScriptHead]:
        return [
            ScriptHead(
                script_id=self._script.script_id,
                name={},
                published_version=self._script.version,
                published_at=_SINCE,
                draft_changed_at=_SINCE,
            )
        ]

    async def get_script(self, tenant_id: TenantId, script_id: ScriptId, version: int) -> Script:
        return self._script


def set_up_of(house: House, script: Script, now: Callable[[], datetime]) -> SetUp:
    """Return the set-up which, loaded, is this house."""
    users = [
        User(
            user_id=UserId(agent_id),
            tenant_id=TENANT,
            username=agent_id,
            name=profile.name,
            roles=frozenset({Role.AGENT}),
            extension=profile.extension,
            queues=tuple(sorted(profile.queues)),
            language="zh",
            is_active=True,
            created_at=_SINCE,
        )
        for agent_id, profile in house.agents.items()
    ]
    queues = [
        QueueSetup(rules=q.rules, name=q.name, priority=0, service_level_s=q.service_level_s)
        for q in house.queues.values()
    ]
    catalogue = FakeCatalogue(queues)
    catalogue.break_reasons = [Code(code=code, name={}) for code in sorted(house.break_reasons)]
    catalogue.dispositions = [
        Code(code=code, name={}, needs_note=code in house.noted_dispositions)
        for code in sorted(house.disposition_codes)
    ]
    return SetUp(
        tenant_id=TENANT,
        users=FakeUsers(users),
        queues=catalogue,
        hours=FakeHours(),
        numbers=FakeNumbers(),
        scripts=OneScript(script),
        trunk_store=FakeTrunks(),
        thresholds=FakeThresholds(),
        moves=FakeMoves(),
        now=now,
        outbound_trunk=house.outbound_trunk,
        outbound_caller=house.outbound_caller,
        credit_s=house.credit_s,
    )
