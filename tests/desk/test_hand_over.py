"""Transfer, consult and conference at the interface: what is asked of the stories, and what is refused in words."""

import pytest

from banjie.base.ids import AgentId, QueueId
from banjie.stories.ports import ToColleague, ToNumber, ToQueue, ToScript
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit

HERE = "/api/desk/calls/c1"


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"agent_id": "1002"}, ToColleague(agent_id=AgentId("1002"))),
        ({"number": "010-8888 6666"}, ToNumber(number="010-8888 6666")),
        ({"queue_id": "urgent"}, ToQueue(queue_id=QueueId("urgent"))),
        ({"script_of": "4000000001"}, ToScript(dialled="4000000001")),
    ],
)
async def test_a_target_is_one_of_four(
    sign_in: SignIn, desk: FakeDesk, body: dict[str, str], target: object
) -> None:
    client = await sign_in("1001")
    answer = await client.post(f"{HERE}/transfer", json=body)

    assert (answer.status_code, answer.json()["code"]) == (404, "calls.no_such_call")
    assert desk.agents.asked[-1] == ("transfer", "1001", "c1", target)


@pytest.mark.parametrize("body", [{}, {"agent_id": "1002", "queue_id": "urgent"}])
async def test_none_and_two_targets_are_refused(
    sign_in: SignIn, desk: FakeDesk, body: dict[str, str]
) -> None:
    client = await sign_in("1001")
    assert (await client.post(f"{HERE}/transfer", json=body)).status_code == 422
    assert (await client.post(f"{HERE}/consult", json={"queue_id": "urgent"})).status_code == 422
    assert desk.agents.asked == []


async def test_targets_say_who_is_free_and_who_waits(sign_in: SignIn) -> None:
    told = (await (await sign_in("1001")).get("/api/desk/targets")).json()

    assert {c["extension"]: c["state"] for c in told["colleagues"]}["1003"] == "TALKING"
    assert "1001" not in {c["agent_id"] for c in told["colleagues"]}
    general = told["queues"][0]
    assert (general["queue_id"], general["waiting_count"], general["ready_count"]) == ("general", 3, 0)
    assert told["can_dial_out"]


async def test_a_call_is_placed_to_one_of_three(sign_in: SignIn, desk: FakeDesk) -> None:
    client = await sign_in("1001")
    first = desk.history.calls[0]
    offer = "v=0\r\na=mid:0\r\n"
    for body in ({"number": "010 8888 6666"}, {"agent_id": "1002"}, {"back_to": first.call_id}):
        answer = await client.post("/api/desk/calls", json={**body, "sdp": offer})
        assert answer.status_code == 200, answer.text
        assert answer.json()["sdp"] is not None

    assert [asked[2] for asked in desk.agents.asked if asked[0] == "place"] == [
        ToNumber(number="010 8888 6666"),
        ToColleague(agent_id=AgentId("1002")),
        ToNumber(number=first.caller),
    ]
    assert (await client.post("/api/desk/calls", json={"sdp": offer})).status_code == 422


async def test_nobody_finds_a_number_by_calling_back_another_agents_call(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    client = await sign_in("1002")
    answer = await client.post("/api/desk/calls", json={"back_to": desk.history.calls[0].call_id})

    assert answer.status_code == 404
    assert desk.agents.asked == []
