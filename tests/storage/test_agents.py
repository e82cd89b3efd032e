"""Agents' states are stretches without gap or overlap, however they come in batches."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.routing.states import StateEntered
from banjie.storage.agents import SqlAgentHistory, SqlAgentLog
from banjie.storage.database import Database
from tests.storage.conftest import BANK, NOON, OTHER

pytestmark = pytest.mark.peer

ANN, BOB = AgentId("1001"), AgentId("1002")
LATE = NOON + timedelta(days=1)


def _at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def entered(seconds: float, state: str, agent_id: AgentId = ANN, reason: str | None = None) -> StateEntered:
    call_id = CallId("c1") if state in ("RINGING", "TALKING", "ACW") else None
    return StateEntered(agent_id=agent_id, state=state, reason=reason, call_id=call_id, since=_at(seconds))


SHIFT = [
    entered(0, "BREAK", reason="Warm-up"),
    entered(10, "READY"),
    entered(40, "RINGING"),
    entered(43, "TALKING"),
    entered(103, "ACW"),
    entered(110, "READY"),
    entered(130, "BREAK", reason="就餐"),
]


@pytest.fixture
def log(database: Database) -> SqlAgentLog:
    return SqlAgentLog(database, BANK, gather_s=0.001)


@pytest.fixture
def history(database: Database) -> SqlAgentHistory:
    return SqlAgentHistory(database, BANK)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_stretches_meet_whatever_the_batches(
    log: SqlAgentLog, history: SqlAgentHistory, size: int
) -> None:
    for n in range(0, len(SHIFT), size):
        await log.write(SHIFT[n : n + size])

    stretches = await history.list_stretches(ANN, NOON, LATE)
    assert [(s.state, s.reason, s.since) for s in stretches] == [(e.state, e.reason, e.since) for e in SHIFT]
    assert all(one.until == following.since for one, following in pairwise(stretches))
    assert stretches[-1].until is None


async def test_a_batch_may_be_repeated(log: SqlAgentLog, history: SqlAgentHistory) -> None:
    await log.write(SHIFT)
    before = await history.list_stretches(ANN, NOON, LATE)
    await log.write(SHIFT)

    assert await history.list_stretches(ANN, NOON, LATE) == before


async def test_of_two_states_in_one_instant_the_later_stands(
    log: SqlAgentLog, history: SqlAgentHistory
) -> None:
    await log.write([entered(0, "READY"), entered(5, "RINGING"), entered(5, "TALKING")])
    assert (await history.present_states())[ANN].state == "TALKING"

    await log.write([entered(5, "ACW")])
    assert (await history.present_states())[ANN].state == "ACW"


async def test_where_an_agent_answers_is_kept_with_his_state(
    log: SqlAgentLog, history: SqlAgentHistory
) -> None:
    """Elsewhere in the same state is the same stretch."""
    await log.write([replace(entered(0, "READY"), device="browser"), entered(0, "OFFLINE", BOB)])
    await log.write([replace(entered(0, "READY"), device="phone")])

    present = await history.present_states()
    assert (present[ANN].device, present[BOB].device) == ("phone", None)
    assert len(await history.list_stretches(ANN, NOON, LATE)) == 1


async def test_seconds_are_summed_by_state_and_cut_to_the_time_asked(
    log: SqlAgentLog, history: SqlAgentHistory
) -> None:
    await log.write([*SHIFT, entered(5, "READY", BOB)])

    assert await history.time_in_states(_at(20), _at(120)) == {
        ANN: {("READY", None): 30.0, ("RINGING", None): 3.0, ("TALKING", None): 60.0, ("ACW", None): 7.0},
        BOB: {("READY", None): 100.0},
    }


async def test_a_restart_ends_what_lasted(log: SqlAgentLog, history: SqlAgentHistory) -> None:
    await log.write([*SHIFT, entered(5, "READY", BOB)])

    assert await history.end_all(_at(200)) == 2
    assert await history.end_all(_at(300)) == 0
    assert await history.present_states() == {}
    assert (await history.list_stretches(BOB, NOON, LATE))[-1].until == _at(200)


async def test_another_tenant_sees_nothing(log: SqlAgentLog, database: Database) -> None:
    await log.write(SHIFT)

    others = SqlAgentHistory(database, OTHER)
    assert await others.present_states() == {}
    assert await others.time_in_states(NOON, LATE) == {}
    assert await others.end_all(LATE) == 0


async def test_changes_given_one_by_one_are_written_behind(
    log: SqlAgentLog, history: SqlAgentHistory
) -> None:
    log.start()
    for change in SHIFT:
        log.append(change)
    await log.drain()
    await log.stop()

    assert len(await history.list_stretches(ANN, NOON, LATE)) == len(SHIFT)
