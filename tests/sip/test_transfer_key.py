"""baresip on the agents' desks, and a whole server between them: the transfer key, and who hears whom afterwards, by tones."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.browser.callers import desk_phone
from tests.browser.chromium import until
from tests.browser.voices import until_phone_hears_only
from tests.peers.baresip import Baresip
from tests.peers.desk import (
    AGENT_HZ,
    CALLER_HZ,
    COLLEAGUE_HZ,
    NUMBER,
    until_event,
    until_phone_hears_music,
    until_row,
)
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

OpenPhone = Callable[[str, int], Awaitable[Baresip]]
VIP = "13800001000"


@pytest.fixture
async def server(open_folder: Path) -> AsyncIterator[BanjieServer]:
    server = BanjieServer(open_folder)
    await server.start()
    yield server
    assert server.stop() == 0


@pytest.fixture
async def open_phone(tmp_path: Path) -> AsyncIterator[OpenPhone]:
    phones: list[Baresip] = []

    async def open_one(account: str, hz: int) -> Baresip:
        phone = Baresip(tmp_path / f"phone-{len(phones)}", account, hz, is_traced=True)
        phones.append(phone)
        await phone.start()
        return phone

    yield open_one
    for phone in phones:
        phone.stop()


async def ready_on_phone(server: BanjieServer, username: str) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        signed_in = await client.post(
            "/api/session", json={"username": username, "password": f"demo-{username}"}
        )
        assert signed_in.status_code == 200, signed_in.text
        proof = {"x-csrf-token": signed_in.json()["csrf_token"]}
        state = {"state": "READY", "device": "phone"}
        assert (await client.post("/api/desk/state", json=state, headers=proof)).status_code == 204


async def picks_up(phone: Baresip) -> None:
    """Answer what rings."""

    async def rings() -> bool:
        return "Incoming call" in await phone.tell("listcalls") or "INCOMING" in await phone.tell("listcalls")

    await until(rings, within_s=10.0, what=lambda: f"a call that comes in: {phone.log()}")
    await phone.tell("accept")


async def three_phones(server: BanjieServer, open_phone: OpenPhone) -> tuple[Baresip, Baresip, Baresip]:
    """Agent 1001 talks to a caller on his desk phone; 1002's is free."""
    agent = await desk_phone(server, open_phone, "1001", AGENT_HZ)
    colleague = await desk_phone(server, open_phone, "1002", COLLEAGUE_HZ)
    caller = await open_phone(f"<sip:{VIP}@127.0.0.1:{server.sip_port}>;regint=0", CALLER_HZ)
    await ready_on_phone(server, "1001")
    await caller.tell("dial", f"sip:{NUMBER}@127.0.0.1:{server.sip_port}")
    await until_event(server, "ScriptStarted")
    await caller.press("0")
    await picks_up(agent)
    await until_phone_hears_only(caller, {"agent"})
    await until_phone_hears_only(agent, {"caller"})
    await ready_on_phone(server, "1002")
    return agent, colleague, caller


async def asks(agent: Baresip, colleague: Baresip, caller: Baresip, server: BanjieServer) -> str:
    """The agent holds the caller and calls 1002, who answers. Return the second call, as a Replaces value."""
    await agent.tell("hold")
    await until_phone_hears_music(caller)
    await agent.tell("dial", f"sip:1002@127.0.0.1:{server.sip_port}")
    await picks_up(colleague)
    await until_phone_hears_only(colleague, {"agent"})
    await until_phone_hears_only(agent, {"colleague"})
    await until_phone_hears_music(caller)
    answers = re.findall(
        r"SIP/2\.0 200 OK\n(?:.+\n)*?CSeq: \d+ INVITE\n(?:.+\n)*", agent.messages().replace("\r", "")
    )
    to_1002 = [text for text in answers if re.search(r"^To: .*1002@", text, re.MULTILINE)][-1]
    call_id = re.findall(r"^Call-ID: (.*)$", to_1002, re.MULTILINE)[0]
    ours = re.findall(r"^To: .*;tag=(.*)$", to_1002, re.MULTILINE)[0]
    its = re.findall(r"^From: .*;tag=(.*)$", to_1002, re.MULTILINE)[0]
    return f"{call_id};to-tag={ours};from-tag={its}"


def told(agent: Baresip) -> list[str]:
    """What its NOTIFYs said."""
    return re.findall(r"^(SIP/2\.0 \d+) [^\n]*$", "\n".join(_bodies(agent)), re.MULTILINE)


def _bodies(agent: Baresip) -> list[str]:
    text = agent.messages().replace("\r", "")
    return re.findall(r"NOTIFY sip:(?:.+\n)+\n(.*)\n", text)


async def test_a_blind_transfer(server: BanjieServer, open_phone: OpenPhone) -> None:
    agent, colleague, caller = await three_phones(server, open_phone)

    await agent.tell("transfer", f"sip:1002@127.0.0.1:{server.sip_port}")
    await picks_up(colleague)

    await until_phone_hears_only(caller, {"colleague"})
    await until_phone_hears_only(colleague, {"caller"})
    assert told(agent) == ["SIP/2.0 100", "SIP/2.0 200"]
    await until_row(
        server, "SELECT 1 FROM agent_state WHERE agent_id = '1001' AND state = 'ACW' AND until IS NULL"
    )
    await caller.tell("hangup")
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE jsonb_array_length(segments) = 2 AND agent_id = '1002'"
        " AND ended_at IS NOT NULL",
    )


async def test_a_transfer_to_nobody_leaves_the_caller_where_he_is(
    server: BanjieServer, open_phone: OpenPhone
) -> None:
    agent, _, caller = await three_phones(server, open_phone)

    await agent.tell("transfer", f"sip:1003@127.0.0.1:{server.sip_port}")

    async def has_heard() -> bool:
        return told(agent) == ["SIP/2.0 100", "SIP/2.0 486"]

    await until(has_heard, within_s=10.0, what=lambda: f"486; it was told {told(agent)}")
    await until_phone_hears_only(caller, {"agent"})
    await until_phone_hears_only(agent, {"caller"})


async def test_an_attended_transfer(server: BanjieServer, open_phone: OpenPhone) -> None:
    agent, colleague, caller = await three_phones(server, open_phone)
    second = await asks(agent, colleague, caller, server)

    await agent.tell("line", "1")
    await agent.tell("transfer", f"<sip:1002@127.0.0.1:{server.sip_port}?Replaces={quote(second, safe='')}>")

    await until_phone_hears_only(caller, {"colleague"})
    await until_phone_hears_only(colleague, {"caller"})
    assert told(agent) == ["SIP/2.0 100", "SIP/2.0 200"]
    await caller.tell("hangup")
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE jsonb_array_length(segments) = 2 AND agent_id = '1002'"
        " AND recording_file IS NOT NULL AND ended_at IS NOT NULL AND call_id NOT LIKE 'demo-%'",
    )


async def test_who_was_asked_hangs_up_and_the_caller_is_taken_back(
    server: BanjieServer, open_phone: OpenPhone
) -> None:
    agent, colleague, caller = await three_phones(server, open_phone)
    await asks(agent, colleague, caller, server)

    await colleague.tell("hangup")
    await until_phone_hears_music(caller)
    await agent.tell("line", "1")
    await agent.tell("resume")

    await until_phone_hears_only(caller, {"agent"})
