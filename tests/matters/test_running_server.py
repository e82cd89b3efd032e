"""Matters on a running server with its PostgreSQL: from the agent to the owner, over a kill -9."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.peers.server import BanjieServer
from tests.peers.session import signed_in

pytestmark = pytest.mark.peer
MATTERS = "/api/matters"
CARDS = {"owner_id": "4001", "unit_id": "cards"}


async def opened(client: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    body = {"title": "卡片被吞", "text": "长安路支行", "class_id": "consult", **more}
    for _ in range(100):  # what matters are judged by is read a moment after the house has opened
        reply = await client.post(MATTERS, json=body)
        if reply.status_code != 503:
            break
        await asyncio.sleep(0.1)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


async def test_what_was_kept_is_there_after_a_kill_and_time_goes_on_for_it(open_folder: Path) -> None:
    server = BanjieServer(open_folder)
    await server.start()
    async with signed_in(server, "1001") as agent, signed_in(server, "5001") as office:
        matter = await opened(agent)
        late = await opened(office, title="催过的", class_id="urgent")
        one = f"{MATTERS}/{matter['matter_id']}/steps"
        handed = await office.post(one, json={"step": "dispatch", "hands": CARDS})
        assert handed.status_code == 200, handed.text
    async with signed_in(server, "4001") as owner:
        assert (await owner.post(one, json={"step": "sign"})).json()["state"] == "HANDLING"
    server.kill()

    ago = datetime.now(UTC) - timedelta(hours=1)
    await server.start()
    await server.rows(
        "UPDATE matter SET wakes_at = $2 WHERE matter_id = $1 RETURNING 1", late["matter_id"], ago
    )
    async with signed_in(server, "5001") as office:
        assert (await opened(office))["number"].endswith("000003")
        lines = (await office.get(f"{MATTERS}/{matter['matter_id']}/history")).json()
        assert [line["step"] for line in lines] == [None, "dispatch", "sign"]
    # Looked at, found not to be due, and put to sleep until it is.
    sql = "SELECT 1 FROM matter WHERE matter_id = $1 AND wakes_at > now()"
    for _ in range(100):
        if await server.rows(sql, late["matter_id"]):
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail("nobody looked at a matter whose time had come")
    assert server.stop() == 0
