"""Calls are stored as they happened, once, in batches; lists, counts and what a crash left are read back."""

import asyncio
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta

import asyncpg
import pytest

from banjie.base.ids import CallId, CustomerId
from banjie.calls.cdr import Cdr, Outcome, fold
from banjie.calls.events import CallDisposed
from banjie.calls.live import LiveCall
from banjie.calls.ports import Logged
from banjie.calls.store import CallFilter, Contacted, PageMark, QueueCounts
from banjie.storage import call_log
from banjie.storage.call_log import SqlCallLog
from banjie.storage.call_rows import RECORD_COLUMNS
from banjie.storage.calls import SqlCallStore
from banjie.storage.database import Database, Queries, Row
from banjie.storage.errors import DatabaseUnavailable
from tests.storage.conftest import BANK, NOON, OTHER
from tests.storage.story_of_calls import ANN, BOB, GENERAL, abandoned, answered, arrival, logged

pytestmark = pytest.mark.peer


@pytest.fixture
def log(database: Database) -> SqlCallLog:
    return SqlCallLog(database, BANK, gather_s=0.001)


@pytest.fixture
def store(database: Database) -> SqlCallStore:
    return SqlCallStore(database, BANK)


def test_every_field_of_the_record_has_a_column() -> None:
    assert set(RECORD_COLUMNS) == {f.name for f in fields(Cdr)}


async def test_a_call_comes_back_as_it_was_written(log: SqlCallLog, store: SqlCallStore) -> None:
    call = answered(NOON)
    await log.write(call)

    assert await store.events_of(call[0].call_id) == [line.event for line in call]
    assert await store.find_call(call[0].call_id) == call[-1].cdr == fold(line.event for line in call)


async def test_writing_a_batch_again_changes_nothing(log: SqlCallLog, store: SqlCallStore) -> None:
    call = answered(NOON)
    await log.write(call)
    await log.write(call)
    await log.write(call[:4])  # an older part, late: the record keeps its newest state

    assert len(await store.events_of(call[0].call_id)) == len(call)
    assert await store.find_call(call[0].call_id) == call[-1].cdr


async def test_many_calls_at_once_and_in_pieces(log: SqlCallLog, store: SqlCallStore) -> None:
    calls = [answered(NOON + timedelta(seconds=n)) for n in range(50)]
    lines = sorted((line for call in calls for line in call), key=lambda line: line.event.occurred_at)
    log.start()
    for n in range(0, len(lines), 33):
        for line in lines[n : n + 33]:
            log.append(line)
        await asyncio.sleep(0)
    await log.drain()
    await log.stop()

    for call in calls:
        assert await store.find_call(call[0].call_id) == call[-1].cdr
        assert await store.events_of(call[0].call_id) == [line.event for line in call]


async def test_the_log_cannot_be_rewritten(log: SqlCallLog, database: Database) -> None:
    await log.write(answered(NOON))

    for sql in ("UPDATE call_event SET kind = 'x'", "DELETE FROM call_event"):
        with pytest.raises(asyncpg.RaiseError, match="may not be changed"):
            await database.execute(sql)


async def test_an_agent_sees_his_calls_of_today_newest_first(log: SqlCallLog, store: SqlCallStore) -> None:
    yesterday, first, second = (
        answered(NOON - timedelta(days=1)),
        answered(NOON),
        answered(NOON + timedelta(hours=1)),
    )
    await log.write([*yesterday, *first, *second, *answered(NOON, agent_id=BOB)])

    today = await store.list_today(ANN, NOON - timedelta(hours=12), 10)
    assert [cdr.call_id for cdr in today] == [second[0].call_id, first[0].call_id]
    assert len(await store.list_today(ANN, NOON - timedelta(hours=12), 1)) == 1


