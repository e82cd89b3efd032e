"""What is wrong with the callbacks of a day is found, each kind of it; what is right is left alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bench.desk_agents import CallbackOffered
from bench.desk_phones import Rang
from bench.kept_places import faults
from bench.verdict import Day

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.calls.cdr import Cdr, fold
from banjie.calls.events import (
    AgentConnected,
    CallAnswered,
    CallArrived,
    CallbackPromised,
    CallEnded,
    CallEvent,
    CallPlaced,
    CallQueued,
)
from banjie.routing.callbacks import CallbackState
from banjie.routing.kept import Ending, KeptCallback

pytestmark = pytest.mark.unit

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
ANN, BENCH = AgentId("ann"), QueueId("bench")
ATTEMPTS_MAX = 2


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def asking(name: str, number: str, since_s: float) -> list[CallEvent]:
    """Somebody waits, asks after two seconds to be called back, and is let go."""
    call_id = CallId(name)
    return [
        CallArrived(
            call_id=call_id,
            occurred_at=at(since_s),
            channel="sip",
            peer="loopback",
            dialled="4000000002",
            caller=number,
            language="zh",
        ),
        CallAnswered(call_id=call_id, occurred_at=at(since_s)),
        CallQueued(call_id=call_id, occurred_at=at(since_s), queue_id=BENCH, priority=0, language="zh"),
        CallbackPromised(call_id=call_id, occurred_at=at(since_s + 2), queue_id=BENCH, number=number),
        CallEnded(call_id=call_id, occurred_at=at(since_s + 3), reason="callback_kept"),
    ]


def attempt(of: str, number: str, began_s: float, *, reached: bool) -> Cdr:
    call_id = CallId(f"{of} at {began_s:g}")
    placed = CallPlaced(
        call_id=call_id,
        occurred_at=at(began_s),
        channel="sip",
        peer=ANN,
        dialled=number,
        caller="01066668888",
        language="zh",
        agent_id=ANN,
        direction="out",
        queue_id=BENCH,
        callback_of=CallId(of),
    )
    ended = CallEnded(
        call_id=call_id, occurred_at=at(began_s + 5), reason="caller_hung_up" if reached else "no_answer"
    )
    met = [AgentConnected(call_id=call_id, occurred_at=at(began_s + 1), agent_id=ANN)] if reached else []
    return fold([placed, *met, ended])


def kept(name: str, number: str, since_s: float, ending: Ending, attempts: int) -> KeptCallback:
    return KeptCallback(
        call_id=CallId(name),
        queue_id=BENCH,
        number=number,
        caller=number,
        dialled="4000000002",
        customer_id=None,
        language="zh",
        priority=0,
        credit_s=0.0,
        needs={},
        waiting_since=at(since_s),
        asked_at=at(since_s + 2),
        expires_at=at(8 * 3600),
        state=CallbackState(ending.value),
        attempts=attempts,
        ended_at=at(60),
        ending=ending,
    )


A, B = "13800000001", "13800000002"
LOGS = {log[0].call_id: log for log in (asking("a", A, 0), asking("b", B, 1))}
GOOD = Day(
    records=[fold(log) for log in LOGS.values()],
    logs=LOGS,
    fates={A: "hung_up_on", B: "hung_up_on"},
    asked=frozenset({A, B}),
    callbacks=[kept("a", A, 0, Ending.CONNECTED, 1), kept("b", B, 1, Ending.GIVEN_UP, 2)],
    attempts=[
        attempt("a", A, 10, reached=True),
        attempt("b", B, 20, reached=False),
        attempt("b", B, 30, reached=False),
    ],
    customers_rang=[
        Rang(user=number, caller="01066668888", at=at(seconds).timestamp())
        for number, seconds in ((A, 10.1), (B, 20.1), (B, 30.1))
    ],
    offered=[
        CallbackOffered(call_id=CallId(name), at=at(seconds))
        for name, seconds in (("a", 9), ("b", 19), ("b", 29))
    ],
)


def wrong(day: Day) -> list[str]:
    return faults(day, ATTEMPTS_MAX)


def ring(number: str, seconds: float) -> Rang:
    return Rang(user=number, caller="01066668888", at=at(seconds).timestamp())


def test_a_day_on_which_all_is_right_has_no_faults() -> None:
    assert wrong(GOOD) == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: replace(d, callbacks=d.callbacks[:1]), "promised a callback that nobody knows of"),
        (lambda d: replace(d, records=d.records[:1]), "was asked for by nobody"),
        (
            lambda d: replace(d, callbacks=[*d.callbacks, replace(d.callbacks[0], call_id=CallId("c"))]),
            f"{A} is kept 2 times",
        ),
        (
            lambda d: replace(
                d, records=[replace(d.records[0], connected_at=at(2.5)), d.records[1]], asked=frozenset()
            ),
            "waits for a callback and is counted as ANSWERED",
        ),
        (
            lambda d: replace(
                d,
                records=[fold([*LOGS[CallId("a")][:3], LOGS[CallId("a")][4]]), d.records[1]],
            ),
            f"caller {A} asked to be called back",
        ),
        (
            lambda d: replace(d, attempts=d.attempts[1:]),
            "callback a is connected after 1 attempts, 0 reached",
        ),
        (
            lambda d: replace(d, callbacks=[replace(d.callbacks[0], ended_at=None), d.callbacks[1]]),
            "callback a ended at None",
        ),
        (
            lambda d: replace(d, callbacks=[d.callbacks[0], replace(d.callbacks[1], attempts=1)]),
            f"{B} was rung 2 times for 1 attempts",
        ),
        (
            lambda d: replace(d, callbacks=[d.callbacks[0], replace(d.callbacks[1], attempts=3)]),
            "was tried 3 times",
        ),
        (
            lambda d: replace(
                d,
                callbacks=[
                    replace(d.callbacks[0], ended_at=None, ending=None, state=CallbackState.DIALLED),
                    d.callbacks[1],
                ],
            ),
            "callback a is dialled",
        ),
        (
            lambda d: replace(d, customers_rang=[*d.customers_rang, ring("13800000009", 5)]),
            "was rung and never asked for it",
        ),
        (
            lambda d: replace(d, customers_rang=[ring(A, 50), *d.customers_rang[1:]]),
            "no agent was held for him",
        ),
        (
            lambda d: replace(
                d, attempts=[*d.attempts[:2], attempt("b", B, 22, reached=False), d.attempts[2]]
            ),
            "callback b is dialled twice at once",
        ),
        (
            lambda d: replace(d, attempts=[*d.attempts, attempt("a", A, 40, reached=True)]),
            "callback a was reached 2 times",
        ),
        (
            lambda d: replace(d, offered=[CallbackOffered(call_id=CallId("b"), at=at(8)), *d.offered]),
            "callback b went before a",
        ),
    ],
)
def test_what_is_wrong_is_said(spoil: Callable[[Day], Day], words: str) -> None:
    found = wrong(spoil(GOOD))

    assert any(words in fault for fault in found), found


def test_the_order_holds_in_each_life_of_the_server() -> None:
    """Who was tried before the kill may come later than who was not."""
    killed = replace(GOOD, killed_at=at(15))

    assert wrong(killed) == []
    before = [
        CallbackOffered(call_id=CallId("b"), at=at(16)),
        CallbackOffered(call_id=CallId("a"), at=at(17)),
    ]
    assert wrong(replace(killed, offered=before)) == []
    never_tried = replace(
        killed, offered=before, attempts=[attempt("a", A, 20, reached=True)], customers_rang=[ring(A, 20.5)]
    )
    assert any("callback b went before a" in fault for fault in wrong(never_tried))


def test_a_kill_forgives_what_was_not_written_in_its_last_moment() -> None:
    """He was reached, that was not written, and he was called once more."""
    again = replace(
        GOOD,
        callbacks=[replace(GOOD.callbacks[0], attempts=2), GOOD.callbacks[1]],
        attempts=[*GOOD.attempts, attempt("a", A, 40, reached=True)],
        customers_rang=[*GOOD.customers_rang, ring(A, 40.1)],
    )

    assert wrong(replace(again, killed_at=at(11.3))) == []
    met_at_the_end = replace(GOOD, attempts=GOOD.attempts[1:], customers_rang=GOOD.customers_rang[1:])
    assert wrong(replace(met_at_the_end, killed_at=at(60.2))) == []
    assert any("connected after 1 attempts, 0 reached" in fault for fault in wrong(met_at_the_end))
    assert any("was reached 2 times" in fault for fault in wrong(replace(again, killed_at=at(25))))
