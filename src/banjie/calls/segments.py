"""A call's segments: one for each person the caller was put through to, in order. The sum of them is what was talked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from banjie.base.ids import AgentId, QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One agent's part. Whoever takes the call next begins another."""

    agent_id: AgentId
    queue_id: QueueId | None  # the last the call waited in before
    waited_s: float | None  # in that queue; None where somebody handed the caller over
    connected_at: datetime
    left_at: datetime | None = None  # None: he is in the call
    hold_s: float = 0.0  # of his time in it, how long the caller was on hold
    disposition: str | None = None
    note: str | None = None

    def talk_s(self, until: datetime) -> float:
        return ((self.left_at or until) - self.connected_at).total_seconds()


def left(segments: Sequence[Segment], at: datetime) -> tuple[Segment, ...]:
    """Return them with the last one over. Repeatable."""
    if not segments or segments[-1].left_at is not None:
        return tuple(segments)
    return (*segments[:-1], replace(segments[-1], left_at=at))


def held(segments: Sequence[Segment], seconds: float) -> tuple[Segment, ...]:
    """Return them with this much more hold in the last one."""
    if not segments:
        return ()
    return (*segments[:-1], replace(segments[-1], hold_s=segments[-1].hold_s + seconds))


def disposed(
    segments: Sequence[Segment], agent_id: AgentId | None, code: str, note: str
) -> tuple[Segment, ...]:
    """Return them with what this agent, or for None the last one, said his part was."""
    at = index_of(segments, agent_id)
    if at is None:
        return tuple(segments)
    return (*segments[:at], replace(segments[at], disposition=code, note=note), *segments[at + 1 :])


def find_segment(segments: Sequence[Segment], agent_id: AgentId) -> Segment | None:
    """Return an agent's last part."""
    at = index_of(segments, agent_id)
    return None if at is None else segments[at]


def index_of(segments: Sequence[Segment], agent_id: AgentId | None) -> int | None:
    """Return the place of the last segment, of this agent where one is named."""
    places = (at for at in reversed(range(len(segments))) if agent_id in (None, segments[at].agent_id))
    return next(places, None)
