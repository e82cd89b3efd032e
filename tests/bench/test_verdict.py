"""What is wrong with a day's calls is found, each kind of it; what is right is left alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bench.desk_phones import Rang
from bench.verdict import Day, connected_since, faults, occupied, ringing

from banjie.base.ids import AgentId, CallId, LegId, QueueId
from banjie.calls.cdr import fold
from banjie.calls.events import (
    AgentConnected,
    AgentLeft,
    AgentOffered,
    CallAnswered,
    CallArrived,
    CallbackPromised,
    CallEnded,
    CallEvent,
    CallPlaced,
    CallQueued,
    EndReason,
    GuestInvited,
    GuestLeft,
    OfferFailed,
)

pytestmark = pytest.mark.unit

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
ANN, BOB = AgentId("ann"), AgentId("bob")


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def call(
    name: str, *, offered_s: float = 1.0, ended_s: float = 9.0, why: EndReason = "caller_hung_up"
) -> list[CallEvent]:
    """Somebody waits, Ann is offered him, takes him, and it ends."""
    call_id = CallId(name)
    return [
        CallArrived(
            call_id=call_id,
            occurred_at=at(0),
            channel="sip",
            peer="loopback",
            dialled="4000000002",
            caller=f"138{name}",
            language="zh",
        ),
        CallAnswered(call_id=call_id, occurred_at=at(0)),
        CallQueued(
            call_id=call_id, occurred_at=at(0.5), queue_id=QueueId("bench"), priority=0, language="zh"
        ),
        AgentOffered(call_id=call_id, occurred_at=at(offered_s), agent_id=ANN),
        AgentConnected(call_id=call_id, occurred_at=at(offered_s + 1), agent_id=ANN),
        CallEnded(call_id=call_id, occurred_at=at(ended_s), reason=why),
    ]


def day(*logs: list[CallEvent], **fates: str) -> Day:
    return Day(
        records=[fold(log) for log in logs],
        logs={log[0].call_id: log for log in logs},  # type: ignore[attr-defined]
        fates={f"138{name}": fate for name, fate in fates.items()},
    )


GOOD = day(
    call("a"), call("b", offered_s=10, ended_s=20, why="agent_hung_up"), a="left", b="hung_up_on", c="refused"
)


def test_a_day_on_which_all_is_right_has_no_faults() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: replace(d, records=[*d.records, d.records[0]]), "has 2 records"),
        (lambda d: replace(d, records=d.records[:1]), "138b (hung_up_on) has no record"),
        (lambda d: replace(d, fates={"138a": "left"}), "138b has a record and never called"),
        (lambda d: replace(d, fates={**d.fates, "138a": "hung_up_on"}), "its caller says 'hung_up_on'"),
        (lambda d: replace(d, fates={**d.fates, "138b": "left"}), "its caller says 'left'"),
        (lambda d: replace(d, fates={**d.fates, "138b": "cut_off"}), "its caller says 'cut_off'"),
        (
            lambda d: replace(d, logs={**d.logs, "a": [*d.logs[CallId("a")], d.logs[CallId("a")][-1]]}),
            "has ended 2 times",
        ),
        (
            lambda d: replace(d, records=[fold(d.logs[CallId("a")][:-1]), d.records[1]]),
            "is still live",
        ),
        (
            lambda d: replace(d, records=[replace(d.records[0], connected_at=None), d.records[1]]),
            "its log says ANSWERED",
        ),
    ],
)
def test_what_is_wrong_is_said(spoil: Callable[[Day], Day], words: str) -> None:
    found = faults(spoil(GOOD))

    assert any(words in fault for fault in found), found


def test_an_agent_who_is_offered_a_second_call_is_found() -> None:
    both = day(call("a"), call("b", offered_s=5, ended_s=20), a="left", b="left")

    (found,) = faults(both)

    assert found.startswith("agent ann has call a until")


def test_a_crash_forgives_what_it_cut_off_and_nothing_begun_after_it() -> None:
    cut = day(call("a", why="interrupted"), a="cut_off", b="cut_off")

    assert faults(replace(cut, killed_at=at(8))) == []
    assert len(faults(cut)) == 2
    (after,) = faults(replace(cut, killed_at=at(-1)))
    assert "begun after the crash" in after


def test_whom_the_answer_had_not_reached_at_the_crash_calls_on_and_is_one_caller() -> None:
    cut_off, again = [*call("a")[:2], call("a", why="interrupted")[-1]], call("a", ended_s=30)
    twice = replace(day(again, a="left"), records=[fold(cut_off), fold(again)])

    assert [fault for fault in faults(replace(twice, killed_at=at(0.3))) if "records" in fault] == []
    assert any("has 2 records" in fault for fault in faults(replace(twice, killed_at=at(3))))
    assert any("has 2 records" in fault for fault in faults(twice))


def test_whom_a_call_occupies_and_for_how_long() -> None:
    call_id = CallId("a")
    log = [
        *call("a")[:4],
        OfferFailed(call_id=call_id, occurred_at=at(2), agent_id=ANN, why="no_answer"),
        AgentOffered(call_id=call_id, occurred_at=at(3), agent_id=BOB),
        AgentConnected(call_id=call_id, occurred_at=at(4), agent_id=BOB),
        GuestInvited(
            call_id=call_id,
            occurred_at=at(5),
            guest_id=LegId("g"),
            agent_id=ANN,
            number=None,
            purpose="transfer",
        ),
        AgentLeft(call_id=call_id, occurred_at=at(6), agent_id=BOB, why="transferred"),
        GuestLeft(call_id=call_id, occurred_at=at(7), guest_id=LegId("g"), why="took_over"),
        AgentConnected(call_id=call_id, occurred_at=at(7), agent_id=ANN),
        CallEnded(call_id=call_id, occurred_at=at(9), reason="agent_hung_up"),
    ]

    assert list(occupied(log)) == [
        (ANN, at(1), at(2)),
        (BOB, at(3), at(6)),
        (ANN, at(5), at(9)),
    ]
    assert connected_since([log], at(5)) == {ANN}


def test_who_asks_to_be_called_back_occupies_nobody_and_his_callback_does() -> None:
    """The agent who is rung for him is rung for the callback from then on; the call to the customer is a call of its own."""
    asked = [
        *call("a")[:4],
        CallbackPromised(call_id=CallId("a"), occurred_at=at(2), queue_id=QueueId("bench"), number="138a"),
        CallEnded(call_id=CallId("a"), occurred_at=at(5), reason="callback_kept"),
    ]
    placed = CallPlaced(
        call_id=CallId("b"),
        occurred_at=at(3),
        channel="sip",
        peer=ANN,
        dialled="138a",
        caller="01066668888",
        language="zh",
        agent_id=ANN,
        direction="out",
        callback_of=CallId("a"),
    )
    attempt = [placed, CallEnded(call_id=CallId("b"), occurred_at=at(7), reason="no_answer")]

    assert list(occupied(asked)) == [(ANN, at(1), at(2))]
    assert list(occupied(attempt)) == [(ANN, at(3), at(7))]


def test_an_offer_is_joined_with_the_ring_of_its_caller_at_its_agents_phone() -> None:
    rang = [
        Rang(user="ann", caller="138b", at=at(1.5).timestamp()),
        Rang(user="ann", caller="138a", at=at(1.02).timestamp()),
        Rang(user="bob", caller="138a", at=at(1.01).timestamp()),
    ]

    found = ringing(replace(day(call("a"), call("c")), rang=rang))

    assert found.late_ms == pytest.approx([20.0], abs=0.1)
    assert found.never == 1
