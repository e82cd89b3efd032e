"""Service numbers: who may read them, and who takes them into use, leads them elsewhere, closes them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import HoursId, NumberId, ScriptId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.parts import DeskParts
from banjie.desk.ports import NumberRow
from banjie.desk.schemas.scripts import NumberOut
from banjie.desk.schemas.set_up import NumberIn
from banjie.desk.schemas.words import Id
from banjie.desk.seen import SaysSeen
from banjie.desk.told import printed
from banjie.people.model import Permission
from banjie.stories.keep_numbers import NumberForm, keep_number

router = APIRouter(prefix="/api/numbers", tags=["numbers"], dependencies=[SaysSeen])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_NUMBERS))]


@router.get("", operation_id="listNumbers")
async def list_numbers(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_NUMBERS))]
) -> list[NumberOut]:
    """All of them, closed ones too."""
    return [_told(row) for row in await parts.directory.list_numbers(parts.tenant_id)]


@router.post("", operation_id="addNumber", status_code=201)
async def add(body: NumberIn, parts: Parts, who: Keeper) -> NumberOut:
    return await _keep(parts, who, None, body)


@router.put("/{number_id}", operation_id="changeNumber")
async def change(number_id: Annotated[Id, Path()], body: NumberIn, parts: Parts, who: Keeper) -> NumberOut:
    """Acts on the next call; calls under way go on as they began."""
    return await _keep(parts, who, NumberId(number_id), body)


async def _keep(parts: DeskParts, who: Principal, number_id: NumberId | None, body: NumberIn) -> NumberOut:
    form = NumberForm(
        number=body.number.strip(),
        name=body.name,
        script_id=ScriptId(body.script_id),
        hours_id=None if body.hours_id is None else HoursId(body.hours_id),
        keeps_own_hours=body.keeps_own_hours,
        blocked=[text.strip() for text in body.blocked if text.strip()],
        is_active=body.is_active,
    )
    async with parts.office(who.clerk) as books:
        made = await keep_number(books, number_id, form)
    rows = await parts.directory.list_numbers(parts.tenant_id)
    return next(_told(row) for row in rows if row.number_id == made.number_id)


def _told(row: NumberRow) -> NumberOut:
    return NumberOut(
        number_id=row.number_id,
        number=row.number,
        display=printed(row.number),
        name=dict(row.name),
        script_id=row.script_id,
        script_name=None if row.script_name is None else dict(row.script_name),
        script_version=row.script_version,
        is_open=row.is_open,
        hours_id=row.hours_id,
        has_own_hours=row.has_own_hours,
        blocked=list(row.blocked),
        is_active=row.is_active,
    )
