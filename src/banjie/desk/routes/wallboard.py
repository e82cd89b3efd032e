"""The wallboard as it is now, as far as the reader may know of it; `/api/live` keeps it moving."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from banjie.base.ids import QueueId
from banjie.desk.access import Need, Parts, Principal, agents_in_scope
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.calls import WallboardOut
from banjie.desk.schemas.wallboard import ThresholdsIn
from banjie.desk.schemas.words import Id
from banjie.insight.thresholds import Thresholds
from banjie.people.errors import NotYourQueue
from banjie.people.model import Permission
from banjie.stories.keep_board import set_thresholds

router = APIRouter(prefix="/api/wallboard", tags=["wallboard"])
Watcher = Annotated[Principal, Depends(Need(Permission.READ_WALLBOARD))]
Setter = Annotated[Principal, Depends(Need(Permission.SET_THRESHOLDS))]
SomeQueue = Annotated[Id, Path()]


@router.get("", operation_id="getWallboard", response_model=WallboardOut)
async def get_wallboard(parts: Parts, who: Watcher) -> Response:
    """Queues and agents, in the order of their keys."""
    board = parts.board.wallboard(await agents_in_scope(who, parts))
    # The board keeps the entities as JSON: put together, not read and written again.
    queues, agents = ",".join(board.texts("queue/")), ",".join(board.texts("agent/"))
    return Response(f'{{"queues":[{queues}],"agents":[{agents}]}}', media_type="application/json")


@router.put("/queues/{queue_id}/thresholds", operation_id="setThresholds", status_code=204)
async def change(queue_id: SomeQueue, body: ThresholdsIn, parts: Parts, who: Setter) -> None:
    """Say when this queue's figures are a warning, for all who see it."""
    await _set(parts, who, QueueId(queue_id), Thresholds(**body.model_dump()))


@router.delete("/queues/{queue_id}/thresholds", operation_id="resetThresholds", status_code=204)
async def reset(queue_id: SomeQueue, parts: Parts, who: Setter) -> None:
    """Let the standard hold again."""
    await _set(parts, who, QueueId(queue_id), None)


async def _set(parts: DeskParts, who: Principal, queue_id: QueueId, given: Thresholds | None) -> None:
    agents = await agents_in_scope(who, parts)
    if agents is not None and parts.board.wallboard(agents).find(f"queue/{queue_id}") is None:
        raise NotYourQueue("none of your agents serves this queue")
    async with parts.office(who.clerk) as books:
        await set_thresholds(books, queue_id, given)
