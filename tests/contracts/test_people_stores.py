"""One suite for the fakes the desk is tested on and the stores it runs on: both keep the promises of people/ports.py."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from banjie.base.ids import QueueId, SiteId, TeamId, UserId, new_id
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
    Site,
    Team,
    User,
    UserFilter,
)
from banjie.people.ports import ApiKeyStore, AuditLog, SessionStore, TeamStore, UserStore
from banjie.people.sessions import hash_token, new_session
from banjie.routing.catalogue import Code, QueueCatalogue, QueueSetup
from banjie.routing.queues import Queue
from banjie.storage.audit import SqlAuditLog
from banjie.storage.database import Database
from banjie.storage.people import SqlUserStore
from banjie.storage.queues import SqlQueueCatalogue
from banjie.storage.sessions import SqlApiKeyStore, SqlSessionStore
from banjie.storage.teams import SqlTeamStore
from tests.fakes.desk_office import FakeCatalogue
from tests.fakes.desk_people import (
    DEMO,
    FakeApiKeys,
    FakeAudit,
    FakeSessions,
    FakeTeams,
    FakeUsers,
    demo_user,
)

pytestmark = pytest.mark.peer

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ANN = replace(demo_user("1001", Role.AGENT, "安", "Ann"), username="Ann", queues=())
BOB = demo_user("2001", Role.SUPERVISOR, "白", "Bob")


@dataclass(frozen=True)
class Stores:
    users: UserStore
    sessions: SessionStore
    keys: ApiKeyStore
    audit: AuditLog
    teams: TeamStore
    queues: QueueCatalogue


@pytest_asyncio.fixture(params=["fake", "sql"])
async def stores(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Stores]:
    if request.param == "fake":
        made = Stores(FakeUsers([]), FakeSessions(), FakeApiKeys(), FakeAudit(), FakeTeams(), FakeCatalogue())
        await _people(made.users)
        yield made
        return
    database = await Database.open(database_url)
    await database.execute(
        "INSERT INTO tenant (tenant_id, name, timezone) VALUES ($1, $2, 'Asia/Shanghai')",
        DEMO,
        {"zh": "示范银行", "en": "Demo Bank"},
    )
    made = Stores(
        SqlUserStore(database),
        SqlSessionStore(database),
        SqlApiKeyStore(database),
        SqlAuditLog(database),
        SqlTeamStore(database),
        SqlQueueCatalogue(database),
    )
    await _people(made.users)
    yield made
    await database.close()


async def _people(users: UserStore) -> None:
    for user in (ANN, BOB):
        await users.add_user(user, f"hash of {user.username}")


async def test_users_are_found_by_name_without_case_and_listed_by_name(stores: Stores) -> None:
    for written in ("Ann", "ANN", "ann"):
        credentials = await stores.users.find_credentials(DEMO, written)
        assert credentials is not None
        assert credentials.user == ANN
        assert credentials.password_hash == "hash of Ann"
    assert await stores.users.find_credentials(DEMO, "nobody") is None
    assert await stores.users.find_user(UserId("nobody")) is None
    listed: list[User] = list(await stores.users.list_users(DEMO))
    assert listed == [BOB, ANN]
    assert (await stores.users.get_tenant(DEMO)).timezone == "Asia/Shanghai"


async def test_a_new_hash_replaces_the_old(stores: Stores) -> None:
    await stores.users.set_password_hash(ANN.user_id, "stronger")
    credentials = await stores.users.find_credentials(DEMO, "ann")

    assert credentials is not None
    assert credentials.password_hash == "stronger"


async def test_keys_put_elsewhere_are_kept_with_the_person_through_a_change_of_his_account(
    stores: Stores,
) -> None:
    assert await stores.users.desk_keys(ANN.user_id) == {}
    await stores.users.keep_desk_keys(ANN.user_id, {"answer": "F6", "hold": ""})
    await stores.users.change_user(replace(ANN, language="en"))

    assert await stores.users.desk_keys(ANN.user_id) == {"answer": "F6", "hold": ""}
    assert await stores.users.desk_keys(BOB.user_id) == {}
    with pytest.raises(NoSuchUser):
        await stores.users.keep_desk_keys(UserId("nobody"), {})


async def test_a_session_lives_until_it_is_ended(stores: Stores) -> None:
    session = new_session(ANN, "token", NOW, "10.0.0.1")
    await stores.sessions.add_session(session)
    assert await stores.sessions.find_session(hash_token("token")) == session
    assert await stores.sessions.find_session(hash_token("other")) is None

    later = NOW + timedelta(minutes=5)
    await stores.sessions.touch_session(session.session_id, later)
    assert await stores.sessions.find_session(session.token_hash) == replace(session, seen_at=later)
    await stores.sessions.end_session(session.session_id)
    await stores.sessions.end_session(session.session_id)
    assert await stores.sessions.find_session(session.token_hash) is None


async def test_ending_and_sweeping_touch_only_what_they_should(stores: Stores) -> None:
    mine, other = new_session(ANN, "a", NOW, ""), new_session(BOB, "b", NOW, "")
    old = new_session(BOB, "c", NOW - timedelta(days=3), "")
    for session in (mine, other, old):
        await stores.sessions.add_session(session)

    assert await stores.sessions.purge_sessions(NOW) == 1
    assert await stores.sessions.find_session(old.token_hash) is None
    await stores.sessions.end_sessions_of(ANN.user_id)
    assert await stores.sessions.find_session(mine.token_hash) is None
    assert await stores.sessions.find_session(other.token_hash) == other


async def test_a_revoked_key_keeps_the_time_of_the_first_revocation(stores: Stores) -> None:
    key = ApiKey(
        key_id=ApiKeyId(new_id()),
        tenant_id=DEMO,
        user_id=BOB.user_id,
        name="CRM",
        prefix="bjk_abcdef",
        key_hash=hash_token("bjk_abcdef…"),
        permissions=frozenset({Permission.READ_CALLS, Permission.READ_QUEUES}),
        created_at=NOW,
        expires_at=None,
        revoked_at=None,
    )
    await stores.keys.add_api_key(key)
    assert await stores.keys.find_api_key(key.key_hash) == key

    await stores.keys.revoke_api_key(DEMO, key.key_id, NOW)
    await stores.keys.revoke_api_key(DEMO, key.key_id, NOW + timedelta(days=1))
    assert list(await stores.keys.list_api_keys(DEMO)) == [replace(key, revoked_at=NOW)]


async def test_the_audit_log_is_read_newest_first_page_by_page_by_person_and_by_kind(stores: Stores) -> None:
    entries = [
        AuditEntry(
            audit_id=AuditId(new_id()),
            tenant_id=DEMO,
            user_id=None if n == 0 else BOB.user_id,
            action="recording.listened" if n % 2 else "queue.changed",
            subject=f"call{n}",
            facts={"why": "抽检"},
            source="10.0.0.1",
            occurred_at=NOW + timedelta(minutes=n // 2),
            changes={"ring_timeout_s": ("15", "20")} if n == 2 else {},
        )
        for n in range(5)
    ]
    for entry in entries:
        await stores.audit.append(entry)

    async def read(wanted: AuditFilter, page: int) -> list[AuditEntry]:
        found: list[AuditEntry] = []
        while True:
            after = (
                AuditMark(occurred_at=found[-1].occurred_at, audit_id=found[-1].audit_id) if found else None
            )
            more = await stores.audit.list_entries(DEMO, wanted, after, page)
            found += more
            if len(more) < page:
                return found

    # Two of one moment are two: none is lost between the pages.
    newest_first = sorted(entries, key=lambda e: (e.occurred_at, e.audit_id), reverse=True)
    for page in (1, 2, 10):
        assert await read(AuditFilter(), page) == newest_first
    by_bob = [e for e in newest_first if e.user_id == BOB.user_id]
    assert await read(AuditFilter(user_id=BOB.user_id), 2) == by_bob
    queues = [e for e in newest_first if e.action == "queue.changed"]
    assert await read(AuditFilter(kind="queue"), 2) == queues
    assert await read(AuditFilter(kind="que"), 2) == []


async def test_a_person_is_in_a_team_leads_others_and_has_rated_skills(stores: Stores) -> None:
    north = Site(site_id=SiteId("north"), tenant_id=DEMO, name={"en": "North"}, timezone="Asia/Shanghai")
    one = Team(team_id=TeamId("one"), tenant_id=DEMO, name={"en": "One"}, site_id=north.site_id)
    two = Team(team_id=TeamId("two"), tenant_id=DEMO, name={"en": "Two"}, is_active=False)
    await stores.teams.put_site(north)
    for team in (one, replace(two, is_active=True), two):
        await stores.teams.put_team(team)
    assert await stores.teams.list_sites(DEMO) == [north]
    assert await stores.teams.list_teams(DEMO) == [one, two]
    loans, cards = (Code(code=code, name={"en": code}) for code in ("loans", "cards"))
    await stores.queues.put_skills(DEMO, [loans, cards])
    assert await stores.queues.list_skills(DEMO) == [loans, cards]
    general = QueueSetup(
        rules=Queue(queue_id=QueueId("general")), name={"en": "General"}, priority=0, service_level_s=20.0
    )
    await stores.queues.put_queue(DEMO, general, 0)

    first = replace(ANN, team_id=one.team_id, leads=(two.team_id,), skills={"loans": 5, "cards": 0})
    second = replace(ANN, leads=(one.team_id,), skills={"cards": 3}, queues=(QueueId("general"),))
    eve = replace(
        first, user_id=UserId("eve"), username="eve", extension="1009", name={"zh": "夏娃", "en": "Eve"}
    )
    await stores.users.add_user(eve, "hash")
    assert await stores.users.find_user(eve.user_id) == eve
    for described in (first, second, ANN, first):
        await stores.users.change_user(described)
        assert await stores.users.find_user(ANN.user_id) == described

    async def found(after: str | None = None, limit: int = 10, **wanted: object) -> list[str]:
        users = await stores.users.search_users(DEMO, UserFilter(**wanted), after, limit)  # type: ignore[arg-type]
        return [user.username for user in users]

    assert await found() == [BOB.username, "Ann", "eve"]
    assert await found(limit=1) == [BOB.username]
    assert await found(after="ANN") == ["eve"]
    assert await found(text="夏") == await found(text="EVE") == await found(text="1009") == ["eve"]
    assert await found(text="%") == await found(text="_") == []
    assert await found(role=Role.SUPERVISOR) == [BOB.username]
    assert await found(team_id=one.team_id) == ["Ann", "eve"]
    assert await found(teams=frozenset({one.team_id})) == ["Ann", "eve"]
    assert await found(teams=frozenset()) == []
    assert await found(queue_id=QueueId("general")) == []
    assert await found(is_active=False) == []


async def test_a_phone_has_a_password_of_its_own_or_none(stores: Stores) -> None:
    shared = PhoneLogin(
        user_id=ANN.user_id, username="1001", realm="banjie", ha1_md5="a", ha1_sha256="b", is_own=False
    )
    own = replace(shared, ha1_md5="c", is_own=True)
    for login in (shared, own):
        await stores.users.set_phone_login(login)
        assert login in await stores.users.list_phone_logins(DEMO)
        user = await stores.users.find_user(ANN.user_id)
        assert user is not None
        assert user.has_own_phone_password is login.is_own
    for is_blocked in (True, True, False):
        await stores.users.block_phone(ANN.user_id, is_blocked=is_blocked)
        user = await stores.users.find_user(ANN.user_id)
        assert user is not None
        assert user.is_phone_blocked is is_blocked
        assert (own in await stores.users.list_phone_logins(DEMO)) is not is_blocked
    await stores.users.block_phone(ANN.user_id, is_blocked=True)
    await stores.users.set_phone_login(own)  # another password lets nobody in
    assert list(await stores.users.list_phone_logins(DEMO)) == []
    for _ in range(2):
        await stores.users.drop_phone_login(ANN.user_id)
        assert list(await stores.users.list_phone_logins(DEMO)) == []
    with pytest.raises(NoSuchUser):
        await stores.users.block_phone(ANN.user_id, is_blocked=True)
