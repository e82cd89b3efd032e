"""Tenants, users and how their desk phones register."""

from collections.abc import Mapping, Sequence
from typing import Final

from banjie.base.ids import QueueId, TeamId, TenantId, UserId
from banjie.people.errors import NoSuchUser
from banjie.people.model import Credentials, PhoneLogin, Role, Tenant, User, UserFilter
from banjie.storage.database import Queries, Row
from banjie.storage.errors import NoSuchRecord

_USER: Final = """
    SELECT user_id, tenant_id, username, name, roles, extension, language, is_active, password_hash, created_at, team_id,
        ARRAY(SELECT queue_id FROM queue_member m WHERE m.user_id = u.user_id ORDER BY position, queue_id) AS queues,
        ARRAY(SELECT l.team_id FROM team_lead l WHERE l.user_id = u.user_id ORDER BY l.team_id) AS leads,
        (SELECT coalesce(jsonb_object_agg(skill_id, proficiency), '{}') FROM user_skill k WHERE k.user_id = u.user_id) AS skills,
        EXISTS (SELECT 1 FROM phone_login p WHERE p.user_id = u.user_id AND p.is_own) AS has_own_phone_password,
        EXISTS (SELECT 1 FROM phone_login p WHERE p.user_id = u.user_id AND p.is_blocked) AS is_phone_blocked
    FROM app_user u
"""
_BY_NAME: Final = f"{_USER} WHERE tenant_id = $1 AND lower(username) = lower($2)"
_BY_ID: Final = f"{_USER} WHERE user_id = $1"
_ALL: Final = f"{_USER} WHERE tenant_id = $1 ORDER BY lower(username)"
_SEARCH: Final = f"""{_USER}
    WHERE tenant_id = $1
        AND ($2::text IS NULL OR strpos(lower(username), lower($2)) > 0 OR strpos(extension, $2) > 0
             OR strpos(lower(name->>'zh'), lower($2)) > 0 OR strpos(lower(name->>'en'), lower($2)) > 0)
        AND ($3::text IS NULL OR $3 = ANY(roles))
        AND ($4::text IS NULL OR EXISTS (SELECT 1 FROM queue_member m WHERE m.user_id = u.user_id AND m.queue_id = $4))
        AND ($5::text IS NULL OR team_id = $5)
        AND ($6::boolean IS NULL OR is_active = $6)
        AND ($7::text[] IS NULL OR team_id = ANY($7))
        AND ($8::text IS NULL OR lower(username) > lower($8))
    ORDER BY lower(username) LIMIT $9
"""  # noqa: S608
_ADD: Final = """
    WITH added AS (
        INSERT INTO app_user (user_id, tenant_id, username, name, roles, extension, language, is_active,
                              password_hash, created_at, team_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $14)
        RETURNING user_id, tenant_id
    ), answering AS (
        INSERT INTO team_lead (team_id, user_id, tenant_id)
        SELECT team_id, user_id, tenant_id FROM added, unnest($12::text[]) AS given (team_id)
    ), skilled AS (
        INSERT INTO user_skill (skill_id, proficiency, user_id, tenant_id)
        SELECT key, value::smallint, user_id, tenant_id FROM added, jsonb_each_text($13)
    )
    INSERT INTO queue_member (queue_id, user_id, tenant_id, position)
    SELECT queue_id, user_id, tenant_id, position
    FROM added, unnest($11::text[]) WITH ORDINALITY AS given (queue_id, position)
"""
_CHANGE: Final = """
    WITH changed AS (
        UPDATE app_user SET username = $3, name = $4, roles = $5, extension = $6, language = $7, is_active = $8,
            team_id = $12
        WHERE user_id = $1 AND tenant_id = $2 RETURNING user_id, tenant_id
    ), left_queues AS (
        DELETE FROM queue_member m USING changed c WHERE m.user_id = c.user_id AND NOT m.queue_id = ANY($9::text[])
    ), joined AS (
        INSERT INTO queue_member (queue_id, user_id, tenant_id, position)
        SELECT queue_id, user_id, tenant_id, position
        FROM changed, unnest($9::text[]) WITH ORDINALITY AS given (queue_id, position)
        ON CONFLICT (user_id, queue_id) DO UPDATE SET position = excluded.position
    ), left_teams AS (
        DELETE FROM team_lead l USING changed c WHERE l.user_id = c.user_id AND NOT l.team_id = ANY($10::text[])
    ), answering AS (
        INSERT INTO team_lead (team_id, user_id, tenant_id)
        SELECT team_id, user_id, tenant_id FROM changed, unnest($10::text[]) AS given (team_id)
        ON CONFLICT (user_id, team_id) DO NOTHING
    ), unlearnt AS (
        DELETE FROM user_skill k USING changed c WHERE k.user_id = c.user_id AND NOT $11::jsonb ? k.skill_id
    ), skilled AS (
        INSERT INTO user_skill (skill_id, proficiency, user_id, tenant_id)
        SELECT key, value::smallint, user_id, tenant_id FROM changed, jsonb_each_text($11)
        ON CONFLICT (user_id, skill_id) DO UPDATE SET proficiency = excluded.proficiency
    )
    SELECT count(*) FROM changed
"""
_SET_PHONE: Final = """
    INSERT INTO phone_login (user_id, tenant_id, username, realm, ha1_md5, ha1_sha256, is_own)
    SELECT user_id, tenant_id, $2, $3, $4, $5, $6 FROM app_user WHERE user_id = $1
    ON CONFLICT (user_id) DO UPDATE SET username = excluded.username, realm = excluded.realm,
        ha1_md5 = excluded.ha1_md5, ha1_sha256 = excluded.ha1_sha256, is_own = excluded.is_own
"""
_PHONES: Final = """
    SELECT p.user_id, p.username, p.realm, p.ha1_md5, p.ha1_sha256, p.is_own
    FROM phone_login p JOIN app_user u USING (user_id)
    WHERE p.tenant_id = $1 AND u.is_active AND NOT p.is_blocked ORDER BY p.username
"""


