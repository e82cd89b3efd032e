"""What the rules of people need from outside: stores that return the frozen dataclasses of `model.py`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from banjie.base.ids import TenantId, UserId
from banjie.people.model import (
    ApiKey,
    ApiKeyId,
    AuditEntry,
    AuditFilter,
    AuditMark,
    Credentials,
    PhoneLogin,
    Session,
    SessionId,
    Site,
    Team,
    Tenant,
    User,
    UserFilter,
)


class UserStore(Protocol):
    async def list_tenants(self) -> Sequence[Tenant]:
        """The oldest first."""

    async def add_tenant(self, tenant: Tenant) -> None: ...

    async def get_tenant(self, tenant_id: TenantId) -> Tenant: ...

    async def find_credentials(self, tenant_id: TenantId, username: str) -> Credentials | None:
        """Find by username without case; inactive users too."""

    async def find_user(self, user_id: UserId) -> User | None: ...

    async def list_users(self, tenant_id: TenantId) -> Sequence[User]:
        """All users, ordered by username."""

    async def add_user(self, user: User, password_hash: str) -> None: ...

    async def change_user(self, user: User) -> None:
        """Replace all but the password and the time of making."""

    async def set_password_hash(self, user_id: UserId, password_hash: str) -> None:
        """Replace the hash: a new password, or the same one with stronger parameters."""

    async def desk_keys(self, user_id: UserId) -> Mapping[str, str]:
        """Return the keys this person put elsewhere, by act; of what stands where it usually does nothing is kept."""

    async def keep_desk_keys(self, user_id: UserId, keys: Mapping[str, str]) -> None:
        """Replace them. Raises NoSuchUser."""

    async def list_phone_logins(self, tenant_id: TenantId) -> Sequence[PhoneLogin]:
        """Of active users whose phones are not blocked, ordered by username."""

    async def set_phone_login(self, login: PhoneLogin) -> None: ...

    async def block_phone(self, user_id: UserId, *, is_blocked: bool) -> None:
        """Let his phone register no more, by whatever password, or again. Raises NoSuchUser where he has none."""

    async def drop_phone_login(self, user_id: UserId) -> None:
        """No desk phone registers for this person any more. Repeatable."""

    async def search_users(
        self, tenant_id: TenantId, wanted: UserFilter, after: str | None, limit: int
    ) -> Sequence[User]:
        """Ordered by username without case, beginning after that one."""


class TeamStore(Protocol):
    async def list_sites(self, tenant_id: TenantId) -> Sequence[Site]:
        """All of them, closed ones too, the oldest first."""

    async def put_site(self, site: Site) -> None: ...

    async def list_teams(self, tenant_id: TenantId) -> Sequence[Team]:
        """All of them, closed ones too, the oldest first."""

    async def put_team(self, team: Team) -> None: ...


class SessionStore(Protocol):
    async def add_session(self, session: Session) -> None: ...

    async def find_session(self, token_hash: bytes) -> Session | None:
        """Find by hash, expired ones too: `sessions.py` decides whether it still opens the door."""

    async def touch_session(self, session_id: SessionId, seen_at: datetime) -> None: ...

    async def end_session(self, session_id: SessionId) -> None:
        """Forget it. Repeatable."""

    async def end_sessions_of(self, user_id: UserId, keep: SessionId | None = None) -> list[SessionId]:
        """Forget all of a user, but one that is to be kept; return those that ended. Repeatable."""

    async def purge_sessions(self, expired_before: datetime) -> int: ...


class ApiKeyStore(Protocol):
    async def add_api_key(self, key: ApiKey) -> None: ...

    async def find_api_key(self, key_hash: bytes) -> ApiKey | None: ...

    async def list_api_keys(self, tenant_id: TenantId) -> Sequence[ApiKey]: ...

    async def revoke_api_key(self, tenant_id: TenantId, key_id: ApiKeyId, revoked_at: datetime) -> None:
        """Repeatable: the first revocation's time stands."""


class AuditLog(Protocol):
    async def append(self, entry: AuditEntry) -> None: ...

    async def list_entries(
        self, tenant_id: TenantId, wanted: AuditFilter, after: AuditMark | None, limit: int
    ) -> Sequence[AuditEntry]:
        """Newest first, beginning after the mark."""
