"""Desk phones, with those registered now. A new password for one is given in `people`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import UserId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.set_up import PhoneDeviceOut, PhoneIn, PhoneOut
from banjie.desk.schemas.words import Id
from banjie.people.model import Permission, User
from banjie.sip.hosts import masked_host
from banjie.sip.registrar import PhoneState
from banjie.stories.keep_people import block_phone

router = APIRouter(prefix="/api/phones", tags=["people"])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_USERS))]


@router.get("", operation_id="listPhones")
async def list_phones(parts: Parts, who: Keeper) -> list[PhoneOut]:
    """Of everybody with an extension, by extension."""
    everybody = await parts.users.list_users(parts.tenant_id)
    return sorted(
        (_told(parts, user, user.extension) for user in everybody if user.extension is not None),
        key=lambda phone: phone.extension,
    )


@router.put("/{user_id}", operation_id="changePhone", status_code=204)
async def change(user_id: Annotated[Id, Path()], body: PhoneIn, parts: Parts, who: Keeper) -> None:
    """A blocked phone is reached no more at once, and may not register; a call it is in goes on."""
    async with parts.office(who.clerk) as books:
        await block_phone(books, UserId(user_id), is_blocked=body.is_blocked)


def _told(parts: DeskParts, user: User, extension: str) -> PhoneOut:
    return PhoneOut(
        user_id=user.user_id,
        name=dict(user.name),
        extension=extension,
        is_active=user.is_active,
        is_blocked=user.is_phone_blocked,
        has_own_password=user.has_own_phone_password,
        devices=[_device(phone) for phone in parts.phone_room.phones(extension)],
    )


def _device(phone: PhoneState) -> PhoneDeviceOut:
    return PhoneDeviceOut(
        host=masked_host(phone.hop.host),
        transport=phone.hop.transport,
        is_natted=phone.is_natted,
        user_agent=phone.user_agent,
        since_s_ago=phone.since_s_ago,
        renewed_s_ago=phone.renewed_s_ago,
        expires_in_s=phone.expires_in_s,
    )
