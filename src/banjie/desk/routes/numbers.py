"""Service numbers."""

from typing import Annotated

from fastapi import APIRouter, Depends

from banjie.desk.access import Need, Parts, Principal
from banjie.desk.schemas import NumberOut
from banjie.desk.told import printed
from banjie.people.model import Permission

router = APIRouter(prefix="/api/numbers", tags=["numbers"])


@router.get("", operation_id="listNumbers")
async def list_numbers(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_NUMBERS))]
) -> list[NumberOut]:
    return [
        NumberOut(
            number_id=row.number_id,
            number=row.number,
            display=printed(row.number),
            name=dict(row.name),
            script_id=row.script_id,
            script_name=None if row.script_name is None else dict(row.script_name),
            script_version=row.script_version,
            is_open=row.is_open,
        )
        for row in await parts.directory.list_numbers(parts.tenant_id)
    ]
