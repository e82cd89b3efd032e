"""Opening hours, kept by numbers and queues."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.hours import hours_to_document, is_open
from banjie.base.ids import HoursId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.set_up import HoursIn, HoursOut, WrittenHours
from banjie.desk.schemas.words import Id
from banjie.desk.seen import SaysSeen
from banjie.numbers.model import OpeningHours
from banjie.people.model import Permission
from banjie.stories.keep_hours import HoursForm, add_hours, change_hours

router = APIRouter(prefix="/api/hours", tags=["numbers"], dependencies=[SaysSeen])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_ROUTING))]


@router.get("", operation_id="listHours")
async def list_hours(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_QUEUES))]
) -> list[HoursOut]:
    """All of them, closed ones too."""
    return [_told(parts, hours) for hours in await parts.hours.list_hours(parts.tenant_id)]


@router.post("", operation_id="addHours", status_code=201)
async def add(body: HoursIn, parts: Parts, who: Keeper) -> HoursOut:
    async with parts.office(who.clerk) as books:
        made = await add_hours(books, _form(body))
    return _told(parts, made)


@router.put("/{hours_id}", operation_id="changeHours")
async def change(hours_id: Annotated[Id, Path()], body: HoursIn, parts: Parts, who: Keeper) -> HoursOut:
    """Acts on the next call of whatever keeps them."""
    async with parts.office(who.clerk) as books:
        made = await change_hours(books, HoursId(hours_id), _form(body))
    return _told(parts, made)


def _form(body: HoursIn) -> HoursForm:
    return HoursForm(name=body.name, hours=body.hours.model_dump(), is_active=body.is_active)


def _told(parts: DeskParts, hours: OpeningHours) -> HoursOut:
    return HoursOut(
        hours_id=hours.hours_id,
        name=dict(hours.name),
        hours=WrittenHours.model_validate(hours_to_document(hours.hours)),
        is_active=hours.is_active,
        is_open=is_open(hours.hours, parts.now()),
    )
