"""Calls and recordings over HTTP: who sees what, pages, pieces, and what is written down."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.calls.events import CallEvent, CallPlaced, DigitsEntered
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import Clock, FakeDesk, demo_call, unregistered

pytestmark = pytest.mark.unit
FIRST = "demo-0000"


async def test_an_agent_sees_todays_calls_of_his_own_with_numbers_masked(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    now = desk.clock.now()  # 10:00 in Shanghai
    desk.history.calls = [demo_call(n, now, "1001") for n in range(3)] + [demo_call(9, now, "1002")]
    desk.history.calls.append(demo_call(200, now, "1001"))  # yesterday
    page = (await (await sign_in("1001")).get("/api/desk/calls")).json()

    assert [call["call_id"] for call in page["items"]] == [f"demo-{n:04d}" for n in range(3)]
    assert page["items"][0]["caller"] == "138****1234"
    assert page["items"][0]["customer_name"] == "王丽华"
    assert page["next_cursor"] is None


async def test_a_supervisor_sees_numbers_and_a_grader_does_not(sign_in: SignIn, desk: FakeDesk) -> None:
    seen = (await (await sign_in("2001")).get(f"/api/calls/{FIRST}")).json()
    masked = await (await sign_in("3001")).get(f"/api/calls/{FIRST}")

    assert seen["call"]["caller"] == "13800001234"
    assert seen["events"][0]["kind"] == "CallArrived"
    assert seen["events"][0]["facts"]["caller"] == "13800001234"
    assert [event["seq"] for event in seen["events"]] == list(range(len(seen["events"])))
    assert [e.subject for e in desk.audit.entries if e.action == "call.read"] == [FIRST, FIRST]
    assert "13800001234" not in masked.text
    assert masked.json()["events"][0]["facts"]["caller"] == "138****1234"


async def test_what_a_caller_typed_into_a_script_is_told_to_nobody(sign_in: SignIn, desk: FakeDesk) -> None:
    at = desk.clock.now()
    typed = DigitsEntered(
        call_id=CallId(FIRST), occurred_at=at, node="card", name="card", digits="6222021234"
    )

    async def events_of(call_id: CallId) -> list[CallEvent]:
        return [typed]

    desk.history.events_of = events_of  # type: ignore[method-assign]
    told = await (await sign_in("2001")).get(f"/api/calls/{FIRST}")

    assert told.json()["events"][0]["facts"] == {"node": "card", "name": "card", "digits": "**********"}


async def test_a_call_nobody_registered_is_found_by_the_supervisor_and_registered_late_by_its_agent(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    desk.history.calls[0] = unregistered(desk.history.calls[0])
    supervisor, agent, other = await sign_in("2001"), await sign_in("1001"), await sign_in("1002")
    (found,) = (await supervisor.get("/api/calls?unregistered=true")).json()["items"]
    assert (found["call_id"], found["is_unregistered"]) == (FIRST, True)

    path, said = f"/api/desk/calls/{FIRST}/disposition", {"code": "lost_card", "note": "挂失"}
    assert (await other.post(path, json=said)).status_code == 404
    assert (await agent.post(path, json=said)).status_code == 204
    again = await agent.post(path, json=said)

    assert (again.status_code, again.json()["code"]) == (409, "calls.already_registered")
    mine = (await agent.get("/api/desk/calls")).json()["items"][0]
    assert (mine["disposition"], mine["note"], mine["is_unregistered"]) == ("lost_card", "挂失", False)
    assert (await supervisor.get("/api/calls?unregistered=true")).json()["items"] == []


async def test_a_masked_number_is_not_found_out_by_searching(sign_in: SignIn) -> None:
    assert (await (await sign_in("3001")).get("/api/calls?caller=13800001234")).status_code == 403
    found = (await (await sign_in("2001")).get("/api/calls?caller=13800001234")).json()["items"]
    assert [call["call_id"] for call in found] == [FIRST]


async def test_pages_hold_every_call_once_although_new_ones_arrive(sign_in: SignIn, desk: FakeDesk) -> None:
    client, cursor, seen = await sign_in("2001"), "", []
    expected = [call.call_id for call in desk.history.calls]
    for _ in range(20):
        page = (await client.get(f"/api/calls?limit=17{cursor}")).json()
        seen += [call["call_id"] for call in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
        newer = demo_call(0, desk.clock.now() + timedelta(hours=1 + len(seen)))
        desk.history.calls.append(newer)

    assert seen == expected


async def test_a_recording_is_played_in_pieces_and_written_down_once(sign_in: SignIn, desk: FakeDesk) -> None:
    client = await sign_in("2001")
    desk.audit.entries.clear()
    whole = await client.get(f"/api/recordings/{FIRST}")
    piece = await client.get(f"/api/recordings/{FIRST}", headers={"Range": "bytes=100-199"})
    tail = await client.get(f"/api/recordings/{FIRST}", headers={"Range": "bytes=-10"})

    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/wav"
    assert piece.status_code == tail.status_code == 206
    assert piece.content == whole.content[100:200]
    assert tail.content == whole.content[-10:]
    assert whole.headers["cache-control"] == "private, no-store"
    assert [(e.action, e.subject, e.user_id) for e in desk.audit.entries] == [
        ("recording.listened", FIRST, "2001")
    ]
    assert isinstance(desk.clock, Clock)
    desk.clock.move(3600)
    await client.get(f"/api/recordings/{FIRST}", headers={"Range": "bytes=500-"})
    assert len(desk.audit.entries) == 2


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=5-1", "lines=1-2", "bytes=a-b"])
async def test_a_piece_outside_is_refused(asked: str, sign_in: SignIn) -> None:
    reply = await (await sign_in("2001")).get(f"/api/recordings/{FIRST}", headers={"Range": asked})

    assert reply.status_code in {400, 416}


async def test_an_agent_hears_his_own_calls_and_is_not_told_of_others(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    other = await (await sign_in("1002")).get(f"/api/recordings/{FIRST}")
    none = await (await sign_in("1001")).get("/api/recordings/unknown")

    assert (await (await sign_in("1001")).get(f"/api/recordings/{FIRST}")).status_code == 200
    assert other.status_code == none.status_code == 404
    assert other.json() == none.json()


async def test_refusals_of_the_stories_come_back_as_409_in_words(sign_in: SignIn) -> None:
    reply = await (await sign_in("1001")).post("/api/desk/calls/gone/hold")

    assert reply.status_code in {404, 409}
    assert set(reply.json()) == {"code", "message", "what_to_do"}


async def test_drafts_are_saved_with_problems_and_published_without(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    draft = (await admin.get("/api/scripts/main/draft")).json()
    bad = await admin.put("/api/scripts/main/draft", json={"document": {}, "revision": draft["revision"]})
    assert bad.json()["problems"][0]["message"]["en"] == "start is missing"
    assert (await admin.post("/api/scripts/main/publish", json={"revision": 2})).status_code == 409
    late = await admin.put("/api/scripts/main/draft", json={"document": {}, "revision": 1})
    assert late.json()["code"] == "scripts.draft_overtaken"
    good = {"document": draft["document"], "revision": 2}
    assert (await admin.put("/api/scripts/main/draft", json=good)).json()["problems"] == []
    published = await admin.post("/api/scripts/main/publish", json={"revision": 3})

    assert published.json() == {"script_id": "main", "version": 2}
    assert [e.action for e in desk.audit.entries if e.action.startswith("script")] == [
        "script.saved",
        "script.saved",
        "script.published",
    ]
    assert (await admin.get("/api/scripts/none/draft")).status_code == 404


async def test_health_names_each_part_and_fails_with_any(browser, desk: FakeDesk) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    assert (await client.get("/healthz")).status_code == 200
    desk.health.parts["sip"] = type(desk.health.parts["sip"])(ok=False, detail="port 5060 is taken")
    reply = await client.get("/healthz")

    assert reply.status_code == 503
    assert reply.json()["status"] == "failing"
    assert reply.json()["parts"]["sip"] == {"ok": False, "detail": "port 5060 is taken"}


async def test_the_wallboard_is_what_the_board_holds(sign_in: SignIn, desk: FakeDesk) -> None:
    desk.agents.publish_wallboard()
    desk.board._flush("wallboard")
    board = (await (await sign_in("2001")).get("/api/wallboard")).json()

    assert [queue["queue_id"] for queue in board["queues"]] == ["english", "general", "urgent"]
    assert [agent["agent_id"] for agent in board["agents"]] == [str(n) for n in range(1001, 1007)]
    assert (await (await sign_in("1001")).get("/api/wallboard")).status_code == 403


async def test_a_visitor_calls_with_a_token_of_his_own(browser, desk: FakeDesk) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    made = (await client.post("/api/visitor/calls", json={"number": "4000000001", "sdp": "v=0\r\n"})).json()
    path = f"/api/visitor/calls/{made['call_id']}/digits"

    assert (await client.post(path, json={"digits": "0"})).status_code == 404
    assert (
        await client.post(path, json={"digits": "0"}, headers={"X-Call-Token": "guess"})
    ).status_code == 404
    own = await client.post(path, json={"digits": "0"}, headers={"X-Call-Token": made["token"]})
    assert own.status_code == 204
    assert desk.visitors.asked[-1] == ("send_digits", made["call_id"], "0")


async def test_visitors_are_rationed_by_where_they_come_from(browser, desk: FakeDesk) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    body = {"number": "4000000001", "sdp": "v=0\r\n"}
    statuses = [(await client.post("/api/visitor/calls", json=body)).status_code for _ in range(8)]

    assert statuses == [200] * 6 + [429] * 2
    assert len([asked for asked in desk.visitors.asked if asked[0] == "call"]) == 6


async def test_the_document_of_the_interface_names_every_operation_once(browser) -> None:  # type: ignore[no-untyped-def]
    document = (await browser().get("/api/openapi.json")).json()
    operations = [o["operationId"] for path in document["paths"].values() for o in path.values()]
    referred = {r.split('"')[0] for r in json.dumps(document).split("#/components/schemas/")[1:]}

    assert len(operations) == len(set(operations)) >= 30
    assert referred <= set(document["components"]["schemas"])
    assert {"LiveSnapshot", "LiveChange", "OfferView", "VisitorCallView", "Problem"} <= set(
        document["components"]["schemas"]
    )


async def test_of_a_call_out_the_number_dialled_is_the_customers_and_is_masked(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    first = desk.history.calls[0]
    out = replace(first, direction="out", caller="01066668888", dialled=first.caller)
    desk.history.calls[0] = out
    placed = CallPlaced(
        call_id=out.call_id,
        occurred_at=out.arrived_at,
        channel="web",
        peer="1001",
        dialled=out.dialled,
        caller=out.caller,
        language="zh",
        agent_id=AgentId("1001"),
        direction="out",
    )

    async def events_of(call_id: CallId) -> list[CallEvent]:
        return [placed]

    desk.history.events_of = events_of  # type: ignore[method-assign]
    mine = (await (await sign_in("1001")).get("/api/desk/calls")).json()["items"][0]
    graded = (await (await sign_in("3001")).get(f"/api/calls/{FIRST}")).json()

    assert (mine["dialled"], mine["caller"], mine["direction"]) == ("138****1234", "01066668888", "out")
    facts = graded["events"][0]["facts"]
    assert (facts["dialled"], facts["caller"]) == ("138****1234", "01066668888")


async def test_my_day_tells_its_figures_with_what_each_is(sign_in: SignIn, desk: FakeDesk) -> None:
    now = desk.clock.now()
    desk.history.calls = [demo_call(n, now, "1001") for n in range(3)] + [demo_call(9, now, "1002")]
    told = (await (await sign_in("1001")).get("/api/desk/day")).json()
    figures = {figure["key"]: figure for figure in told["figures"]}

    assert (told["on"], told["timezone"]) == ("2026-11-24", "Asia/Shanghai")
    assert figures["handled"]["value"] == 3
    talked = sum(call.talk_s or 0.0 for call in desk.history.calls[:3])
    assert figures["talk"] == {**figures["talk"], "value": talked, "unit": "s"}
    assert figures["occupancy"]["value"] is None
    assert set(figures["aht"]["formula"]) == {"zh", "en"}
    assert (await (await sign_in("3001")).get("/api/desk/day")).status_code == 403
