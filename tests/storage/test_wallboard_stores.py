"""What supervisors set on the wallboard is read back: by fakes and by stores alike."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from banjie.base.ids import AgentId, QueueId, TeamId, UserId
from banjie.insight.ports import ThresholdStore, WallScreenStore
from banjie.insight.thresholds import standard
from banjie.insight.wall import WallScreen, WallScreenId
from banjie.people.model import Role
from banjie.people.versions import VersionStore
from banjie.routing.catalogue import QueueSetup
from banjie.routing.moves import Move, MoveStore, Service
from banjie.routing.queues import Queue
from banjie.routing.skills import Skill
from banjie.storage.database import Database
from banjie.storage.moves import SqlMoveStore
from banjie.storage.people import SqlUserStore
from banjie.storage.queues import SqlQueueCatalogue
from banjie.storage.versions import SqlVersionStore
from banjie.storage.wallboard import SqlThresholdStore, SqlWallScreenStore
from tests.fakes.desk_board import FakeMoves, FakeThresholds, FakeVersions, FakeWallScreens
from tests.fakes.desk_people import demo_user
from tests.storage.conftest import BANK, NOON, OTHER

pytestmark = pytest.mark.peer

GENERAL, URGENT = QueueId("general"), QueueId("urgent")
EVE = UserId("2001")
SCREEN = WallScreen(
    screen_id=WallScreenId("s1"),
    tenant_id=BANK,
    name="三楼大厅",
    teams=frozenset({TeamId("cards")}),
    token_hash=b"h" * 32,
    created_by=EVE,
    created_at=NOON,
)
MOVE = Move(
    agent_id=AgentId("1001"),
    service=Service(queues=frozenset({GENERAL, URGENT}), skills={Skill("loans"): 3}),
    until=None,
    moved_by=EVE,
    moved_at=NOON,
)


@dataclass(frozen=True)
class Stores:
    thresholds: ThresholdStore
    screens: WallScreenStore
    moves: MoveStore
    versions: VersionStore


@pytest_asyncio.fixture(params=["fake", "sql"])
async def stores(request: pytest.FixtureRequest, database: Database) -> Stores:
    if request.param == "fake":
        return Stores(FakeThresholds(), FakeWallScreens(), FakeMoves(), FakeVersions())
    for username, role in (("1001", Role.AGENT), ("2001", Role.SUPERVISOR)):
        user = replace(demo_user(username, role, "甲", "A"), tenant_id=BANK, queues=())
        await SqlUserStore(database).add_user(user, "hash")
    for position, queue_id in enumerate((GENERAL, URGENT)):
        setup = QueueSetup(rules=Queue(queue_id=queue_id), name={}, priority=0, service_level_s=20.0)
        await SqlQueueCatalogue(database).put_queue(BANK, setup, position)
    return Stores(
        SqlThresholdStore(database),
        SqlWallScreenStore(database),
        SqlMoveStore(database),
        SqlVersionStore(database),
    )


async def test_thresholds_are_kept_changed_and_forgotten(stores: Stores) -> None:
    kept = stores.thresholds
    mine = replace(standard(20.0), waiting_red=7)
    await kept.put_thresholds(BANK, GENERAL, standard(20.0))
    await kept.put_thresholds(BANK, GENERAL, mine)
    await kept.put_thresholds(BANK, URGENT, standard(10.0))
    assert await kept.list_thresholds(BANK) == {GENERAL: mine, URGENT: standard(10.0)}
    await kept.put_thresholds(BANK, URGENT, None)
    assert await kept.list_thresholds(BANK) == {GENERAL: mine}


async def test_a_screen_is_found_by_the_hash_of_its_link_and_revoked_once(stores: Stores) -> None:
    kept = stores.screens
    everything = replace(SCREEN, screen_id=WallScreenId("s2"), teams=None, token_hash=b"i" * 32)
    await kept.add_screen(SCREEN)
    await kept.add_screen(everything)
    assert await kept.find_screen(SCREEN.token_hash) == SCREEN
    assert await kept.find_screen(b"x" * 32) is None
    await kept.revoke_screen(OTHER, SCREEN.screen_id, NOON)
    assert await kept.find_screen(SCREEN.token_hash) == SCREEN  # not theirs to revoke
    for minutes in (1, 2):
        await kept.revoke_screen(BANK, SCREEN.screen_id, NOON + timedelta(minutes=minutes))
    revoked = replace(SCREEN, revoked_at=NOON + timedelta(minutes=1))
    assert await kept.list_screens(BANK) == [revoked, everything]
    assert await kept.list_screens(OTHER) == []


async def test_a_move_stands_until_its_time_or_until_it_is_dropped(stores: Stores) -> None:
    kept = stores.moves
    today = replace(MOVE, until=datetime(2026, 11, 24, 16, 0, tzinfo=UTC))
    await kept.put_move(BANK, MOVE)
    assert await kept.list_moves(BANK, NOON) == [MOVE]
    await kept.put_move(BANK, today)
    assert await kept.list_moves(BANK, NOON) == [today]
    assert await kept.list_moves(BANK, NOON + timedelta(hours=12)) == []
    for _ in range(2):
        await kept.drop_move(MOVE.agent_id)
    assert await kept.list_moves(BANK, NOON) == []


async def test_versions_grow_with_every_change_of_any_record(stores: Stores) -> None:
    kept = stores.versions
    assert (await kept.last_number(BANK), await kept.find_version(BANK, "queue", "a")) == (0, None)
    numbers = []
    for kind, subject in (("queue", "a"), ("queue", "b"), ("user", "a"), ("queue", "a")):
        await kept.note_change(BANK, kind, subject, EVE, NOON)
        found = await kept.find_version(BANK, kind, subject)
        assert found is not None
        assert (found.changed_by, found.changed_at) == (EVE, NOON)
        assert found.number == await kept.last_number(BANK)
        numbers.append(found.number)
    assert numbers == sorted(set(numbers))
    other = await kept.find_version(BANK, "queue", "b")
    assert other is not None
    assert other.number == numbers[1]
