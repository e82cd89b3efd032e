"""Who works here."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import UserId
from banjie.desk.access import Need, Parts, Principal, scope_of
from banjie.desk.passwords import set_for
from banjie.desk.schemas.people import PasswordIn, UserOut
from banjie.desk.schemas.words import Id
from banjie.desk.told import told_user
from banjie.people.model import Permission

router = APIRouter(prefix="/api/users", tags=["people"])


@router.get("", operation_id="listUsers")
async def list_users(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_USERS))]
) -> list[UserOut]:
    """All whom the reader may know of, those let go too: history keeps their names."""
    teams = await scope_of(who, parts)
    everybody = await parts.users.list_users(parts.tenant_id)
    return [told_user(user) for user in everybody if teams is None or user.team_id in teams]


@router.post("/{user_id}/password", operation_id="setPassword", status_code=204)
async def set_password(
    user_id: Annotated[Id, Path()],
    body: PasswordIn,
    parts: Parts,
    who: Annotated[Principal, Depends(Need(Permission.MANAGE_USERS))],
) -> None:
    """Set the password of somebody else, whose sessions end. One's own is changed by `changePassword`."""
    await set_for(parts, who, UserId(user_id), body.new)
