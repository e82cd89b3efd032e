"""A call while it lives: its state, its record and its place in the log, moved by events alone."""

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
