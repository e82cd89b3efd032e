"""Who did what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from banjie.desk.access import Need, Parts, Principal
from banjie.desk.schemas import AuditOut, AuditPage
from banjie.people.model import Permission

router = APIRouter(prefix="/api/audit", tags=["people"])


@router.get("", operation_id="listAudit")
async def list_audit(
    parts: Parts,
    who: Annotated[Principal, Depends(Need(Permission.READ_AUDIT))],
    before: Annotated[AwareDatetime | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Newest first."""
    entries = await parts.audit.list_entries(parts.tenant_id, before, limit)
    items = [
        AuditOut(
            user_id=e.user_id,
            action=e.action,
            subject=e.subject,
            facts=dict(e.facts),
            source=e.source,
            occurred_at=e.occurred_at,
        )
        for e in entries
    ]
    return AuditPage(items=items, next_before=items[-1].occurred_at if len(items) == limit else None)
