"""Where scripts are kept: one draft each, and versions that never change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from banjie.base.ids import ScriptId, TenantId
from banjie.base.prompts import Bilingual
from banjie.scripts.model import Script
from banjie.scripts.versions import Draft, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptHead:
    """A script in a list."""

    script_id: ScriptId
    name: Bilingual
    published_version: int  # 0: never
    published_at: datetime | None
    draft_changed_at: datetime
    is_active: bool = True


class ScriptStore(Protocol):
    async def list_heads(self, tenant_id: TenantId) -> Sequence[ScriptHead]: ...

    async def add_script(self, tenant_id: TenantId, name: Bilingual, draft: Draft) -> None: ...

    async def put_head(self, tenant_id: TenantId, head: ScriptHead) -> None:
        """Keep its name and whether it is in use; versions and drafts have acts of their own."""

    async def find_draft(self, tenant_id: TenantId, script_id: ScriptId) -> Draft | None: ...

    async def put_draft(self, tenant_id: TenantId, draft: Draft, replaces: int) -> bool:
        """Store a draft over revision `replaces`; False when another one stands there."""

    async def add_version(self, tenant_id: TenantId, version: Version) -> bool:
        """Publish; False when that version exists already."""

    async def get_script(self, tenant_id: TenantId, script_id: ScriptId, version: int) -> Script: ...
