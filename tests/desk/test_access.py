"""The gate: every route has one, and it holds."""

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Route

from banjie.desk.access import Need, OnWall, Open, Visitor
from banjie.desk.app import Ungated, bare_app, gate_of
from banjie.people.model import Permission, Role
from banjie.people.roles import PERMISSIONS
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit

OPEN_TO_ALL = {
    "/api/session",  # signing in
    "/api/visitor/options",
    "/api/visitor/calls",
    "/healthz",
    "/api/openapi.json",
    "/{path:path}",
}
SIGNED_IN_ONLY = {
    "/api/session",
    "/api/session/keys",
    "/api/session/password",
    "/api/live",
}  # of the socket's topics each has its own permission
USERS = {"1001": Role.AGENT, "2001": Role.SUPERVISOR, "3001": Role.QUALITY, "admin": Role.ADMINISTRATOR}


def test_every_route_declares_a_permission() -> None:
    opened, signed_in_only, of_visitors, on_walls = set[str](), set[str](), set[str](), set[str]()
    for route in bare_app().routes:
        gate = gate_of(route)
        assert isinstance(route, APIRoute | APIWebSocketRoute)
        if isinstance(gate, Open):
            assert gate.why
            opened.add(route.path)
        elif isinstance(gate, Visitor):
            of_visitors.add(route.path)
        elif isinstance(gate, OnWall):
            on_walls.add(route.path)
        else:
            assert isinstance(gate, Need)
            if not gate.any_of:
                signed_in_only.add(route.path)

    assert opened == OPEN_TO_ALL
    assert signed_in_only == SIGNED_IN_ONLY
    assert all(path.startswith("/api/visitor/calls/{call_id}/") for path in of_visitors)
    assert on_walls == {"/api/wall", "/api/wall/live"}


def test_a_route_without_a_gate_stops_the_start() -> None:
    router = APIRouter()

    @router.get("/forgotten")
    async def forgotten() -> str:
        return "everything"

    @router.get("/twice", dependencies=[Depends(Need()), Depends(Open("why not"))])
    async def twice() -> None: ...

    for route in (*router.routes, Route("/raw", forgotten), FastAPI().routes[0]):
        with pytest.raises(Ungated):
            gate_of(route)


async def test_without_a_sign_in_every_gated_route_says_401(browser, desk: FakeDesk) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    for route in bare_app().routes:
        if not isinstance(route, APIRoute) or not isinstance(gate_of(route), Need):
            continue
        path = (
            route.path.replace("{call_id}", "0" * 32).replace("{script_id}", "main").replace("{key_id}", "k")
        )
        for method in route.methods:
            reply = await client.request(method, path, json={})

            assert reply.status_code == 401, (method, path)
            assert reply.json()["code"] == "people.not_signed_in"


@pytest.mark.parametrize("username", USERS)
async def test_each_role_gets_through_the_gates_of_its_permissions_only(
    username: str, sign_in: SignIn
) -> None:
    client = await sign_in(username)
    may = PERMISSIONS[USERS[username]]
    for route in bare_app().routes:
        gate = gate_of(route)
        if not isinstance(route, APIRoute) or not isinstance(gate, Need) or not gate.any_of:
            continue
        path = (
            route.path.replace("{call_id}", "0" * 32).replace("{script_id}", "none").replace("{key_id}", "k")
        )
        for method in route.methods:
            reply = await client.request(method, path, json={})
            is_refused = reply.status_code == 403

            assert is_refused is not bool(may & set(gate.any_of)), (method, path, reply.text)


async def test_roles_are_read_anew_with_each_request(sign_in: SignIn, desk: FakeDesk) -> None:
    client = await sign_in("2001")
    assert (await client.get("/api/calls")).status_code == 200

    supervisor = desk.users.users["2001"]  # type: ignore[index]
    desk.users.users[supervisor.user_id] = type(supervisor)(
        **{f: getattr(supervisor, f) for f in supervisor.__slots__} | {"roles": frozenset({Role.PLANNER})}
    )
    assert (await client.get("/api/calls")).status_code == 403


def test_permissions_in_the_table_are_those_asked_for() -> None:
    """A permission nobody asks for is a promise nobody keeps, but for those that change what is shown."""
    asked = {
        p for route in bare_app().routes if isinstance(gate_of(route), Need) for p in gate_of(route).any_of
    }  # type: ignore[attr-defined]

    assert set(Permission) - asked == {Permission.SEE_NUMBERS}
