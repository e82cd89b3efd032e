"""Queues: who may read them, and who opens, changes and closes them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import HoursId, QueueId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.desk import QueueOut
from banjie.desk.schemas.set_up import QueueIn
from banjie.desk.schemas.words import Id
from banjie.desk.told import told_queues
from banjie.people.model import Permission
from banjie.routing.catalogue import QueueSetup
from banjie.stories.keep_queues import QueueForm, add_queue, change_queue

router = APIRouter(prefix="/api/queues", tags=["queues"])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_ROUTING))]


@router.get("", operation_id="listQueues")
async def list_queues(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_QUEUES))]
) -> list[QueueOut]:
    """All of them, closed ones too: history keeps their names."""
    return told_queues(await parts.directory.list_queues(parts.tenant_id))


@router.post("", operation_id="addQueue", status_code=201)
async def add(body: QueueIn, parts: Parts, who: Keeper) -> QueueOut:
    async with parts.office(who.clerk) as books:
        made = await add_queue(books, _form(body))
    return await _told(parts, made)


@router.put("/{queue_id}", operation_id="changeQueue")
async def change(queue_id: Annotated[Id, Path()], body: QueueIn, parts: Parts, who: Keeper) -> QueueOut:
    """Acts on the next offer. A queue that is closed takes no new calls; those that wait in it are answered."""
    async with parts.office(who.clerk) as books:
        made = await change_queue(books, QueueId(queue_id), _form(body))
    return await _told(parts, made)


def _form(body: QueueIn) -> QueueForm:
    given = body.model_dump()
    return QueueForm(**{**given, "hours_id": None if body.hours_id is None else HoursId(body.hours_id)})


async def _told(parts: DeskParts, setup: QueueSetup) -> QueueOut:
    queues = told_queues(await parts.directory.list_queues(parts.tenant_id))
    return next(queue for queue in queues if queue.queue_id == setup.rules.queue_id)
