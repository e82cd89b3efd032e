"""Who works in the house, as told at the command line: founded, taken on, given a new password, let go and back.

Every act is whole or not at all: the stores are of one unit of work, which the caller commits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.ids import QueueId, ScriptId, TenantId, new_id
from banjie.matters.office import OfficeStore
from banjie.matters.standard import CLASSES
from banjie.people.accounts import Applicant, around, closed, new_tenant, new_user
from banjie.people.errors import NoSuchUser
from banjie.people.model import AuditEntry, AuditId, Role, Tenant, User
from banjie.people.ports import AuditLog, SessionStore, UserStore
from banjie.routing.catalogue import Code, QueueCatalogue, QueueSetup
from banjie.routing.outcomes import HangUp
from banjie.routing.queues import Queue
from banjie.scripts import model as script
from banjie.scripts.document import write_script
from banjie.scripts.ports import ScriptStore
from banjie.scripts.versions import Draft, publish
from banjie.stories.house import OUT_OF_HOURS
from banjie.stories.new_password import Secrets, give_password, secrets_of

HOUSE: Final = TenantId("main")

# What a house needs before its first agent can sit down; it is changed by the house later.
FIRST_QUEUE: Final = QueueSetup(
    rules=Queue(queue_id=QueueId("general"), acw_s=120.0, when_closed=HangUp(prompt=OUT_OF_HOURS.name)),
    name={"zh": "综合服务", "en": "General"},
    priority=0,
    service_level_s=20.0,
)
_WAIT: Final = script.NodeId("queue")
FIRST_SCRIPT: Final = script.Script(
    script_id=ScriptId("main"),
    version=1,
    start=_WAIT,
    nodes={_WAIT: script.Queue(queue_id=FIRST_QUEUE.rules.queue_id)},
)
FIRST_SCRIPT_NAME: Final = {"zh": "直接转人工", "en": "Straight to a person"}
BREAK_REASONS: Final = (
    Code(code="rest", name={"zh": "休息", "en": "Rest"}),
    Code(code="meal", name={"zh": "就餐", "en": "Meal"}),
    Code(code="meeting", name={"zh": "会议", "en": "Meeting"}),
    Code(code="training", name={"zh": "培训", "en": "Training"}),
)
DISPOSITIONS: Final = (
    Code(code="resolved", name={"zh": "咨询已解决", "en": "Question answered"}),
    Code(code="complaint", name={"zh": "投诉", "en": "Complaint"}),
    Code(code="other", name={"zh": "其他", "en": "Other"}),
)


class NoHouse(BanjieError):
    """Nobody works here yet."""

    code: ClassVar[str] = "staff.no_house"

    def __init__(self) -> None:
        super().__init__(
            "nobody works here yet: found the house with `banjie people found`, "
            "or look around in the demonstration with BANJIE_DEMO=1"
        )


class HouseFounded(BanjieError):
    """There is a house already; this program serves one."""

    code: ClassVar[str] = "staff.house_founded"


@dataclass(slots=True, kw_only=True)
class Staff:
    users: UserStore
    sessions: SessionStore
    queues: QueueCatalogue
    scripts: ScriptStore
    matter_office: OfficeStore
    audit: AuditLog
    now: Callable[[], datetime]
    by: str  # who sits at the command line, for the audit log
    has_changed: bool = False

    async def house(self) -> Tenant:
        """Return whom we serve, or raise `NoHouse`."""
        tenants = await self.users.list_tenants()
        if not tenants:
            raise NoHouse
        return tenants[0]

    async def found(self, name: Mapping[str, str], timezone: str, first: Applicant, password: str) -> User:
        """Make the house with its first administrator, queue, script, codes, and classes of matters."""
        for present in await self.users.list_tenants():
            raise HouseFounded(
                f"there is a house already: {present.name['zh']} ({present.name['en']}); "
                "add people with `banjie people add`"
            )
        await self.users.add_tenant(new_tenant(HOUSE, name, timezone))
        await self.queues.put_queue(HOUSE, FIRST_QUEUE, 0)
        await self.queues.put_codes(HOUSE, BREAK_REASONS, DISPOSITIONS)
        await self._first_script()
        for of_class in CLASSES:
            await self.matter_office.put_class(of_class)
        await self._write_down(HOUSE, "house.founded", HOUSE)
        return await self._take_on(HOUSE, first, password)

    async def _first_script(self) -> None:
        """Published, so that a number can lead to it at once."""
        draft = Draft(
            script_id=FIRST_SCRIPT.script_id,
            document=write_script(FIRST_SCRIPT),
            revision=1,
            based_on=0,
            changed_by=None,
            changed_at=self.now(),
        )
        await self.scripts.add_script(HOUSE, FIRST_SCRIPT_NAME, draft)
        await self.scripts.add_version(HOUSE, publish(draft, 0, None, self.now()))

    async def add(self, applicant: Applicant, password: str) -> User:
        """Take somebody on; an agent without a queue gets the first. Raises BadAccount or WeakPassword."""
        tenant_id = (await self.house()).tenant_id
        queues = await self.queues.list_queues(tenant_id)
        known = [setup.rules.queue_id for setup in queues if setup.is_active]
        if Role.AGENT in applicant.roles and not applicant.queues:
            applicant = replace(applicant, queues=tuple(known[:1]))
        return await self._take_on(tenant_id, applicant, password)

    async def everybody(self) -> Sequence[User]:
        return await self.users.list_users((await self.house()).tenant_id)

    async def get(self, username: str) -> User:
        found = await self.users.find_credentials((await self.house()).tenant_id, username)
        if found is None:
            raise NoSuchUser(f"there is no user {username!r}; `banjie people list` names them all")
        return found.user

    async def set_password(self, username: str, password: str) -> None:
        """Let only this one open the door, on the web and on the desk phone; every open session ends."""
        user = await self.get(username)
        await give_password(self.users, self.sessions, user, secrets_of(user, password))
        await self._write_down(user.tenant_id, "password.set", user.user_id)

    async def disable(self, username: str) -> None:
        """Close the account and end its sessions. May be repeated."""
        user = await self.get(username)
        await self.users.change_user(closed(user, await self.everybody()))
        await self.sessions.end_sessions_of(user.user_id)
        await self._write_down(user.tenant_id, "user.disabled", user.user_id)

    async def enable(self, username: str) -> None:
        user = await self.get(username)
        await self.users.change_user(replace(user, is_active=True))
        await self._write_down(user.tenant_id, "user.enabled", user.user_id)

    async def _take_on(self, tenant_id: TenantId, applicant: Applicant, password: str) -> User:
        setups = await self.queues.list_queues(tenant_id)
        queues = [setup.rules.queue_id for setup in setups if setup.is_active]
        known = around(await self.users.list_users(tenant_id), queues)
        user = new_user(tenant_id, applicant, known, self.now())
        secrets: Secrets = secrets_of(user, password)
        await self.users.add_user(user, secrets.password_hash)
        if secrets.phone is not None:
            await self.users.set_phone_login(secrets.phone)
        await self._write_down(tenant_id, "user.added", user.user_id)
        return user

    async def _write_down(self, tenant_id: TenantId, action: str, subject: str) -> None:
        self.has_changed = True
        await self.audit.append(
            AuditEntry(
                audit_id=AuditId(new_id()),
                tenant_id=tenant_id,
                user_id=None,
                action=action,
                subject=subject,
                facts={"by": self.by},
                source="command line",
                occurred_at=self.now(),
            )
        )
