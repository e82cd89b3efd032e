"""What a site has set up for its agents: queues with their names and aims, break reasons, dispositions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from banjie.base.ids import QueueId, TenantId
from banjie.base.prompts import Bilingual
from banjie.routing.queues import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSetup:
    rules: Queue
    name: Bilingual
    priority: int
    service_level_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A break reason or a disposition. `parent` makes a tree."""

    code: str
    name: Bilingual
    parent: str | None = None


class QueueCatalogue(Protocol):
    async def list_queues(self, tenant_id: TenantId) -> Sequence[QueueSetup]: ...

    async def put_queue(self, tenant_id: TenantId, setup: QueueSetup, position: int) -> None: ...

    async def count_members(self, tenant_id: TenantId) -> dict[QueueId, int]: ...

    async def list_break_reasons(self, tenant_id: TenantId) -> Sequence[Code]: ...

    async def list_dispositions(self, tenant_id: TenantId) -> Sequence[Code]: ...

    async def put_codes(
        self, tenant_id: TenantId, break_reasons: Sequence[Code], dispositions: Sequence[Code]
    ) -> None:
        """Set both lists, in this order; codes left out are kept for the record but no longer offered."""
