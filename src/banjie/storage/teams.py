"""Sites and the teams that work there."""

from collections.abc import Sequence
from typing import Final

from banjie.base.ids import SiteId, TeamId, TenantId
from banjie.people.model import Site, Team
from banjie.storage.database import Queries

_PUT_SITE: Final = """
    INSERT INTO site (site_id, tenant_id, name, timezone, is_active) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (site_id) DO UPDATE
    SET name = excluded.name, timezone = excluded.timezone, is_active = excluded.is_active
    WHERE site.tenant_id = excluded.tenant_id
"""
_PUT_TEAM: Final = """
    INSERT INTO team (team_id, tenant_id, name, site_id, is_active) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (team_id) DO UPDATE
    SET name = excluded.name, site_id = excluded.site_id, is_active = excluded.is_active
    WHERE team.tenant_id = excluded.tenant_id
"""


class SqlTeamStore:  # satisfies people.ports.TeamStore
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def list_sites(self, tenant_id: TenantId) -> Sequence[Site]:
        sql = "SELECT * FROM site WHERE tenant_id = $1 ORDER BY created_at, site_id"
        return [
            Site(
                site_id=SiteId(row["site_id"]),
                tenant_id=tenant_id,
                name=row["name"],
                timezone=row["timezone"],
                is_active=row["is_active"],
            )
            for row in await self._database.fetch(sql, tenant_id)
        ]

    async def put_site(self, site: Site) -> None:
        await self._database.execute(
            _PUT_SITE, site.site_id, site.tenant_id, site.name, site.timezone, site.is_active
        )

    async def list_teams(self, tenant_id: TenantId) -> Sequence[Team]:
        sql = "SELECT * FROM team WHERE tenant_id = $1 ORDER BY created_at, team_id"
        return [
            Team(
                team_id=TeamId(row["team_id"]),
                tenant_id=tenant_id,
                name=row["name"],
                site_id=None if row["site_id"] is None else SiteId(row["site_id"]),
                is_active=row["is_active"],
            )
            for row in await self._database.fetch(sql, tenant_id)
        ]

    async def put_team(self, team: Team) -> None:
        await self._database.execute(
            _PUT_TEAM, team.team_id, team.tenant_id, team.name, team.site_id, team.is_active
        )
