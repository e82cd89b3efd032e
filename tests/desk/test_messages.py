"""Messages over HTTP: who hears which, and that it is written down."""

from dataclasses import replace

import pytest

from banjie.base.ids import UserId
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit


async def test_a_message_is_heard_and_dealt_with_by_the_people_of_its_queue(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    ann = desk.users.users[UserId("1001")]
    desk.users.users[ann.user_id] = replace(ann, queues=("general",))
    agent = await sign_in("1001")
    listed = (await agent.get("/api/messages")).json()
    assert [(m["call_id"], m["box"]) for m in listed] == [("m2", "general"), ("m1", "general")]
    assert "0000" not in listed[0]["number"]  # masked

    heard = await agent.get("/api/messages/m1/audio")
    assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/wav")
    assert (await agent.get("/api/messages/m3/audio")).status_code == 404  # another queue's
    assert (await agent.put("/api/messages/m3/handled", json={"is_handled": True})).status_code == 404

    assert (await agent.put("/api/messages/m1/handled", json={"is_handled": True})).status_code == 204
    assert [m["call_id"] for m in (await agent.get("/api/messages")).json()] == ["m2"]
    (done,) = (await agent.get("/api/messages", params={"is_handled": True})).json()
    assert (done["call_id"], done["handled_by"]) == ("m1", "1001")
    await agent.put("/api/messages/m1/handled", json={"is_handled": False})
    assert len((await agent.get("/api/messages")).json()) == 2
    acts = [entry.action for entry in desk.audit.entries if entry.action.startswith("message.")]
    assert acts == ["message.listened", "message.handled", "message.reopened"]


async def test_a_supervisor_hears_the_messages_of_the_queues_his_agents_serve(sign_in: SignIn) -> None:
    boss, clerk = await sign_in("2001"), await sign_in("admin")
    assert len((await boss.get("/api/messages")).json()) == 3
    assert (await clerk.get("/api/messages")).status_code == 403
