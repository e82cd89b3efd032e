"""New passwords: one's own with the present one, somebody else's by an administrator."""

from collections.abc import Callable

import httpx
import pytest

from banjie.sip.digest import ha1
from banjie.stories.new_password import REALM
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit
Browser = Callable[[], httpx.AsyncClient]

GOOD = "three odd words"


async def change(client: httpx.AsyncClient, current: str, new: str = GOOD) -> httpx.Response:
    return await client.post("/api/session/password", json={"current": current, "new": new})


async def test_the_new_password_opens_the_door_and_the_old_one_does_not(
    sign_in: SignIn, browser: Browser
) -> None:
    assert (await change(await sign_in("1001"), "demo-1001")).status_code == 204
    for password, status in (("demo-1001", 401), (GOOD, 200)):
        reply = await browser().post("/api/session", json={"username": "1001", "password": password})
        assert reply.status_code == status


async def test_this_session_goes_on_and_all_others_end(sign_in: SignIn, desk: FakeDesk) -> None:
    here, there, colleague = await sign_in("1001"), await sign_in("1001"), await sign_in("1002")
    await change(here, "demo-1001")

    assert (await here.get("/api/session")).status_code == 200
    assert (await there.get("/api/session")).status_code == 401
    assert (await colleague.get("/api/session")).status_code == 200


async def test_without_the_present_password_nothing_changes(sign_in: SignIn, desk: FakeDesk) -> None:
    client = await sign_in("1001")
    reply = await change(client, "guess")

    assert (reply.status_code, reply.json()["code"]) == (403, "people.wrong_current_password")
    assert (await client.get("/api/session")).status_code == 200
    assert desk.users.hashes == {}
    assert desk.audit.entries[-1].action == "password.refused"


async def test_guesses_at_the_present_password_are_throttled(sign_in: SignIn) -> None:
    client = await sign_in("1001")
    statuses = [(await change(client, f"guess {n}")).status_code for n in range(7)]
    assert statuses[:5] == [403] * 5
    assert statuses[5:] == [429] * 2


@pytest.mark.parametrize("weak", ["short", "1001-is-my-name", "password12"])
async def test_a_weak_password_is_refused_in_words(weak: str, sign_in: SignIn) -> None:
    reply = await change(await sign_in("1001"), "demo-1001", weak)
    assert (reply.status_code, reply.json()["code"]) == (422, "people.weak_password")
    assert weak not in reply.text


async def test_the_desk_phone_gets_the_new_password_too(sign_in: SignIn, desk: FakeDesk) -> None:
    await change(await sign_in("1001"), "demo-1001")
    (login,) = desk.phones
    assert desk.users.phone_logins == [login]
    assert (login.username, login.ha1_md5) == ("1001", ha1("1001", REALM, GOOD, "MD5"))


async def test_a_change_is_written_down_without_the_passwords(sign_in: SignIn, desk: FakeDesk) -> None:
    await change(await sign_in("1001"), "demo-1001")
    entry = desk.audit.entries[-1]
    assert (entry.action, entry.user_id, entry.subject) == (
        "password.set",
        user_id(desk, "1001"),
        user_id(desk, "1001"),
    )
    assert GOOD not in repr(desk.audit.entries)


async def test_an_administrator_sets_the_password_of_somebody_else(
    sign_in: SignIn, browser: Browser, desk: FakeDesk
) -> None:
    admin, agent = await sign_in("admin"), await sign_in("1001")
    path = f"/api/users/{user_id(desk, '1001')}/password"

    assert (await admin.post(path, json={"new": "short"})).status_code == 422
    assert (await agent.get("/api/session")).status_code == 200
    assert (await admin.post(path, json={"new": GOOD})).status_code == 204
    assert (await agent.get("/api/session")).status_code == 401
    reply = await browser().post("/api/session", json={"username": "1001", "password": GOOD})
    assert reply.status_code == 200
    assert (desk.audit.entries[-2].action, desk.audit.entries[-2].user_id) == (
        "password.set",
        user_id(desk, "admin"),
    )


async def test_nobody_else_sets_passwords_and_nobody_his_own_so(sign_in: SignIn, desk: FakeDesk) -> None:
    victim, admin = user_id(desk, "1002"), user_id(desk, "admin")
    for username, subject in (("1001", victim), ("2001", victim), ("admin", admin)):
        reply = await (await sign_in(username)).post(f"/api/users/{subject}/password", json={"new": GOOD})
        assert (reply.status_code, reply.json()["code"]) == (403, "people.forbidden"), username
    reply = await (await sign_in("admin")).post("/api/users/nobody/password", json={"new": GOOD})
    assert (reply.status_code, reply.json()["code"]) == (404, "people.no_such_user")


async def test_a_key_sets_nobodys_password(sign_in: SignIn, browser: Browser, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    asked = {"name": "robot", "permissions": ["users.manage"]}
    made = (await admin.post("/api/api-keys", json=asked)).json()
    integrator = browser()
    integrator.headers["Authorization"] = f"Bearer {made['key']}"

    reply = await integrator.post(f"/api/users/{user_id(desk, '1001')}/password", json={"new": GOOD})
    assert reply.status_code == 403
    assert (await change(integrator, "demo-admin")).status_code == 401


def user_id(desk: FakeDesk, username: str) -> str:
    return next(user.user_id for user in desk.users.users.values() if user.username == username)
