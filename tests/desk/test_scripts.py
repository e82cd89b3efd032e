"""An administrator begins, names and closes call scripts."""

from typing import Any

import pytest

from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit

NAME = {"zh": "理财专线", "en": "Wealth line"}
MENU = {"kind": "template", "template": "menu", "queue_id": "general"}


async def test_a_script_begun_from_a_template_is_published_and_a_number_leads_there(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    admin = await sign_in("admin")
    made = (await admin.post("/api/scripts", json={"name": NAME, "begin": MENU})).json()
    assert (made["name"], made["published_version"], made["is_active"]) == (NAME, None, True)
    assert [row["script_id"] for row in (await admin.get("/api/scripts")).json()] == [
        "main",
        made["script_id"],
    ]

    at = f"/api/scripts/{made['script_id']}"
    draft = (await admin.get(f"{at}/draft")).json()
    assert draft["problems"] == []
    assert draft["document"]["nodes"]["menu"]["choices"]["1"]["then"] == "services"
    assert "two_choices.zh" in draft["silent"]
    published = await admin.post(f"{at}/publish", json={"revision": draft["revision"]})
    assert published.json()["version"] == 1

    number = {"number": "4008881234", "name": NAME, "script_id": made["script_id"]}
    assert (await admin.post("/api/numbers", json=number)).status_code == 201
    assert [e.action for e in desk.audit.entries if e.action.startswith("script")] == [
        "script.added",
        "script.published",
    ]


async def test_a_copy_has_the_draft_of_the_other_and_leaves_it_alone(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    begin = {"kind": "copy", "script_id": "main"}
    copy = (await admin.post("/api/scripts", json={"name": NAME, "begin": begin})).json()["script_id"]
    before = (await admin.get("/api/scripts/main/draft")).json()
    draft = (await admin.get(f"/api/scripts/{copy}/draft")).json()
    assert draft["document"] == before["document"]

    changed = {"document": {"start": "x", "nodes": {}}, "revision": draft["revision"]}
    await admin.put(f"/api/scripts/{copy}/draft", json=changed)
    assert (await admin.get("/api/scripts/main/draft")).json() == before


@pytest.mark.parametrize(
    ("name", "begin", "status", "told"),
    [
        ({}, MENU, 422, "base.faulty"),
        (NAME, {**MENU, "queue_id": "none"}, 422, "base.faulty"),
        (NAME, {"kind": "copy", "script_id": "none"}, 404, "scripts.no_such_script"),
        (NAME, {**MENU, "template": "none"}, 422, "desk.bad_request"),
    ],
)
async def test_what_cannot_be_begun_is_told_and_leaves_nothing(
    name: dict[str, str], begin: dict[str, Any], status: int, told: str, sign_in: SignIn, desk: FakeDesk
) -> None:
    admin = await sign_in("admin")
    reply = await admin.post("/api/scripts", json={"name": name, "begin": begin})
    assert (reply.status_code, reply.json()["code"]) == (status, told)
    assert len((await admin.get("/api/scripts")).json()) == 1
    assert [e for e in desk.audit.entries if e.action == "script.added"] == []


async def test_a_script_is_not_closed_while_a_number_leads_there(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    body = {"name": {"zh": "总机"}, "is_active": False}
    refused = await admin.put("/api/scripts/main", json=body, headers={"Accept-Language": "en"})
    assert refused.status_code == 422
    assert refused.json()["faults"] == [
        {"field": "is_active", "message": "4000000001 leads here; lead it to another script first"}
    ]

    other = (await admin.post("/api/scripts", json={"name": NAME, "begin": MENU})).json()["script_id"]
    number = (await admin.get("/api/numbers")).json()[0]
    led = {"number": number["number"], "name": number["name"], "script_id": other}
    assert (await admin.put(f"/api/numbers/{number['number_id']}", json=led)).status_code == 200
    assert (await admin.put("/api/scripts/main", json=body)).json()["is_active"] is False
    back = await admin.put(f"/api/numbers/{number['number_id']}", json={**led, "script_id": "main"})
    assert [fault["field"] for fault in back.json()["faults"]] == ["script_id"]


async def test_a_closed_number_may_keep_its_closed_script_and_is_not_opened_with_it(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    number = (await admin.get("/api/numbers")).json()[0]
    at, kept = f"/api/numbers/{number['number_id']}", {"number": number["number"], "script_id": "main"}
    closed = {**kept, "name": {"zh": "旧线"}, "is_active": False}
    assert (await admin.put(at, json=closed)).status_code == 200
    assert (await admin.put("/api/scripts/main", json={"name": NAME, "is_active": False})).status_code == 200
    assert (await admin.put(at, json={**closed, "name": {"zh": "停用的线"}})).status_code == 200
    opened = await admin.put(at, json={**closed, "is_active": True})
    assert [fault["field"] for fault in opened.json()["faults"]] == ["script_id"]
