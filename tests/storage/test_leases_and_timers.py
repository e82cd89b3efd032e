"""One holder at a time, told apart by epoch; a timer fires once, with what it causes or not at all."""

import asyncio
from datetime import timedelta

import pytest

from banjie.storage.database import Database
from banjie.storage.leases import Fenced, Lease, NotTheHolder, SqlLeases
from banjie.storage.timers import SqlTimers, Timer
from tests.storage.conftest import BANK, NOON

pytestmark = pytest.mark.peer

_LONG = timedelta(minutes=1)
_SHORT = timedelta(milliseconds=1)


async def test_a_lease_has_one_holder_who_may_renew(database: Database) -> None:
    leases = SqlLeases(database)
    mine = await leases.take(BANK, "matcher", "node-1", _LONG)
    assert mine == Lease(name="matcher", holder="node-1", epoch=1)
    assert await leases.take(BANK, "matcher", "node-2", _LONG) is None
    assert await leases.take(BANK, "matcher", "node-1", _LONG) == mine
    assert await leases.holds(mine)

    await leases.give_back(mine)
    assert not await leases.holds(mine)
    assert await leases.take(BANK, "matcher", "node-2", _LONG) == Lease(
        name="matcher", holder="node-2", epoch=2
    )


async def test_a_lease_that_ran_out_is_a_new_one_even_for_its_holder(database: Database) -> None:
    leases = SqlLeases(database)
    old = await leases.take(BANK, "matcher", "node-1", _SHORT)
    assert old is not None
    while await leases.holds(old):  # to take it again meanwhile would renew it
        pass

    new = await leases.take(BANK, "matcher", "node-1", _LONG)

    assert new is not None
    assert new.epoch == old.epoch + 1
    assert not await leases.holds(old)
    assert await leases.holds(new)


async def test_a_renewal_waits_for_no_write_of_its_holder(database: Database) -> None:
    """Writes that overlap all the time would keep it waiting until the lease has run out."""
    leases = SqlLeases(database)
    mine = await leases.take(BANK, "matcher", "node-1", _LONG)
    assert mine is not None

    async with database.unit_of_work() as writing:
        assert await SqlLeases(writing).holds(mine)
        async with asyncio.timeout(5.0):
            assert await leases.renew(mine, _LONG)


async def test_who_takes_over_waits_for_what_is_being_written_under_the_old_lease(database: Database) -> None:
    leases = SqlLeases(database)
    old = await leases.take(BANK, "matcher", "node-1", _LONG)
    assert old is not None

    async with database.unit_of_work() as writing:
        assert await SqlLeases(writing).holds(old)
        await leases.void("matcher")
        taking = asyncio.create_task(leases.take(BANK, "matcher", "node-2", _LONG))
        while not await database.fetch_value("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            assert not taking.done()
    new = await taking

    assert new is not None
    assert new.epoch == old.epoch + 1
    assert not await leases.renew(old, _LONG)


async def test_a_lease_that_ran_out_is_not_renewed(database: Database) -> None:
    leases = SqlLeases(database)
    old = await leases.take(BANK, "matcher", "node-1", _LONG)
    assert old is not None
    await leases.void("matcher")

    assert not await leases.renew(old, _LONG)

    assert not await leases.holds(old)


def _timer(timer_id: str, seconds: float) -> Timer:
    return Timer(
        timer_id=timer_id,
        tenant_id=BANK,
        kind="matter",
        subject="m1",
        facts={"step": "urge"},
        due_at=NOON + timedelta(seconds=seconds),
    )


async def test_timers_are_claimed_when_due_oldest_first(database: Database) -> None:
    timers = SqlTimers(database)
    for timer in (_timer("b", 20), _timer("a", 10), _timer("c", 30)):
        await timers.set_timer(timer)
    assert await timers.next_due("matter") == NOON + timedelta(seconds=10)
    assert await timers.next_due("other") is None

    assert await timers.claim_due("matter", NOON + timedelta(seconds=20), 10) == [
        _timer("a", 10),
        _timer("b", 20),
    ]
    assert await timers.claim_due("matter", NOON + timedelta(seconds=20), 10) == []


async def test_a_timer_is_moved_or_cancelled(database: Database) -> None:
    timers = SqlTimers(database)
    await timers.set_timer(_timer("a", 10))
    await timers.set_timer(_timer("a", 50))
    assert await timers.claim_due("matter", NOON + timedelta(seconds=49), 10) == []

    await timers.cancel("a")
    await timers.cancel("a")
    assert await timers.next_due("matter") is None


async def test_a_timer_whose_effect_failed_stays(database: Database) -> None:
    await SqlTimers(database).set_timer(_timer("a", 0))

    async def fail() -> None:
        async with database.unit_of_work() as work:
            assert len(await SqlTimers(work).claim_due("matter", NOON, 1)) == 1
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert await SqlTimers(database).claim_due("matter", NOON, 1) == [_timer("a", 0)]


async def test_two_claims_at_once_never_share_a_timer(database: Database) -> None:
    for n in range(10):
        await SqlTimers(database).set_timer(_timer(str(n), n))

    async with database.unit_of_work() as one, database.unit_of_work() as other:
        first = await SqlTimers(one).claim_due("matter", NOON + _LONG, 6)
        second = await SqlTimers(other).claim_due("matter", NOON + _LONG, 6)
    assert len(first) == 6
    assert {timer.timer_id for timer in (*first, *second)} == {str(n) for n in range(10)}


async def test_what_is_written_under_an_older_lease_changes_nothing(database: Database) -> None:
    leases = SqlLeases(database)
    old = await leases.take(BANK, "matcher", "node-1", _LONG)
    assert old is not None
    fenced = Fenced(database, lambda: old)
    arm = "INSERT INTO timer (timer_id, tenant_id, kind, subject, due_at) VALUES ($1, 't', 'k', 's', now())"
    await fenced.execute(arm, "one")

    await leases.void("matcher")
    with pytest.raises(NotTheHolder):
        await fenced.execute(arm, "two")
    assert await leases.take(BANK, "matcher", "node-2", _LONG) is not None
    with pytest.raises(NotTheHolder):
        await fenced.execute(arm, "three")

    assert [row["timer_id"] for row in await fenced.fetch("SELECT timer_id FROM timer")] == ["one"]
