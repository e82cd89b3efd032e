"""Call scripts: which there are, the draft of each, and publishing it."""

from collections.abc import Mapping
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path
from pydantic import JsonValue

from banjie.base.ids import QueueId, ScriptId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.audit import write_down
from banjie.desk.errors import NotFound
from banjie.desk.ports import Json, ScriptDraft
from banjie.desk.schemas.scripts import (
    CopyIn,
    DraftIn,
    DraftOut,
    FromTemplateIn,
    NewScriptIn,
    PublishedOut,
    PublishIn,
    ScriptIn,
    ScriptOut,
    ScriptProblemOut,
)
from banjie.desk.schemas.words import Id
from banjie.desk.seen import SaysSeen
from banjie.people.model import Permission
from banjie.scripts.ports import ScriptHead
from banjie.stories.keep_scripts import CopyOf, FromTemplate, add_script, change_script

router = APIRouter(prefix="/api/scripts", tags=["scripts"], dependencies=[SaysSeen])
Reader = Annotated[Principal, Depends(Need(Permission.READ_SCRIPTS))]
Editor = Annotated[Principal, Depends(Need(Permission.EDIT_SCRIPTS))]
Publisher = Annotated[Principal, Depends(Need(Permission.PUBLISH_SCRIPTS))]
Script = Annotated[Id, Path()]


@router.get("", operation_id="listScripts")
async def list_scripts(parts: Parts, who: Reader) -> list[ScriptOut]:
    return [_listed(head) for head in await parts.scripts.list_scripts(parts.tenant_id)]


@router.post("", operation_id="addScript", status_code=201)
async def add(body: NewScriptIn, parts: Parts, who: Editor) -> ScriptOut:
    """A draft to work on; nobody hears it before it is published and a number leads there."""
    async with parts.office(who.clerk) as books:
        made = await add_script(books, body.name, _begin(body.begin))
    return _listed(made)


@router.put("/{script_id}", operation_id="changeScript")
async def change(script_id: Script, body: ScriptIn, parts: Parts, who: Editor) -> ScriptOut:
    """Its name, and whether numbers can lead there; what callers hear is the draft's."""
    async with parts.office(who.clerk) as books:
        made = await change_script(books, ScriptId(script_id), body.name, is_active=body.is_active)
    return _listed(made)


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


def _begin(body: FromTemplateIn | CopyIn) -> FromTemplate | CopyOf:
    if isinstance(body, CopyIn):
        return CopyOf(script_id=ScriptId(body.script_id))
    return FromTemplate(template=body.template, queue_id=QueueId(body.queue_id))


def _listed(head: ScriptHead) -> ScriptOut:
    return ScriptOut(
        script_id=head.script_id,
        name=dict(head.name),
        published_version=head.published_version or None,
        published_at=head.published_at,
        draft_changed_at=head.draft_changed_at,
        is_active=head.is_active,
    )


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
        silent=list(draft.silent),
    )