async def test_pages_show_every_call_once_even_when_they_arrive_together(
    log: SqlCallLog, store: SqlCallStore
) -> None:
    calls = [answered(NOON + timedelta(seconds=n // 4)) for n in range(23)]
    await log.write([line for call in calls for line in call])

    seen: list[Cdr] = []
    mark: PageMark | None = None
    for _ in range(10):
        page = await store.list_calls(CallFilter(since=NOON), after=mark, limit=5)
        seen += page
        if len(page) < 5:
            break
        mark = PageMark(arrived_at=page[-1].arrived_at, call_id=page[-1].call_id)
    assert sorted(cdr.call_id for cdr in seen) == sorted(call[0].call_id for call in calls)
    assert [cdr.arrived_at for cdr in seen] == sorted((cdr.arrived_at for cdr in seen), reverse=True)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (CallFilter(), 3),
        (CallFilter(agent_id=ANN), 1),
        (CallFilter(agent_id=BOB), 1),
        (CallFilter(agents=frozenset({ANN})), 2),  # and the one nobody took
        (CallFilter(agents=frozenset()), 1),
        (CallFilter(queue_id=GENERAL), 3),
        (CallFilter(outcome=Outcome.ABANDONED_IN_QUEUE), 1),
        (CallFilter(caller="13900000000"), 1),
        (CallFilter(dialled="4000000002"), 0),
        (CallFilter(since=NOON, until=NOON + timedelta(seconds=1)), 1),
    ],
)
async def test_calls_are_found_by_what_is_asked(
    log: SqlCallLog, store: SqlCallStore, wanted: CallFilter, count: int
) -> None:
    later = NOON + timedelta(minutes=1)
    await log.write(
        [*answered(NOON), *answered(later, agent_id=BOB, caller="13900000000"), *abandoned(later, 9.0)]
    )

    assert len(await store.list_calls(wanted, after=None, limit=10)) == count


async def test_calls_from_a_number_are_counted(log: SqlCallLog, store: SqlCallStore) -> None:
    await log.write(
        [*answered(NOON), *answered(NOON + timedelta(hours=1)), *answered(NOON, caller="13900000000")]
    )

    assert await store.count_calls_from("13800001234", NOON + timedelta(hours=1)) == 1
    assert await store.count_calls_from("13800001234", NOON + timedelta(hours=2)) == 2


async def test_who_served_a_caller_last_is_found_by_number_and_by_customer(
    log: SqlCallLog, store: SqlCallStore
) -> None:
    await log.write(
        [*answered(NOON), *answered(NOON + timedelta(hours=1)), *abandoned(NOON + timedelta(hours=2), 3.0)]
    )
    served = await store.last_agent_of("13800001234", None, NOON + timedelta(hours=3))
    assert served is not None
    assert (served.agent_id, served.at > NOON + timedelta(hours=1)) == (ANN, True)
    customer = answered(NOON)[-1].cdr.customer_id
    assert customer is not None
    by_another_phone = await store.last_agent_of("13700000000", customer, NOON + timedelta(hours=3))
    assert by_another_phone == served
    assert await store.last_agent_of("13700000000", None, NOON + timedelta(hours=3)) is None
    assert await store.last_agent_of("13800001234", customer, NOON) is None


async def test_open_calls_are_those_a_crash_left(log: SqlCallLog, store: SqlCallStore) -> None:
    cut = answered(NOON)[:10]
    just_arrived = logged([arrival(NOON + timedelta(seconds=1))])
    await log.write([*answered(NOON), *cut, *just_arrived, *abandoned(NOON, 3.0)])

    first, second = await store.open_calls()
    assert first.cdr == cut[-1].cdr
    assert first.last_seq == cut[-1].seq
    assert list(first.events) == [line.event for line in cut]
    assert second.cdr == just_arrived[0].cdr


async def test_after_call_work_a_crash_cut_off_is_open_until_the_system_closes_it(
    log: SqlCallLog, store: SqlCallStore
) -> None:
    ended = answered(NOON)[:-1]
    await log.write(ended)

    (left,) = await store.open_calls()
    assert (left.cdr, left.last_seq) == (ended[-1].cdr, ended[-1].seq)

    await log.write([closed_by_the_system(ended)])
    assert await store.open_calls() == []


async def test_calls_nobody_registered_are_found_until_somebody_does(
    log: SqlCallLog, store: SqlCallStore
) -> None:
    ended = answered(NOON)[:-1]
    by_system = closed_by_the_system(ended)
    await log.write([*answered(NOON), *answered(NOON)[:-1], *ended, by_system])
    wanted = CallFilter(is_unregistered=True)
    assert [cdr.call_id for cdr in await store.list_calls(wanted, after=None, limit=10)] == [
        by_system.call_id
    ]

    call = LiveCall.resume(by_system.cdr, by_system.seq)
    true = CallDisposed(call_id=call.call_id, occurred_at=NOON, agent_id=ANN, code="done", note="")
    await log.write([call.take(true)])

    assert await store.list_calls(wanted, after=None, limit=10) == []
    assert [event for event in await store.events_of(call.call_id) if isinstance(event, CallDisposed)] == [
        by_system.event,
        true,
    ]


async def test_the_log_reads_back_what_was_appended_a_moment_ago(log: SqlCallLog) -> None:
    call, other = answered(NOON), answered(NOON)
    log.start()
    for line in call:
        log.append(line)
    reading = asyncio.create_task(log.events_of(call[0].call_id))
    await asyncio.sleep(0)
    for line in other:  # what comes later is not waited for
        log.append(line)

    assert await reading == [line.event for line in call]
    assert await log.events_of(CallId("never was")) == []
    await log.stop()


async def test_the_log_is_not_read_while_it_cannot_be_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_log, "_LONGEST_WAIT_S", 0.05)
    away = _Unsteady(database)
    away.refusals = 1_000_000
    log = SqlCallLog(away, BANK, gather_s=0.001)
    call = answered(NOON)
    log.start()
    log.append(call[0])

    with pytest.raises(DatabaseUnavailable):
        await log.events_of(call[0].call_id)
    await log.stop(limit_s=0.0)


