"""Two people change the same record: the later one is told, and nobody's change is lost unseen.

Every change of the set-up has a number, which grows. A page knows the last one there was when it read; a record that
was changed after it is refused to whoever saves what he read before. Changes of one house take turns, so that a number
seen is never followed by a smaller one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from banjie.base.ids import TenantId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The last change of one record."""

    number: int
    changed_by: UserId
    changed_at: datetime


class VersionStore(Protocol):
    async def last_number(self, tenant_id: TenantId) -> int:
        """Ask before the records are read: what is read may be newer than this, never older. 0: nothing was changed yet."""

    async def find_version(self, tenant_id: TenantId, kind: str, subject: str) -> Version | None: ...

    async def note_change(
        self, tenant_id: TenantId, kind: str, subject: str, changed_by: UserId, at: datetime
    ) -> None:
        """Give the record the next number. Only while changes of this house take turns."""
