"""Writing down who did what, before it is answered."""

from collections.abc import Mapping

from banjie.base.ids import UserId, new_id
from banjie.desk.access import Principal
from banjie.desk.parts import DeskParts
from banjie.people.model import AuditEntry, AuditId


async def write_down(
    parts: DeskParts, principal: Principal, action: str, subject: str, facts: Mapping[str, str] | None = None
) -> None:
    """Append an entry in the name of who asks."""
    by = {"key": principal.key.key_id} if principal.key is not None else {}
    await write_down_for(
        parts, principal.user.user_id, principal.source, action, subject, {**(facts or {}), **by}
    )


async def write_down_for(
    parts: DeskParts, user_id: UserId | None, source: str, action: str, subject: str, facts: Mapping[str, str]
) -> None:
    await parts.audit.append(
        AuditEntry(
            audit_id=AuditId(new_id()),
            tenant_id=parts.tenant_id,
            user_id=user_id,
            action=action,
            subject=subject,
            facts=facts,
            source=source,
            occurred_at=parts.now(),
        )
    )
