"""The agent finds out who calls: the call is that customer's, before the answer, in it, after it, and days later."""

from datetime import UTC, datetime

import pytest

from banjie.base.ids import CallId, CustomerId, TenantId
from banjie.calls.errors import NoSuchCall
from banjie.customers.model import Customer, Level
from banjie.stories.views import AcwView, CallView, OfferView
from tests.fakes.centre import ANN, BOB, Centre

pytestmark = pytest.mark.story

LI = Customer(
    customer_id=CustomerId("c2"),
    tenant_id=TenantId("t"),
    name="李明",
    level=Level.VIP,
    numbers=(),
    region="保定",
    language=None,
    note="",
    created_at=datetime(2026, 11, 23, tzinfo=UTC),
)


async def ringing(centre: Centre) -> CallId:
    centre.ready(ANN)
    centre.sip.call("4000000001")
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, "0")
    return call_id


def shown(centre: Centre, key: str) -> str | None:
    view = centre.board.topics["me/1001"][key]
    assert isinstance(view, OfferView | CallView | AcwView)
    return view.caller.customer_name


async def test_whoever_is_found_out_shows_wherever_the_call_is() -> None:
    centre = Centre()
    call_id = await ringing(centre)
    desk = centre.stories.agents
    assert desk.party(ANN, call_id).customer_id is None
    with pytest.raises(NoSuchCall):
        desk.party(BOB, call_id)
    await desk.link(call_id, LI)
    assert shown(centre, "offer") == "李明"
    assert desk.party(ANN, call_id).customer_id == "c2"

    await desk.answer(ANN, call_id, "offer")
    assert shown(centre, "call") == "李明"
    await desk.link(call_id, LI)
    desk.hang_up(ANN, call_id)
    assert shown(centre, "acw") == "李明"
    assert desk.party(ANN, call_id).number == centre.log.cdr(call_id).caller
    assert centre.log.cdr(call_id).customer_id == "c2"


async def test_he_is_found_out_while_the_call_is_written_up_or_long_after() -> None:
    centre = Centre()
    call_id = await ringing(centre)
    desk = centre.stories.agents
    await desk.answer(ANN, call_id, "offer")
    desk.hang_up(ANN, call_id)
    assert shown(centre, "acw") is None
    await desk.link(call_id, LI)
    assert shown(centre, "acw") == "李明"

    await desk.dispose(ANN, call_id, "enquiry", "")
    centre.wait(3600.0)
    assert centre.stories.floor.find(call_id) is None
    other = Customer(
        **{name: getattr(LI, name) for name in LI.__dataclass_fields__} | {"customer_id": CustomerId("c3")}
    )
    await desk.link(call_id, other)
    cdr = centre.log.cdr(call_id)
    assert (cdr.customer_id, cdr.disposition) == ("c3", "enquiry")
    assert [one.seq for one in centre.log.logged] == list(range(len(centre.log.logged)))
    with pytest.raises(NoSuchCall):
        await desk.link(CallId("nobody"), LI)
