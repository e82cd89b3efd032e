"""Users, sessions, keys and the audit log are kept as the rules of people ask."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from banjie.base.ids import QueueId, TenantId, UserId, new_id
from banjie.people.errors import NoSuchUser
from banjie.people.model import (
    ApiKey,
    ApiKeyId,
    AuditEntry,
    AuditFilter,
    AuditId,
    AuditMark,
    Permission,
    PhoneLogin,
    Role,
    Session,
    SessionId,
    User,
)
from banjie.storage.audit import SqlAuditLog
from banjie.storage.database import Database
from banjie.storage.errors import AlreadyThere, NoSuchRecord
from banjie.storage.people import SqlUserStore
from banjie.storage.sessions import SqlApiKeyStore, SqlSessionStore
from tests.storage.conftest import BANK, NOON, OTHER

pytestmark = pytest.mark.peer

ANN = User(
    user_id=UserId("1001"),
    tenant_id=BANK,
    username="Ann",
    name={"zh": "安", "en": "Ann"},
    roles=frozenset({Role.AGENT, Role.QUALITY}),
    extension="1001",
    queues=(QueueId("urgent"), QueueId("general")),
    language="zh",
    is_active=True,
    created_at=NOON,
)
BOB = replace(ANN, user_id=UserId("1002"), username="bob", extension="1002", queues=(), roles=frozenset())


@pytest.fixture
async def users(database: Database) -> SqlUserStore:
    for queue_id in ("general", "urgent"):
        await database.execute(
            "INSERT INTO queue (queue_id, tenant_id, name, position, priority, service_level_s) VALUES ($1, $2, '{}', 0, 0, 20)",
            queue_id,
            BANK,
        )
    store = SqlUserStore(database)
    await store.add_user(ANN, "hash of ann")
    return store


async def test_a_user_comes_back_with_roles_and_queues_in_order(users: SqlUserStore) -> None:
    assert await users.find_user(ANN.user_id) == ANN
    assert await users.find_user(UserId("nobody")) is None


async def test_a_username_is_found_without_case_within_its_tenant(users: SqlUserStore) -> None:
    found = await users.find_credentials(BANK, "aNN")
    assert found is not None
    assert (found.user, found.password_hash) == (ANN, "hash of ann")
    assert await users.find_credentials(OTHER, "Ann") is None
    assert await users.find_credentials(BANK, "bob") is None


async def test_users_are_listed_by_name(users: SqlUserStore) -> None:
    await users.add_user(BOB, "-")
    await users.add_user(replace(BOB, user_id=UserId("1003"), username="ada", extension="1003"), "-")

    assert [user.username for user in await users.list_users(BANK)] == ["ada", "Ann", "bob"]
    assert await users.list_users(OTHER) == []


async def test_a_username_or_extension_is_given_once(users: SqlUserStore) -> None:
    with pytest.raises(AlreadyThere, match="ann"):
        await users.add_user(replace(BOB, username="ANN"), "-")
    with pytest.raises(AlreadyThere, match="1001"):
        await users.add_user(replace(BOB, extension="1001"), "-")
    await users.add_user(replace(BOB, tenant_id=OTHER, username="Ann", extension="1001"), "-")


async def test_a_user_is_changed_with_his_queues(users: SqlUserStore) -> None:
    changed = replace(
        ANN, username="anne", is_active=False, queues=(QueueId("general"),), roles=frozenset({Role.AGENT})
    )
    await users.change_user(changed)
    assert await users.find_user(ANN.user_id) == changed

    with pytest.raises(NoSuchUser):
        await users.change_user(BOB)
    with pytest.raises(NoSuchUser):  # another tenant's user is not there
        await users.change_user(replace(ANN, tenant_id=OTHER))
    assert await users.find_user(ANN.user_id) == changed


async def test_a_new_hash_replaces_the_old(users: SqlUserStore) -> None:
    await users.set_password_hash(ANN.user_id, "stronger")

    found = await users.find_credentials(BANK, "ann")
    assert found is not None
    assert found.password_hash == "stronger"
    with pytest.raises(NoSuchUser):
        await users.set_password_hash(UserId("nobody"), "x")


async def test_phones_of_active_users_may_register(users: SqlUserStore) -> None:
    login = PhoneLogin(user_id=ANN.user_id, username="1001", realm="banjie", ha1_md5="aa", ha1_sha256="bb")
    await users.set_phone_login(login)
    await users.set_phone_login(replace(login, ha1_md5="cc"))
    assert await users.list_phone_logins(BANK) == [replace(login, ha1_md5="cc")]
    assert await users.list_phone_logins(OTHER) == []

    await users.change_user(replace(ANN, is_active=False))
    assert await users.list_phone_logins(BANK) == []
    with pytest.raises(NoSuchUser):
        await users.set_phone_login(replace(login, user_id=UserId("nobody")))


async def test_tenants_are_found_or_missed_with_a_sentence(users: SqlUserStore) -> None:
    tenant = await users.get_tenant(BANK)
    assert tenant.timezone == "Asia/Shanghai"
    assert tenant.name["zh"] == "示范银行"
    assert [t.tenant_id for t in await users.list_tenants()] == [BANK, OTHER]
    with pytest.raises(NoSuchRecord, match="no tenant nowhere"):
        await users.get_tenant(TenantId("nowhere"))


def _session(at: datetime, user_id: UserId = ANN.user_id) -> Session:
    return Session(
        session_id=SessionId(new_id()),
        tenant_id=BANK,
        user_id=user_id,
        token_hash=new_id().encode(),
        csrf_token=new_id(),
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(hours=12),
        source="127.0.0.1",
    )


async def test_a_session_lives_until_it_is_ended(users: SqlUserStore, database: Database) -> None:
    sessions = SqlSessionStore(database)
    session = _session(NOON)
    await sessions.add_session(session)
    assert await sessions.find_session(session.token_hash) == session
    assert await sessions.find_session(b"another") is None

    later = NOON + timedelta(minutes=5)
    await sessions.touch_session(session.session_id, later)
    await sessions.touch_session(session.session_id, NOON)  # never back
    assert await sessions.find_session(session.token_hash) == replace(session, seen_at=later)

    await sessions.end_session(session.session_id)
    await sessions.end_session(session.session_id)
    assert await sessions.find_session(session.token_hash) is None


async def test_sessions_end_together_or_by_age(users: SqlUserStore, database: Database) -> None:
    await users.add_user(BOB, "-")
    sessions = SqlSessionStore(database)
    old, new, bobs = _session(NOON - timedelta(days=2)), _session(NOON), _session(NOON, BOB.user_id)
    for session in (old, new, bobs):
        await sessions.add_session(session)

    assert await sessions.purge_sessions(NOON) == 1
    assert await sessions.find_session(old.token_hash) is None
    await sessions.end_sessions_of(ANN.user_id)
    assert await sessions.find_session(new.token_hash) is None
    assert await sessions.find_session(bobs.token_hash) == bobs


async def test_a_key_is_found_by_hash_and_revoked_once(users: SqlUserStore, database: Database) -> None:
    keys = SqlApiKeyStore(database)
    key = ApiKey(
        key_id=ApiKeyId("k1"),
        tenant_id=BANK,
        user_id=ANN.user_id,
        name="dashboard",
        prefix="bjk_ab",
        key_hash=b"h" * 32,
        permissions=frozenset({Permission.READ_CALLS, Permission.READ_WALLBOARD}),
        created_at=NOON,
        expires_at=None,
        revoked_at=None,
    )
    await keys.add_api_key(key)
    assert await keys.find_api_key(key.key_hash) == key
    assert await keys.list_api_keys(BANK) == [key]
    assert await keys.list_api_keys(OTHER) == []

    await keys.revoke_api_key(OTHER, key.key_id, NOON)
    assert await keys.find_api_key(key.key_hash) == key
    await keys.revoke_api_key(BANK, key.key_id, NOON)
    await keys.revoke_api_key(BANK, key.key_id, NOON + timedelta(days=1))
    assert await keys.find_api_key(key.key_hash) == replace(key, revoked_at=NOON)


async def test_the_audit_log_is_read_newest_first(database: Database) -> None:
    audit = SqlAuditLog(database)
    entries = [
        AuditEntry(
            audit_id=AuditId(f"a{n}"),
            tenant_id=BANK,
            user_id=None if n == 0 else ANN.user_id,
            action="recording.listened",
            subject="c1",
            facts={"why": "质检"},
            source="127.0.0.1",
            occurred_at=NOON + timedelta(seconds=n),
        )
        for n in range(3)
    ]
    for entry in entries:
        await audit.append(entry)

    assert await audit.list_entries(BANK, AuditFilter(), None, 2) == [entries[2], entries[1]]
    assert await audit.list_entries(
        BANK, AuditFilter(), AuditMark(occurred_at=entries[1].occurred_at, audit_id=entries[1].audit_id), 10
    ) == [entries[0]]
    assert await audit.list_entries(OTHER, AuditFilter(), None, 10) == []
