"""Callbacks as rows: each as it was last given, those that wait in the order of their places."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId
from banjie.routing.callbacks import CallbackState
from banjie.routing.kept import CallbackFilter, CallbackMark, Ending, KeptCallback, mark_of
from banjie.routing.skills import Skill
from banjie.storage.callbacks import SqlCallbackLog, SqlCallbackStore
from banjie.storage.database import Database
from tests.storage.conftest import BANK, NOON, OTHER

pytestmark = pytest.mark.peer

GENERAL, URGENT = QueueId("general"), QueueId("urgent")
ANY = CallbackFilter()


def _at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def kept(name: str, waiting_since: float, asked_at: float) -> KeptCallback:
    return KeptCallback(
        call_id=CallId(name),
        queue_id=GENERAL,
        number="13800000001",
        caller="01066554433",
        dialled="4000000001",
        customer_id=CustomerId("k1"),
        language="zh",
        priority=3,
        credit_s=12.5,
        needs=((Skill("loans"), 2),),
        waiting_since=_at(waiting_since),
        asked_at=_at(asked_at),
        expires_at=_at(8 * 3600.0),
    )


def ended(one: KeptCallback, ending: Ending) -> KeptCallback:
    return replace(one, state=CallbackState.CANCELLED, ended_at=_at(900), ending=ending)


A, B, C = kept("a", 30, 40), kept("b", 10, 60), kept("c", 20, 50)


@pytest.fixture
def log(database: Database) -> SqlCallbackLog:
    return SqlCallbackLog(database, BANK, gather_s=0.001)


@pytest.fixture
def store(database: Database) -> SqlCallbackStore:
    return SqlCallbackStore(database, BANK)


async def test_each_is_as_it_was_last_given_and_comes_back_whole(
    log: SqlCallbackLog, store: SqlCallbackStore
) -> None:
    dialled = replace(
        A, state=CallbackState.DIALLED, attempts=1, agent_id=AgentId("1001"), last_call_id=CallId("x")
    )
    asleep = replace(dialled, state=CallbackState.ASLEEP, next_at=_at(600))
    over = replace(
        asleep,
        state=CallbackState.CONNECTED,
        next_at=None,
        ended_at=_at(700.123456),
        ending=Ending.CONNECTED,
    )
    for one in (A, dialled, asleep, over):
        await log.write([one])
        assert await store.find_callback(A.call_id) == one

    await log.write([A, dialled, asleep])  # all of one in one batch
    assert await store.find_callback(A.call_id) == asleep


async def test_writing_again_changes_nothing(log: SqlCallbackLog, store: SqlCallbackStore) -> None:
    for _ in range(2):
        await log.write([A, B, C])
    assert await store.list_callbacks(ANY, after=None, limit=9) == [B, C, A]


async def test_those_that_wait_come_in_the_order_of_their_places(
    log: SqlCallbackLog, store: SqlCallbackStore
) -> None:
    await log.write([A, B, C, ended(kept("d", 0, 0), Ending.CANCELLED)])

    assert await store.open_callbacks() == [B, C, A]
    waits = CallbackFilter(is_open=True)
    assert await store.list_callbacks(waits, after=None, limit=2) == [B, C]
    assert await store.list_callbacks(waits, after=mark_of(C, waits), limit=9) == [A]


async def test_a_page_after_another_by_what_is_wanted(log: SqlCallbackLog, store: SqlCallbackStore) -> None:
    gone, elsewhere = ended(kept("d", 0, 0), Ending.CALLED_IN), replace(kept("e", 5, 5), queue_id=URGENT)
    await log.write([A, B, C, gone, elsewhere])
    first = await store.list_callbacks(ANY, after=None, limit=2)
    assert first == [B, C]
    mark = CallbackMark(at=C.asked_at, call_id=C.call_id)

    assert await store.list_callbacks(ANY, after=mark, limit=9) == [A, elsewhere, gone]
    assert await store.list_callbacks(CallbackFilter(is_open=False), after=None, limit=9) == [gone]
    assert await store.list_callbacks(CallbackFilter(ending=Ending.CALLED_IN), after=None, limit=9) == [gone]
    assert await store.list_callbacks(CallbackFilter(ending=Ending.EXPIRED), after=None, limit=9) == []
    wanted = CallbackFilter(queue_id=URGENT, is_open=True)
    assert await store.list_callbacks(wanted, after=None, limit=9) == [elsewhere]


async def test_another_house_sees_and_changes_none_of_them(
    database: Database, log: SqlCallbackLog, store: SqlCallbackStore
) -> None:
    await log.write([A])
    others = SqlCallbackStore(database, OTHER)

    await SqlCallbackLog(database, OTHER).write([replace(A, number="13900000000")])

    assert await store.find_callback(A.call_id) == A
    assert (await others.open_callbacks(), await others.find_callback(A.call_id)) == ([], None)


async def test_what_was_given_is_stored_when_it_is_said_to_be(
    log: SqlCallbackLog, store: SqlCallbackStore
) -> None:
    log.start()
    try:
        log.append(A)
        await log.stored()
        assert await store.open_callbacks() == [A]
    finally:
        await log.stop()
