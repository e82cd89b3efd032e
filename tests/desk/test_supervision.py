"""A supervisor's hands at the interface: who may, what is asked of the stories, and that it is written down."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from banjie.base.ids import CallId, QueueId, TeamId, UserId
from banjie.calls.supervision import Mode
from banjie.people.model import Team
from banjie.routing.skills import Skill
from banjie.stories.views import WaitingView
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk
from tests.fakes.desk_people import DEMO

pytestmark = pytest.mark.unit

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AT = "/api/supervision"
ACTS = [
    ("POST", f"{AT}/calls/c1/listen", {"mode": "monitor", "sdp": "v=0\r\na=mid:0\r\n"}),
    ("POST", f"{AT}/calls/c1/ring", {"mode": "whisper"}),
    ("POST", f"{AT}/calls/c1/mode", {"mode": "barge"}),
    ("POST", f"{AT}/calls/c1/take-over", None),
    ("POST", f"{AT}/calls/c1/hang-up", None),
    ("POST", f"{AT}/calls/c1/priority", {"priority": 5}),
    ("POST", f"{AT}/calls/c1/needs", {"needs": {"loans": 2}}),
    ("POST", f"{AT}/calls/c1/queue", {"queue_id": "urgent"}),
    ("POST", f"{AT}/agents/1001/state", {"state": "BREAK", "reason": "meal"}),
    ("DELETE", f"{AT}/watch", None),
]


@pytest.mark.parametrize("username", ["1001", "3001", "admin"])
async def test_only_supervisors_may(sign_in: SignIn, username: str, desk: FakeDesk) -> None:
    client = await sign_in(username)
    for method, path, body in ACTS:
        assert (await client.request(method, path, json=body)).status_code == 403

    assert desk.supervision.asked == []


async def test_every_act_reaches_the_stories_and_the_audit_log(sign_in: SignIn, desk: FakeDesk) -> None:
    client = await sign_in("2001")
    for method, path, body in ACTS:
        answer = await client.request(method, path, json=body)
        assert answer.status_code in (200, 204), answer.text

    assert desk.supervision.asked == [
        ("listen", "2001", "c1", Mode.MONITOR),
        ("ring", "2001", "c1", Mode.WHISPER),
        ("change", "2001", "c1", Mode.BARGE),
        ("take_over", "2001", "c1"),
        ("end_call", "c1"),
        ("reprioritise", "2001", "c1", 5),
        ("change_needs", "2001", "c1", {"loans": 2}),
        ("send_to", "c1", "urgent"),
        ("leave", "2001"),
    ]
    assert ("steer", "1001", "BREAK", "meal") in desk.agents.asked
    written = [(e.user_id, e.action, e.subject, dict(e.facts)) for e in desk.audit.entries]
    assert [entry for entry in written if not entry[1].startswith("session.")] == [
        ("2001", "call.supervised", "c1", {"mode": "monitor"}),
        ("2001", "call.supervised", "c1", {"mode": "whisper"}),
        ("2001", "call.supervised", "c1", {"mode": "barge"}),
        ("2001", "call.taken_over", "c1", {}),
        ("2001", "call.forced_down", "c1", {}),
        ("2001", "call.reprioritised", "c1", {"priority": "5"}),
        ("2001", "call.needs_changed", "c1", {"needs": "loans 2"}),
        ("2001", "call.sent_to_queue", "c1", {"queue": "urgent"}),
        ("2001", "agent.steered", "1001", {"state": "BREAK", "reason": "meal"}),
    ]


async def test_a_mode_that_does_not_exist_is_refused_in_words(sign_in: SignIn) -> None:
    client = await sign_in("2001")
    answer = await client.post(f"{AT}/calls/c1/mode", json={"mode": "hypnotise"})

    assert answer.status_code == 422
    assert "mode" in answer.json()["message"]


async def test_a_mode_without_an_open_ear_says_what_to_do(sign_in: SignIn) -> None:
    client = await sign_in("2001")
    answer = await client.post(f"{AT}/calls/c1/mode", json={"mode": "barge"})

    assert answer.status_code == 409
    assert (answer.json()["code"], "监听" in answer.json()["what_to_do"]) == ("calls.not_watching", True)


async def test_with_teams_a_supervisor_has_his_own_only(sign_in: SignIn, desk: FakeDesk) -> None:
    cards, loans = TeamId("cards"), TeamId("loans")
    for team_id in (cards, loans):
        name = {"zh": team_id, "en": team_id}
        desk.teams.teams[team_id] = Team(team_id=team_id, tenant_id=DEMO, name=name)
    eve, ann = desk.users.users[UserId("2001")], desk.users.users[UserId("1001")]
    desk.users.users[ann.user_id] = replace(ann, team_id=cards)
    for leads, status in (((loans,), 403), ((), 403), ((cards,), 204)):
        desk.users.users[eve.user_id] = replace(eve, leads=leads)
        client = await sign_in("2001")
        answer = await client.post(f"{AT}/calls/c1/hang-up")
        steered = await client.post(f"{AT}/agents/1001/state", json={"state": "READY"})

        assert (answer.status_code, steered.status_code) == (status, status)
        if status == 403:
            assert answer.json()["code"] == "people.not_your_team"
            assert desk.supervision.asked == []


def waits(position: int) -> WaitingView:
    return WaitingView(
        call_id=CallId(f"c{position}"),
        number="+8613800001234",
        customer_name=None,
        level=None,
        waiting_since=START,
        position=position,
        priority=0,
        needs={Skill("loans"): 2},
        own_needs={},
        expected=None,
        is_ringing=False,
        is_callback=False,
    )


async def test_who_waits_is_listed_a_page_at_a_time(sign_in: SignIn, desk: FakeDesk) -> None:
    desk.supervision.lines[QueueId("general")] = [waits(position) for position in range(1, 6)]
    client = await sign_in("2001")

    seen, after = [], 0
    while after is not None:
        answer = await client.get(f"{AT}/queues/general/waiting", params={"after": after, "limit": 2})
        seen += answer.json()["items"]
        after = answer.json()["next_after"]
    assert [row["position"] for row in seen] == [1, 2, 3, 4, 5]
    assert seen[0]["needs"] == {"loans": 2}
    assert {row["number"] for row in seen} == {"+8613800001234"}  # supervisors see numbers
    assert (await (await sign_in("1001")).get(f"{AT}/queues/general/waiting")).status_code == 403


async def test_who_waits_is_for_those_whose_agents_serve_the_queue(sign_in: SignIn, desk: FakeDesk) -> None:
    cards = TeamId("cards")
    desk.teams.teams[cards] = Team(team_id=cards, tenant_id=DEMO, name={"zh": "卡", "en": "Cards"})
    eve, ann = desk.users.users[UserId("2001")], desk.users.users[UserId("1001")]
    desk.users.users[ann.user_id] = replace(ann, team_id=cards, queues=(QueueId("urgent"),))
    desk.users.users[eve.user_id] = replace(eve, leads=(cards,))
    client = await sign_in("2001")

    assert (await client.get(f"{AT}/queues/urgent/waiting")).status_code == 200
    refused = await client.get(f"{AT}/queues/general/waiting")
    sent = await client.post(f"{AT}/calls/c1/queue", json={"queue_id": "urgent"})  # it waits in general
    assert (refused.status_code, sent.status_code) == (403, 403)
    assert desk.supervision.asked == []
