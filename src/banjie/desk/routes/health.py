"""Is every part well? For `make up`, load balancers and people."""

from fastapi import APIRouter, Depends, Response

from banjie.desk.access import Open, Parts
from banjie.desk.schemas.health import HealthOut, PartOut

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="getHealth", dependencies=[Depends(Open("tells no secret"))])
async def get_health(response: Response, parts: Parts) -> HealthOut:
    """200 when every part is well, 503 when one is not; each is named."""
    found = await parts.health.check()
    is_well = all(part.ok for part in found.values())
    response.status_code = 200 if is_well else 503
    response.headers["Cache-Control"] = "no-store"
    told = {name: PartOut(ok=part.ok, detail=part.detail) for name, part in found.items()}
    return HealthOut(status="ok" if is_well else "failing", parts=told)
