"""The customer card at the interface: who sees it, what is entered, what is refused in words, what is written down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from banjie.base.ids import AgentId
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import Clock, FakeDesk, demo_call

pytestmark = pytest.mark.unit
HERE = "/api/desk/calls/demo-0000"
STRANGER = "/api/desk/calls/demo-0001"  # whose number is nobody's


@pytest.fixture
def history(desk: FakeDesk) -> None:
    """Three calls of one number today, of which Ann had two, one of another, and one of yesterday."""
    now = desk.clock.now()
    mine = [replace(demo_call(n, now), caller="13800001234") for n in (0, 2)]
    others = replace(demo_call(4, now, "1002"), caller="013800001234"[1:], customer_id=None)
    yesterday = replace(demo_call(200, now, "1002"), caller="+8613800001234", customer_id=None)
    desk.history.calls = [*mine, others, yesterday, demo_call(1, now)]


@pytest.mark.usefixtures("history")
async def test_the_card_tells_who_calls_and_how_often_today(sign_in: SignIn) -> None:
    agent = await sign_in("1001")
    card = (await agent.get(f"{HERE}/card")).json()

    assert (card["customer"]["name"], card["customer"]["level"]) == ("王丽华", "vip")
    assert card["customer"]["numbers"] == ["138****1234"]
    assert card["calls_today_count"] == 3
    assert (card["matters"], card["notes"]) == ([], [])
    stranger = (await agent.get(f"{STRANGER}/card")).json()
    assert (stranger["customer"], stranger["calls_today_count"]) == (None, 1)
    assert (await (await sign_in("1003")).get(f"{HERE}/card")).status_code == 404


@pytest.mark.usefixtures("history")
async def test_contacts_are_of_all_agents_page_by_page(sign_in: SignIn, desk: FakeDesk) -> None:
    agent = await sign_in("1001")
    first = (await agent.get(f"{HERE}/contacts?limit=3")).json()
    rest = (await agent.get(f"{HERE}/contacts?cursor={first['next_cursor']}")).json()
    items = [*first["items"], *rest["items"]]

    assert [one["call"]["call_id"] for one in items] == ["demo-0000", "demo-0002", "demo-0004", "demo-0200"]
    assert rest["next_cursor"] is None
    assert items[2]["agent_name"] == {"zh": "坐席 1002", "en": "Agent 1002"}
    assert [one["can_listen"] for one in items] == [True, True, False, False]
    assert "13800001234" not in str(items)
    supervisor = (await (await sign_in("2001")).get(f"{HERE}/contacts")).json()
    assert [one["can_listen"] for one in supervisor["items"]] == [True] * 4


@pytest.mark.usefixtures("history")
async def test_an_unknown_caller_is_entered_and_the_call_is_his(sign_in: SignIn, desk: FakeDesk) -> None:
    agent = await sign_in("1001")
    made = await agent.post(f"{STRANGER}/customer", json={"name": " 李明 ", "level": "regular"})

    assert made.status_code == 201, made.text
    customer = made.json()
    assert (customer["name"], customer["numbers"]) == ("李明", ["138****1234"])
    assert desk.customers.kept[customer["customer_id"]].numbers == ("+8613800011234",)
    assert desk.agents.asked[-1] == ("link", "demo-0001", customer["customer_id"])
    assert (await agent.get(f"{STRANGER}/card")).json()["customer"]["name"] == "李明"
    assert [(e.action, e.subject) for e in desk.audit.entries if e.action.startswith("customer")] == [
        ("customer.added", customer["customer_id"])
    ]


@pytest.mark.usefixtures("history")
async def test_a_number_is_never_two_customers(sign_in: SignIn, desk: FakeDesk) -> None:
    agent = await sign_in("1001")
    refused = await agent.post(f"{HERE}/customer", json={"name": "王先生"})
    assert refused.status_code == 422
    (fault,) = refused.json()["faults"]
    assert fault == {"field": "number", "message": "这个号码已登记为客户“王丽华”，请关联到该客户"}
    unnamed = await agent.post(f"{STRANGER}/customer", json={"name": " "})
    assert [fault["field"] for fault in unnamed.json()["faults"]] == ["name"]

    (found,) = (await agent.get("/api/desk/customers?text=丽")).json()
    assert found["numbers"] == ["138****1234"]
    assert (await agent.get("/api/desk/customers?text=13800001234")).json() == [found]
    assert (await agent.get("/api/desk/customers?text= ")).json() == []
    linked = await agent.put(f"{STRANGER}/customer", json={"customer_id": found["customer_id"]})
    assert linked.status_code == 200
    assert desk.customers.kept[found["customer_id"]].numbers == ("+8613800001234", "+8613800011234")
    again = await agent.put(f"{STRANGER}/customer", json={"customer_id": "nobody"})
    assert (again.status_code, again.json()["code"]) == (404, "customers.no_such_customer")


@pytest.mark.usefixtures("history")
async def test_attaching_leaves_a_number_with_whose_it_is(sign_in: SignIn, desk: FakeDesk) -> None:
    agent = await sign_in("1001")
    li = (await agent.post(f"{STRANGER}/customer", json={"name": "李明"})).json()
    moved = await agent.put(f"{HERE}/customer", json={"customer_id": li["customer_id"]})

    assert moved.status_code == 200
    assert desk.customers.kept[li["customer_id"]].numbers == ("+8613800011234",)
    assert (await agent.get(f"{HERE}/card")).json()["customer"]["name"] == "李明"


@pytest.mark.usefixtures("history")
async def test_notes_are_read_by_all_and_changed_by_their_writer_with_what_was(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    agent, other = await sign_in("1001"), await sign_in("1002")
    notes = "/api/desk/customers/c-1/notes"
    made = await agent.post(notes, json={"text": "只要普通话"})
    assert made.status_code == 201, made.text
    assert isinstance(desk.clock, Clock)
    desk.clock.move(60.0)
    one = f"{notes}/{made.json()['note_id']}"
    assert (await agent.put(one, json={"text": "请说普通话"})).status_code == 204
    assert (await agent.put(one, json={"text": "请说普通话"})).status_code == 204  # nothing new
    refused = await other.put(one, json={"text": "哈"})
    assert (refused.status_code, refused.json()["code"]) == (404, "customers.no_such_note")
    assert (await agent.post(notes, json={"text": " "})).status_code == 422

    (seen,) = (await other.get("/api/desk/calls/demo-0004/card")).json()["notes"]
    assert (seen["text"], seen["author_name"]["en"], seen["is_mine"]) == ("请说普通话", "Agent 1001", False)
    (before,) = seen["before"]
    assert before["text"] == "只要普通话"
    assert seen["written_at"] > before["written_at"]
    assert [e.action for e in desk.audit.entries if e.action.startswith("customer")] == ["customer.noted"] * 3


async def test_a_ringing_call_has_its_card_before_the_answer(sign_in: SignIn, desk: FakeDesk) -> None:
    agent = await sign_in("1001")
    desk.agents._offer(desk.agents._seat_of(AgentId("1001")))
    offer = desk.agents._seat_of(AgentId("1001")).offer
    assert offer is not None
    now = desk.clock.now()
    desk.history.calls = [
        replace(demo_call(3, now), caller="13800001234", arrived_at=now - timedelta(hours=1))
    ]
    card = (await agent.get(f"/api/desk/calls/{offer.call_id}/card")).json()
    desk.agents.stop()

    assert (card["customer"]["name"], card["calls_today_count"]) == ("王丽华", 1)
