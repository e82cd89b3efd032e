"""What an agent's day is read from, in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from banjie.base.ids import AgentId
from banjie.calls.cdr import Cdr
from banjie.insight.day import Part
from banjie.routing.states import StateStretch


class Records(Protocol):
    calls: list[Cdr]


class FakeDayBook:  # satisfies insight.ports.DayBook
    def __init__(self, records: Records) -> None:
        self._records = records
        self.missed_count = 0

    async def list_parts(self, agent_id: AgentId, since: datetime, until: datetime) -> Sequence[Part]:
        parts = [
            Part(
                call_id=call.call_id,
                queue_id=one.queue_id,
                waited_s=one.waited_s,
                connected_at=one.connected_at,
                left_at=one.left_at,
                hold_s=one.hold_s,
            )
            for call in self._records.calls
            if call.direction != "internal"
            for one in call.segments
            if one.agent_id == agent_id and one.left_at is not None and since <= one.connected_at < until
        ]
        return sorted(parts, key=lambda part: part.connected_at)

    async def count_missed(self, agent_id: AgentId, since: datetime, until: datetime) -> int:
        return self.missed_count


class FakeAgentHistory:  # satisfies routing.states.AgentHistory
    def __init__(self) -> None:
        self.stretches: list[StateStretch] = []

    async def present_states(self) -> Mapping[AgentId, StateStretch]:
        return {one.agent_id: one for one in self.stretches if one.until is None}

    async def list_stretches(
        self, agent_id: AgentId, since: datetime, until: datetime
    ) -> Sequence[StateStretch]:
        return [
            one
            for one in self.stretches
            if one.agent_id == agent_id and one.since < until and (one.until is None or one.until > since)
        ]

    async def time_in_states(
        self, since: datetime, until: datetime
    ) -> Mapping[AgentId, Mapping[tuple[str, str | None], float]]:
        raise NotImplementedError

    async def end_all(self, at: datetime) -> int:
        raise NotImplementedError
