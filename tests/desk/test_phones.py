"""Desk phones over HTTP: what is registered now, a new password, blocked and let in again; all of it written down."""

import pytest

from banjie.base.ids import UserId
from banjie.stories.new_password import phone_login
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit


async def test_who_has_an_extension_is_listed_with_the_phones_registered_now(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    listed = {one["extension"]: one for one in (await admin.get("/api/phones")).json()}

    assert list(listed) == sorted(listed)
    assert "1002" in listed
    assert listed["1002"]["devices"] == []
    desk, home = listed["1001"]["devices"]
    assert (desk["host"], desk["transport"], desk["user_agent"]) == (
        "10.1.2.3",
        "udp",
        "Yealink SIP-T46U 108.86.0.20",
    )
    assert (home["host"], home["is_natted"]) == ("8.8.4.*", True)  # where somebody lives is not shown whole
    assert (desk["since_s_ago"], desk["renewed_s_ago"], desk["expires_in_s"]) == (3700.0, 12.0, 588.0)


async def test_a_phone_is_blocked_and_let_in_again(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    user_id = next(
        one["user_id"] for one in (await admin.get("/api/phones")).json() if one["extension"] == "1001"
    )
    given = await admin.post(f"/api/people/{user_id}/phone-password")
    assert given.json()["phone_password"]

    for is_blocked, actions in ((True, ["phone.blocked"]), (True, []), (False, ["phone.unblocked"])):
        before = len(desk.audit.entries)
        reply = await admin.put(f"/api/phones/{user_id}", json={"is_blocked": is_blocked})
        assert reply.status_code == 204, reply.text
        assert [entry.action for entry in desk.audit.entries[before:]] == actions
        listed = (await admin.get("/api/phones")).json()
        assert [one["is_blocked"] for one in listed if one["extension"] == "1001"] == [is_blocked]


async def test_a_blocked_phone_is_not_let_in_by_its_owners_new_password(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    admin = await sign_in("admin")
    user_id = UserId("1002")
    await desk.users.set_phone_login(phone_login(user_id, "1002", "demo-1002"))
    await admin.put(f"/api/phones/{user_id}", json={"is_blocked": True})

    reply = await admin.post(f"/api/users/{user_id}/password", json={"new": "correct horse battery"})

    assert reply.status_code == 204, reply.text
    assert desk.phones == []


async def test_whom_it_is_for(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    for path, code in (("none", "people.no_such_user"), ("admin", "people.no_such_user")):
        reply = await admin.put(f"/api/phones/{path}", json={"is_blocked": True})
        assert reply.json()["code"] == code
    supervisor = await sign_in("2001")
    assert (await supervisor.get("/api/phones")).status_code == 403
    assert (await supervisor.put("/api/phones/1001", json={"is_blocked": True})).status_code == 403
