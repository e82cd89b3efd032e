"""Somebody of the demonstration bank at the interface of a running server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.peers.server import BanjieServer


@asynccontextmanager
async def signed_in(server: BanjieServer, username: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        who = {"username": username, "password": f"demo-{username}"}
        session = await client.post("/api/session", json=who)
        assert session.status_code == 200, session.text
        client.headers["x-csrf-token"] = session.json()["csrf_token"]
        yield client
