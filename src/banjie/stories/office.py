"""The office: where the set-up of the house is changed.

Laws: an act is whole or not at all; who did it, when, and what was before and is now is written down with it; acts
of one house take turns; when it is done, every server of the house serves by it; nobody saves over a change that he
has not seen.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Protocol
from zoneinfo import ZoneInfo

from banjie.base.errors import BanjieError
from banjie.base.faults import changes
from banjie.base.ids import TenantId, UserId, new_id
from banjie.base.prompts import Bilingual
from banjie.insight.ports import ThresholdStore, WallScreenStore
from banjie.numbers.ports import HoursStore, NumberStore
from banjie.people.model import AuditEntry, AuditId
from banjie.people.ports import AuditLog, SessionStore, TeamStore, UserStore
from banjie.people.versions import VersionStore
from banjie.routing.catalogue import QueueCatalogue
from banjie.routing.moves import MoveStore
from banjie.scripts.ports import ScriptStore
from banjie.sip.trunk_setup import TrunkStore

HOUSE_CHANGED: Final = "house"  # the topic on which all servers of the house are told
Facts = Mapping[str, str]
NOTHING: Final[Facts] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who acts. `key_id`: by an API key in his name; `seen`: the last change he may have seen, None: he does not say."""

    user_id: UserId
    source: str
    key_id: str | None = None
    seen: int | None = None


class Overtaken(BanjieError):
    """Somebody else changed this record after it was read; nothing was saved."""

    code: ClassVar[str] = "desk.overtaken"

    def __init__(self, by: Bilingual, at: datetime) -> None:
        """`at`: by the clock of the house."""
        super().__init__(f"{by.get('en', '')} changed it at {at:%Y-%m-%d %H:%M:%S}")
        when = f"{at:%Y-%m-%d %H:%M:%S}"
        self.told = {language: {"by": by.get(language, ""), "at": when} for language in ("zh", "en")}


@dataclass(slots=True, kw_only=True)
class Books:
    """The stores of one act. All of it is kept when the act ends, or nothing of it."""

    tenant_id: TenantId
    clerk: Clerk
    now: datetime
    users: UserStore
    sessions: SessionStore
    teams: TeamStore
    queues: QueueCatalogue
    hours: HoursStore
    numbers: NumberStore
    scripts: ScriptStore
    trunks: TrunkStore
    audit: AuditLog
    versions: VersionStore
    thresholds: ThresholdStore
    moves: MoveStore
    screens: WallScreenStore
    has_changed: bool = field(default=False, init=False)

    async def write_down(
        self, action: str, subject: str, name: Bilingual, *, before: Facts = NOTHING, after: Facts = NOTHING
    ) -> None:
        """Keep what was changed, under the name it goes by now. What was saved as it was is no change.

        Raise Overtaken where somebody else changed it after it was read.
        """
        changed = changes(before, after)
        if before and after and not changed:
            return
        await self._number(action.partition(".")[0], subject)
        self.has_changed = True
        by = {} if self.clerk.key_id is None else {"key": self.clerk.key_id}
        await self.audit.append(
            AuditEntry(
                audit_id=AuditId(new_id()),
                tenant_id=self.tenant_id,
                user_id=self.clerk.user_id,
                action=action,
                subject=subject,
                facts={"name": in_both(name), **by},
                source=self.clerk.source,
                occurred_at=self.now,
                changes=changed,
            )
        )

    async def _number(self, kind: str, subject: str) -> None:
        """Give the record its next number, unless it has one that was not seen."""
        found = await self.versions.find_version(self.tenant_id, kind, subject)
        if self.clerk.seen is not None and found is not None and found.number > self.clerk.seen:
            tenant = await self.users.get_tenant(self.tenant_id)
            who = await self.users.find_user(found.changed_by)
            at = found.changed_at.astimezone(ZoneInfo(tenant.timezone))
            raise Overtaken({} if who is None else who.name, at)
        await self.versions.note_change(self.tenant_id, kind, subject, self.clerk.user_id, self.now)


class Office(Protocol):
    def __call__(self, clerk: Clerk) -> AbstractAsyncContextManager[Books]:
        """Open the books for one act. When the block ends, what was written is kept and the house serves by it."""


def in_both(text: Bilingual) -> str:
    """Return a text for the record: once where both languages say the same."""
    return " / ".join(dict.fromkeys(text[language] for language in ("zh", "en") if text.get(language)))


def shown(value: object) -> str:
    """Return a value for the record."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case _:
            return str(value)
