"""Two administrators save the same record: the later one is told who was there before him, on every page of the set-up."""

from typing import Any

import pytest

from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit

SEEN = "X-Set-Up-Seen"
QUEUE = {
    "name": {"zh": "贵宾", "en": "VIP"},
    "ring_timeout_s": 20,
    "acw_s": None,
    "service_level_s": 10,
    "misses_before_break": 2,
    "rejections_before_break": 1,
}
NAME = {"zh": "甲", "en": "A"}
TRUNK = {"name": "carrier", "servers": ["sip.example.com"], "transport": "udp"}
PERSON = {"username": "eva", "name": NAME, "roles": ["planner"]}
WEEK = {"timezone": "Asia/Shanghai", "weekly": {"mon": ["09:00-12:00"]}, "exceptions": {}}
NUMBER = {"number": "4008881234", "name": NAME, "script_id": "main"}
SCRIPT = {"name": NAME, "begin": {"kind": "copy", "script_id": "main"}}
ONLY_WHEN_MADE = {"code", "begin"}
# Of each page: where, the record's id in the answer, a record, and what one changes of it and then the other.
PAGES: dict[str, tuple[str, str, dict[str, Any], str, tuple[Any, Any]]] = {
    "queues": ("/api/queues", "queue_id", QUEUE, "ring_timeout_s", (25, 30)),
    "people": ("/api/people", "user.user_id", PERSON, "name", ({"zh": "乙"}, {"zh": "丙"})),
    "hours": ("/api/hours", "hours_id", {"name": NAME, "hours": WEEK}, "name", ({"zh": "乙"}, {"zh": "丙"})),
    "numbers": ("/api/numbers", "number_id", NUMBER, "name", ({"zh": "乙"}, {"zh": "丙"})),
    "scripts": ("/api/scripts", "script_id", SCRIPT, "name", ({"zh": "乙"}, {"zh": "丙"})),
    "trunks": ("/api/trunks", "trunk_id", TRUNK, "servers", (["a.example.com"], ["b.example.com"])),
    "teams": ("/api/teams", "team_id", {"name": NAME}, "name", ({"zh": "乙"}, {"zh": "丙"})),
    "sites": ("/api/sites", "site_id", {"name": NAME, "timezone": "UTC"}, "name", ({"zh": "乙"}, {"zh": "丙"})),
    "reasons": ("/api/break-reasons", "code", {"code": "tea", "name": NAME}, "name", ({"zh": "乙"}, {"zh": "丙"})),
    "dispositions": ("/api/dispositions", "code", {"code": "x", "name": NAME}, "name", ({"zh": "乙"}, {"zh": "丙"})),
    "skills": ("/api/skills", "code", {"code": "x", "name": NAME}, "name", ({"zh": "乙"}, {"zh": "丙"})),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
async def test_the_later_save_is_refused_in_words_and_nothing_of_it_is_kept(
    page: str, sign_in: SignIn, desk: FakeDesk
) -> None:
    path, id_field, record, changed, (first, second) = PAGES[page]
    one, other = await sign_in("admin"), await sign_in("admin")
    made = await one.post(path, json=record)
    assert made.status_code == 201, made.text
    told = made.json()
    for part in id_field.split("."):
        told = told[part]
    body = {key: value for key, value in record.items() if key not in ONLY_WHEN_MADE}
    at = f"{path}/{told}"
    seen = {who: (await who.get(path)).headers[SEEN] for who in (one, other)}

    saved = await one.put(at, json={**body, changed: first}, headers={SEEN: seen[one]})
    assert saved.status_code == 200, saved.text
    late = await other.put(
        at, json={**body, changed: second}, headers={SEEN: seen[other], "Accept-Language": "en"}
    )
    assert (late.status_code, late.json()["code"]) == (409, "desk.overtaken")
    assert late.json()["message"] == (
        "Administrator changed this record at 2026-11-24 10:00:00; your change was not saved."
    )
    assert sum(entry.action.endswith(".changed") for entry in desk.audit.entries) == 1
    again = {SEEN: (await other.get(path)).headers[SEEN]}
    assert (await other.put(at, json={**body, changed: second}, headers=again)).status_code == 200


async def test_a_change_of_another_record_is_in_nobodys_way(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    ids = [(await admin.post("/api/queues", json=QUEUE)).json()["queue_id"] for _ in range(2)]
    seen = {SEEN: (await admin.get("/api/queues")).headers[SEEN]}
    for queue_id in ids:
        reply = await admin.put(f"/api/queues/{queue_id}", json={**QUEUE, "acw_s": 45}, headers=seen)
        assert reply.status_code == 200


async def test_who_does_not_say_what_he_has_seen_saves_over_it(sign_in: SignIn) -> None:
    """An integrator's script that sets what should be."""
    admin = await sign_in("admin")
    queue_id = (await admin.post("/api/queues", json=QUEUE)).json()["queue_id"]
    for acw_s, headers in ((10, {}), (20, {}), (30, {SEEN: "nonsense"}), (40, {SEEN: "9" * 40})):
        body = {**QUEUE, "acw_s": acw_s}
        assert (await admin.put(f"/api/queues/{queue_id}", json=body, headers=headers)).status_code == 200
