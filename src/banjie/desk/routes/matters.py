"""Matters: opened, handed out, moved, read; each under the name of who asks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from banjie.desk.access import Need, Parts, Principal
from banjie.desk.matters import (
    Names,
    read_brief,
    read_filter,
    read_hands,
    read_step,
    told,
    told_line,
    told_whole,
)
from banjie.desk.paging import cursor_of, read_cursor
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.matters import (
    ClassOut,
    LineOut,
    MatterIn,
    MatterOut,
    MatterPage,
    MatterQuery,
    SharesIn,
    StepIn,
    TermIn,
    UnitOut,
    WholeMatterOut,
)
from banjie.desk.schemas.words import Id
from banjie.matters.deadlines import due
from banjie.matters.ids import MatterId
from banjie.matters.ports import Place, place_of
from banjie.people.model import Permission as Can
from banjie.stories.handle_matter import Task

router = APIRouter(prefix="/api/matters", tags=["matters"])
Reader = Annotated[
    Principal,
    Depends(Need(Can.OPEN_MATTERS, Can.HANDLE_MATTERS, Can.DISPATCH_MATTERS, Can.SUPERVISE_MATTERS)),
]
Opener = Annotated[Principal, Depends(Need(Can.OPEN_MATTERS))]
Dispatcher = Annotated[Principal, Depends(Need(Can.DISPATCH_MATTERS))]
OneOf = Annotated[Id, Path(description="The matter.")]


@router.get("", operation_id="listMatters")
async def list_matters(parts: Parts, who: Reader, asked: Annotated[MatterQuery, Query()]) -> MatterPage:
    """Those I may read, a page at a time."""
    place = read_cursor(asked.cursor)
    after = None if place is None else Place(at=place[0], matter_id=MatterId(place[1]))
    wanted = read_filter(asked, who.user.user_id)
    found = await parts.matters.list_matters(who.user, wanted, asked.order, after, asked.limit + 1)
    items = found[: asked.limit]
    names = Names(parts.matters.office())
    last = None if len(found) <= asked.limit else place_of(items[-1].filed.matter, asked.order)
    return MatterPage(
        items=[told(seen, names) for seen in items],
        next_cursor=None if last is None else cursor_of(last.at, last.matter_id),
    )


@router.post("", operation_id="openMatter", status_code=201)
async def open_matter(body: MatterIn, parts: Parts, who: Opener) -> WholeMatterOut:
    """Take a matter down. With `hands` it is handed over at once, which takes the right to dispatch."""
    hands = None if body.hands is None else read_hands(body.hands)
    filed = await parts.matters.open(who.user, read_brief(body), hands)
    return await _whole(parts, who, filed.matter.matter_id)


@router.get("/set-up", operation_id="readMatterClasses")
async def classes(parts: Parts, who: Reader) -> list[ClassOut]:
    """The tree of classes."""
    return [
        ClassOut(
            class_id=one.class_id,
            parent_id=one.parent_id,
            name=dict(one.name),
            term=TermIn(kind=one.terms.handle.kind, count=one.terms.handle.count),
            needs_evidence=one.demands.evidence,
            needs_customer=one.demands.customer_confirmed,
            needs_second_approval=one.demands.second_approval,
            has_follow_up=one.demands.follow_up,
            extensions_max=one.extensions_max,
            extension_days_max=one.extension_days_max,
            is_active=one.is_active,
        )
        for one in parts.matters.office().registry.classes.values()
    ]


@router.get("/units", operation_id="listUnits")
async def units(parts: Parts, who: Reader) -> list[UnitOut]:
    """Units and who is in them."""
    return [
        UnitOut(
            unit_id=unit.unit_id,
            name=dict(unit.name),
            head_id=unit.head_id,
            parent_id=unit.parent_id,
            members=sorted(unit.members),
            is_active=unit.is_active,
        )
        for unit in parts.matters.office().units
    ]


@router.get("/{matter_id}", operation_id="readMatter")
async def read(matter_id: OneOf, parts: Parts, who: Reader) -> WholeMatterOut:
    return await _whole(parts, who, MatterId(matter_id))


@router.get("/{matter_id}/history", operation_id="readMatterHistory")
async def history(
    matter_id: OneOf,
    parts: Parts,
    who: Reader,
    after: Annotated[int, Query(ge=-1)] = -1,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[LineOut]:
    """Lines of a number above `after`, the oldest first."""
    lines = await parts.matters.history(who.user, MatterId(matter_id), after, limit)
    names = Names(parts.matters.office())
    return [told_line(line, names) for line in lines]


@router.post("/{matter_id}/steps", operation_id="stepMatter")
async def step(matter_id: OneOf, body: StepIn, parts: Parts, who: Reader) -> WholeMatterOut:
    """Take a step in my name."""
    await parts.matters.step(who.user, MatterId(matter_id), read_step(body, who.user.user_id))
    return await _whole(parts, who, MatterId(matter_id))


@router.post("/{matter_id}/shares", operation_id="splitMatter", status_code=201)
async def split(matter_id: OneOf, body: SharesIn, parts: Parts, who: Dispatcher) -> list[MatterOut]:
    """Split it among several units, each with an owner and a deadline."""
    tasks = [Task(brief=read_brief(share), hands=read_hands(share.hands)) for share in body.shares]
    made = await parts.matters.hand_out(who.user, MatterId(matter_id), tasks)
    names = Names(parts.matters.office())
    return [told(seen, names) for seen in made]


async def _whole(parts: DeskParts, who: Principal, matter_id: MatterId) -> WholeMatterOut:
    seen = await parts.matters.get(who.user, matter_id)
    matter, registry = seen.filed.matter, parts.matters.office().registry
    term = matter.brief.term or registry.rules(matter.brief.class_id).of_class.terms.handle
    return told_whole(seen, Names(parts.matters.office()), due(term, matter.opened_at, registry.calendar))
