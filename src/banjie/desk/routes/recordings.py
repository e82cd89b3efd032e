"""Recordings: played in pieces, to those who may, and every listening is written down."""

from pathlib import Path as FilePath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from fastapi.responses import FileResponse

from banjie.base.ids import CallId
from banjie.calls.store import is_call_of
from banjie.desk.access import Need, Parts, Principal, agents_in_scope
from banjie.desk.audit import write_down
from banjie.desk.errors import NotFound
from banjie.desk.schemas.words import Id
from banjie.people.model import Permission

router = APIRouter(prefix="/api/recordings", tags=["recordings"])
Listener = Annotated[Principal, Depends(Need(Permission.LISTEN_OWN_RECORDINGS, Permission.LISTEN_RECORDINGS))]

MEDIA_TYPES: Final = {".flac": "audio/flac", ".wav": "audio/wav", ".opus": "audio/ogg"}
PLAYABLE: Final[dict[int | str, dict[str, Any]]] = {  # OpenAPI's own shape
    200: {"content": {"audio/flac": {}, "audio/wav": {}}, "description": "The whole recording."},
    206: {"content": {"audio/flac": {}, "audio/wav": {}}, "description": "The part asked for by `Range`."},
}


@router.get("/{call_id}", operation_id="getRecording", response_class=FileResponse, responses=PLAYABLE)
async def get_recording(call_id: Annotated[Id, Path()], parts: Parts, who: Listener) -> FileResponse:
    """The caller is on the left, everybody else on the right. `Range` is served."""
    call = await parts.calls.find_call(CallId(call_id))
    if call is None or not (who.may(Permission.LISTEN_RECORDINGS) or call.agent_id == who.agent_id):
        raise NotFound
    if not is_call_of(call, await agents_in_scope(who, parts)):
        raise NotFound
    path = await parts.recordings.find_recording(parts.tenant_id, call.call_id)
    if path is None:
        raise NotFound
    if parts.listened.is_new(who.user.user_id, call.call_id, parts.now()):
        await write_down(parts, who, "recording.listened", call.call_id)
    return played(path)


def played(path: FilePath) -> FileResponse:
    """Hand a file to a player, and to nobody's cache."""
    media_type = MEDIA_TYPES.get(path.suffix, "application/octet-stream")
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
    return FileResponse(path, media_type=media_type, headers=headers)
