"""Where the facts of a day are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from banjie.base.ids import AgentId
from banjie.insight.day import Part


class DayBook(Protocol):
    async def list_parts(self, agent_id: AgentId, since: datetime, until: datetime) -> Sequence[Part]:
        """Return his parts in calls with customers that began in this time and are over, oldest first."""

    async def count_missed(self, agent_id: AgentId, since: datetime, until: datetime) -> int:
        """Count the offers of this time that he let ring out, rejected, or that did not reach him."""
