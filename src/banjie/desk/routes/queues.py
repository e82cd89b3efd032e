"""Queues: who may read them, and who opens, changes and closes them."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import HoursId, QueueId
from banjie.base.prompts import Prompt
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.queues import NodeOut, QueueIn, QueueOut, QueueRules, WaysOut, WordsOut
from banjie.desk.schemas.words import Id
from banjie.desk.seen import SaysSeen
from banjie.desk.told import told_queues
from banjie.people.model import Permission
from banjie.routing.catalogue import QueueSetup
from banjie.routing.spoken_wait import COMFORTS
from banjie.stories.house import WORDS
from banjie.stories.keep_queues import QueueForm, add_queue, change_queue, list_nodes

router = APIRouter(prefix="/api/queues", tags=["queues"], dependencies=[SaysSeen])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_ROUTING))]


@router.get("", operation_id="listQueues")
async def list_queues(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_QUEUES))]
) -> list[QueueOut]:
    """All of them, closed ones too: history keeps their names."""
    return told_queues(await parts.directory.list_queues(parts.tenant_id))


@router.get("/ways", operation_id="listQueueWays")
async def list_ways(parts: Parts, who: Keeper) -> WaysOut:
    """Where a queue can lead to beside other queues: nodes of published scripts, and words to end a call with."""
    async with parts.office(who.clerk) as books:
        nodes = await list_nodes(books)
    return WaysOut(
        nodes=[
            NodeOut(
                node=node.node,
                script_id=node.script_id,
                script_name=dict(node.script_name),
                says=dict(node.says),
            )
            for node in nodes
        ],
        prompts=_words(WORDS),
        comforts=_words(COMFORTS),
    )


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


def _words(prompts: Mapping[str, Prompt]) -> list[WordsOut]:
    return [WordsOut(name=prompt.name, text=dict(prompt.text)) for prompt in prompts.values()]


def _form(body: QueueIn) -> QueueForm:
    return QueueForm(
        name=body.name,
        service_level_s=body.service_level_s,
        hours_id=None if body.hours_id is None else HoursId(body.hours_id),
        is_active=body.is_active,
        rules=body.model_dump(mode="json", include=set(QueueRules.model_fields)),
    )


async def _told(parts: DeskParts, setup: QueueSetup) -> QueueOut:
    queues = told_queues(await parts.directory.list_queues(parts.tenant_id))
    return next(queue for queue in queues if queue.queue_id == setup.rules.queue_id)
