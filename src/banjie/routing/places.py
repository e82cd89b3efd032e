"""One call's place in a queue, as the ACD keeps it: what it needs, how urgent it is, whom it rings."""

from dataclasses import dataclass, field

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.base.plain import DERIVED
from banjie.routing.callbacks import Callback
from banjie.routing.order import Rank
from banjie.routing.queues import WaitingCall
from banjie.routing.skills import NO_LEVELS, Levels


@dataclass(slots=True, kw_only=True, eq=False)
class Place:
    """Changed by `Floor` and the rules of time alone."""

    call_id: CallId
    queue_id: QueueId
    priority: int
    waiting_since: float
    entered_at: float  # this queue
    number: int  # of two equal times the earlier command is first
    credit_s: float = 0.0
    own_needs: Levels = NO_LEVELS
    needs: Levels = field(default=NO_LEVELS, metadata=DERIVED)  # now: the queue's included, dropped ones not
    ring: int = 0  # of the bullseye
    kept_for: AgentId | None = None  # nobody else may take it, until
    kept_until: float = 0.0
    rank: Rank = field(default=(), metadata=DERIVED)
    token: int = field(default=0, metadata=DERIVED)  # while it stands in a line
    callback: Callback | None = None  # None: the caller is on the line
    is_paced: bool = False  # it waits with nobody found for it
    was_paced: bool = False  # it did, before the offer it rings with
    rung: dict[AgentId, None] = field(default_factory=dict)  # in the order they were rung
    tried: set[AgentId] = field(default_factory=set)  # let it pass while it rang others too

    def status(self) -> WaitingCall:
        return WaitingCall(
            call_id=self.call_id,
            queue_id=self.queue_id,
            priority=self.priority,
            needs=dict(self.needs),
            own_needs=dict(self.own_needs),
            waiting_since=self.waiting_since,
            is_offered=bool(self.rung),
            credit_s=self.credit_s,
            ring=self.ring,
            kept_for=self.kept_for,
            callback_state=None if self.callback is None else self.callback.state,
            callback_number=None if self.callback is None else self.callback.number,
        )
