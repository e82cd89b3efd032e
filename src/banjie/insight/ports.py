"""What insight needs from outside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from banjie.base.ids import AgentId, QueueId, TenantId
from banjie.insight.day import Part
from banjie.insight.thresholds import Thresholds
from banjie.insight.wall import WallScreen, WallScreenId


class DayBook(Protocol):
    async def list_parts(self, agent_id: AgentId, since: datetime, until: datetime) -> Sequence[Part]:
        """Return his parts in calls with customers that began in this time and are over, oldest first."""

    async def count_missed(self, agent_id: AgentId, since: datetime, until: datetime) -> int:
        """Count the offers of this time that he let ring out, rejected, or that did not reach him."""


class ThresholdStore(Protocol):
    async def list_thresholds(self, tenant_id: TenantId) -> Mapping[QueueId, Thresholds]:
        """Of those queues for which somebody has set them."""

    async def put_thresholds(self, tenant_id: TenantId, queue_id: QueueId, given: Thresholds | None) -> None:
        """None: the standard holds again."""


class WallScreenStore(Protocol):
    async def list_screens(self, tenant_id: TenantId) -> Sequence[WallScreen]:
        """The oldest first, revoked ones too."""

    async def find_screen(self, token_hash: bytes) -> WallScreen | None:
        """Find by hash, revoked ones too."""

    async def add_screen(self, screen: WallScreen) -> None: ...

    async def revoke_screen(self, tenant_id: TenantId, screen_id: WallScreenId, at: datetime) -> None:
        """Repeatable: the first revocation's time stands."""
