"""Sites and teams."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import SiteId, TeamId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.set_up import SiteIn, SiteOut, TeamIn, TeamOut
from banjie.desk.schemas.words import Id
from banjie.desk.seen import SaysSeen
from banjie.people.model import Permission, Site
from banjie.stories.keep_teams import keep_site, keep_team

router = APIRouter(tags=["people"], dependencies=[SaysSeen])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_USERS))]
Reader = Annotated[Principal, Depends(Need(Permission.READ_USERS))]


@router.get("/api/sites", operation_id="listSites")
async def list_sites(parts: Parts, who: Reader) -> list[SiteOut]:
    """All of them, closed ones too."""
    return [_told(site) for site in await parts.teams.list_sites(parts.tenant_id)]


@router.post("/api/sites", operation_id="addSite", status_code=201)
async def add_site(body: SiteIn, parts: Parts, who: Keeper) -> SiteOut:
    async with parts.office(who.clerk) as books:
        made = await keep_site(books, None, body.name, body.timezone, is_active=body.is_active)
    return _told(made)


@router.put("/api/sites/{site_id}", operation_id="changeSite")
async def change_site(site_id: Annotated[Id, Path()], body: SiteIn, parts: Parts, who: Keeper) -> SiteOut:
    async with parts.office(who.clerk) as books:
        made = await keep_site(books, SiteId(site_id), body.name, body.timezone, is_active=body.is_active)
    return _told(made)


@router.get("/api/teams", operation_id="listTeams")
async def list_teams(parts: Parts, who: Reader) -> list[TeamOut]:
    """All of them, closed ones too, with who is in them and who answers for them."""
    return await _teams(parts)


@router.post("/api/teams", operation_id="addTeam", status_code=201)
async def add_team(body: TeamIn, parts: Parts, who: Keeper) -> TeamOut:
    return await _keep(parts, who, None, body)


@router.put("/api/teams/{team_id}", operation_id="changeTeam")
async def change_team(team_id: Annotated[Id, Path()], body: TeamIn, parts: Parts, who: Keeper) -> TeamOut:
    return await _keep(parts, who, TeamId(team_id), body)


async def _keep(parts: DeskParts, who: Principal, team_id: TeamId | None, body: TeamIn) -> TeamOut:
    site_id = None if body.site_id is None else SiteId(body.site_id)
    async with parts.office(who.clerk) as books:
        made = await keep_team(books, team_id, body.name, site_id, is_active=body.is_active)
    return next(team for team in await _teams(parts) if team.team_id == made.team_id)


async def _teams(parts: DeskParts) -> list[TeamOut]:
    users = [user for user in await parts.users.list_users(parts.tenant_id) if user.is_active]
    return [
        TeamOut(
            team_id=team.team_id,
            name=dict(team.name),
            site_id=team.site_id,
            is_active=team.is_active,
            members_count=sum(user.team_id == team.team_id for user in users),
            leads=[user.user_id for user in users if team.team_id in user.leads],
        )
        for team in await parts.teams.list_teams(parts.tenant_id)
    ]


def _told(site: Site) -> SiteOut:
    return SiteOut(
        site_id=site.site_id, name=dict(site.name), timezone=site.timezone, is_active=site.is_active
    )
