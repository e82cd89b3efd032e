"""People in memory: users 1001 … 1006, supervisor 2001, administrator `admin`; sessions, keys and the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from banjie.base.ids import QueueId, SiteId, TeamId, TenantId, UserId
from banjie.people.errors import NoSuchUser
from banjie.people.model import (
    ApiKey,
    ApiKeyId,
    AuditEntry,
    AuditFilter,
    AuditMark,
    Credentials,
    PhoneLogin,
    Role,
    Session,
    SessionId,
    Site,
    Team,
    Tenant,
    User,
    UserFilter,
)
from banjie.people.passwords import hash_password

DEMO = TenantId("demo")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ALL_QUEUES = (QueueId("general"), QueueId("urgent"), QueueId("english"))


def demo_user(username: str, role: Role, zh: str, en: str) -> User:
    is_agent = role is Role.AGENT
    return User(
        user_id=UserId(username),
        tenant_id=DEMO,
        username=username,
        name={"zh": zh, "en": en},
        roles=frozenset({role}),
        extension=username if role in (Role.AGENT, Role.SUPERVISOR) else None,
        queues=ALL_QUEUES if is_agent else (),
        language="zh",
        is_active=True,
        created_at=BEGAN,
    )


def demo_users() -> list[User]:
    agents = [demo_user(str(n), Role.AGENT, f"坐席 {n}", f"Agent {n}") for n in range(1001, 1007)]
    return [
        *agents,
        demo_user("2001", Role.SUPERVISOR, "班长 2001", "Supervisor 2001"),
        demo_user("3001", Role.QUALITY, "质检员 3001", "Quality 3001"),
        demo_user("4001", Role.MATTER_OWNER, "供水 4001", "Water 4001"),
        demo_user("4002", Role.MATTER_OWNER, "供气 4002", "Gas 4002"),
        demo_user("4003", Role.MATTER_OWNER, "市长 4003", "Mayor 4003"),
        demo_user("5001", Role.SUPERVISION_OFFICE, "督办员 5001", "Office 5001"),
        demo_user("admin", Role.ADMINISTRATOR, "管理员", "Administrator"),
    ]


class FakeUsers:  # satisfies people.ports.UserStore
    """Passwords are `demo-USERNAME`, hashed when first asked for: argon2 is slow by design."""

    def __init__(self, users: Sequence[User] | None = None) -> None:
        self.users = {user.user_id: user for user in (demo_users() if users is None else users)}
        self.hashes: dict[UserId, str] = {}  # what was set
        self.demo_hashes: dict[UserId, str] = {}
        self.phone_logins: list[PhoneLogin] = []
        self.keys: dict[UserId, Mapping[str, str]] = {}
        self.tenant = Tenant(
            tenant_id=DEMO, name={"zh": "示范银行", "en": "Demo Bank"}, timezone="Asia/Shanghai"
        )

    async def list_tenants(self) -> list[Tenant]:
        return [self.tenant]

    async def add_tenant(self, tenant: Tenant) -> None:
        self.tenant = tenant

    async def get_tenant(self, tenant_id: TenantId) -> Tenant:
        return self.tenant

    async def find_credentials(self, tenant_id: TenantId, username: str) -> Credentials | None:
        for user in self.users.values():
            if user.tenant_id == tenant_id and user.username.casefold() == username.casefold():
                password_hash = self.hashes.get(user.user_id) or self._demo_hash(user)
                return Credentials(user=user, password_hash=password_hash)
        return None

    def _demo_hash(self, user: User) -> str:
        if user.user_id not in self.demo_hashes:
            self.demo_hashes[user.user_id] = hash_password(f"demo-{user.username}")
        return self.demo_hashes[user.user_id]

    async def find_user(self, user_id: UserId) -> User | None:
        return self.users.get(user_id)

    async def list_users(self, tenant_id: TenantId) -> list[User]:
        return sorted((u for u in self.users.values() if u.tenant_id == tenant_id), key=lambda u: u.username)

    async def add_user(self, user: User, password_hash: str) -> None:
        self.users[user.user_id] = user
        self.hashes[user.user_id] = password_hash

    async def change_user(self, user: User) -> None:
        self.users[user.user_id] = user

    async def set_password_hash(self, user_id: UserId, password_hash: str) -> None:
        self.hashes[user_id] = password_hash

    async def desk_keys(self, user_id: UserId) -> Mapping[str, str]:
        return self.keys.get(user_id, {})

    async def keep_desk_keys(self, user_id: UserId, keys: Mapping[str, str]) -> None:
        if user_id not in self.users:
            raise NoSuchUser(f"there is no user {user_id}")
        self.keys[user_id] = keys

    async def list_phone_logins(self, tenant_id: TenantId) -> list[PhoneLogin]:
        return [one for one in self.phone_logins if not self.users[one.user_id].is_phone_blocked]

    async def set_phone_login(self, login: PhoneLogin) -> None:
        self.phone_logins.append(login)
        user = self.users[login.user_id]
        self.users[login.user_id] = replace(user, has_own_phone_password=login.is_own)

    async def block_phone(self, user_id: UserId, *, is_blocked: bool) -> None:
        if not any(login.user_id == user_id for login in self.phone_logins):
            raise NoSuchUser(f"there is no phone of {user_id}")
        self.users[user_id] = replace(self.users[user_id], is_phone_blocked=is_blocked)

    async def drop_phone_login(self, user_id: UserId) -> None:
        self.phone_logins = [login for login in self.phone_logins if login.user_id != user_id]
        if user_id in self.users:
            self.users[user_id] = replace(self.users[user_id], is_phone_blocked=False)

    async def search_users(
        self, tenant_id: TenantId, wanted: UserFilter, after: str | None, limit: int
    ) -> list[User]:
        everybody = sorted(await self.list_users(tenant_id), key=lambda user: user.username.lower())
        return [
            user
            for user in everybody
            if (after is None or user.username.lower() > after.lower()) and _is_wanted(user, wanted)
        ][:limit]


def _is_wanted(user: User, wanted: UserFilter) -> bool:
    words = (user.username, *user.name.values(), user.extension or "")
    return (
        (wanted.text is None or any(wanted.text.lower() in word.lower() for word in words))
        and (wanted.role is None or wanted.role in user.roles)
        and (wanted.queue_id is None or wanted.queue_id in user.queues)
        and (wanted.team_id is None or wanted.team_id == user.team_id)
        and (wanted.is_active is None or wanted.is_active == user.is_active)
        and (wanted.teams is None or user.team_id in wanted.teams)
    )


class FakeTeams:  # satisfies people.ports.TeamStore
    def __init__(self) -> None:
        self.sites: dict[SiteId, Site] = {}
        self.teams: dict[TeamId, Team] = {}

    async def list_sites(self, tenant_id: TenantId) -> list[Site]:
        return [site for site in self.sites.values() if site.tenant_id == tenant_id]

    async def put_site(self, site: Site) -> None:
        self.sites[site.site_id] = site

    async def list_teams(self, tenant_id: TenantId) -> list[Team]:
        return [team for team in self.teams.values() if team.tenant_id == tenant_id]

    async def put_team(self, team: Team) -> None:
        self.teams[team.team_id] = team


class FakeSessions:  # satisfies people.ports.SessionStore
    def __init__(self) -> None:
        self.sessions: dict[SessionId, Session] = {}

    async def add_session(self, session: Session) -> None:
        self.sessions[session.session_id] = session

    async def find_session(self, token_hash: bytes) -> Session | None:
        return next((s for s in self.sessions.values() if s.token_hash == token_hash), None)

    async def touch_session(self, session_id: SessionId, seen_at: datetime) -> None:
        self.sessions[session_id] = replace(self.sessions[session_id], seen_at=seen_at)

    async def end_session(self, session_id: SessionId) -> None:
        self.sessions.pop(session_id, None)

    async def end_sessions_of(self, user_id: UserId, keep: SessionId | None = None) -> list[SessionId]:
        ended = [k for k, s in self.sessions.items() if s.user_id == user_id and k != keep]
        for session_id in ended:
            del self.sessions[session_id]
        return ended

    async def purge_sessions(self, expired_before: datetime) -> int:
        before = len(self.sessions)
        self.sessions = {k: s for k, s in self.sessions.items() if s.expires_at >= expired_before}
        return before - len(self.sessions)


class FakeApiKeys:  # satisfies people.ports.ApiKeyStore
    def __init__(self) -> None:
        self.keys: dict[ApiKeyId, ApiKey] = {}

    async def add_api_key(self, key: ApiKey) -> None:
        self.keys[key.key_id] = key

    async def find_api_key(self, key_hash: bytes) -> ApiKey | None:
        return next((k for k in self.keys.values() if k.key_hash == key_hash), None)

    async def list_api_keys(self, tenant_id: TenantId) -> list[ApiKey]:
        return [k for k in self.keys.values() if k.tenant_id == tenant_id]

    async def revoke_api_key(self, tenant_id: TenantId, key_id: ApiKeyId, revoked_at: datetime) -> None:
        key = self.keys.get(key_id)
        if key is not None and key.tenant_id == tenant_id and key.revoked_at is None:
            self.keys[key_id] = replace(key, revoked_at=revoked_at)


class FakeAudit:  # satisfies people.ports.AuditLog
    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    async def append(self, entry: AuditEntry) -> None:
        self.entries.append(entry)

    async def list_entries(
        self, tenant_id: TenantId, wanted: AuditFilter, after: AuditMark | None, limit: int
    ) -> list[AuditEntry]:
        newest_first = sorted(self.entries, key=lambda e: (e.occurred_at, e.audit_id), reverse=True)
        return [
            e
            for e in newest_first
            if e.tenant_id == tenant_id
            and (wanted.user_id is None or e.user_id == wanted.user_id)
            and (wanted.kind is None or e.action.split(".")[0] == wanted.kind)
            and (after is None or (e.occurred_at, e.audit_id) < (after.occurred_at, after.audit_id))
        ][:limit]
