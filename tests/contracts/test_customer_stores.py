"""The fake and the real store keep the promises of customers/ports.py."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from banjie.base.ids import CustomerId, TenantId, UserId
from banjie.customers.model import Customer, CustomerNote, Level, NoteId
from banjie.customers.ports import CustomerStore
from banjie.storage.customers import SqlCustomerStore
from banjie.storage.database import Database
from banjie.storage.errors import AlreadyThere
from tests.appointments.test_machine import NOON
from tests.fakes.customers import FakeCustomers

pytestmark = pytest.mark.peer
HOUSE, OTHER = TenantId("t"), TenantId("other")
WANG = Customer(
    customer_id=CustomerId("c1"),
    tenant_id=HOUSE,
    name="王丽华 Wang",
    level=Level.VIP,
    numbers=("+8613800001234",),
    region=None,
    language=None,
    note="",
    created_at=NOON,
)
LI = replace(WANG, customer_id=CustomerId("c2"), name="李明 100%", numbers=("+8613900001234",))


@pytest_asyncio.fixture(params=["fake", "sql"])
async def store(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[CustomerStore]:
    if request.param == "fake":
        yield FakeCustomers()
        return
    database = await Database.open(database_url)
    for tenant in (HOUSE, OTHER):
        await database.execute(
            "INSERT INTO tenant (tenant_id, name, timezone) VALUES ($1, '{}', 'UTC')", tenant
        )
    yield SqlCustomerStore(database)
    await database.close()


def note(note_id: str, version: int, minutes: float) -> CustomerNote:
    return CustomerNote(
        note_id=NoteId(note_id),
        version=version,
        customer_id=WANG.customer_id,
        author_id=UserId("1001"),
        text=f"{note_id}{version}",
        written_at=NOON + timedelta(minutes=minutes),
    )


async def test_customers_are_found_by_id_number_and_a_part_of_the_name(store: CustomerStore) -> None:
    for one in (WANG, LI):
        await store.add_customer(one)
    assert await store.find_customer(HOUSE, WANG.customer_id) == WANG
    assert await store.find_customer(OTHER, WANG.customer_id) is None
    assert await store.find_by_number(HOUSE, "+8613900001234") == LI

    assert list(await store.search(HOUSE, "wang", 10)) == [WANG]
    assert list(await store.search(HOUSE, "100%", 10)) == [LI]
    assert list(await store.search(HOUSE, "%", 10)) == [LI]
    assert list(await store.search(HOUSE, "138 0000 1234", 10)) == [WANG]
    assert list(await store.search(OTHER, "wang", 10)) == []
    assert len(await store.search(HOUSE, "", 1)) == 1


async def test_a_number_stays_with_whose_it_is(store: CustomerStore) -> None:
    for one in (WANG, LI):
        await store.add_customer(one)
    assert await store.add_number(WANG, "+8613700001234")
    assert await store.add_number(WANG, "+8613700001234")
    assert not await store.add_number(LI, "+8613700001234")
    with pytest.raises(AlreadyThere):
        await store.add_customer(replace(LI, customer_id=CustomerId("c3"), numbers=("+8613700001234",)))

    found = await store.find_by_number(HOUSE, "+8613700001234")
    assert found is not None
    assert (found.customer_id, found.numbers) == ("c1", ("+8613700001234", "+8613800001234"))
    assert await store.find_customer(HOUSE, CustomerId("c3")) is None  # whole or not at all


async def test_every_version_of_a_note_is_kept_the_newest_first(store: CustomerStore) -> None:
    await store.add_customer(WANG)
    for one in (note("a", 1, 0), note("b", 1, 1), note("a", 2, 2)):
        await store.put_note(HOUSE, one)
    with pytest.raises(AlreadyThere):
        await store.put_note(HOUSE, note("a", 2, 3))

    found = await store.list_notes(HOUSE, WANG.customer_id)
    assert [one.text for one in found] == ["a2", "a1", "b1"]
    assert found[0] == note("a", 2, 2)
    assert list(await store.list_notes(HOUSE, LI.customer_id)) == []
