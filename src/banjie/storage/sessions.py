"""What opens the door: sessions of browsers and keys of integrators, found by the hash of their secret."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from banjie.base.ids import TenantId, UserId
from banjie.people.model import ApiKey, ApiKeyId, Permission, Session, SessionId
from banjie.storage.database import Queries, Row

_SESSION: Final = (
    "session_id, tenant_id, user_id, token_hash, csrf_token, created_at, seen_at, expires_at, source"
)
_KEY: Final = (
    "key_id, tenant_id, user_id, name, prefix, key_hash, permissions, created_at, expires_at, revoked_at"
)
_ADD_SESSION: Final = f"INSERT INTO user_session ({_SESSION}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"  # noqa: S608
_FIND_SESSION: Final = f"SELECT {_SESSION} FROM user_session WHERE token_hash = $1"  # noqa: S608
_ADD_KEY: Final = f"INSERT INTO api_key ({_KEY}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"  # noqa: S608
_FIND_KEY: Final = f"SELECT {_KEY} FROM api_key WHERE key_hash = $1"  # noqa: S608
_LIST_KEYS: Final = f"SELECT {_KEY} FROM api_key WHERE tenant_id = $1 ORDER BY created_at, key_id"  # noqa: S608
_REVOKE: Final = """
    UPDATE api_key SET revoked_at = $3 WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL
"""
_PERMISSIONS: Final = {permission.value: permission for permission in Permission}


class SqlSessionStore:  # satisfies people.ports.SessionStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def add_session(self, session: Session) -> None:
        await self._database.execute(
            _ADD_SESSION,
            session.session_id,
            session.tenant_id,
            session.user_id,
            session.token_hash,
            session.csrf_token,
            session.created_at,
            session.seen_at,
            session.expires_at,
            session.source,
        )

    async def find_session(self, token_hash: bytes) -> Session | None:
        row = await self._database.find_row(_FIND_SESSION, token_hash)
        return None if row is None else Session(**row)

    async def touch_session(self, session_id: SessionId, seen_at: datetime) -> None:
        await self._database.execute(
            "UPDATE user_session SET seen_at = $2 WHERE session_id = $1 AND seen_at < $2", session_id, seen_at
        )

    async def end_session(self, session_id: SessionId) -> None:
        await self._database.execute("DELETE FROM user_session WHERE session_id = $1", session_id)

    async def end_sessions_of(self, user_id: UserId, keep: SessionId | None = None) -> list[SessionId]:
        sql = "DELETE FROM user_session WHERE user_id = $1 AND session_id IS DISTINCT FROM $2 RETURNING session_id"
        return [SessionId(row["session_id"]) for row in await self._database.fetch(sql, user_id, keep)]

    async def purge_sessions(self, expired_before: datetime) -> int:
        done = await self._database.execute("DELETE FROM user_session WHERE expires_at < $1", expired_before)
        return int(done.split()[-1])


class SqlApiKeyStore:  # satisfies people.ports.ApiKeyStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def add_api_key(self, key: ApiKey) -> None:
        await self._database.execute(
            _ADD_KEY,
            key.key_id,
            key.tenant_id,
            key.user_id,
            key.name,
            key.prefix,
            key.key_hash,
            sorted(key.permissions),
            key.created_at,
            key.expires_at,
            key.revoked_at,
        )

    async def find_api_key(self, key_hash: bytes) -> ApiKey | None:
        row = await self._database.find_row(_FIND_KEY, key_hash)
        return None if row is None else _api_key(row)

    async def list_api_keys(self, tenant_id: TenantId) -> Sequence[ApiKey]:
        return [_api_key(row) for row in await self._database.fetch(_LIST_KEYS, tenant_id)]

    async def revoke_api_key(self, tenant_id: TenantId, key_id: ApiKeyId, revoked_at: datetime) -> None:
        await self._database.execute(_REVOKE, tenant_id, key_id, revoked_at)


def _api_key(row: Row) -> ApiKey:
    # A permission that this version no longer knows opens nothing.
    known = frozenset(_PERMISSIONS[word] for word in row["permissions"] if word in _PERMISSIONS)
    return ApiKey(**{**row, "permissions": known})
