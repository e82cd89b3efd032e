"""The set-up of a running server: over HTTP by an administrator, acting on its calls, screens and phones at once."""

import socket
from pathlib import Path

import httpx
import pytest

from banjie.sip.digest import DigestClient, Password
from banjie.sip.digest import parse_challenge as challenge_of
from tests.browser.chromium import until
from tests.peers.server import BanjieServer

pytestmark = pytest.mark.peer


async def test_what_an_administrator_sets_up_serves_at_once_and_after_a_restart(open_folder: Path) -> None:
    server = BanjieServer(open_folder)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as admin:
            await sign_in(admin, "admin", "demo-admin")
            queue = await admin.post(
                "/api/queues",
                json={
                    "name": {"en": "Gold"},
                    "ring_timeout_s": 20,
                    "acw_s": 30,
                    "service_level_s": 10,
                    "misses_before_break": 1,
                    "rejections_before_break": 1,
                },
            )
            bob = {"username": "bob", "name": {"en": "Bob"}, "roles": ["agent"], "extension": "1500"}
            kept = (
                await admin.post("/api/people", json={**bob, "queues": [queue.json()["queue_id"]]})
            ).json()
            reason = {"code": "prayer", "name": {"en": "Prayer"}}
            assert (await admin.post("/api/break-reasons", json=reason)).status_code == 201
            trunk = {"name": "carrier", "networks": ["192.0.2.0/24"], "username": "u", "password": "zanzibar"}
            assert (await admin.post("/api/trunks", json=trunk)).status_code == 201
            assert register(server, "1500", kept["phone_password"]) == 200

            async with httpx.AsyncClient(base_url=server.url, trust_env=False) as agent:
                await sign_in(agent, "bob", kept["password"])
                asked = {"state": "BREAK", "reason": "prayer", "device": "browser"}
                assert (await agent.post("/api/desk/state", json=asked)).status_code == 204
                await until(lambda: shows(admin, ("BREAK", "prayer")), within_s=5.0)
                board = (await admin.get("/api/wallboard")).json()
                assert "Gold" in {queue["name"]["en"] for queue in board["queues"]}

                path = f"/api/people/{kept['user']['user_id']}"
                await admin.put(path, json={**bob, "is_active": False})
                assert (await agent.get("/api/session")).status_code == 401
                await until(lambda: shows(admin, None), within_s=5.0)
            assert register(server, "1500", kept["phone_password"]) == 403
    finally:
        assert server.stop() == 0
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as admin:
            await sign_in(admin, "admin", "demo-admin")
            listed = {one["name"]: one for one in (await admin.get("/api/trunks")).json()}
            assert (listed["carrier"]["has_password"], listed["loopback"]["trunk_id"]) == (True, None)
            actions = {one["action"] for one in (await admin.get("/api/audit")).json()["items"]}
            assert {"queue.added", "user.added", "user.changed", "trunk.added"} <= actions
    finally:
        assert server.stop() == 0


async def shows(admin: httpx.AsyncClient, wanted: tuple[str, str] | None) -> bool:
    """Whether the wallboard has extension 1500 in this state; None: not at all."""
    agents = (await admin.get("/api/wallboard")).json()["agents"]
    found = [(one["state"], one["reason"]) for one in agents if one["extension"] == "1500"]
    return found == ([] if wanted is None else [wanted])


async def sign_in(client: httpx.AsyncClient, username: str, password: str) -> None:
    reply = await client.post("/api/session", json={"username": username, "password": password})
    assert reply.status_code == 200, reply.text
    client.headers["X-CSRF-Token"] = reply.json()["csrf_token"]


def register(server: BanjieServer, extension: str, password: str) -> int:
    """Register a phone over UDP with digest; return the last status."""
    uri = f"sip:127.0.0.1:{server.sip_port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(5.0)
        phone.connect(("127.0.0.1", server.sip_port))
        host, port = phone.getsockname()
        proof = ""
        for cseq in (1, 2):
            phone.send(
                (
                    f"REGISTER {uri} SIP/2.0\r\n"
                    f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{cseq}{extension}{port}\r\n"
                    f"From: <sip:{extension}@127.0.0.1>;tag=1\r\nTo: <sip:{extension}@127.0.0.1>\r\n"
                    f"Call-ID: {port}\r\nCSeq: {cseq} REGISTER\r\nMax-Forwards: 70\r\n"
                    f"Contact: <sip:{extension}@{host}:{port}>\r\n{proof}Content-Length: 0\r\n\r\n"
                ).encode()
            )
            reply = phone.recv(4096).decode()
            status = int(reply.split()[1])
            if status != 401:
                return status
            (header,) = [line for line in reply.split("\r\n") if line.startswith("WWW-Authenticate:")]
            challenge = challenge_of(header.partition(": ")[2])
            assert challenge is not None
            client = DigestClient(Password(username=extension, password=password))
            proof = f"Authorization: {client.answer(challenge, 'REGISTER', uri, b'')}\r\n"
    return status
