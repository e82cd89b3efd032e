"""A desk of fakes, and browsers that sign in to it over ASGI."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from banjie.desk.app import build_app
from tests.fakes.desk_parts import FakeDesk
from tests.fakes.desk_people import FakeUsers

SignIn = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture(scope="session")
def hashes() -> dict[str, str]:
    """Passwords hashed once a run: argon2 is slow by design."""
    return {}


@pytest_asyncio.fixture
async def desk(tmp_path: Path, hashes: dict[str, str]) -> AsyncIterator[FakeDesk]:
    users = FakeUsers()
    users.demo_hashes = hashes  # type: ignore[assignment]
    made = FakeDesk(folder=tmp_path, users=users)
    yield made
    made.stop()


@pytest_asyncio.fixture
async def browser(desk: FakeDesk) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    """A new browser, with cookies of its own."""
    opened: list[httpx.AsyncClient] = []

    def open_browser() -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=build_app(desk.parts), client=("10.0.0.1", 40000))
        client = httpx.AsyncClient(transport=transport, base_url="http://desk.test")
        opened.append(client)
        return client

    yield open_browser
    for client in opened:
        await client.aclose()


@pytest_asyncio.fixture
async def sign_in(browser: Callable[[], httpx.AsyncClient]) -> SignIn:
    """Sign in and send the CSRF token with everything after."""

    async def signed_in(username: str) -> httpx.AsyncClient:
        client = browser()
        reply = await client.post("/api/session", json={"username": username, "password": f"demo-{username}"})
        assert reply.status_code == 200, reply.text
        client.headers["X-CSRF-Token"] = reply.json()["csrf_token"]
        return client

    return signed_in
