"""The wallboard as it is now; `/api/live` keeps it moving."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from banjie.desk.access import Need, Parts, Principal
from banjie.desk.live import WALLBOARD
from banjie.desk.schemas.calls import WallboardOut
from banjie.people.model import Permission

router = APIRouter(prefix="/api/wallboard", tags=["wallboard"])
Watcher = Annotated[Principal, Depends(Need(Permission.READ_WALLBOARD))]


@router.get("", operation_id="getWallboard", response_model=WallboardOut)
async def get_wallboard(parts: Parts, who: Watcher) -> Response:
    """Queues and agents, in the order of their keys."""
    # The board keeps the entities as JSON: put together, not read and written again.
    queues = ",".join(parts.board.texts(WALLBOARD, "queue/"))
    agents = ",".join(parts.board.texts(WALLBOARD, "agent/"))
    return Response(f'{{"queues":[{queues}],"agents":[{agents}]}}', media_type="application/json")
