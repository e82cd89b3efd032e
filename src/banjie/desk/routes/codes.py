"""The lists agents choose from, break reasons and the tree of dispositions; and the skills they may have."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.desk.access import Need, Parts, Principal
from banjie.desk.parts import DeskParts
from banjie.desk.schemas import words
from banjie.desk.schemas.set_up import CodeIn, CodeOut, NewCodeIn, OrderIn
from banjie.desk.seen import SaysSeen
from banjie.people.model import Permission
from banjie.routing.catalogue import Code
from banjie.stories.keep_queues import Kind, add_code, change_code, list_codes, order_codes

router = APIRouter(tags=["queues"], dependencies=[SaysSeen])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_ROUTING))]
CodeOfOne = Annotated[words.Code, Path()]


@router.get("/api/break-reasons", operation_id="listBreakReasons")
async def list_break_reasons(parts: Parts, who: Keeper) -> list[CodeOut]:
    """All of them in their order, closed ones too."""
    return _told(await parts.catalogue.list_break_reasons(parts.tenant_id))


@router.post("/api/break-reasons", operation_id="addBreakReason", status_code=201)
async def add_break_reason(body: NewCodeIn, parts: Parts, who: Keeper) -> CodeOut:
    return await _add(parts, who, "break_reason", body)


@router.put("/api/break-reasons/{code}", operation_id="changeBreakReason")
async def change_break_reason(code: CodeOfOne, body: CodeIn, parts: Parts, who: Keeper) -> CodeOut:
    return await _change(parts, who, "break_reason", code, body)


@router.post("/api/break-reasons/order", operation_id="orderBreakReasons")
async def order_break_reasons(body: OrderIn, parts: Parts, who: Keeper) -> list[CodeOut]:
    return await _order(parts, who, "break_reason", body)


@router.get("/api/dispositions", operation_id="listDispositions")
async def list_dispositions(parts: Parts, who: Keeper) -> list[CodeOut]:
    """All of them in their order, closed ones too."""
    return _told(await parts.catalogue.list_dispositions(parts.tenant_id))


@router.post("/api/dispositions", operation_id="addDisposition", status_code=201)
async def add_disposition(body: NewCodeIn, parts: Parts, who: Keeper) -> CodeOut:
    return await _add(parts, who, "disposition", body)


@router.put("/api/dispositions/{code}", operation_id="changeDisposition")
async def change_disposition(code: CodeOfOne, body: CodeIn, parts: Parts, who: Keeper) -> CodeOut:
    return await _change(parts, who, "disposition", code, body)


@router.post("/api/dispositions/order", operation_id="orderDispositions")
async def order_dispositions(body: OrderIn, parts: Parts, who: Keeper) -> list[CodeOut]:
    return await _order(parts, who, "disposition", body)


@router.get("/api/skills", operation_id="listSkills")
async def list_skills(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_USERS))]
) -> list[CodeOut]:
    """All of them in their order, closed ones too."""
    return _told(await parts.catalogue.list_skills(parts.tenant_id))


@router.post("/api/skills", operation_id="addSkill", status_code=201)
async def add_skill(body: NewCodeIn, parts: Parts, who: Keeper) -> CodeOut:
    return await _add(parts, who, "skill", body)


@router.put("/api/skills/{code}", operation_id="changeSkill")
async def change_skill(code: CodeOfOne, body: CodeIn, parts: Parts, who: Keeper) -> CodeOut:
    return await _change(parts, who, "skill", code, body)


@router.post("/api/skills/order", operation_id="orderSkills")
async def order_skills(body: OrderIn, parts: Parts, who: Keeper) -> list[CodeOut]:
    return await _order(parts, who, "skill", body)


async def _add(parts: DeskParts, who: Principal, kind: Kind, body: NewCodeIn) -> CodeOut:
    async with parts.office(who.clerk) as books:
        made = await add_code(books, kind, _code(kind, body.code.strip(), body))
    return _told([made])[0]


async def _change(parts: DeskParts, who: Principal, kind: Kind, code: str, body: CodeIn) -> CodeOut:
    async with parts.office(who.clerk) as books:
        made = await change_code(books, kind, _code(kind, code, body))
    return _told([made])[0]


async def _order(parts: DeskParts, who: Principal, kind: Kind, body: OrderIn) -> list[CodeOut]:
    async with parts.office(who.clerk) as books:
        await order_codes(books, kind, body.codes)
        return _told(await list_codes(books, kind))


def _code(kind: Kind, code: str, body: CodeIn) -> Code:
    """Reasons and skills are a plain list."""
    is_disposition = kind == "disposition"
    return Code(
        code=code,
        name=body.name,
        parent=body.parent if is_disposition else None,
        is_active=body.is_active,
        needs_note=is_disposition and body.needs_note,
    )


def _told(codes: Sequence[Code]) -> list[CodeOut]:
    return [
        CodeOut(
            code=code.code,
            name=dict(code.name),
            parent=code.parent,
            is_active=code.is_active,
            needs_note=code.needs_note,
        )
        for code in codes
    ]
