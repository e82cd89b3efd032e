"""The law of a call: its state table, its log and the record folded from it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.ids import AgentId, CallId, CustomerId, LegId, QueueId, ScriptId
from banjie.calls import events as e
from banjie.calls.cdr import Outcome, apply, begin, fold
from banjie.calls.errors import IllegalTransition
from banjie.calls.live import LiveCall
from banjie.calls.machine import TRANSITIONS, CallState
from banjie.calls.supervision import Mode

pytestmark = pytest.mark.unit

CALL, ANN, BOB, T0 = CallId("c1"), AgentId("1001"), AgentId("1002"), datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def arrived(at: datetime = T0) -> e.CallArrived:
    return e.CallArrived(
        call_id=CALL,
        occurred_at=at,
        channel="sip",
        peer="loopback",
        dialled="4000000001",
        caller="13800001234",
        language="zh",
    )


def made(kind: type[e.CallEvent], s: float, **facts: object) -> e.CallEvent:
    return kind(call_id=CALL, occurred_at=T0 + timedelta(seconds=s), **facts)


SAMPLES: dict[type[e.CallEvent], dict[str, object]] = {
    e.CallAnswered: {},
    e.ScriptStarted: {"script_id": ScriptId("s"), "version": 1},
    e.DigitChosen: {"node": "menu", "digit": "0", "label": {"zh": "人工", "en": "person"}},
    e.DigitsEntered: {"node": "ask", "name": "card", "digits": "1234"},
    e.TransferBegan: {"number": "01012345678"},
    e.TransferAnswered: {},
    e.CallQueued: {"queue_id": QueueId("general"), "priority": 0, "language": "zh"},
    e.QueueLeft: {"queue_id": QueueId("general"), "cause": "full", "to": "words"},
    e.SearchWidened: {"ring": 1, "needs": ("loans",)},
    e.WaitTold: {"position": 3, "low_min": 2, "high_min": 5},
    e.CallbackPromised: {"queue_id": QueueId("general"), "number": "13800001234"},
    e.CustomerMatched: {"customer_id": CustomerId("k1")},
    e.AgentOffered: {"agent_id": ANN},
    e.OfferFailed: {"agent_id": ANN, "why": "no_answer"},
    e.PriorityChanged: {"supervisor_id": AgentId("2001"), "priority": 5},
    e.NeedsChanged: {"supervisor_id": AgentId("2001"), "needs": {"loans": 2}},
    e.OfferPassed: {"agent_id": ANN, "why": "rejected"},
    e.AgentConnected: {"agent_id": ANN},
    e.AgentLeft: {"agent_id": ANN, "why": "transferred"},
    e.GuestInvited: {"guest_id": LegId("g"), "agent_id": BOB, "number": None, "purpose": "consult"},
    e.GuestAnswered: {"guest_id": LegId("g")},
    e.GuestJoined: {"guest_id": LegId("g")},
    e.GuestLeft: {"guest_id": LegId("g"), "why": "took_over"},
    e.AgentLost: {"agent_id": ANN},
    e.AgentRejoined: {"agent_id": ANN},
    e.SoundMeasured: {
        "part": "caller",
        "agent_id": None,
        "loss_ratio": 0.01,
        "jitter_ms": 3.0,
        "sent_loss_ratio": None,
        "sent_jitter_ms": None,
        "round_trip_ms": 40.0,
        "mos": 4.2,
    },
    e.CallHeld: {},
    e.CallResumed: {},
    e.HelpAsked: {"agent_id": ANN},
    e.HelpEnded: {"agent_id": ANN},
    e.SupervisorJoined: {"supervisor_id": AgentId("2001"), "mode": Mode.MONITOR},
    e.SupervisorChanged: {"supervisor_id": AgentId("2001"), "mode": Mode.BARGE},
    e.SupervisorLeft: {"supervisor_id": AgentId("2001")},
    e.RecordingStarted: {"file": "a.wav"},
    e.RecordingSaved: {"file": "a.flac", "duration_s": 9.0, "size_bytes": 1000},
    e.MessageBegan: {"box": QueueId("general"), "file": "m.wav"},
    e.MessageLeft: {"box": QueueId("general"), "file": "m.flac", "duration_s": 9.0},
    e.CallEnded: {"reason": "caller_hung_up"},
    e.CallDisposed: {"agent_id": ANN, "code": "enquiry", "note": ""},
}


def answered_call() -> Iterator[e.CallEvent]:
    yield arrived()
    yield made(e.CallAnswered, 0.1)
    yield made(e.ScriptStarted, 0.1, **SAMPLES[e.ScriptStarted])
    yield made(e.DigitChosen, 4.0, **SAMPLES[e.DigitChosen])
    yield made(e.CallQueued, 4.0, **SAMPLES[e.CallQueued])
    yield made(e.CustomerMatched, 4.1, customer_id=CustomerId("k1"))
    yield made(e.AgentOffered, 10.0, agent_id=AgentId("1002"))
    yield made(e.OfferFailed, 25.0, agent_id=AgentId("1002"), why="no_answer")
    yield made(e.AgentOffered, 25.0, agent_id=ANN)
    yield made(e.AgentConnected, 30.0, agent_id=ANN)
    yield made(e.RecordingStarted, 30.0, file="a.wav")
    yield made(e.CallHeld, 40.0)
    yield made(e.CallResumed, 50.0)
    yield made(e.CallHeld, 60.0)
    yield made(e.CallEnded, 65.0, reason="agent_hung_up")
    yield made(e.RecordingSaved, 65.1, file="a.flac", duration_s=35.0, size_bytes=9)
    yield made(e.CallDisposed, 70.0, agent_id=ANN, code="enquiry", note="余额")


def test_every_state_has_a_row_and_every_row_but_new_can_end() -> None:
    assert set(TRANSITIONS) == set(CallState)
    for state in set(CallState) - {CallState.NEW, CallState.ENDED}:
        assert TRANSITIONS[state][e.CallEnded] is CallState.ENDED
    assert set(TRANSITIONS[CallState.ENDED].values()) == {CallState.ENDED}


def test_every_state_is_reached_from_new() -> None:
    reached = {CallState.NEW}
    while more := {s for r in reached for s in TRANSITIONS[r].values()} - reached:
        reached |= more

    assert reached == set(CallState)


@given(st.lists(st.sampled_from(sorted(SAMPLES, key=lambda k: k.__name__)), max_size=12))
def test_an_illegal_event_leaves_the_call_alone(kinds: list[type[e.CallEvent]]) -> None:
    call = LiveCall(arrived())
    for kind in kinds:
        before = (call.state, call.cdr, call.seq)
        legal = kind in TRANSITIONS[call.state]
        try:
            logged = call.take(made(kind, 1.0, **SAMPLES[kind]))
        except IllegalTransition:
            assert not legal
            assert (call.state, call.cdr, call.seq) == before
        else:
            assert legal
            assert logged.seq == before[2] + 1
            assert logged.cdr is call.cdr


def test_the_record_of_an_answered_call() -> None:
    cdr = fold(answered_call())

    assert cdr.outcome is Outcome.ANSWERED
    assert (cdr.agent_id, cdr.queue_id, cdr.pressed, cdr.offers_count) == (ANN, "general", "0", 2)
    assert (cdr.wait_s, cdr.talk_s, cdr.hold_s) == (26.0, 35.0, 15.0)
    assert (cdr.recording_file, cdr.recording_s) == ("a.flac", 35.0)
    assert (cdr.disposition, cdr.note) == ("enquiry", "余额")


def test_the_record_keeps_how_the_worst_leg_was_heard_also_after_the_end() -> None:
    sounds = [
        made(e.SoundMeasured, 60.0, **{**SAMPLES[e.SoundMeasured], "mos": mos}) for mos in (4.2, 3.1, 4.4)
    ]

    assert fold(answered_call()).mos is None
    assert fold([*answered_call(), *sounds]).mos == 3.1


def transferred_call() -> Iterator[e.CallEvent]:
    """Ann has him after 6 s in a queue, sends him to another, where Bob takes him after 8 s, and both say what it was."""
    yield arrived()
    yield made(e.CallAnswered, 0.0)
    yield made(e.CallQueued, 4.0, **SAMPLES[e.CallQueued])
    yield made(e.AgentOffered, 4.0, agent_id=ANN)
    yield made(e.AgentConnected, 10.0, agent_id=ANN)
    yield made(e.CallHeld, 20.0)
    yield made(e.AgentLeft, 25.0, agent_id=ANN, why="to_queue")
    yield made(e.CallQueued, 25.0, queue_id=QueueId("urgent"), priority=0, language="zh")
    yield made(e.CallDisposed, 30.0, agent_id=ANN, code="other", note="挂失")
    yield made(e.AgentOffered, 31.0, agent_id=BOB)
    yield made(e.AgentConnected, 33.0, agent_id=BOB)
    yield made(e.CallEnded, 53.0, reason="caller_hung_up")
    yield made(e.CallDisposed, 60.0, agent_id=None, code="acw_timed_out", note="", for_agent=BOB)


def test_the_record_of_a_transferred_call_has_a_part_for_each() -> None:
    cdr = fold(transferred_call())

    first, second = cdr.segments
    assert (first.agent_id, first.queue_id, first.waited_s, first.talk_s(T0)) == (ANN, "general", 6.0, 15.0)
    assert (second.agent_id, second.queue_id, second.waited_s, second.talk_s(T0)) == (
        BOB,
        "urgent",
        8.0,
        20.0,
    )
    assert (first.disposition, second.disposition) == ("other", "acw_timed_out")
    assert (cdr.agent_id, cdr.queue_id, cdr.disposition) == (BOB, "urgent", "acw_timed_out")
    assert (cdr.wait_s, cdr.talk_s, cdr.hold_s) == (14.0, 35.0, 5.0)
    assert cdr.outcome is Outcome.ANSWERED
    assert not cdr.has_given_up
    mine = cdr.seen_by(ANN)
    assert (mine.agent_id, mine.queue_id, mine.talk_s, mine.disposition) == (ANN, "general", 15.0, "other")


def test_what_an_earlier_agent_says_later_does_not_speak_for_the_last() -> None:
    *before, disposed = transferred_call()
    cdr = fold([*before, disposed, made(e.CallDisposed, 70.0, agent_id=ANN, code="enquiry", note="")])

    assert (cdr.disposition, [part.disposition for part in cdr.segments]) == (
        "acw_timed_out",
        ["enquiry", "acw_timed_out"],
    )


def test_every_kind_of_event_is_tried_here() -> None:
    kinds = {kind for kind in vars(e).values() if isinstance(kind, type) and issubclass(kind, e.CallEvent)}
    assert set(SAMPLES) == kinds - {e.CallEvent, e.CallArrived, e.CallPlaced}


@pytest.mark.parametrize("calls", [answered_call, transferred_call])
def test_the_log_and_the_live_record_agree(calls: Callable[[], Iterator[e.CallEvent]]) -> None:
    first, *rest = calls()
    assert isinstance(first, e.CallArrived)
    call = LiveCall(first)

    logged = [call.arrival(first), *(call.take(event) for event in rest)]

    assert [one.seq for one in logged] == list(range(len(logged)))
    assert fold(one.event for one in logged) == call.cdr


@pytest.mark.parametrize(
    ("kinds", "outcome"),
    [
        ([e.CallAnswered], Outcome.ABANDONED_IN_SCRIPT),
        ([e.CallAnswered, e.TransferBegan], Outcome.ABANDONED_IN_SCRIPT),
        ([e.CallAnswered, e.TransferBegan, e.TransferAnswered], Outcome.TRANSFERRED),
        ([e.CallAnswered, e.CallQueued], Outcome.ABANDONED_IN_QUEUE),
        ([e.CallAnswered, e.CallQueued, e.AgentOffered], Outcome.ABANDONED_RINGING),
        ([e.CallAnswered, e.CallQueued, e.AgentOffered, e.OfferFailed], Outcome.ABANDONED_IN_QUEUE),
    ],
)
def test_abandonment_is_split_by_where_it_happened(kinds: list[type[e.CallEvent]], outcome: Outcome) -> None:
    cdr = begin(arrived())
    for kind in [*kinds, e.CallEnded]:
        cdr = apply(cdr, made(kind, 2.0, **SAMPLES[kind]))

    assert cdr.outcome is outcome
