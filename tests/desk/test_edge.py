"""The edge as the interface's own document lists it: each operation refuses whom it must, in each way it must."""

import re
from collections.abc import Iterator

import httpx
import pytest

from banjie.desk.access import COOKIE, Gate, Need, OnWall, Open, Visitor
from banjie.desk.app import bare_app, gate_of
from banjie.people.model import Role, User
from banjie.people.roles import PERMISSIONS
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk
from tests.fakes.desk_people import demo_user

pytestmark = pytest.mark.unit

CALL = "0" * 32
SAFE = {"GET", "HEAD", "OPTIONS"}


def operations() -> Iterator[tuple[str, str, Gate]]:
    """Method, address and gate of everything the document offers."""
    gates = {route.path: gate_of(route) for route in bare_app().routes}  # type: ignore[attr-defined]
    by_method = {
        (method, route.path): gate_of(route)  # type: ignore[attr-defined]
        for route in bare_app().routes
        for method in getattr(route, "methods", ())
    }
    for path, methods in bare_app().openapi()["paths"].items():
        assert path in gates
        for method in methods:
            asked = re.sub(r"{\w+}", lambda name: CALL if name[0] == "{call_id}" else "none", path)
            yield method.upper(), asked, by_method[method.upper(), path]


OPERATIONS = tuple(operations())
WRITING = tuple(one for one in OPERATIONS if one[0] not in SAFE)


def user_of(role: Role) -> User:
    """An agent is one of those the fake desk seats."""
    return demo_user("1001" if role is Role.AGENT else f"u-{role.value}", role, role.value, role.value)


async def ask(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    return await client.request(method, path, json={} if method not in SAFE else None)


async def test_strangers_are_refused_everything_that_is_not_open(browser) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    for method, path, gate in OPERATIONS:
        reply = await ask(client, method, path)

        expected = {Need: {401}, Visitor: {404}, OnWall: {404}, Open: {200, 422}}[type(gate)]
        assert reply.status_code in expected, (method, path, reply.text)


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_is_refused_what_is_not_its_own(role: Role, desk: FakeDesk, sign_in: SignIn) -> None:
    user = user_of(role)
    desk.users.users[user.user_id] = user
    client = await sign_in(user.username)
    for method, path, gate in OPERATIONS:
        if not isinstance(gate, Need) or not gate.any_of:
            continue
        reply = await ask(client, method, path)

        is_refused = reply.status_code == 403 and reply.json()["code"] == "people.forbidden"
        assert is_refused is not bool(PERMISSIONS[role] & set(gate.any_of)), (method, path, reply.text)


async def test_nothing_is_changed_without_the_pages_token(sign_in: SignIn, desk: FakeDesk) -> None:
    """For each who may: a page of another site has the cookie, but not the token."""
    for username in ("1001", "2001", "admin"):
        client = await sign_in(username)
        del client.headers["X-CSRF-Token"]
        for method, path, gate in WRITING:
            if isinstance(gate, Need):
                reply = await ask(client, method, path)
                assert (reply.status_code, reply.json()["code"]) == (403, "people.csrf_mismatch"), path
    assert desk.agents.asked == []


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "null", "http://desk.test.evil.test", "http://desk.test:81"]
)
async def test_nothing_is_changed_by_a_page_of_another_site(origin: str, sign_in: SignIn) -> None:
    """Not even what is open to all: nobody signs a victim in as somebody else, or makes him call."""
    client = await sign_in("1001")
    client.headers["Origin"] = origin
    for method, path, _ in WRITING:
        reply = await ask(client, method, path)
        assert (reply.status_code, reply.json()["code"]) == (403, "desk.wrong_origin"), path


async def test_every_answer_carries_the_shield(browser) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    for method, path, _ in OPERATIONS:
        headers = (await ask(client, method, path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "'unsafe-eval'" not in headers["Content-Security-Policy"]
        assert "no-store" in headers["Cache-Control"], path
        assert "server" not in headers


async def test_a_session_known_to_an_attacker_beforehand_is_not_taken_up(browser) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    client.cookies.set(COOKIE, "chosen-by-the-attacker", domain="desk.test")
    reply = await client.post("/api/session", json={"username": "1001", "password": "demo-1001"})

    assert reply.status_code == 200
    assert "chosen-by-the-attacker" not in reply.headers["set-cookie"]
    client.cookies.clear()
    client.cookies.set(COOKIE, "chosen-by-the-attacker", domain="desk.test")
    assert (await client.get("/api/session")).status_code == 401


async def test_pages_are_never_longer_than_allowed(sign_in: SignIn) -> None:
    client = await sign_in("admin")
    for method, path, gate in OPERATIONS:
        if method != "GET" or not isinstance(gate, Need):
            continue
        for limit in ("0", "-1", "100000", "1e3"):
            reply = await client.get(path, params={"limit": limit})
            assert reply.status_code in {200, 403, 404, 422}
            if reply.status_code == 200:
                assert "limit" not in _parameters(path), (path, limit)


def _parameters(path: str) -> set[str]:
    operation = bare_app().openapi()["paths"].get(path, {}).get("get", {})
    return {one["name"] for one in operation.get("parameters", ())}
