"""Who did what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import StringConstraints

from banjie.base.ids import UserId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.paging import cursor_of, read_cursor
from banjie.desk.schemas.people import AuditOut, AuditPage, ChangeOut
from banjie.desk.schemas.words import Id
from banjie.people.model import AuditEntry, AuditFilter, AuditId, AuditMark, Permission

router = APIRouter(prefix="/api/audit", tags=["people"])
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]


@router.get("", operation_id="listAudit")
async def list_audit(
    parts: Parts,
    who: Annotated[Principal, Depends(Need(Permission.READ_AUDIT))],
    user_id: Annotated[Id | None, Query(description="Only what this person did.")] = None,
    kind: Annotated[Kind | None, Query(description="Only what was done to these: `queue`, `user`, …")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Newest first."""
    wanted = AuditFilter(user_id=None if user_id is None else UserId(user_id), kind=kind)
    place = read_cursor(cursor)
    after = None if place is None else AuditMark(occurred_at=place[0], audit_id=AuditId(place[1]))
    entries = await parts.audit.list_entries(parts.tenant_id, wanted, after, limit + 1)
    shown = entries[:limit]
    is_more = len(entries) > limit
    return AuditPage(
        items=[_told(entry) for entry in shown],
        next_cursor=cursor_of(shown[-1].occurred_at, shown[-1].audit_id) if is_more else None,
    )


def _told(entry: AuditEntry) -> AuditOut:
    return AuditOut(
        user_id=entry.user_id,
        action=entry.action,
        subject=entry.subject,
        facts=dict(entry.facts),
        changes=[
            ChangeOut(field=field, before=before, after=after)
            for field, (before, after) in entry.changes.items()
        ],
        source=entry.source,
        occurred_at=entry.occurred_at,
    )
