"""Messages callers left: heard and dealt with by the people of the queue they are for, and by their supervisors."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.calls.messages import Message
from banjie.desk.access import Need, Parts, Principal, agents_in_scope
from banjie.desk.audit import write_down
from banjie.desk.errors import NotFound
from banjie.desk.parts import DeskParts
from banjie.desk.routes.recordings import PLAYABLE, played
from banjie.desk.schemas.messages import HandledIn, MessageOut
from banjie.desk.schemas.words import Id
from banjie.desk.told import told_number
from banjie.people.model import Permission

router = APIRouter(prefix="/api/messages", tags=["messages"])
Reader = Annotated[Principal, Depends(Need(Permission.TAKE_CALLS, Permission.SUPERVISE_CALLS))]
SomeMessage = Annotated[Id, Path(description="The call it was left in.")]


@router.get("", operation_id="listMessages")
async def list_messages(
    parts: Parts,
    who: Reader,
    is_handled: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[MessageOut]:
    """Of the queues one serves or answers for, the newest first."""
    boxes = await _boxes(who, parts)
    found = await parts.messages.list_messages(boxes, is_handled=is_handled, limit=limit)
    customers = sorted({message.customer_id for message in found if message.customer_id is not None})
    names = await parts.directory.customer_names(parts.tenant_id, customers) if customers else {}
    return [
        MessageOut(
            call_id=message.call_id,
            box=message.box,
            left_at=message.left_at,
            duration_s=message.duration_s,
            number=told_number(message.caller, who),
            customer_name=None if message.customer_id is None else names.get(message.customer_id),
            handled_by=message.handled_by,
            handled_at=message.handled_at,
        )
        for message in found
    ]


@router.put("/{call_id}/handled", operation_id="handleMessage", status_code=204)
async def handle(call_id: SomeMessage, body: HandledIn, parts: Parts, who: Reader) -> None:
    """Say that it is dealt with, or that it waits again. Repeatable."""
    message = await _message(call_id, parts, who)
    by = who.user.user_id if body.is_handled else None
    await parts.messages.put_handled(message.call_id, by, parts.now())
    await write_down(parts, who, "message.handled" if body.is_handled else "message.reopened", call_id)


@router.get("/{call_id}/audio", operation_id="hearMessage", response_class=FileResponse, responses=PLAYABLE)
async def hear(call_id: SomeMessage, parts: Parts, who: Reader) -> FileResponse:
    """`Range` is served. Every listening is written down."""
    message = await _message(call_id, parts, who)
    path = await parts.recordings.find_recording(parts.tenant_id, message.call_id)
    if path is None:
        raise NotFound
    if parts.listened.is_new(who.user.user_id, message.call_id, parts.now()):
        await write_down(parts, who, "message.listened", message.call_id)
    return played(path)


async def _message(call_id: str, parts: DeskParts, who: Principal) -> Message:
    """Raise `NotFound` for one that is not his to hear."""
    message = await parts.messages.find_message(CallId(call_id))
    boxes = await _boxes(who, parts)
    if message is None or (boxes is not None and message.box not in boxes):
        raise NotFound
    return message


async def _boxes(who: Principal, parts: DeskParts) -> Sequence[QueueId] | None:
    """The queues whose messages are his; None: all."""
    if not who.may(Permission.SUPERVISE_CALLS):
        return tuple(who.user.queues)
    agents = await agents_in_scope(who, parts)
    if agents is None:
        return None
    users = await parts.users.list_users(parts.tenant_id)
    return sorted({queue for user in users if AgentId(user.user_id) in agents for queue in user.queues})
