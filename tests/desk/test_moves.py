"""Agents are moved to other queues at the interface: whose, which, until when; written down, and undone."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from banjie.base.ids import AgentId, QueueId, TeamId, UserId
from banjie.people.model import Team
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk
from tests.fakes.desk_people import DEMO

pytestmark = pytest.mark.unit

AT = "/api/supervision/moves"
ANN, BOB = AgentId("1001"), AgentId("1002")


async def move(client: httpx.AsyncClient, **body: object) -> httpx.Response:
    return await client.post(AT, json={"agents": [ANN], **body}, headers={"Accept-Language": "en"})


async def test_several_agents_are_moved_at_once_and_put_back(sign_in: SignIn, desk: FakeDesk) -> None:
    eve = await sign_in("2001")
    body = {"agents": [ANN, BOB], "remove": ["general", "english"], "levels": {"loans": 4}}
    assert (await eve.post(AT, json=body)).status_code == 204
    assert {a: (m.service.queues, dict(m.service.skills), m.until) for a, m in desk.moves.kept.items()} == {
        agent: (frozenset({"urgent"}), {"loans": 4}, None) for agent in (ANN, BOB)
    }
    assert desk.office.changes_count == 1  # the running house followed once, for both
    first = desk.audit.entries[-2]
    assert (first.action, first.user_id, first.subject) == ("move.set", "2001", ANN)
    assert first.changes["skills"] == ("", "loans 4")
    assert first.changes["until"] == ("", "-")

    assert (await eve.post(f"{AT}/undo", json={"agents": [ANN, "1003"]})).status_code == 204
    assert set(desk.moves.kept) == {BOB}
    assert (desk.audit.entries[-1].action, desk.audit.entries[-1].subject) == ("move.undone", ANN)


async def test_a_move_adds_to_what_he_serves_now_and_back_to_the_set_up_it_is_none(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    eve = await sign_in("2001")
    await move(eve, remove=["general"])
    await move(eve, remove=["english"], levels={"loans": 2})
    assert desk.moves.kept[ANN].service.queues == {QueueId("urgent")}
    await move(eve, add=["general", "english"], levels={"loans": None})
    assert desk.moves.kept == {}
    assert desk.audit.entries[-1].changes["until"] == ("-", "")


async def test_for_today_ends_at_midnight_of_the_house(sign_in: SignIn, desk: FakeDesk) -> None:
    eve = await sign_in("2001")
    await move(eve, remove=["general"], until="end_of_day")
    # The clock of the fakes stands at 10:00 in Shanghai.
    assert desk.moves.kept[ANN].until == datetime(2026, 11, 25, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"add": ["nowhere"]}, "add"),
        ({"levels": {"juggling": 3}}, "levels"),
        ({"levels": {"loans": 6}}, "levels"),
        ({}, "add"),
    ],
)
async def test_what_cannot_be_is_said_in_words_and_nobody_is_moved(
    body: dict[str, object], field: str, sign_in: SignIn, desk: FakeDesk
) -> None:
    refused = await move(await sign_in("2001"), agents=[ANN, BOB], **body)
    assert (refused.status_code, [f["field"] for f in refused.json()["faults"]]) == (422, [field])
    assert desk.moves.kept == {}


async def test_all_of_them_or_none(sign_in: SignIn, desk: FakeDesk) -> None:
    eve = await sign_in("2001")
    assert (await move(eve, agents=[ANN, "nobody"], remove=["general"])).status_code == 404
    assert (await move(eve, agents=[ANN, "3001"], remove=["general"])).status_code == 403
    assert desk.moves.kept == {}


async def test_a_supervisor_moves_agents_of_his_teams_only(sign_in: SignIn, desk: FakeDesk) -> None:
    cards = TeamId("cards")
    desk.teams.teams[cards] = Team(team_id=cards, tenant_id=DEMO, name={"zh": "卡", "en": "Cards"})
    users = desk.users.users
    users[UserId("2001")] = replace(users[UserId("2001")], leads=(cards,))
    users[UserId(ANN)] = replace(users[UserId(ANN)], team_id=cards)
    eve = await sign_in("2001")
    assert (await move(eve, agents=[ANN], remove=["general"])).status_code == 204
    for agents in ([BOB], [ANN, BOB]):
        refused = await move(eve, agents=agents, remove=["urgent"])
        assert (refused.status_code, refused.json()["code"]) == (403, "people.not_your_team")
        assert (await eve.post(f"{AT}/undo", json={"agents": agents})).status_code == 403
    assert set(desk.moves.kept) == {ANN}


@pytest.mark.parametrize("username", ["1001", "3001", "admin"])
async def test_only_supervisors_may(username: str, sign_in: SignIn) -> None:
    assert (await move(await sign_in(username), remove=["general"])).status_code == 403
