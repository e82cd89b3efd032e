"""When a queue's figures are a warning, and the screens on walls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from banjie.base.ids import QueueId, TeamId, TenantId
from banjie.insight.thresholds import Thresholds
from banjie.insight.wall import WallScreen, WallScreenId
from banjie.storage.database import Queries, Row

_FIGURES: Final = tuple(Thresholds.__dataclass_fields__)
_PUT: Final = f"""
    INSERT INTO queue_threshold (tenant_id, queue_id, {", ".join(_FIGURES)})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (queue_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FIGURES)}
    WHERE queue_threshold.tenant_id = excluded.tenant_id
"""  # noqa: S608
_SCREEN: Final = "screen_id, tenant_id, name, teams, token_hash, created_by, created_at, revoked_at"
_ADD_SCREEN: Final = f"INSERT INTO wall_screen ({_SCREEN}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"  # noqa: S608
_LIST_SCREENS: Final = (
    f"SELECT {_SCREEN} FROM wall_screen WHERE tenant_id = $1 ORDER BY created_at, screen_id"  # noqa: S608
)
_FIND_SCREEN: Final = f"SELECT {_SCREEN} FROM wall_screen WHERE token_hash = $1"  # noqa: S608
_REVOKE: Final = """
    UPDATE wall_screen SET revoked_at = $3 WHERE tenant_id = $1 AND screen_id = $2 AND revoked_at IS NULL
"""


class SqlThresholdStore:  # satisfies insight.ports.ThresholdStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_thresholds(self, tenant_id: TenantId) -> Mapping[QueueId, Thresholds]:
        rows = await self._database.fetch("SELECT * FROM queue_threshold WHERE tenant_id = $1", tenant_id)
        return {
            QueueId(row["queue_id"]): Thresholds(**{name: row[name] for name in _FIGURES}) for row in rows
        }

    async def put_thresholds(self, tenant_id: TenantId, queue_id: QueueId, given: Thresholds | None) -> None:
        if given is None:
            sql = "DELETE FROM queue_threshold WHERE tenant_id = $1 AND queue_id = $2"
            await self._database.execute(sql, tenant_id, queue_id)
        else:
            await self._database.execute(
                _PUT, tenant_id, queue_id, *(getattr(given, name) for name in _FIGURES)
            )


class SqlWallScreenStore:  # satisfies insight.ports.WallScreenStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_screens(self, tenant_id: TenantId) -> Sequence[WallScreen]:
        return [_screen(row) for row in await self._database.fetch(_LIST_SCREENS, tenant_id)]

    async def find_screen(self, token_hash: bytes) -> WallScreen | None:
        row = await self._database.find_row(_FIND_SCREEN, token_hash)
        return None if row is None else _screen(row)

    async def add_screen(self, screen: WallScreen) -> None:
        await self._database.execute(
            _ADD_SCREEN,
            screen.screen_id,
            screen.tenant_id,
            screen.name,
            None if screen.teams is None else sorted(screen.teams),
            screen.token_hash,
            screen.created_by,
            screen.created_at,
            screen.revoked_at,
        )

    async def revoke_screen(self, tenant_id: TenantId, screen_id: WallScreenId, at: datetime) -> None:
        await self._database.execute(_REVOKE, tenant_id, screen_id, at)


def _screen(row: Row) -> WallScreen:
    teams = None if row["teams"] is None else frozenset(TeamId(team) for team in row["teams"])
    return WallScreen(**{**row, "teams": teams})
