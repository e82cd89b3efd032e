"""What an agent's day was: his parts in calls, and where his time went.

Laws: the time he was signed in is the sum of its states; nothing outside of the day counts; a part in a call counts when it
is over, in the day it began.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from banjie.base.ids import CallId, QueueId
from banjie.routing.agents import AgentState
from banjie.routing.states import StateStretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An agent's part in a call with a customer. It is over."""

    call_id: CallId
    queue_id: QueueId | None
    waited_s: float | None  # the customer's, in that queue; None: he did not come from there
    connected_at: datetime
    left_at: datetime
    hold_s: float

    @property
    def talk_s(self) -> float:
        """Seconds in the call without those on hold."""
        return (self.left_at - self.connected_at).total_seconds() - self.hold_s


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDay:
    """Sums. `acw_s` is of the calls that are counted; `in_state_s` is all time since he first signed in, cut to the day."""

    handled_count: int = 0
    from_queue_count: int = 0
    in_time_count: int = 0  # of those from a queue: answered within its service level seconds
    missed_count: int = 0
    talk_s: float = 0.0
    hold_s: float = 0.0
    acw_s: float = 0.0
    in_state_s: Mapping[AgentState, float]

    def spent_s(self, *states: AgentState) -> float:
        return sum(self.in_state_s.get(state, 0.0) for state in states)


def sum_day(
    parts: Iterable[Part],
    stretches: Iterable[StateStretch],
    missed_count: int,
    *,
    within: tuple[datetime, datetime],
    service_level_s: Mapping[QueueId, float],
) -> AgentDay:
    """Sum up a day.

    Args:
        parts: those that began in the day.
        stretches: his states, not cut; one that lasts counts to the end of `within`.
        within: from midnight up to now, or to the next midnight.
        service_level_s: of each queue, as it is now.
    """
    begins, ends = within
    parts = [part for part in parts if begins <= part.connected_at < ends]
    handled = {part.call_id for part in parts}
    in_state_s = dict.fromkeys(AgentState, 0.0)
    acw_s = 0.0
    for stretch in stretches:
        seconds = (min(stretch.until or ends, ends) - max(stretch.since, begins)).total_seconds()
        if seconds <= 0.0:
            continue
        state = AgentState(stretch.state)
        in_state_s[state] += seconds
        if state is AgentState.ACW and stretch.call_id in handled:
            acw_s += seconds
    waits = [(part.waited_s, service_level_s.get(part.queue_id)) for part in parts if part.queue_id]
    in_time = [waited_s <= level_s for waited_s, level_s in waits if waited_s is not None and level_s]
    return AgentDay(
        handled_count=len(parts),
        from_queue_count=len(in_time),
        in_time_count=sum(in_time),
        missed_count=missed_count,
        talk_s=sum(part.talk_s for part in parts),
        hold_s=sum(part.hold_s for part in parts),
        acw_s=acw_s,
        in_state_s=in_state_s,
    )
