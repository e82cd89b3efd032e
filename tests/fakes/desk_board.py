"""What supervisors set on the wallboard, in memory: thresholds, agents moved, screens on walls; versions of the set-up."""

from dataclasses import replace
from datetime import datetime

from banjie.base.ids import AgentId, QueueId, TenantId, UserId
from banjie.insight.thresholds import Thresholds
from banjie.insight.wall import WallScreen, WallScreenId
from banjie.people.versions import Version
from banjie.routing.moves import Move


class FakeThresholds:  # satisfies insight.ports.ThresholdStore
    def __init__(self) -> None:
        self.kept: dict[QueueId, Thresholds] = {}

    async def list_thresholds(self, tenant_id: TenantId) -> dict[QueueId, Thresholds]:
        return dict(self.kept)

    async def put_thresholds(self, tenant_id: TenantId, queue_id: QueueId, given: Thresholds | None) -> None:
        self.kept.pop(queue_id, None)
        if given is not None:
            self.kept[queue_id] = given


class FakeWallScreens:  # satisfies insight.ports.WallScreenStore
    def __init__(self) -> None:
        self.kept: dict[WallScreenId, WallScreen] = {}

    async def list_screens(self, tenant_id: TenantId) -> list[WallScreen]:
        return [screen for screen in self.kept.values() if screen.tenant_id == tenant_id]

    async def find_screen(self, token_hash: bytes) -> WallScreen | None:
        return next((s for s in self.kept.values() if s.token_hash == token_hash), None)

    async def add_screen(self, screen: WallScreen) -> None:
        self.kept[screen.screen_id] = screen

    async def revoke_screen(self, tenant_id: TenantId, screen_id: WallScreenId, at: datetime) -> None:
        found = self.kept.get(screen_id)
        if found is not None and found.tenant_id == tenant_id and found.revoked_at is None:
            self.kept[screen_id] = replace(found, revoked_at=at)


class FakeMoves:  # satisfies routing.moves.MoveStore
    def __init__(self) -> None:
        self.kept: dict[AgentId, Move] = {}

    async def list_moves(self, tenant_id: TenantId, at: datetime) -> list[Move]:
        return [move for move in self.kept.values() if move.until is None or move.until > at]

    async def put_move(self, tenant_id: TenantId, move: Move) -> None:
        self.kept[move.agent_id] = move

    async def drop_move(self, agent_id: AgentId) -> None:
        self.kept.pop(agent_id, None)


class FakeVersions:  # satisfies people.versions.VersionStore
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Version] = {}
        self.numbers_given = 0

    async def last_number(self, tenant_id: TenantId) -> int:
        return max((version.number for version in self.kept.values()), default=0)

    async def find_version(self, tenant_id: TenantId, kind: str, subject: str) -> Version | None:
        return self.kept.get((kind, subject))

    async def note_change(
        self, tenant_id: TenantId, kind: str, subject: str, changed_by: UserId, at: datetime
    ) -> None:
        self.numbers_given += 1
        self.kept[kind, subject] = Version(number=self.numbers_given, changed_by=changed_by, changed_at=at)
