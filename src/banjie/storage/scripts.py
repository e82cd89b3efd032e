"""Scripts: the draft in place, every published version for ever."""

from collections.abc import Sequence
from typing import Final

from banjie.base.ids import ScriptId, TenantId
from banjie.base.prompts import Bilingual
from banjie.scripts.document import read_script
from banjie.scripts.model import Script
from banjie.scripts.ports import ScriptHead
from banjie.scripts.versions import Draft, Version
from banjie.storage.database import Queries
from banjie.storage.errors import NoSuchRecord

_HEADS: Final = """
    SELECT s.script_id, s.name, coalesce(s.published_version, 0) AS published_version, v.published_at, s.draft_changed_at, s.is_active
    FROM script s LEFT JOIN script_version v ON v.script_id = s.script_id AND v.version = s.published_version
    WHERE s.tenant_id = $1 ORDER BY s.script_id
"""
_ADD: Final = """
    INSERT INTO script (script_id, tenant_id, name, draft, draft_revision, draft_changed_at, draft_changed_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_DRAFT: Final = """
    SELECT draft, draft_revision, draft_changed_at, draft_changed_by, coalesce(published_version, 0) AS based_on
    FROM script WHERE tenant_id = $1 AND script_id = $2
"""
_PUT_DRAFT: Final = """
    UPDATE script SET draft = $4, draft_revision = $5, draft_changed_at = $6, draft_changed_by = $7
    WHERE tenant_id = $1 AND script_id = $2 AND draft_revision = $3
"""
# One statement: a version is there exactly if it is the published one.
_PUBLISH: Final = """
    WITH added AS (
        INSERT INTO script_version (script_id, version, tenant_id, document, published_at, published_by)
        VALUES ($2, $3, $1, $4, $5, $6) ON CONFLICT (script_id, version) DO NOTHING RETURNING version
    )
    UPDATE script SET published_version = added.version FROM added WHERE tenant_id = $1 AND script_id = $2
"""


class SqlScriptStore:  # satisfies scripts.ports.ScriptStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_heads(self, tenant_id: TenantId) -> Sequence[ScriptHead]:
        return [ScriptHead(**row) for row in await self._database.fetch(_HEADS, tenant_id)]

    async def add_script(self, tenant_id: TenantId, name: Bilingual, draft: Draft) -> None:
        await self._database.execute(
            _ADD,
            draft.script_id,
            tenant_id,
            name,
            draft.document,
            draft.revision,
            draft.changed_at,
            draft.changed_by,
        )

    async def put_head(self, tenant_id: TenantId, head: ScriptHead) -> None:
        sql = "UPDATE script SET name = $3, is_active = $4 WHERE tenant_id = $1 AND script_id = $2"
        await self._database.execute(sql, tenant_id, head.script_id, head.name, head.is_active)

    async def find_draft(self, tenant_id: TenantId, script_id: ScriptId) -> Draft | None:
        row = await self._database.find_row(_DRAFT, tenant_id, script_id)
        if row is None:
            return None
        return Draft(
            script_id=script_id,
            document=row["draft"],
            revision=row["draft_revision"],
            based_on=row["based_on"],
            changed_by=row["draft_changed_by"],
            changed_at=row["draft_changed_at"],
        )

    async def put_draft(self, tenant_id: TenantId, draft: Draft, replaces: int) -> bool:
        done = await self._database.execute(
            _PUT_DRAFT,
            tenant_id,
            draft.script_id,
            replaces,
            draft.document,
            draft.revision,
            draft.changed_at,
            draft.changed_by,
        )
        return done == "UPDATE 1"

    async def add_version(self, tenant_id: TenantId, version: Version) -> bool:
        script = version.script
        done = await self._database.execute(
            _PUBLISH,
            tenant_id,
            script.script_id,
            script.version,
            version.document,
            version.published_at,
            version.published_by,
        )
        return done == "UPDATE 1"

    async def get_script(self, tenant_id: TenantId, script_id: ScriptId, version: int) -> Script:
        sql = "SELECT document FROM script_version WHERE tenant_id = $1 AND script_id = $2 AND version = $3"
        document = await self._database.fetch_value(sql, tenant_id, script_id, version)
        if document is None:
            raise NoSuchRecord("script version", f"{script_id}/{version}")
        return read_script(script_id, version, document)
