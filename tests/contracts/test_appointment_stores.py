"""The fake and the real store keep the promises of appointments/ports.py."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from banjie.appointments.machine import moved_by_time
from banjie.appointments.model import AppointmentId, AppointmentState
from banjie.appointments.ports import AppointmentStore
from banjie.base.ids import AgentId, CustomerId, TenantId
from banjie.storage.appointments import SqlAppointmentStore
from banjie.storage.database import Database
from tests.appointments.test_machine import NOON, after, booked
from tests.fakes.appointments import FakeAppointmentStore

pytestmark = pytest.mark.peer
HOUSE = TenantId("t")


@pytest_asyncio.fixture(params=["fake", "sql"])
async def store(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[AppointmentStore]:
    if request.param == "fake":
        yield FakeAppointmentStore()
        return
    database = await Database.open(database_url)
    for tenant in (HOUSE, "other"):
        await database.execute(
            "INSERT INTO tenant (tenant_id, name, timezone) VALUES ($1, '{}', 'UTC')", tenant
        )
    yield SqlAppointmentStore(database, HOUSE)
    await database.close()


async def test_it_comes_back_as_it_was_put(store: AppointmentStore) -> None:
    one = replace(booked(), customer_id=CustomerId("c1"), note="利率 'x'")
    await store.put(one)
    assert await store.find(one.appointment_id) == one
    assert await store.find(AppointmentId("none")) is None

    newer = replace(one, state=AppointmentState.DONE, closed_at=NOON, note="ok")
    await store.put(newer)
    assert await store.find(one.appointment_id) == newer
    assert await store.list_open() == []


async def test_what_is_due_is_claimed_once_and_the_next_time_is_set(store: AppointmentStore) -> None:
    early, late = booked(10), replace(booked(20), appointment_id=AppointmentId("a2"))
    for one in (late, early):
        await store.put(one)
    assert list(await store.claim_due(after(4.9), 10)) == []
    assert list(await store.claim_due(after(16), 1)) == [early]
    assert list(await store.claim_due(after(16), 9)) == [late]
    assert list(await store.claim_due(after(10_000), 9)) == []

    await store.put(moved_by_time(early, after(16)))  # due; it expires at 70
    assert list(await store.claim_due(after(69), 9)) == []
    (expiring,) = await store.claim_due(after(70), 9)
    await store.put(moved_by_time(expiring, after(70)))
    assert list(await store.claim_due(after(10_000), 9)) == []


async def test_open_ones_are_listed_the_most_urgent_first(store: AppointmentStore) -> None:
    first = booked(30)
    expired = replace(booked(50), appointment_id=AppointmentId("a2"), state=AppointmentState.EXPIRED)
    bobs = replace(booked(5), appointment_id=AppointmentId("a3"), agent_id=AgentId("1002"))
    over = replace(booked(1), appointment_id=AppointmentId("a4"), state=AppointmentState.DONE, closed_at=NOON)
    for one in (first, expired, bobs, over):
        await store.put(one)

    assert [one.appointment_id for one in await store.list_open()] == ["a2", "a3", "a1"]
    mine = await store.list_open(frozenset({AgentId("1001")}))
    assert [one.appointment_id for one in mine] == ["a2", "a1"]
    assert list(await store.list_open(frozenset())) == []


async def test_a_customers_are_found_by_him_or_by_number_the_newest_first(store: AppointmentStore) -> None:
    his = replace(booked(5), appointment_id=AppointmentId("a1"), customer_id=CustomerId("c1"), number="+861")
    by_number = replace(booked(9), appointment_id=AppointmentId("a2"))
    other = replace(booked(7), appointment_id=AppointmentId("a3"), number="+862")
    for one in (his, by_number, other):
        await store.put(one)

    found = await store.list_of(CustomerId("c1"), [by_number.number], 10)
    assert [one.appointment_id for one in found] == ["a2", "a1"]
    assert [one.appointment_id for one in await store.list_of(None, ["+862"], 10)] == ["a3"]
    assert by_number.due_at - his.due_at == timedelta(minutes=4)
