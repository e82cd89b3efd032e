"""Who works here."""

from typing import Annotated

from fastapi import APIRouter, Depends

from banjie.desk.access import Need, Parts, Principal
from banjie.desk.schemas import UserOut
from banjie.desk.told import told_user
from banjie.people.model import Permission

router = APIRouter(prefix="/api/users", tags=["people"])


@router.get("", operation_id="listUsers")
async def list_users(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_USERS))]
) -> list[UserOut]:
    return [told_user(user) for user in await parts.users.list_users(parts.tenant_id)]
