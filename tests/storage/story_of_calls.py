"""Calls to store in tests: whole stories as the events that a process would log."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId, ScriptId, new_id
from banjie.calls.events import (
    AgentConnected,
    AgentOffered,
    CallAnswered,
    CallArrived,
    CallDisposed,
    CallEnded,
    CallEvent,
    CallHeld,
    CallQueued,
    CallResumed,
    CustomerMatched,
    DigitChosen,
    OfferFailed,
    RecordingSaved,
    RecordingStarted,
    ScriptStarted,
)
from banjie.calls.live import LiveCall
from banjie.calls.ports import Logged

ANN, BOB = AgentId("1001"), AgentId("1002")
GENERAL = QueueId("general")


def arrival(at: datetime, call_id: CallId | None = None, caller: str = "13800001234") -> CallArrived:
    return CallArrived(
        call_id=call_id or CallId(new_id()),
        occurred_at=at,
        channel="sip",
        peer="loopback",
        dialled="4000000001",
        caller=caller,
        language="zh",
    )


def logged(events: Sequence[CallEvent]) -> list[Logged]:
    """Return the log lines of one call from its events, the first being its arrival."""
    first, *rest = events
    assert isinstance(first, CallArrived)
    call = LiveCall(first)
    return [call.arrival(first), *(call.take(event) for event in rest)]


def answered(
    at: datetime, agent_id: AgentId = ANN, wait_s: float = 5.0, caller: str = "13800001234"
) -> list[Logged]:
    """A call with everything in it: menu, queue, an offer that failed, hold, recording, disposition."""
    first = arrival(at, caller=caller)
    call_id = first.call_id

    def after(seconds: float) -> datetime:
        return at + timedelta(seconds=seconds)

    return logged(
        [
            first,
            CallAnswered(call_id=call_id, occurred_at=after(0)),
            ScriptStarted(call_id=call_id, occurred_at=after(0), script_id=ScriptId("main"), version=3),
            DigitChosen(
                call_id=call_id,
                occurred_at=after(3),
                node="menu",
                digit="0",
                label={"zh": "人工", "en": "A person"},
            ),
            CallQueued(call_id=call_id, occurred_at=after(4), queue_id=GENERAL, priority=0, language="zh"),
            CustomerMatched(call_id=call_id, occurred_at=after(4), customer_id=CustomerId("c1")),
            AgentOffered(call_id=call_id, occurred_at=after(4), agent_id=BOB),
            OfferFailed(call_id=call_id, occurred_at=after(4), agent_id=BOB, why="rejected"),
            AgentOffered(call_id=call_id, occurred_at=after(4), agent_id=agent_id),
            AgentConnected(call_id=call_id, occurred_at=after(4 + wait_s), agent_id=agent_id),
            RecordingStarted(call_id=call_id, occurred_at=after(4 + wait_s), file=f"{call_id}.wav"),
            CallHeld(call_id=call_id, occurred_at=after(20 + wait_s)),
            CallResumed(call_id=call_id, occurred_at=after(30 + wait_s)),
            CallEnded(call_id=call_id, occurred_at=after(64 + wait_s), reason="caller_hung_up"),
            RecordingSaved(
                call_id=call_id,
                occurred_at=after(65 + wait_s),
                file=f"{call_id}.flac",
                duration_s=60.0,
                size_bytes=9,
            ),
            CallDisposed(
                call_id=call_id, occurred_at=after(80 + wait_s), agent_id=agent_id, code="done", note="好"
            ),
        ]
    )


def abandoned(at: datetime, wait_s: float) -> list[Logged]:
    """A call whose caller gave up in the queue."""
    first = arrival(at)
    call_id = first.call_id
    return logged(
        [
            first,
            CallAnswered(call_id=call_id, occurred_at=at),
            CallQueued(call_id=call_id, occurred_at=at, queue_id=GENERAL, priority=0, language="zh"),
            CallEnded(call_id=call_id, occurred_at=at + timedelta(seconds=wait_s), reason="caller_hung_up"),
        ]
    )
