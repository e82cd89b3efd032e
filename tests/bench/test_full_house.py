"""A small house lives a short day: real callers, real phones, real screens; then it is killed in the middle of one."""

import pytest
from bench.busy_day import Plan
from bench.full_house import simulate
from bench.verdict import ringing

from banjie.calls.cdr import Outcome
from banjie.parts.lead import LEADS_FOR_S
from banjie.routing.kept import Ending

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


async def test_every_call_of_a_busy_half_minute_ends_once_and_nobody_is_offered_two() -> None:
    plan = Plan(agents=12, callers=40, seconds=25, kill_after_s=0, talk_s=2.0)

    found = await simulate(plan)

    assert found.wrong == []
    outcomes = {record.outcome for record in found.day.records}
    assert {Outcome.ANSWERED, Outcome.ABANDONED_IN_QUEUE, Outcome.CALLBACK_KEPT} <= outcomes
    assert len(found.day.records) > 100
    assert max(ringing(found.day).late_ms) < 500
    assert {"dispose", "hang up", "hang up at the phone", "hold"} <= set(found.seen.did)
    endings = {row.ending for row in found.day.callbacks}
    assert Ending.CONNECTED in endings
    assert sum(row.attempts > 1 for row in found.day.callbacks) > 0
    assert max(found.watch.renewals.apart_s) < LEADS_FOR_S


async def test_a_kill_in_the_middle_leaves_nobody_stuck_and_counts_nobody_twice() -> None:
    plan = Plan(agents=10, callers=30, seconds=25, kill_after_s=10, talk_s=2.0)

    found = await simulate(plan)

    assert found.wrong == []
    assert any(record.end_reason == "interrupted" for record in found.day.records)
    assert found.day.killed_at is not None
    assert sum(record.arrived_at > found.day.killed_at for record in found.day.records) > 30
    kept_over_it = [row for row in found.day.callbacks if row.asked_at < found.day.killed_at]
    assert any(row.ended_at is not None and row.ended_at > found.day.killed_at for row in kept_over_it)
