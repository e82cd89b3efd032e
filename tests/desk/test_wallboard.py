"""The wallboard at the interface: as much as the reader may know of; thresholds; links for screens on walls."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from banjie.base.ids import QueueId, TeamId, UserId
from banjie.people.model import Team
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk
from tests.fakes.desk_people import DEMO

pytestmark = pytest.mark.unit

CARDS = TeamId("cards")
RULES = {
    "waiting_amber": 3,
    "waiting_red": 6,
    "longest_amber_s": 30,
    "longest_red_s": 90,
    "level_amber_ratio": 0.85,
    "level_red_ratio": 0.7,
}


def two_teams(desk: FakeDesk) -> None:
    """Supervisor 2001 answers for 1001, who serves `urgent` alone."""
    desk.teams.teams[CARDS] = Team(team_id=CARDS, tenant_id=DEMO, name={"zh": "卡", "en": "Cards"})
    users = desk.users.users
    users[UserId("2001")] = replace(users[UserId("2001")], leads=(CARDS,))
    ann = replace(users[UserId("1001")], team_id=CARDS, queues=(QueueId("urgent"),))
    users[UserId("1001")] = ann
    desk.agents.sees(ann)


async def test_a_supervisor_reads_his_agents_and_the_queues_they_serve(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    two_teams(desk)
    desk.agents.publish_wallboard()
    desk.board.flush()
    his = (await (await sign_in("2001")).get("/api/wallboard")).json()
    assert [agent["agent_id"] for agent in his["agents"]] == ["1001"]
    assert [queue["queue_id"] for queue in his["queues"]] == ["urgent"]

    whole = (await (await sign_in("admin")).get("/api/wallboard")).json()
    assert (len(whole["agents"]), len(whole["queues"])) == (6, 3)


async def test_thresholds_are_set_for_ones_own_queues_and_written_down(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    two_teams(desk)
    desk.agents.publish_wallboard()
    desk.board.flush()
    eve = await sign_in("2001")
    assert (await eve.put("/api/wallboard/queues/urgent/thresholds", json=RULES)).status_code == 204
    assert desk.thresholds.kept[QueueId("urgent")].waiting_red == 6
    entry = desk.audit.entries[-1]
    assert (entry.action, entry.subject, entry.changes["waiting_red"]) == (
        "threshold.set",
        "urgent",
        ("10", "6"),
    )
    for method in ("PUT", "DELETE"):
        refused = await eve.request(
            method, "/api/wallboard/queues/general/thresholds", json=RULES if method == "PUT" else None
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "people.not_your_queue")
    assert (await eve.delete("/api/wallboard/queues/urgent/thresholds")).status_code == 204
    assert desk.thresholds.kept == {}

    admin = await sign_in("admin")
    assert (await admin.put("/api/wallboard/queues/general/thresholds", json=RULES)).status_code == 204
    assert (await admin.put("/api/wallboard/queues/none/thresholds", json=RULES)).status_code == 404


async def test_thresholds_that_make_no_sense_are_refused_in_words(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    refused = await admin.put("/api/wallboard/queues/urgent/thresholds", json={**RULES, "waiting_red": 1})
    assert (refused.status_code, refused.json()["faults"][0]["field"]) == (422, "waiting_red")
    assert desk.thresholds.kept == {}


async def test_a_link_for_a_wall_is_shown_once_and_opens_nothing_but_the_board(
    sign_in: SignIn, browser: Callable[[], httpx.AsyncClient], desk: FakeDesk
) -> None:
    desk.teams.teams[CARDS] = Team(team_id=CARDS, tenant_id=DEMO, name={"zh": "卡", "en": "Cards"})
    admin = await sign_in("admin")
    body = {"name": " 三楼大厅 ", "teams": [CARDS]}
    made = await admin.post("/api/wall-screens", json=body)
    assert made.status_code == 201
    token, screen_id = made.json()["token"], made.json()["screen_id"]
    (listed,) = (await admin.get("/api/wall-screens")).json()
    assert (listed["name"], listed["teams"], "token" in listed) == ("三楼大厅", [CARDS], False)
    assert token not in repr(desk.screens.kept)
    assert desk.audit.entries[-1].action == "wall_screen.added"

    wall = browser()
    shown = await wall.get("/api/wall", headers={"X-Wall-Token": token})
    reasons = {reason["code"]: reason["label"]["en"] for reason in shown.json()["break_reasons"]}
    assert reasons["meal"] == "Meal"
    assert {**shown.json(), "break_reasons": []} == {
        "break_reasons": [],
        "name": "三楼大厅",
        "tenant": {
            "tenant_id": "demo",
            "name": {"zh": "示范银行", "en": "Demo Bank"},
            "timezone": "Asia/Shanghai",
        },
    }
    for path in ("/api/wallboard", "/api/calls", "/api/session", "/api/users"):
        for headers in (
            {"X-Wall-Token": token},
            {"Authorization": f"Bearer {token}"},
            {"Cookie": f"banjie_session={token}"},
        ):
            assert (await wall.get(path, headers=headers)).status_code == 401

    assert (await admin.delete(f"/api/wall-screens/{screen_id}")).status_code == 204
    assert (await wall.get("/api/wall", headers={"X-Wall-Token": token})).status_code == 404
    assert (await admin.delete(f"/api/wall-screens/{screen_id}")).status_code == 404
    assert (await admin.get("/api/wall-screens")).json()[0]["revoked_at"] is not None


@pytest.mark.parametrize(("body", "field"), [({"name": ""}, "name"), ({"name": "x", "teams": []}, "teams")])
async def test_a_screen_needs_a_place_and_something_to_show(
    body: dict[str, object], field: str, sign_in: SignIn
) -> None:
    refused = await (await sign_in("admin")).post("/api/wall-screens", json=body)
    assert (refused.status_code, refused.json()["faults"][0]["field"]) == (422, field)


@pytest.mark.parametrize("token", ["", "guess", "x" * 500])
async def test_a_wrong_link_is_not_found(token: str, browser: Callable[[], httpx.AsyncClient]) -> None:
    assert (await browser().get("/api/wall", headers={"X-Wall-Token": token})).status_code == 404
