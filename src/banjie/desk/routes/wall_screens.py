"""Screens on walls: administrators give out links to the wallboard and revoke them; a screen reads by its link alone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import TeamId
from banjie.desk.access import Need, OnWall, Parts, Principal
from banjie.desk.errors import NotFound
from banjie.desk.schemas.people import TenantOut
from banjie.desk.schemas.wallboard import NewWallScreenOut, WallOut, WallScreenIn, WallScreenOut
from banjie.desk.schemas.words import Id
from banjie.desk.told import told_choice
from banjie.insight.wall import WallScreen, WallScreenId
from banjie.people.model import Permission
from banjie.people.sessions import hash_token, new_token
from banjie.stories.keep_board import add_wall_screen, revoke_wall_screen

router = APIRouter(tags=["wallboard"])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_WALL_SCREENS))]


@router.get("/api/wall-screens", operation_id="listWallScreens")
async def list_screens(parts: Parts, who: Keeper) -> list[WallScreenOut]:
    """All of them, revoked ones too."""
    return [_told(screen) for screen in await parts.wall_screens.list_screens(parts.tenant_id)]


@router.post("/api/wall-screens", operation_id="addWallScreen", status_code=201)
async def add(body: WallScreenIn, parts: Parts, who: Keeper) -> NewWallScreenOut:
    """Give out a link. It is in this answer and never again; it reads the board and nothing else."""
    token = new_token()
    teams = None if body.teams is None else frozenset(map(TeamId, body.teams))
    async with parts.office(who.clerk) as books:
        made = await add_wall_screen(books, body.name, teams, hash_token(token))
    return NewWallScreenOut(token=token, **dict(_told(made)))


@router.delete("/api/wall-screens/{screen_id}", operation_id="revokeWallScreen", status_code=204)
async def revoke(screen_id: Annotated[Id, Path()], parts: Parts, who: Keeper) -> None:
    """The screen goes dark at once."""
    async with parts.office(who.clerk) as books:
        if not await revoke_wall_screen(books, WallScreenId(screen_id)):
            raise NotFound
    parts.board.look_again()


@router.get("/api/wall", operation_id="getWall")
async def get_wall(parts: Parts, screen: Annotated[WallScreen, Depends(OnWall())]) -> WallOut:
    """Of which house this screen is, where it hangs, and what the reasons of breaks are called there."""
    tenant = await parts.users.get_tenant(screen.tenant_id)
    return WallOut(
        name=screen.name,
        tenant=TenantOut(tenant_id=tenant.tenant_id, name=dict(tenant.name), timezone=tenant.timezone),
        break_reasons=[told_choice(reason) for reason in parts.options().break_reasons],
    )


def _told(screen: WallScreen) -> WallScreenOut:
    return WallScreenOut(
        screen_id=screen.screen_id,
        name=screen.name,
        teams=None if screen.teams is None else sorted(screen.teams),
        created_by=screen.created_by,
        created_at=screen.created_at,
        revoked_at=screen.revoked_at,
    )