async def test_queues_are_counted_against_the_threshold(log: SqlCallLog, store: SqlCallStore) -> None:
    calls = [answered(NOON, wait_s=5), answered(NOON, wait_s=40), abandoned(NOON, 3), abandoned(NOON, 30)]
    waiting = answered(NOON)[:7]
    old = answered(NOON - timedelta(days=1))
    await log.write([line for call in [*calls, waiting, old] for line in call])

    assert await store.queue_counts(NOON, threshold_s=20.0) == {
        GENERAL: QueueCounts(
            offered_count=5,
            answered_count=2,
            answered_in_time_count=1,
            abandoned_count=2,
            abandoned_late_count=1,
        )
    }


async def test_the_waits_of_the_last_hour_are_read_back(log: SqlCallLog, store: SqlCallStore) -> None:
    calls = [answered(NOON, wait_s=5), abandoned(NOON, 30), answered(NOON)[:7]]
    old = answered(NOON - timedelta(hours=2), wait_s=9)
    await log.write([line for call in [*calls, old] for line in call])

    waits = await store.waits(NOON - timedelta(hours=1))
    assert {(w.queue_id, (w.until - w.since).total_seconds(), w.is_answered) for w in waits} == {
        (GENERAL, 5.0, True),
        (GENERAL, 30.0, False),
    }
    assert len(waits) == 2
    assert all(wait.since >= NOON for wait in waits)
    assert await store.waits(NOON + timedelta(hours=1)) == []


async def test_another_tenant_sees_nothing(log: SqlCallLog, database: Database) -> None:
    call = answered(NOON)
    await log.write([*call, *logged([arrival(NOON)])])

    others = SqlCallStore(database, OTHER)
    assert await others.find_call(call[0].call_id) is None
    assert await others.events_of(call[0].call_id) == []
    assert await others.list_calls(CallFilter(), after=None, limit=10) == []
    assert await others.open_calls() == []
    assert await others.queue_counts(NOON, 20.0) == {}


