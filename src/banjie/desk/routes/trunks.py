"""Trunks, with what is known of their servers now."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.desk.access import Need, Parts, Principal
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.set_up import TrunkIn, TrunkOut, TrunkServerOut
from banjie.desk.schemas.words import Id
from banjie.desk.seen import SaysSeen
from banjie.people.model import Permission
from banjie.sip.trunk_setup import TrunkId, TrunkSetup
from banjie.stories.keep_trunks import add_trunk, change_trunk

router = APIRouter(prefix="/api/trunks", tags=["numbers"], dependencies=[SaysSeen])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_TRUNKS))]
_NEW = TrunkId("")


@router.get("", operation_id="listTrunks")
async def list_trunks(parts: Parts, who: Keeper) -> list[TrunkOut]:
    """Those of the settings first, which are changed there; then all that are kept here, closed ones too."""
    kept = await parts.trunks.list_trunks(parts.tenant_id)
    return [
        *(_told(parts, trunk, is_kept=False) for trunk in parts.trunk_room.of_settings),
        *(_told(parts, trunk) for trunk in kept),
    ]


@router.post("", operation_id="addTrunk", status_code=201)
async def add(body: TrunkIn, parts: Parts, who: Keeper) -> TrunkOut:
    async with parts.office(who.clerk) as books:
        made = await add_trunk(books, _form(_NEW, body), parts.trunk_room.of_settings)
    return _told(parts, made)


@router.put("/{trunk_id}", operation_id="changeTrunk")
async def change(trunk_id: Annotated[Id, Path()], body: TrunkIn, parts: Parts, who: Keeper) -> TrunkOut:
    """Acts on the next call; calls under way go on."""
    async with parts.office(who.clerk) as books:
        made = await change_trunk(books, _form(TrunkId(trunk_id), body), parts.trunk_room.of_settings)
    return _told(parts, made)


def _form(trunk_id: TrunkId, body: TrunkIn) -> TrunkSetup:
    return TrunkSetup(
        trunk_id=trunk_id,
        name=body.name.strip(),
        servers=tuple(text.strip() for text in body.servers if text.strip()),
        transport=body.transport,
        networks=tuple(text.strip() for text in body.networks if text.strip()),
        username=(body.username or "").strip() or None,
        password=body.password or None,
        must_prove=body.must_prove,
        has_in_band_digits=body.has_in_band_digits,
        transfers_by_refer=body.transfers_by_refer,
        is_active=body.is_active,
    )


def _told(parts: DeskParts, trunk: TrunkSetup, *, is_kept: bool = True) -> TrunkOut:
    return TrunkOut(
        trunk_id=trunk.trunk_id if is_kept else None,
        name=trunk.name,
        servers=list(trunk.servers),
        transport=trunk.transport,
        networks=list(trunk.networks),
        username=trunk.username,
        has_password=trunk.password is not None,
        must_prove=trunk.must_prove,
        has_in_band_digits=trunk.has_in_band_digits,
        transfers_by_refer=trunk.transfers_by_refer,
        is_active=trunk.is_active,
        state=[
            TrunkServerOut(address=one.address, is_up=one.is_up, answered_s_ago=one.answered_s_ago)
            for one in parts.trunk_room.states(trunk.name)
        ],
    )
