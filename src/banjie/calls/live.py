"""A call while it lives: its state, its record and its place in the log, moved by events alone."""

from typing import Self

from banjie.base.ids import CallId
from banjie.calls.cdr import Cdr, apply, begin
from banjie.calls.events import CallArrived, CallEvent
from banjie.calls.machine import CallState, next_state
from banjie.calls.ports import Logged


class LiveCall:
    """Begins with its arrival. `take` moves it or raises `IllegalTransition` and changes nothing."""

    __slots__ = ("call_id", "cdr", "seq", "state")

    def __init__(self, arrived: CallArrived) -> None:
        self.call_id: CallId = arrived.call_id
        self.state = next_state(arrived.call_id, CallState.NEW, arrived)
        self.cdr: Cdr = begin(arrived)
        self.seq = 0

    @classmethod
    def resume(cls, cdr: Cdr, last_seq: int) -> Self:
        """Take up a call whose record was read back from the log, to write its end."""
        live = cls.__new__(cls)
        live.call_id, live.cdr, live.seq, live.state = cdr.call_id, cdr, last_seq, _state_of(cdr)
        return live

    def arrival(self, arrived: CallArrived) -> Logged:
        """The first line of the log."""
        return Logged(call_id=self.call_id, seq=0, event=arrived, cdr=self.cdr)

    def take(self, event: CallEvent) -> Logged:
        state = next_state(self.call_id, self.state, event)
        self.cdr = apply(self.cdr, event)
        self.state, self.seq = state, self.seq + 1
        return Logged(call_id=self.call_id, seq=self.seq, event=event, cdr=self.cdr)

    @property
    def is_over(self) -> bool:
        return self.state is CallState.ENDED


def _state_of(cdr: Cdr) -> CallState:
    """The state a record stands for, as far as it matters to what may still be written."""
    if cdr.ended_at is not None:
        return CallState.ENDED
    if cdr.connected_at is not None:
        return CallState.HELD if cdr.held_since is not None else CallState.TALKING
    if cdr.queued_at is not None:
        return CallState.RINGING if cdr.is_ringing else CallState.WAITING
    if cdr.direction != "in":
        return CallState.PLACING
    return CallState.IN_SCRIPT if cdr.answered_at is not None else CallState.ARRIVED
