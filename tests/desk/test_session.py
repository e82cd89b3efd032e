"""Signing in and out: cookies, CSRF, fixation, expiry, throttle."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher

from banjie.desk.access import COOKIE
from banjie.people.sessions import ABSOLUTE, IDLE, hash_token
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import Clock, FakeDesk

pytestmark = pytest.mark.unit
Browser = Callable[[], httpx.AsyncClient]


def clock_of(desk: FakeDesk) -> Clock:
    assert isinstance(desk.clock, Clock)
    return desk.clock


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read(browser: Browser) -> None:
    client = browser()
    reply = await client.post("/api/session", json={"username": "1001", "password": "demo-1001"})
    cookie = reply.headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # plain http on the demonstration machine
    assert client.cookies[COOKIE] not in reply.text
    assert reply.json()["user"]["name"] == {"zh": "坐席 1001", "en": "Agent 1001"}
    assert (await client.get("/api/session")).json() == reply.json()


async def test_over_https_the_cookie_is_secure_and_browsers_are_told_to_stay(browser: Browser) -> None:
    reply = await browser().post(
        "https://desk.test/api/session", json={"username": "1001", "password": "demo-1001"}
    )

    assert "Secure" in reply.headers["set-cookie"]
    assert "max-age" in reply.headers["strict-transport-security"]


async def test_a_token_known_before_the_sign_in_is_worth_nothing_after_it(
    browser: Browser, desk: FakeDesk
) -> None:
    client = browser()
    client.cookies.set(COOKIE, "planted")
    await client.post("/api/session", json={"username": "1001", "password": "demo-1001"})

    assert await desk.sessions.find_session(hash_token("planted")) is None
    assert client.cookies.get(COOKIE, domain="desk.test") != "planted"


async def test_signing_in_again_ends_the_old_session(sign_in: SignIn, desk: FakeDesk) -> None:
    client = await sign_in("1001")
    old = client.cookies[COOKIE]
    await client.post("/api/session", json={"username": "1002", "password": "demo-1002"})

    assert await desk.sessions.find_session(hash_token(old)) is None
    assert len(desk.sessions.sessions) == 1


@pytest.mark.parametrize("token", [None, "", "wrong"])
async def test_a_change_without_the_pages_token_is_refused(token: str | None, sign_in: SignIn) -> None:
    client = await sign_in("1001")
    del client.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}
    reply = await client.post("/api/desk/state", json={"state": "READY"}, headers=headers)

    assert reply.status_code == 403
    assert reply.json()["code"] == "people.csrf_mismatch"


async def test_a_page_of_another_site_changes_nothing(sign_in: SignIn, desk: FakeDesk) -> None:
    client = await sign_in("1001")
    for origin in ("http://evil.test", "null", "http://desk.test.evil.test", "http://desk.test:81"):
        reply = await client.post("/api/desk/state", json={"state": "READY"}, headers={"Origin": origin})

        assert reply.json()["code"] == "desk.wrong_origin", origin
    assert desk.agents.asked == []
    reply = await client.post(
        "/api/desk/state", json={"state": "READY"}, headers={"Origin": "http://desk.test"}
    )
    assert reply.status_code == 204


async def test_a_page_of_another_site_signs_nobody_in(browser: Browser) -> None:
    reply = await browser().post(
        "/api/session",
        json={"username": "1001", "password": "demo-1001"},
        headers={"Origin": "http://evil.test"},
    )

    assert reply.status_code == 403
    assert "set-cookie" not in reply.headers


async def test_signing_out_ends_the_session_for_everybody_who_kept_its_cookie(
    sign_in: SignIn, browser: Browser
) -> None:
    client, thief = await sign_in("1001"), browser()
    thief.cookies.set(COOKIE, client.cookies[COOKIE])
    assert (await thief.get("/api/session")).status_code == 200

    assert (await client.delete("/api/session")).status_code == 204
    assert (await thief.get("/api/session")).status_code == 401


async def test_an_idle_session_ends_and_a_used_one_ends_at_last(sign_in: SignIn, desk: FakeDesk) -> None:
    idle, used, clock = await sign_in("1001"), await sign_in("1002"), clock_of(desk)
    elapsed = timedelta()
    while elapsed + IDLE / 2 < ABSOLUTE:
        clock.move((IDLE / 2).total_seconds())
        elapsed += IDLE / 2
        assert (await used.get("/api/session")).status_code == 200
    assert (await idle.get("/api/session")).status_code == 401
    clock.move((IDLE / 2).total_seconds())
    assert (await used.get("/api/session")).status_code == 401


async def test_a_closed_account_is_out_at_once(sign_in: SignIn, desk: FakeDesk) -> None:
    client = await sign_in("1001")
    user = next(u for u in desk.users.users.values() if u.username == "1001")
    desk.users.users[user.user_id] = replace(user, is_active=False)

    assert (await client.get("/api/session")).status_code == 401
    reply = await client.post("/api/session", json={"username": "1001", "password": "demo-1001"})
    assert reply.json()["code"] == "people.wrong_password"


async def test_unknown_names_and_wrong_passwords_look_the_same(browser: Browser, desk: FakeDesk) -> None:
    client = browser()
    unknown = await client.post("/api/session", json={"username": "nobody", "password": "x"})
    wrong = await client.post("/api/session", json={"username": "1001", "password": "x"})

    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())
    assert unknown.status_code == 401
    assert [(e.action, e.subject) for e in desk.audit.entries] == [
        ("session.refused", "nobody"),
        ("session.refused", "1001"),
    ]
    assert "demo" not in repr(desk.audit.entries).replace("TenantId", "").replace("'demo'", "")


async def test_guesses_sent_all_at_once_are_throttled_too(browser: Browser, desk: FakeDesk) -> None:
    client = browser()
    guesses = [
        client.post("/api/session", json={"username": "1003", "password": f"guess{n}"}) for n in range(12)
    ]
    statuses = [reply.status_code for reply in await asyncio.gather(*guesses)]
    assert statuses.count(401) == 5
    assert statuses.count(429) == 7

    right = {"username": "1003", "password": "demo-1003"}
    refused = await client.post("/api/session", json=right)
    assert refused.status_code == 429
    clock_of(desk).move(float(refused.headers["Retry-After"]) + 1.0)
    assert (await client.post("/api/session", json=right)).status_code == 200


async def test_weak_hashes_are_made_anew_when_the_password_is_known(browser: Browser, desk: FakeDesk) -> None:
    user = next(u for u in desk.users.users.values() if u.username == "1004")
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("demo-1004")
    desk.users.hashes[user.user_id] = weak
    reply = await browser().post("/api/session", json={"username": "1004", "password": "demo-1004"})

    assert reply.status_code == 200
    assert "m=19456" in desk.users.hashes[user.user_id]


async def test_a_key_acts_for_its_maker_and_no_further(
    sign_in: SignIn, browser: Browser, desk: FakeDesk
) -> None:
    admin = await sign_in("admin")
    made = (await admin.post("/api/api-keys", json={"name": "CRM", "permissions": ["calls.read"]})).json()
    assert made["key"].startswith("bjk_")
    assert made["key"] not in (await admin.get("/api/api-keys")).text
    assert made["key"] not in repr(desk.api_keys.keys)
    integrator = browser()
    integrator.headers["Authorization"] = f"Bearer {made['key']}"

    calls = await integrator.get("/api/calls")
    assert calls.status_code == 200
    assert "****" in calls.json()["items"][0]["caller"]  # the key was not given the numbers
    assert (await integrator.get("/api/users")).status_code == 403
    assert (await integrator.get("/api/session")).status_code == 401
    assert (await admin.delete(f"/api/api-keys/{made['key_id']}")).status_code == 204
    assert (await integrator.get("/api/calls")).status_code == 401


async def test_nobody_makes_a_key_that_can_do_more_than_he(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    reply = await admin.post("/api/api-keys", json={"name": "x", "permissions": ["recordings.listen"]})

    assert reply.status_code == 403


async def test_keys_put_elsewhere_are_there_at_the_next_seat_and_nobody_elses(
    sign_in: SignIn, browser: Browser
) -> None:
    client = await sign_in("1001")
    assert (await client.get("/api/session")).json()["keys"] == {}
    mine = {"answer": "Ctrl+Shift+A", "hold": ""}
    assert (await client.put("/api/session/keys", json={"keys": mine})).status_code == 204

    elsewhere = await sign_in("1001")
    assert (await elsewhere.get("/api/session")).json()["keys"] == mine
    assert (await (await sign_in("1002")).get("/api/session")).json()["keys"] == {}
    assert (await browser().put("/api/session/keys", json={"keys": mine})).status_code == 401


@pytest.mark.parametrize(
    "keys", [{"an act": "F2"}, {"answer": "F" * 41}, {"answer": "F\n2"}, {"a" * 41: "F2"}, {"answer": 2}]
)
async def test_what_cannot_be_a_key_is_refused(keys: dict[str, object], sign_in: SignIn) -> None:
    reply = await (await sign_in("1001")).put("/api/session/keys", json={"keys": keys})

    assert reply.status_code == 422
