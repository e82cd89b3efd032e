"""Matters at the interface: who may open, hand out, take steps and read; what is refused in words."""

from typing import Any

import httpx
import pytest

from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk, demo_call

pytestmark = pytest.mark.unit
MATTERS = "/api/matters"
WATER = {"owner_id": "4001", "unit_id": "water"}
GAS = {"owner_id": "4002", "unit_id": "gas"}


def brief(title: str = "水管漏水", **more: object) -> dict[str, object]:
    return {"title": title, "text": "三天了", "class_id": "consult", **more}


async def opened(client: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    reply = await client.post(MATTERS, json=brief(**more))
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


async def step(
    client: httpx.AsyncClient, matter: dict[str, Any], name: str, **facts: object
) -> httpx.Response:
    return await client.post(f"{MATTERS}/{matter['matter_id']}/steps", json={"step": name, **facts})


async def test_a_call_s_promise_goes_from_the_agent_to_its_end(sign_in: SignIn, desk: FakeDesk) -> None:
    agent, office, owner = await sign_in("1001"), await sign_in("5001"), await sign_in("4001")
    matter = await opened(agent, call_id="demo-0000", customer_id="c-1", urgency="urgent")
    assert (matter["number"], matter["state"], matter["light"]) == ("2026-000001", "RECEIVED", "green")
    assert matter["due_at"] == "2026-11-27T09:30:00Z"  # three working days from Tuesday the 24th, 17:30
    assert [day["number"] for day in matter["due_days"]] == [None, 1, 2, 3]
    assert set(matter["steps"]) == {"withdraw", "urge"}

    assert (await step(agent, matter, "dispatch", hands=WATER)).status_code == 403
    handed = (await step(office, matter, "dispatch", hands=WATER)).json()
    assert handed["hands"]["owner_name"]["zh"] == "供水 4001"
    assert handed["hands"]["unit_name"] == {"zh": "供水", "en": "Water"}

    (mine,) = (await owner.get(MATTERS, params={"mine": "owned", "is_open": True})).json()["items"]
    assert mine["number"] == "2026-000001"
    for name, facts in (("sign", {}), ("report", {"text": "挖开了"}), ("reply", {"text": "修好了"})):
        reply = await step(owner, matter, name, **facts)
        assert reply.status_code == 200, reply.text
    assert (await step(owner, matter, "approve")).status_code == 403
    assert (await step(office, matter, "approve")).json()["state"] == "FOLLOWING_UP"
    closed = (await step(agent, matter, "follow_up", answer="satisfied", is_solved=True)).json()
    assert (closed["state"], closed["standing"], closed["steps"]) == ("CLOSED", "closed_today", [])

    lines = (await office.get(f"{MATTERS}/{matter['matter_id']}/history")).json()
    assert [line["step"] for line in lines] == [
        None, "dispatch", "sign", "report", "reply", "approve", "follow_up"
    ]  # fmt: skip
    assert lines[3]["by_name"]["zh"] == "供水 4001"
    assert lines[3]["facts"] == {"text": "挖开了"}
    assert len(desk.changed_matters) == 7


async def test_a_matter_is_opened_and_handed_over_in_one_act_or_not_at_all(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    office, agent = await sign_in("5001"), await sign_in("1001")
    made = await opened(office, hands=WATER)
    assert (made["state"], made["supervisor_id"]) == ("DISPATCHED", "5001")
    for client, body in (
        (office, brief(hands={"owner_id": "4002", "unit_id": "water"})),  # not of this unit
        (office, brief(hands={"owner_id": "1001", "unit_id": "water"})),  # handles no matters
        (office, brief(hands={"owner_id": "4001", "unit_id": "moon"})),
        (office, brief(class_id="none")),
        (agent, brief(hands=WATER)),  # may not dispatch
    ):
        refused = await client.post(MATTERS, json=body)
        assert refused.status_code in (403, 422), refused.text
        assert refused.json()["what_to_do"]
    assert len(desk.cabinet.kept.filed) == 1


async def test_one_meeting_splits_a_matter_among_units(sign_in: SignIn) -> None:
    office, owner = await sign_in("5001"), await sign_in("4001")
    parent = await opened(office, title="客服中心选址配套", class_id="week", source="instruction")
    term = {"kind": "calendar_days", "count": 5}
    shares = [
        brief("供水", hands=WATER, class_id="week", source="instruction", term=term),
        brief("供气", hands=GAS, class_id="week", source="instruction"),
    ]
    made = await office.post(f"{MATTERS}/{parent['matter_id']}/shares", json={"shares": shares})
    assert made.status_code == 201, made.text
    assert [(one["number"], one["due_at"][:10]) for one in made.json()] == [
        ("2026-000002", "2026-11-30"),  # five days end on Sunday the 29th
        ("2026-000003", "2026-12-01"),
    ]
    listed = await office.get(MATTERS, params={"parent_id": parent["matter_id"]})
    assert len(listed.json()["items"]) == 2
    assert (
        await owner.post(f"{MATTERS}/{parent['matter_id']}/shares", json={"shares": shares})
    ).status_code == 403


async def test_who_only_handles_matters_reads_those_he_has_a_part_in(sign_in: SignIn) -> None:
    office, water, gas, mayor = [await sign_in(name) for name in ("5001", "4001", "4002", "4003")]
    matter = await opened(office, hands=WATER)
    one = f"{MATTERS}/{matter['matter_id']}"
    assert (await water.get(one)).status_code == 200
    for path in (one, f"{one}/history"):
        assert (await gas.get(path)).status_code == 404
    assert (await gas.get(MATTERS)).json()["items"] == []
    assert (await step(gas, matter, "sign")).status_code == 404
    assert (await mayor.get(one)).status_code == 404  # head of the city, not of the water unit
    await step(office, matter, "escalate", text="拖延")
    assert (await mayor.get(one)).status_code == 200


async def test_a_confidential_matter_is_not_there_for_others(sign_in: SignIn) -> None:
    office, agent, supervisor, owner = [await sign_in(name) for name in ("5001", "1001", "2001", "4001")]
    matter = await opened(office, hands=WATER, is_confidential=True, customer_id="c-1")
    one = f"{MATTERS}/{matter['matter_id']}"
    for client in (agent, supervisor):
        assert (await client.get(one)).status_code == 404
        assert (await client.get(MATTERS, params={"customer_id": "c-1"})).json()["items"] == []
    for client in (office, owner):
        assert (await client.get(one)).status_code == 200
        assert len((await client.get(MATTERS)).json()["items"]) == 1


async def test_lists_are_paged_the_most_pressing_first(sign_in: SignIn) -> None:
    office = await sign_in("5001")
    for number, class_id in enumerate(("complaint", "consult", "urgent", "consult", "complaint")):
        await opened(office, title=f"第{number}件", class_id=class_id)
    titles: list[str] = []
    cursor: str | None = None
    while True:
        asked = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
        page = (await office.get(MATTERS, params=asked)).json()
        titles += [one["title"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert titles[0] == "第2件"
    assert set(titles[1:3]) == {"第1件", "第3件"}
    assert len(set(titles)) == 5
    found = await office.get(MATTERS, params={"text": "第3"})
    assert [one["title"] for one in found.json()["items"]] == ["第3件"]


async def test_what_is_wrong_is_said_in_both_languages(sign_in: SignIn) -> None:
    office, owner = await sign_in("5001"), await sign_in("4001")
    matter = await opened(office, hands=WATER)
    for client, name, facts, status in (
        (office, "approve", {}, 409),
        (owner, "reply", {"text": ""}, 422),
        (owner, "fly", {}, 422),
        (owner, "sign", {"extra": 1}, 422),
    ):
        for language in ("zh", "en"):
            client.headers["Accept-Language"] = language
            refused = await step(client, matter, name, **facts)
            assert refused.status_code == status, refused.text
            assert refused.json()["what_to_do"]
            assert ("请" in refused.json()["what_to_do"]) == (language == "zh")


async def test_the_tree_of_classes_and_units_is_told(sign_in: SignIn) -> None:
    agent = await sign_in("1001")
    classes = (await agent.get(f"{MATTERS}/set-up")).json()
    assert {one["class_id"]: (one["term"]["kind"], one["term"]["count"]) for one in classes} == {
        "consult": ("working_days", 3),
        "help": ("working_days", 3),
        "suggestion": ("working_days", 13),
        "complaint": ("working_days", 13),
        "urgent": ("same_day", 1),
        "week": ("calendar_days", 7),
    }
    units = (await agent.get(f"{MATTERS}/units")).json()
    assert {one["unit_id"]: one["members"] for one in units} == {
        "city": [],
        "water": ["4001"],
        "gas": ["4002"],
    }


async def test_the_customer_s_card_shows_what_is_open_and_not_confidential(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    office, agent = await sign_in("5001"), await sign_in("1001")
    desk.history.calls = [demo_call(0, desk.clock.now(), "1001")]  # of customer c-1
    await opened(office, customer_id="c-1", hands=WATER)
    await opened(office, customer_id="c-1", is_confidential=True)
    await opened(office, title="别人的", customer_id="c-2")
    card = (await agent.get("/api/desk/calls/demo-0000/card")).json()
    assert [(one["title"], one["state"]["zh"], one["owner"]["en"]) for one in card["matters"]] == [
        ("2026-000001 水管漏水", "待签收", "Water 4001")
    ]
