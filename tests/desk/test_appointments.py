"""Appointments at the interface: whose they are, what is refused in words, which numbers are seen."""

from datetime import timedelta

import pytest

from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import Clock, FakeDesk, demo_call

pytestmark = pytest.mark.unit
MINE = "/api/desk/appointments"


def asked(desk: FakeDesk, minutes: float = 60.0, **more: object) -> dict[str, object]:
    due_at = desk.clock.now() + timedelta(minutes=minutes)
    return {"due_at": due_at.isoformat(), "note": "利率", **more}


async def test_it_is_booked_for_the_customer_of_my_call_whose_number_i_do_not_see(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    agent, other, supervisor = await sign_in("1001"), await sign_in("1002"), await sign_in("2001")
    desk.history.calls = [demo_call(0, desk.clock.now(), "1001")]
    body = asked(desk, call_id="demo-0000")
    assert (await other.post(MINE, json=body)).status_code == 404
    made = await agent.post(MINE, json=body)

    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["number"], told["customer_name"], told["state"]) == ("138****1234", "王丽华", "BOOKED")
    assert (told["lead_min"], told["expiry_min"]) == (5.0, 60.0)
    assert "13800001234" not in (await agent.get(MINE)).text
    assert (await other.get(MINE)).json() == []
    (seen,) = (await supervisor.get("/api/appointments")).json()
    assert (seen["number"], seen["agent_id"]) == ("+8613800001234", "1001")
    assert (await agent.get("/api/appointments")).status_code == 403


async def test_a_closed_hour_is_named_beside_its_field_and_may_be_meant(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    agent = await sign_in("1001")
    body = asked(desk, 10 * 60.0, number="13800001234")  # 20:00 in Shanghai
    refused = await agent.post(MINE, json=body)
    assert refused.status_code == 422
    assert refused.json()["faults"] == [
        {"field": "closed", "message": "那时不在服务时间，其后 11 月 25 日 09:00 开始服务"}
    ]
    assert (await agent.post(MINE, json={**body, "closed_accepted": True})).status_code == 201
    past = await agent.post(MINE, json=asked(desk, -1.0, number="13800001234"))
    assert [fault["field"] for fault in past.json()["faults"]] == ["due_at"]
    nobody = await agent.post(MINE, json=asked(desk))
    assert nobody.status_code == 422


async def test_mine_are_dialled_moved_and_closed_by_me_alone(sign_in: SignIn, desk: FakeDesk) -> None:
    agent, other = await sign_in("1001"), await sign_in("1002")
    made = (await agent.post(MINE, json=asked(desk, number="13800001234"))).json()
    one = f"{MINE}/{made['appointment_id']}"
    for act, body in (("call", {}), ("again", asked(desk)), ("done", {}), ("cancel", {})):
        refused = await other.post(f"{one}/{act}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (404, "appointments.no_such_appointment")

    placed = await agent.post(f"{one}/call", json={"sdp": "v=0\r\na=mid:0\r\n"})
    assert placed.status_code == 200, placed.text
    (after_call,) = (await agent.get(MINE)).json()
    assert (after_call["state"], after_call["last_call_id"]) == ("DUE", placed.json()["call_id"])
    moved = (await agent.post(f"{one}/again", json=asked(desk, 90.0))).json()
    assert moved["state"] == "BOOKED"
    assert (await agent.post(f"{one}/done", json={"note": "好"})).status_code == 204
    assert (await agent.get(MINE)).json() == []
    over = await agent.post(f"{one}/cancel", json={})
    assert (over.status_code, over.json()["code"]) == (409, "appointments.over")


async def test_the_supervisor_gives_an_expired_one_to_another(sign_in: SignIn, desk: FakeDesk) -> None:
    agent, other, supervisor = await sign_in("1001"), await sign_in("1002"), await sign_in("2001")
    made = (await agent.post(MINE, json=asked(desk, 10.0, number="13800001234"))).json()
    assert isinstance(desk.clock, Clock)
    desk.clock.move(80 * 60.0)
    await desk.appointments.pass_time()
    (expired,) = (await supervisor.get("/api/appointments")).json()
    assert expired["state"] == "EXPIRED"

    one = f"/api/appointments/{made['appointment_id']}"
    assert (await agent.post(f"{one}/reassign", json={"agent_id": "1001"})).status_code == 403
    given = await supervisor.post(f"{one}/reassign", json={"agent_id": "1002"})
    assert (given.status_code, given.json()["agent_id"]) == (200, "1002")
    assert [one["agent_id"] for one in (await other.get(MINE)).json()] == ["1002"]
    assert (await agent.get(MINE)).json() == []
    assert (await supervisor.post(f"{one}/cancel", json={})).status_code == 204
    assert (await supervisor.get("/api/appointments")).json() == []
