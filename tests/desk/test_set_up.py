"""The house is set up: queues, break reasons, dispositions, hours; whole or not at all, and written down."""

from dataclasses import replace

import httpx
import pytest

from banjie.base.ids import NumberId
from tests.desk.conftest import SignIn
from tests.fakes.desk_office import OFFICE_HOURS
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit

QUEUE = {
    "name": {"zh": "贵宾", "en": "VIP"},
    "ring_timeout_s": 20,
    "acw_s": None,
    "service_level_s": 10,
    "misses_before_break": 2,
    "rejections_before_break": 1,
}
WEEK = {"timezone": "Asia/Shanghai", "weekly": {"mon": ["09:00-12:00", "13:00-18:00"]}, "exceptions": {}}


def faults(reply: httpx.Response) -> dict[str, str]:
    assert (reply.status_code, reply.json()["code"]) == (422, "base.faulty"), reply.text
    return {fault["field"]: fault["message"] for fault in reply.json()["faults"]}


async def test_a_queue_is_opened_changed_and_closed(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    made = await admin.post("/api/queues", json=QUEUE)
    assert made.status_code == 201
    queue_id = made.json()["queue_id"]
    closed = await admin.put(f"/api/queues/{queue_id}", json={**QUEUE, "acw_s": 60, "is_active": False})
    assert (closed.json()["acw_s"], closed.json()["is_active"]) == (60, False)

    listed = (await admin.get("/api/queues")).json()
    assert listed[-1] == closed.json()  # closed, and its name is still to be had
    added, changed = desk.audit.entries[-2:]
    assert (added.action, added.user_id, added.subject) == ("queue.added", "admin", queue_id)
    assert added.facts["name"] == "贵宾 / VIP"
    assert added.changes["ring_timeout_s"] == ("", "20")
    assert (changed.action, changed.changes) == (
        "queue.changed",
        {"acw_s": ("", "60"), "is_active": ("yes", "no")},
    )
    assert desk.office.changes_count == 2


async def test_what_is_wrong_with_a_queue_is_said_beside_its_field_and_nothing_is_kept(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    admin = await sign_in("admin")
    before = list(desk.catalogue.queues)
    wrong = {**QUEUE, "name": {"zh": " "}, "ring_timeout_s": 1, "misses_before_break": 0, "hours_id": "none"}
    said = faults(await admin.post("/api/queues", json=wrong, headers={"Accept-Language": "en"}))
    assert set(said) == {"name.zh", "ring_timeout_s", "misses_before_break", "hours_id"}
    assert said["ring_timeout_s"] == "A number from 5 to 120 is needed"
    said = faults(await admin.put("/api/queues/general", json=wrong, headers={"Accept-Language": "zh"}))
    assert said["ring_timeout_s"] == "请填写 5 到 120 之间的数"

    assert desk.catalogue.queues == before
    assert desk.office.changes_count == 0
    assert (await admin.put("/api/queues/nowhere", json=QUEUE)).status_code == 404
    unread = await admin.post("/api/queues", json={**QUEUE, "ring_timeout_s": "soon"})
    assert [fault["field"] for fault in unread.json()["faults"]] == ["ring_timeout_s"]


async def test_saving_what_is_there_already_is_no_change(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    queue_id = (await admin.post("/api/queues", json=QUEUE)).json()["queue_id"]
    entries = len(desk.audit.entries)
    assert (await admin.put(f"/api/queues/{queue_id}", json=QUEUE)).status_code == 200
    assert len(desk.audit.entries) == entries


async def test_agents_are_offered_what_is_set_up_and_read_what_was(sign_in: SignIn) -> None:
    admin, agent = await sign_in("admin"), await sign_in("1001")
    made = await admin.post("/api/break-reasons", json={"code": "prayer", "name": {"en": "Prayer"}})
    assert made.json() == {
        "code": "prayer",
        "name": {"zh": "Prayer", "en": "Prayer"},
        "parent": None,
        "is_active": True,
        "needs_note": False,
    }
    await admin.put(
        "/api/break-reasons/meal", json={"name": {"zh": "就餐", "en": "Meal"}, "is_active": False}
    )
    reasons = {r["code"]: r for r in (await agent.get("/api/desk/options")).json()["break_reasons"]}
    assert reasons["prayer"]["is_active"]
    assert (reasons["meal"]["label"]["en"], reasons["meal"]["is_active"]) == ("Meal", False)


async def test_a_disposition_asks_for_a_note_and_a_break_reason_never(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    admin, agent = await sign_in("admin"), await sign_in("1001")
    asks = {"name": {"zh": "升级", "en": "Escalated"}, "needs_note": True}
    made = await admin.post("/api/dispositions", json={"code": "escalated", **asks})
    assert made.json()["needs_note"]
    assert desk.audit.entries[-1].changes["needs_note"] == ("", "yes")
    reason = await admin.post("/api/break-reasons", json={"code": "prayer", **asks})
    assert not reason.json()["needs_note"]
    assert "needs_note" not in desk.audit.entries[-1].changes

    offered = (await agent.get("/api/desk/options")).json()["dispositions"]
    assert {d["code"] for d in offered if d["needs_note"]} == {"complaint", "escalated"}


async def test_dispositions_are_a_tree_in_the_order_of_the_house(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    new = {"code": "loan", "name": {"zh": "贷款", "en": "Loan"}, "parent": "account"}
    assert (await admin.post("/api/dispositions", json=new)).status_code == 201
    assert set(faults(await admin.post("/api/dispositions", json=new))) == {"code"}
    circle = {"name": {"en": "Account"}, "parent": "loan"}
    assert set(faults(await admin.put("/api/dispositions/account", json=circle))) == {"parent"}
    assert (await admin.put("/api/dispositions/none", json=circle)).json()["code"] == "routing.no_such_code"

    ordered = await admin.post("/api/dispositions/order", json={"codes": ["other", "loan"]})
    assert [d["code"] for d in ordered.json()][:3] == ["other", "loan", "resolved"]
    assert desk.audit.entries[-1].action == "disposition.ordered"
    # Each list is kept alone.
    assert [r.code for r in desk.catalogue.break_reasons][:2] == ["rest", "meal"]


async def test_hours_are_written_down_and_kept_by_a_queue(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    body = {"name": {"zh": "工作日", "en": "Workdays"}, "hours": WEEK}
    made = (await admin.post("/api/hours", json=body)).json()
    assert made["hours"] == WEEK
    queue = await admin.post("/api/queues", json={**QUEUE, "hours_id": made["hours_id"]})
    assert queue.json()["hours_id"] == made["hours_id"]

    night = {**WEEK, "weekly": {"mon": ["22:00-06:00"]}, "exceptions": {"2026-10-01": []}}
    path = f"/api/hours/{made['hours_id']}"
    assert set(faults(await admin.put(path, json={**body, "hours": night}))) == {"hours"}
    holiday = {**WEEK, "exceptions": {"2026-10-01": []}}
    await admin.put(path, json={**body, "hours": holiday, "is_active": False})
    assert desk.audit.entries[-1].changes == {"2026-10-01": ("", "closed"), "is_active": ("yes", "no")}
    # Whoever keeps closed hours goes on; nobody else may choose them.
    assert (
        await admin.put(
            f"/api/queues/{queue.json()['queue_id']}", json={**QUEUE, "hours_id": made["hours_id"]}
        )
    ).status_code == 200
    refused = await admin.put("/api/queues/general", json={**QUEUE, "hours_id": made["hours_id"]})
    assert set(faults(refused)) == {"hours_id"}


async def test_the_audit_trail_is_read_by_person_and_by_kind_page_by_page(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    admin = await sign_in("admin")
    for code in ("a", "b", "c"):
        await admin.post("/api/break-reasons", json={"code": code, "name": {"en": code}})
    await admin.post("/api/queues", json=QUEUE)

    async def read(**asked: object) -> list[str]:
        found, cursor = [], None
        while True:
            query = {**asked, "limit": 2, **({"cursor": cursor} if cursor else {})}
            page = (await admin.get("/api/audit", params=query)).json()
            found += [f"{entry['action']} {entry['facts'].get('name', '')}" for entry in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return sorted(found)

    reasons = [f"break_reason.added {code}" for code in ("a", "b", "c")]
    assert await read(kind="break_reason") == reasons
    assert await read(user_id="admin", kind="queue") == ["queue.added 贵宾 / VIP"]
    assert await read(user_id="1001") == []
    assert set(await read()) >= {*reasons, "queue.added 贵宾 / VIP", "session.opened "}
    assert (await admin.get("/api/audit", params={"cursor": "?"})).status_code == 422


async def test_a_key_acts_in_the_name_of_its_maker_and_is_named(
    sign_in: SignIn, browser, desk: FakeDesk
) -> None:  # type: ignore[no-untyped-def]
    admin = await sign_in("admin")
    made = (
        await admin.post("/api/api-keys", json={"name": "sync", "permissions": ["routing.manage"]})
    ).json()
    integrator = browser()
    integrator.headers["Authorization"] = f"Bearer {made['key']}"
    assert (await integrator.post("/api/queues", json=QUEUE)).status_code == 201
    assert desk.audit.entries[-1].facts["key"] == made["key_id"]


async def test_a_number_is_taken_into_use_led_to_hours_and_closed(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    body = {"number": "95588", "name": {"zh": "热线"}, "script_id": "main", "hours_id": "office"}
    made = (await admin.post("/api/numbers", json=body)).json()
    assert (made["number"], made["hours_id"], made["is_active"]) == ("95588", "office", True)
    path = f"/api/numbers/{made['number_id']}"
    changed = await admin.put(
        path, json={**body, "hours_id": None, "blocked": ["+86755"], "is_active": False}
    )
    assert (changed.json()["blocked"], changed.json()["is_open"]) == (["+86755"], False)
    assert desk.audit.entries[-1].changes == {
        "hours_id": ("office", ""),
        "blocked": ("", "+86755"),
        "is_active": ("yes", "no"),
    }
    kept = desk.numbers.kept[made["number_id"]]
    assert [prompt.name for prompt in kept.plan.closed_prompts] == ["closed"]

    wrong = {
        "number": "+864000000001",
        "name": {},
        "script_id": "none",
        "hours_id": "none",
        "blocked": ["0755"],
    }
    assert set(faults(await admin.post("/api/numbers", json=wrong))) == {
        "number",
        "name.zh",
        "script_id",
        "hours_id",
        "blocked",
    }
    assert set(faults(await admin.post("/api/numbers", json={**body, "number": "95-588"}))) == {"number"}
    assert (await admin.put("/api/numbers/none", json=body)).status_code == 404


async def test_the_times_a_number_has_of_its_own_stay_until_it_is_given_others(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    admin = await sign_in("admin")
    main = desk.numbers.kept[NumberId("main")]
    own = replace(main, plan=replace(main.plan, hours=OFFICE_HOURS.hours))
    desk.numbers.kept[main.number_id] = own
    body = {"number": main.number, "name": main.name, "script_id": "main"}
    stays = await admin.put("/api/numbers/main", json={**body, "keeps_own_hours": True})
    assert stays.json()["has_own_hours"]
    assert desk.numbers.kept[main.number_id].plan.hours == OFFICE_HOURS.hours
    assert not (await admin.put("/api/numbers/main", json=body)).json()["has_own_hours"]
    assert desk.numbers.kept[main.number_id].plan.hours is None
