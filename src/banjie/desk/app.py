"""The desk put together. No route goes out without a gate: that is checked here, each time, not only in a test."""

from collections.abc import Iterator
from typing import Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import BaseRoute

from banjie.desk import described, errors
from banjie.desk.access import Gate
from banjie.desk.parts import DeskParts
from banjie.desk.routes import (
    api_keys,
    appointments,
    audit,
    callbacks,
    calls,
    codes,
    customers,
    desk,
    document,
    hand_over,
    health,
    hours,
    live,
    matters,
    messages,
    moves,
    numbers,
    pages,
    people,
    phones,
    queues,
    recordings,
    scripts,
    session,
    supervision,
    teams,
    trunks,
    users,
    visitor,
    wall_screens,
    wallboard,
)
from banjie.desk.shield import Shield

# `pages` takes every address that is left, so it comes last.
DEPARTMENTS: Final = (
    session,
    desk,
    hand_over,
    customers,
    appointments,
    live,
    calls,
    callbacks,
    messages,
    recordings,
    matters,
    wallboard,
    wall_screens,
    supervision,
    moves,
    scripts,
    numbers,
    queues,
    codes,
    hours,
    users,
    people,
    phones,
    teams,
    trunks,
    api_keys,
    audit,
    visitor,
    health,
    document,
    pages,
)


def build_app(parts: DeskParts) -> FastAPI:
    """Return the application that serves these parts."""
    app = bare_app()
    app.state.parts = parts
    return app


def bare_app() -> FastAPI:
    """Return all routes without anything behind them: enough to describe the interface."""
    # Flat, not `include_router`: so that the walk below sees every route itself.
    routes = [route for department in DEPARTMENTS for route in department.router.routes]
    app = FastAPI(title="Banjie", routes=routes, docs_url=None, redoc_url=None, openapi_url=None)
    errors.install(app)
    described.install(app)
    app.add_middleware(Shield)
    for route in app.routes:
        gate_of(route)
    return app


class Ungated(TypeError):
    """A route declares no gate, or more than one."""


def gate_of(route: BaseRoute) -> Gate:
    """Return the one gate of a route, or raise `Ungated`."""
    if not isinstance(route, APIRoute | APIWebSocketRoute):
        raise Ungated(f"{route} is not a route of ours")
    found = [call for call in _calls(route.dependant) if isinstance(call, Gate)]
    if len(found) != 1:
        raise Ungated(f"{route.path} has {len(found)} gates instead of one")
    return found[0]


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)
