"""An agent's day as the database has it: his parts in calls, and the offers he missed."""

from datetime import timedelta

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.routing.states import StateEntered
from banjie.storage.agents import SqlAgentLog
from banjie.storage.call_log import SqlCallLog
from banjie.storage.database import Database
from banjie.storage.insight import SqlDayBook
from tests.storage.conftest import BANK, NOON
from tests.storage.story_of_calls import ANN, BOB, GENERAL, abandoned, answered

pytestmark = pytest.mark.peer
MIDNIGHT = NOON - timedelta(hours=12)


def _rang(agent_id: AgentId, call_id: CallId, seconds: float) -> StateEntered:
    since = NOON + timedelta(seconds=seconds)
    return StateEntered(agent_id=agent_id, state="RINGING", reason=None, call_id=call_id, since=since)


async def test_a_part_has_its_own_hold_and_wait(database: Database) -> None:
    log, book = SqlCallLog(database, BANK), SqlDayBook(database, BANK)
    today, yesterday = answered(NOON, wait_s=7.0), answered(MIDNIGHT - timedelta(minutes=1))
    for call in (today, yesterday, abandoned(NOON, 5.0)):
        await log.write(call)

    (part,) = await book.list_parts(ANN, MIDNIGHT, NOON + timedelta(hours=1))
    assert (part.call_id, part.queue_id, part.waited_s) == (today[0].call_id, GENERAL, 7.0)
    assert (part.hold_s, part.talk_s) == (10.0, 50.0)
    assert part.connected_at == NOON + timedelta(seconds=11)
    assert await book.list_parts(BOB, MIDNIGHT, NOON + timedelta(hours=1)) == []
    assert await book.list_parts(ANN, MIDNIGHT, NOON) == []


async def test_missed_are_the_offers_that_failed_at_his_place(database: Database) -> None:
    log, states, book = SqlCallLog(database, BANK), SqlAgentLog(database, BANK), SqlDayBook(database, BANK)
    call = answered(NOON)  # Bob rejects it, Ann takes it
    await log.write(call)
    await states.write([_rang(BOB, call[0].call_id, 4.0), _rang(ANN, call[0].call_id, 4.0)])
    until = NOON + timedelta(hours=1)

    assert await book.count_missed(BOB, MIDNIGHT, until) == 1
    assert await book.count_missed(ANN, MIDNIGHT, until) == 0
    assert await book.count_missed(BOB, until, until + timedelta(hours=1)) == 0
