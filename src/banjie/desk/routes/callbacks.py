"""Who is to be called back: where he stands, what was tried, and taking it back."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from banjie.base.ids import CallId, QueueId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.audit import write_down
from banjie.desk.paging import cursor_of, read_cursor
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.callbacks import CallbackOut, CallbackPage
from banjie.desk.schemas.words import Id
from banjie.desk.told import told_number
from banjie.people.model import Permission
from banjie.routing.kept import CallbackFilter, CallbackMark, Ending, KeptCallback, mark_of

router = APIRouter(prefix="/api/callbacks", tags=["callbacks"])
Reader = Annotated[Principal, Depends(Need(Permission.READ_CALLS))]
Supervisor = Annotated[Principal, Depends(Need(Permission.SUPERVISE_CALLS))]


@router.get("", operation_id="listCallbacks")
async def list_callbacks(
    parts: Parts,
    who: Reader,
    queue_id: Annotated[Id | None, Query()] = None,
    is_open: Annotated[bool | None, Query(description="False: those that have ended.")] = None,
    ending: Annotated[Ending | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CallbackPage:
    """Open ones alone by their place, others with those asked for last first. They belong to a queue, not to an agent: every supervisor sees all."""
    wanted = CallbackFilter(
        queue_id=None if queue_id is None else QueueId(queue_id), is_open=is_open, ending=ending
    )
    place = read_cursor(cursor)
    mark = None if place is None else CallbackMark(at=place[0], call_id=CallId(place[1]))
    found = await parts.callback_store.list_callbacks(wanted, after=mark, limit=limit + 1)
    customers = sorted({row.customer_id for row in found if row.customer_id is not None})
    names = await parts.directory.customer_names(parts.tenant_id, customers) if customers else {}
    rows = found[:limit]
    return CallbackPage(
        items=[_told(row, names, parts, who) for row in rows],
        next_cursor=cursor_of(mark_of(rows[-1], wanted).at, rows[-1].call_id) if len(found) > limit else None,
    )


@router.delete("/{call_id}", operation_id="cancelCallback", status_code=204)
async def cancel(call_id: Annotated[Id, Path()], parts: Parts, who: Supervisor) -> None:
    """Take it back: he is not called. An agent who dials him is free."""
    parts.callbacks.cancel(CallId(call_id))
    await write_down(parts, who, "callback.cancelled", call_id)


def _told(row: KeptCallback, names: Mapping[str, str], parts: DeskParts, who: Principal) -> CallbackOut:
    now = parts.callbacks.now(row.call_id)
    return CallbackOut(
        call_id=row.call_id,
        queue_id=row.queue_id,
        number=told_number(row.number, who),
        customer_id=row.customer_id,
        customer_name=None if row.customer_id is None else names.get(row.customer_id),
        waiting_since=row.waiting_since,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        state="ended" if now is None else now.state.value,  # the row may lag behind by a batch
        position=None if now is None else now.position,
        attempts=row.attempts,
        next_at=row.next_at,
        agent_id=row.agent_id,
        last_call_id=row.last_call_id,
        ended_at=row.ended_at,
        ending=row.ending,
    )