class SqlUserStore:  # satisfies people.ports.UserStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def get_tenant(self, tenant_id: TenantId) -> Tenant:
        row = await self._database.find_row(
            "SELECT tenant_id, name, timezone FROM tenant WHERE tenant_id = $1", tenant_id
        )
        if row is None:
            raise NoSuchRecord("tenant", tenant_id)
        return Tenant(tenant_id=tenant_id, name=row["name"], timezone=row["timezone"])

    async def list_tenants(self) -> Sequence[Tenant]:
        rows = await self._database.fetch("SELECT tenant_id, name, timezone FROM tenant ORDER BY created_at")
        return [
            Tenant(tenant_id=row["tenant_id"], name=row["name"], timezone=row["timezone"]) for row in rows
        ]

    async def add_tenant(self, tenant: Tenant) -> None:
        sql = "INSERT INTO tenant (tenant_id, name, timezone) VALUES ($1, $2, $3)"
        await self._database.execute(sql, tenant.tenant_id, tenant.name, tenant.timezone)

    async def find_credentials(self, tenant_id: TenantId, username: str) -> Credentials | None:
        row = await self._database.find_row(_BY_NAME, tenant_id, username)
        return None if row is None else Credentials(user=_user(row), password_hash=row["password_hash"])

    async def find_user(self, user_id: UserId) -> User | None:
        row = await self._database.find_row(_BY_ID, user_id)
        return None if row is None else _user(row)

    async def list_users(self, tenant_id: TenantId) -> Sequence[User]:
        return [_user(row) for row in await self._database.fetch(_ALL, tenant_id)]

    async def add_user(self, user: User, password_hash: str) -> None:
        """Add a user and his queues. Raises AlreadyThere when the username or the extension is taken."""
        await self._database.execute(
            _ADD,
            user.user_id,
            user.tenant_id,
            user.username,
            user.name,
            sorted(user.roles),
            user.extension,
            user.language,
            user.is_active,
            password_hash,
            user.created_at,
            user.queues,
            user.leads,
            user.skills,
            user.team_id,
        )

    async def change_user(self, user: User) -> None:
        """Replace all but the password, the tenant and the time of making. Raises NoSuchUser, AlreadyThere."""
        changed = await self._database.fetch_value(
            _CHANGE,
            user.user_id,
            user.tenant_id,
            user.username,
            user.name,
            sorted(user.roles),
            user.extension,
            user.language,
            user.is_active,
            user.queues,
            user.leads,
            user.skills,
            user.team_id,
        )
        if not changed:
            raise NoSuchUser(f"there is no user {user.user_id}")

    async def set_password_hash(self, user_id: UserId, password_hash: str) -> None:
        done = await self._database.execute(
            "UPDATE app_user SET password_hash = $2 WHERE user_id = $1", user_id, password_hash
        )
        if done == "UPDATE 0":
            raise NoSuchUser(f"there is no user {user_id}")

    async def desk_keys(self, user_id: UserId) -> Mapping[str, str]:
        keys: Mapping[str, str] | None = await self._database.fetch_value(
            "SELECT desk_keys FROM app_user WHERE user_id = $1", user_id
        )
        return keys or {}

    async def keep_desk_keys(self, user_id: UserId, keys: Mapping[str, str]) -> None:
        done = await self._database.execute(
            "UPDATE app_user SET desk_keys = $2 WHERE user_id = $1", user_id, keys
        )
        if done == "UPDATE 0":
            raise NoSuchUser(f"there is no user {user_id}")

    async def list_phone_logins(self, tenant_id: TenantId) -> Sequence[PhoneLogin]:
        return [PhoneLogin(**row) for row in await self._database.fetch(_PHONES, tenant_id)]

    async def set_phone_login(self, login: PhoneLogin) -> None:
        done = await self._database.execute(
            _SET_PHONE,
            login.user_id,
            login.username,
            login.realm,
            login.ha1_md5,
            login.ha1_sha256,
            login.is_own,
        )
        if done == "INSERT 0 0":
            raise NoSuchUser(f"there is no user {login.user_id}")

    async def block_phone(self, user_id: UserId, *, is_blocked: bool) -> None:
        done = await self._database.execute(
            "UPDATE phone_login SET is_blocked = $2 WHERE user_id = $1", user_id, is_blocked
        )
        if done == "UPDATE 0":
            raise NoSuchUser(f"there is no phone of {user_id}")

    async def drop_phone_login(self, user_id: UserId) -> None:
        await self._database.execute("DELETE FROM phone_login WHERE user_id = $1", user_id)

    async def search_users(
        self, tenant_id: TenantId, wanted: UserFilter, after: str | None, limit: int
    ) -> Sequence[User]:
        rows = await self._database.fetch(
            _SEARCH,
            tenant_id,
            wanted.text,
            wanted.role,
            wanted.queue_id,
            wanted.team_id,
            wanted.is_active,
            None if wanted.teams is None else list(wanted.teams),
            after,
            limit,
        )
        return [_user(row) for row in rows]


def _user(row: Row) -> User:
    return User(
        user_id=row["user_id"],
        tenant_id=row["tenant_id"],
        username=row["username"],
        name=row["name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        extension=row["extension"],
        queues=tuple(QueueId(queue_id) for queue_id in row["queues"]),
        language=row["language"],
        is_active=row["is_active"],
        created_at=row["created_at"],
        team_id=None if row["team_id"] is None else TeamId(row["team_id"]),
        leads=tuple(TeamId(team_id) for team_id in row["leads"]),
        skills=row["skills"],
        has_own_phone_password=row["has_own_phone_password"],
        is_phone_blocked=row["is_phone_blocked"],
    )
