"""An administrator connects carriers: trunks are written down, changed and closed while calls go on."""

from collections.abc import Sequence
from dataclasses import replace

from banjie.base.faults import require
from banjie.base.ids import new_id
from banjie.sip.errors import NoSuchTrunk
from banjie.sip.trunk_setup import TrunkId, TrunkSetup, trunk_faults
from banjie.stories.office import NOTHING, Books, Facts, shown


async def add_trunk(books: Books, form: TrunkSetup, of_settings: Sequence[TrunkSetup]) -> TrunkSetup:
    """Raise Faulty. The id of the form is not used."""
    trunks = await books.trunks.list_trunks(books.tenant_id)
    return await _keep(books, replace(form, trunk_id=TrunkId(new_id())), [*trunks, *of_settings], None)


async def change_trunk(books: Books, form: TrunkSetup, of_settings: Sequence[TrunkSetup]) -> TrunkSetup:
    """Raise NoSuchTrunk or Faulty. A form without a password keeps the one there is, as long as the name is the same."""
    trunks = await books.trunks.list_trunks(books.tenant_id)
    before = next((trunk for trunk in trunks if trunk.trunk_id == form.trunk_id), None)
    if before is None:
        raise NoSuchTrunk(f"there is no trunk {form.trunk_id}")
    if form.password is None and form.username is not None and form.username == before.username:
        form = replace(form, password=before.password)
    others = [*(trunk for trunk in trunks if trunk is not before), *of_settings]
    return await _keep(books, form, others, before)


async def _keep(
    books: Books, after: TrunkSetup, others: Sequence[TrunkSetup], before: TrunkSetup | None
) -> TrunkSetup:
    require(trunk_faults(after, others))
    await books.trunks.put_trunk(books.tenant_id, after)
    facts = dict(_facts(after))
    if before is not None and before.password != after.password:
        facts["password"] = "***"  # noqa: S105 (that it is another, not which)
    await books.write_down(
        "trunk.added" if before is None else "trunk.changed",
        after.trunk_id,
        {"zh": after.name, "en": after.name},
        before=NOTHING if before is None else _facts(before),
        after=facts,
    )
    return after


def _facts(trunk: TrunkSetup) -> Facts:
    return {
        "name": trunk.name,
        "servers": " ".join(trunk.servers),
        "transport": trunk.transport,
        "networks": " ".join(trunk.networks),
        "username": shown(trunk.username),
        "must_prove": shown(trunk.must_prove),
        "has_in_band_digits": shown(trunk.has_in_band_digits),
        "transfers_by_refer": shown(trunk.transfers_by_refer),
        "is_active": shown(trunk.is_active),
    }
