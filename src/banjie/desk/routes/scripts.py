"""Call scripts: the draft, and publishing it."""

from collections.abc import Mapping
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path
from pydantic import JsonValue

from banjie.base.ids import ScriptId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.audit import write_down
from banjie.desk.errors import NotFound
from banjie.desk.ports import Json, ScriptDraft
from banjie.desk.schemas.scripts import (
    DraftIn,
    DraftOut,
    PublishedOut,
    PublishIn,
    ScriptOut,
    ScriptProblemOut,
)
from banjie.desk.schemas.words import Id
from banjie.people.model import Permission

router = APIRouter(prefix="/api/scripts", tags=["scripts"])
Reader = Annotated[Principal, Depends(Need(Permission.READ_SCRIPTS))]
Editor = Annotated[Principal, Depends(Need(Permission.EDIT_SCRIPTS))]
Publisher = Annotated[Principal, Depends(Need(Permission.PUBLISH_SCRIPTS))]
Script = Annotated[Id, Path()]


@router.get("", operation_id="listScripts")
async def list_scripts(parts: Parts, who: Reader) -> list[ScriptOut]:
    return [
        ScriptOut(
            script_id=row.script_id,
            name=dict(row.name),
            published_version=row.published_version,
            published_at=row.published_at,
            draft_changed_at=row.draft_changed_at,
        )
        for row in await parts.scripts.list_scripts(parts.tenant_id)
    ]


@router.get("/{script_id}/draft", operation_id="getDraft")
async def get_draft(script_id: Script, parts: Parts, who: Reader) -> DraftOut:
    """The draft with what still keeps it from being published."""
    draft = await parts.scripts.find_draft(parts.tenant_id, ScriptId(script_id))
    if draft is None:
        raise NotFound
    return _told(draft)


@router.put("/{script_id}/draft", operation_id="saveDraft")
async def save_draft(script_id: Script, body: DraftIn, parts: Parts, who: Editor) -> DraftOut:
    """Save, problems and all. Calls go on with the version that is published."""
    document = cast(Mapping[str, Json], body.document)
    draft = await parts.scripts.save_draft(
        parts.tenant_id, ScriptId(script_id), document, body.revision, who.user.user_id
    )
    await write_down(parts, who, "script.saved", script_id, {"revision": str(draft.revision)})
    return _told(draft)


@router.post("/{script_id}/publish", operation_id="publishScript")
async def publish(script_id: Script, body: PublishIn, parts: Parts, who: Publisher) -> PublishedOut:
    """Make the draft the version that new calls begin with."""
    version = await parts.scripts.publish(
        parts.tenant_id, ScriptId(script_id), body.revision, who.user.user_id
    )
    await write_down(parts, who, "script.published", script_id, {"version": str(version)})
    return PublishedOut(script_id=script_id, version=version)


def _told(draft: ScriptDraft) -> DraftOut:
    problems = [ScriptProblemOut(code=p.code, node=p.node, message=dict(p.message)) for p in draft.problems]
    return DraftOut(
        script_id=draft.script_id,
        name=dict(draft.name),
        document=cast(dict[str, JsonValue], dict(draft.document)),
        revision=draft.revision,
        published_version=draft.published_version,
        changed_at=draft.changed_at,
        changed_by=draft.changed_by,
        problems=problems,
    )
