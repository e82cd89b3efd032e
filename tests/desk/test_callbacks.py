"""The list of those to be called back, and who may take one off it; a visitor's page asks for one."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from banjie.base.ids import CallId, QueueId
from banjie.routing.callbacks import CallbackState
from banjie.routing.kept import Ending, KeptCallback
from banjie.stories.ports import CallbackNow
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit


@pytest.fixture
def rows(desk: FakeDesk) -> list[KeptCallback]:
    """One waits, one sleeps, one was reached; the last asked for first."""
    now = desk.clock.now()

    def row(name: str, minutes: float, **facts: object) -> KeptCallback:
        at = now - timedelta(minutes=minutes)
        known: dict[str, object] = {
            "call_id": CallId(name),
            "queue_id": QueueId("general"),
            "number": "13800001234",
            "caller": "13800001234",
            "dialled": "4000000001",
            "customer_id": None,
            "language": "zh",
            "priority": 0,
            "credit_s": 0.0,
            "needs": (),
            "waiting_since": at - timedelta(minutes=1),
            "asked_at": at,
            "expires_at": at + timedelta(hours=8),
        }
        return KeptCallback(**{**known, **facts})  # type: ignore[arg-type]

    found = [
        row("c3", 1),
        row("c2", 2, state=CallbackState.ASLEEP, attempts=1, queue_id=QueueId("urgent")),
        row("c1", 3, attempts=2, ended_at=now, ending=Ending.CONNECTED, last_call_id=CallId("c9")),
    ]
    desk.callbacks.rows = found
    desk.callbacks.standing = {
        CallId("c3"): CallbackNow(state=CallbackState.OFFERED, position=1),
        CallId("c2"): CallbackNow(state=CallbackState.ASLEEP, position=1),
    }
    return found


async def listed(client: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await client.get("/api/callbacks", params=query)
    assert answer.status_code == 200, answer.text
    return [item["call_id"] for item in answer.json()["items"]]


async def test_the_list_says_how_each_stands_now(sign_in: SignIn, rows: list[KeptCallback]) -> None:
    client = await sign_in("2001")
    items = (await client.get("/api/callbacks")).json()["items"]

    assert [(i["call_id"], i["state"], i["position"], i["attempts"], i["ending"]) for i in items] == [
        ("c3", "offered", 1, 0, None),
        ("c2", "asleep", 1, 1, None),
        ("c1", "ended", None, 2, "connected"),
    ]
    assert items[0]["number"] == "13800001234"


async def test_it_is_read_by_page_and_by_what_is_wanted(sign_in: SignIn, rows: list[KeptCallback]) -> None:
    client = await sign_in("2001")
    page = (await client.get("/api/callbacks", params={"limit": 2})).json()
    assert await listed(client, cursor=page["next_cursor"]) == ["c1"]
    assert await listed(client, is_open="true") == ["c2", "c3"]
    assert await listed(client, is_open="true", queue_id="urgent") == ["c2"]
    assert await listed(client, ending="connected") == ["c1"]
    assert (await client.get("/api/callbacks", params={"cursor": "nonsense"})).status_code == 422


@pytest.mark.parametrize(("username", "status"), [("1001", 403), ("3001", 200), ("admin", 200)])
async def test_who_reads_calls_reads_it(
    sign_in: SignIn, rows: list[KeptCallback], username: str, status: int
) -> None:
    client = await sign_in(username)
    assert (await client.get("/api/callbacks")).status_code == status
    assert (await client.delete("/api/callbacks/c3")).status_code == 403


async def test_a_supervisor_takes_one_off_once_and_that_is_written_down(
    sign_in: SignIn, desk: FakeDesk, rows: list[KeptCallback]
) -> None:
    client = await sign_in("2001")
    assert (await client.delete("/api/callbacks/c3")).status_code == 204
    again = await client.delete("/api/callbacks/c3")

    assert (again.status_code, again.json()["code"]) == (404, "calls.no_such_callback")
    written = [(e.action, e.subject) for e in desk.audit.entries if e.action.startswith("callback")]
    assert written == [("callback.cancelled", "c3")]


async def test_a_visitor_leaves_his_number_and_only_one_we_may_call(
    browser: Callable[[], httpx.AsyncClient], desk: FakeDesk
) -> None:
    client = browser()
    made = await client.post("/api/visitor/calls", json={"number": "4000000001", "sdp": "v=0\r\na=mid:0\r\n"})
    assert made.status_code == 200, made.text
    path = f"/api/visitor/calls/{made.json()['call_id']}/callback"
    token = {"x-call-token": made.json()["token"]}
    assert (await client.post(path, json={"number": "13800001234"})).status_code == 404
    refused = await client.post(path, json={"number": "95588"}, headers=token)
    assert (refused.status_code, refused.json()["code"]) == (422, "calls.number_not_called")

    assert (await client.post(path, json={"number": "138 0000 1234"}, headers=token)).status_code == 204

    assert desk.visitors.to_call_back == [(made.json()["call_id"], "13800001234")]
