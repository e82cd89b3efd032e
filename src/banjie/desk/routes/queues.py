"""Queues."""

from typing import Annotated

from fastapi import APIRouter, Depends

from banjie.desk.access import Need, Parts, Principal
from banjie.desk.schemas import QueueOut
from banjie.desk.told import told_queues
from banjie.people.model import Permission

router = APIRouter(prefix="/api/queues", tags=["queues"])


@router.get("", operation_id="listQueues")
async def list_queues(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_QUEUES))]
) -> list[QueueOut]:
    return told_queues(await parts.directory.list_queues(parts.tenant_id))
