"""The made-up week is lawful, plausible and marked as made up."""

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from banjie.base.ids import AgentId, CallId, CustomerId
from banjie.base.phones import parse_number
from banjie.calls.cdr import Cdr, Outcome, fold
from banjie.calls.machine import CallState, next_state
from banjie.demo.bank import AGENTS, DISPOSITIONS
from banjie.demo.callers import NUMBERS
from banjie.demo.history import PEER, HistoricCall, history, is_demonstration, lines_of

pytestmark = pytest.mark.unit

UNTIL = date(2026, 11, 24)
CREW = {AgentId(username): queues for username, queues in AGENTS.items()}
LI = {parse_number(NUMBERS[0]).e164: CustomerId("li")}
SHANGHAI = ZoneInfo("Asia/Shanghai")
# What the form lets an agent choose: a code others stand under is a heading.
CHOOSABLE = {d.code for d in DISPOSITIONS} - {d.parent for d in DISPOSITIONS}


@cache
def week() -> tuple[HistoricCall, ...]:
    return tuple(history(UNTIL, CREW, customers=LI))


@cache
def records() -> tuple[Cdr, ...]:
    return tuple(call.lines[-1].cdr for call in week())


def local_day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def test_every_call_is_marked_and_none_has_a_recording() -> None:
    assert all(c.demonstration for c in week())
    assert all(is_demonstration(r.call_id) and r.peer == PEER for r in records())
    assert all(r.recording_file is None for r in records())
    assert not is_demonstration(CallId("3f0c"))
    assert len({r.call_id for r in records()}) == len(records())


def test_every_log_is_in_order_lawful_and_folds_to_its_record() -> None:
    for call in week():
        state = CallState.NEW
        for line in call.lines:
            state = next_state(line.call_id, state, line.event)
        assert state is CallState.ENDED
        assert [line.seq for line in call.lines] == list(range(len(call.lines)))
        times = [line.event.occurred_at for line in call.lines]
        assert times == sorted(times)
        assert fold(line.event for line in call.lines) == call.lines[-1].cdr


def test_the_week_is_the_seven_days_before() -> None:
    days = Counter(local_day(r.arrived_at) for r in records())

    assert sorted(days) == [date(2026, 11, d) for d in range(17, 24)]
    assert all(r.last_at < datetime(2026, 11, 23, 16, 0, tzinfo=UTC) for r in records())
    assert days[date(2026, 11, 21)] < 0.7 * days[date(2026, 11, 18)]  # a Saturday, a Wednesday


def test_no_agent_talks_twice_at_once() -> None:
    talks = sorted((r.agent_id, r.connected_at, r.ended_at) for r in records() if r.agent_id is not None)

    for (agent, _, ended), (other, connected, _) in pairwise(talks):
        assert agent != other or ended <= connected
    assert {t[0] for t in talks} == set(CREW)
    assert all(r.queue_id in CREW[r.agent_id] for r in records() if r.agent_id is not None)


def test_figures_are_those_of_a_bank_that_works() -> None:
    outcomes = Counter(r.outcome for r in records())
    queued = [r for r in records() if r.queued_at is not None]
    answered = [r for r in queued if r.outcome is Outcome.ANSWERED]
    abandoned = outcomes[Outcome.ABANDONED_IN_QUEUE] + outcomes[Outcome.ABANDONED_RINGING]
    hours = Counter(r.arrived_at.astimezone(SHANGHAI).hour for r in records())

    assert 1200 < len(records()) < 3500
    assert 0.02 < abandoned / len(queued) < 0.15
    assert outcomes[Outcome.ABANDONED_IN_SCRIPT] > 0
    assert 120 < median(r.talk_s or 0.0 for r in answered) < 240
    assert 0.5 < sum((r.wait_s or 0.0) <= 20 for r in answered) / len(answered) < 0.95
    assert hours[10] > 3 * hours[19] > hours[3]
    assert any(r.hold_s > 0 for r in answered)
    assert any(r.offers_count > 1 for r in answered)  # somebody let it ring
    assert {r.disposition for r in answered} <= CHOOSABLE
    assert {r.queue_id for r in answered} == {"general", "urgent", "english"}
    assert all((r.language == "en") == (r.queue_id == "english") for r in queued)


def test_callers_who_are_customers_are_matched() -> None:
    assert {r.customer_id for r in records() if r.caller == NUMBERS[0] and r.queued_at} == {"li"}
    assert {r.customer_id for r in records() if r.caller != NUMBERS[0]} == {None}


def test_the_same_seed_is_the_same_week() -> None:
    again = history(UNTIL, CREW, customers=LI)

    assert tuple(again) == week()
    assert len(list(lines_of(again))) == sum(len(c.lines) for c in again)


def test_another_seed_is_another_week_and_without_agents_everybody_gives_up() -> None:
    other = history(UNTIL, {}, seed=2)

    arrivals = {c.lines[0].event.occurred_at for c in other}
    assert len(arrivals & {r.arrived_at for r in records()}) < 0.01 * len(arrivals)
    assert {c.lines[-1].cdr.outcome for c in other} == {
        Outcome.ABANDONED_IN_QUEUE,
        Outcome.ABANDONED_IN_SCRIPT,
    }