async def test_text_that_postgresql_cannot_hold_is_cleaned_not_lost(
    log: SqlCallLog, store: SqlCallStore
) -> None:
    bad, good = logged([arrival(NOON, caller="138\0\ud800")]), logged([arrival(NOON)])
    log.start()
    for line in [*bad, *good]:
        log.append(line)
    await log.drain()
    await log.stop()

    stored = await store.find_call(bad[0].call_id)
    assert stored is not None
    assert stored.caller == "138\N{REPLACEMENT CHARACTER}?"
    assert await store.find_call(good[0].call_id) is not None
    assert log.health().ok


class _Unsteady:
    """A database that is away for the first writes, and loses the answer to one that it did store."""

    def __init__(self, database: Queries) -> None:
        self._database, self.refusals, self.lost_answers = database, 2, 1

    async def execute(self, sql: str, *values: object) -> str:
        if self.refusals:
            self.refusals -= 1
            raise DatabaseUnavailable("away")
        done = await self._database.execute(sql, *values)
        if self.lost_answers:
            self.lost_answers -= 1
            raise DatabaseUnavailable("the answer was lost")
        return done

    async def fetch(self, sql: str, *values: object) -> list[Row]:
        return await self._database.fetch(sql, *values)

    async def find_row(self, sql: str, *values: object) -> Row | None:
        return await self._database.find_row(sql, *values)

    async def fetch_value(self, sql: str, *values: object) -> object:
        return await self._database.fetch_value(sql, *values)


async def test_nothing_is_lost_or_doubled_while_the_database_is_away(
    database: Database, store: SqlCallStore
) -> None:
    log = SqlCallLog(_Unsteady(database), BANK, gather_s=0.001)
    call = answered(NOON)
    log.start()
    for line in call:
        log.append(line)
    await log.drain()
    await log.stop()

    assert await store.events_of(call[0].call_id) == [line.event for line in call]
    assert await store.find_call(call[0].call_id) == call[-1].cdr


async def test_a_disposition_may_come_long_after_the_end(log: SqlCallLog, store: SqlCallStore) -> None:
    call = answered(NOON)
    await log.write(call[:-1])
    late = call[-1].event
    assert isinstance(late, CallDisposed)
    await log.write([replace_event(call[-1], replace(late, note="later"))])

    stored = await store.find_call(CallId(call[0].call_id))
    assert stored is not None
    assert stored.disposition == "done"


def closed_by_the_system(ended: Sequence[Logged]) -> Logged:
    call = LiveCall.resume(ended[-1].cdr, ended[-1].seq)
    return call.take(
        CallDisposed(call_id=call.call_id, occurred_at=NOON, agent_id=None, code="acw_timed_out", note="")
    )


def replace_event(line: Logged, event: CallDisposed) -> Logged:
    return Logged(call_id=line.call_id, seq=line.seq, event=event, cdr=line.cdr)


async def test_the_calls_with_somebody_are_found_by_him_and_by_his_numbers(
    log: SqlCallLog, store: SqlCallStore
) -> None:
    matched, by_number = answered(NOON), abandoned(NOON + timedelta(minutes=1), 5.0)
    stranger = [logged([arrival(NOON, caller="13900001234")])]
    for call in (matched, by_number, *stranger):
        await log.write(call)

    async def found(customer_id: str | None, *numbers: str) -> list[CallId]:
        who = Contacted(customer_id=None if customer_id is None else CustomerId(customer_id), numbers=numbers)
        return [call.call_id for call in await store.list_calls(CallFilter(party=who), after=None, limit=9)]

    assert await found("c1") == [matched[0].call_id]
    assert await found("c1", "13800001234") == [by_number[0].call_id, matched[0].call_id]
    assert await found(None, "13900001234") == [stranger[0][0].call_id]
    assert await found("nobody") == []
