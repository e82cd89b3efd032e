"""What a house is made of is read back as it was put: queues, codes, numbers, scripts, customers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings

from banjie.base.hours import Hours, Period
from banjie.base.ids import CustomerId, HoursId, NumberId, QueueId, ScriptId, UserId
from banjie.base.prompts import Prompt
from banjie.calls.dispositions import SystemDisposition
from banjie.customers.model import Customer, Level
from banjie.numbers.model import OpeningHours, Plan, ServiceNumber
from banjie.routing.catalogue import Code, QueueSetup
from banjie.routing.queues import Queue
from banjie.scripts.document import read_script
from banjie.scripts.versions import Draft, publish, save
from banjie.storage.customers import SqlCustomerStore
from banjie.storage.database import Database
from banjie.storage.errors import AlreadyThere, NoSuchRecord
from banjie.storage.hours import SqlHoursStore
from banjie.storage.numbers import SqlNumberStore
from banjie.storage.queues import SqlQueueCatalogue
from banjie.storage.scripts import SqlScriptStore
from tests.routing.rules import queue_rules
from tests.storage.conftest import BANK

pytestmark = pytest.mark.peer

TENANT = BANK
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NAME = {"zh": "综合服务", "en": "General"}
DOCUMENT = {
    "start": "menu",
    "nodes": {
        "menu": {
            "kind": "menu",
            "prompts": [{"name": "welcome", "text": {"zh": "您好", "en": "Hello"}}],
            "choices": {"0": {"then": "person", "label": {"zh": "人工", "en": "person"}}},
            "on_no_input": "person",
            "on_invalid": "person",
        },
        "person": {"kind": "queue", "queue_id": "general"},
    },
}


@pytest.mark.parametrize("code", SystemDisposition)
async def test_a_site_cannot_have_a_disposition_of_the_systems(database: Database, code: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await SqlQueueCatalogue(database).put_codes(TENANT, [], [Code(code=str(code), name=NAME)])


@given(queue_rules())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_the_rules_of_a_queue_they_are_read_back(database: Database, rules: Queue) -> None:
    catalogue = SqlQueueCatalogue(database)
    setup = QueueSetup(rules=rules, name=NAME, priority=0, service_level_s=20.0)

    await catalogue.put_queue(TENANT, setup, 0)

    assert [q for q in await catalogue.list_queues(TENANT) if q.rules.queue_id == rules.queue_id] == [setup]


async def test_queues_and_codes_are_read_back(database: Database) -> None:
    catalogue = SqlQueueCatalogue(database)
    urgent = QueueSetup(
        rules=Queue(queue_id=QueueId("urgent"), ring_timeout_s=12.0, acw_s=None),
        name=NAME,
        priority=10,
        service_level_s=15.0,
    )
    general = QueueSetup(
        rules=Queue(queue_id=QueueId("general"), acw_s=60.0), name=NAME, priority=0, service_level_s=20.0
    )
    lunch, enquiry = (
        Code(code="lunch", name=NAME),
        Code(code="enquiry", name=NAME, parent="account", needs_note=True),
    )

    await catalogue.put_queue(TENANT, urgent, 1)
    await catalogue.put_queue(TENANT, general, 0)
    await catalogue.put_codes(TENANT, [lunch, Code(code="old", name=NAME)], [enquiry])
    await catalogue.put_codes(TENANT, [lunch], [enquiry])

    assert await catalogue.list_queues(TENANT) == [general, urgent]
    old = Code(code="old", name=NAME, is_active=False)  # left out: kept for the record
    assert {r.code: r for r in await catalogue.list_break_reasons(TENANT)} == {"lunch": lunch, "old": old}
    assert await catalogue.list_dispositions(TENANT) == [enquiry]


async def test_a_number_keeps_its_plan(database: Database) -> None:
    number = ServiceNumber(
        number_id=NumberId("n1"),
        tenant_id=TENANT,
        number="4000000001",
        name=NAME,
        plan=Plan(script_id=ScriptId("main"), blocked=frozenset({"+86170"})),
    )
    await SqlNumberStore(database).put_number(number)
    await SqlNumberStore(database).put_number(number)

    assert await SqlNumberStore(database).list_numbers(TENANT) == [number]

    hours = OpeningHours(
        hours_id=HoursId("h"), tenant_id=TENANT, name=NAME, hours=Hours(timezone="Asia/Shanghai", weekly={})
    )
    await SqlHoursStore(database).put_hours(hours)
    assert await SqlHoursStore(database).list_hours(TENANT) == [hours]
    words = (Prompt(name="closed", text=NAME),)
    open_by = replace(
        number,
        plan=replace(number.plan, hours=hours.hours, closed_prompts=words),
        hours_id=hours.hours_id,
        is_active=False,
    )
    await SqlNumberStore(database).put_number(open_by)
    assert await SqlNumberStore(database).list_numbers(TENANT) == [open_by]
    later = replace(hours, hours=replace(hours.hours, weekly={0: (Period(0, 60),)}))
    await SqlHoursStore(database).put_hours(later)
    (listed,) = await SqlNumberStore(database).list_numbers(TENANT)
    assert listed.plan.hours == later.hours  # it keeps them, whatever they become


async def test_a_draft_is_saved_over_the_revision_read_and_a_version_is_published_once(
    database: Database,
) -> None:
    scripts, script_id, user = SqlScriptStore(database), ScriptId("main"), UserId("u1")
    draft = Draft(script_id=script_id, document={}, revision=1, based_on=0, changed_by=None, changed_at=NOW)
    await scripts.add_script(TENANT, NAME, draft)
    newer = save(draft, DOCUMENT, 1, user, NOW + timedelta(minutes=1))

    assert await scripts.put_draft(TENANT, newer, 1)
    assert not await scripts.put_draft(TENANT, newer, 1)
    assert await scripts.find_draft(TENANT, script_id) == newer
    version = publish(newer, 0, user, NOW + timedelta(minutes=2))
    assert await scripts.add_version(TENANT, version)
    assert not await scripts.add_version(TENANT, version)
    assert await scripts.get_script(TENANT, script_id, 1) == read_script(script_id, 1, DOCUMENT)
    (head,) = await scripts.list_heads(TENANT)
    assert (head.published_version, head.published_at) == (1, version.published_at)
    closed = replace(head, name={"zh": "旧脚本", "en": "Old"}, is_active=False)
    await scripts.put_head(TENANT, closed)
    assert list(await scripts.list_heads(TENANT)) == [closed]
    with pytest.raises(NoSuchRecord):
        await scripts.get_script(TENANT, script_id, 2)


async def test_a_customer_is_found_by_each_of_his_numbers(database: Database) -> None:
    customers = SqlCustomerStore(database)
    customer = Customer(
        customer_id=CustomerId("c1"),
        tenant_id=TENANT,
        name="示范客户甲",
        level=Level.VIP,
        numbers=("+861088886666", "+8613800001234"),
        region="北京",
        language="zh",
        note="",
        created_at=NOW,
    )
    await customers.add_customer(customer)

    for number in customer.numbers:
        assert await customers.find_by_number(TENANT, number) == customer
    assert await customers.find_by_number(TENANT, "+8613900000000") is None
    assert await customers.names_of(TENANT, ["c1", "c2"]) == {"c1": "示范客户甲"}
    with pytest.raises(AlreadyThere):
        await customers.add_customer(customer)
