"""baresip on the agents' desks and at carriers, a whole server between them: the transfer key, a carrier that carries a caller
on, what is heard before an answer; who hears whom, by tones."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

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
    until_phone_hears,
    until_phone_hears_music,
    until_row,
)
from tests.peers.outside import trunk_to
from tests.peers.server import BanjieServer
from tests.peers.session import signed_in

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

OpenPhone = Callable[[str, int], Awaitable[Baresip]]
VIP = "13800001000"
RING_BACK_HZ = 450


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
    async with signed_in(server, username) as client:
        answer = await client.post("/api/desk/state", json={"state": "READY", "device": "phone"})
        assert answer.status_code == 204, answer.text


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
    await until_phone_hears(agent, RING_BACK_HZ)
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


async def until_told(agent: Baresip, *statuses: int) -> None:
    wanted = [f"SIP/2.0 {status}" for status in statuses]

    async def is_so() -> bool:
        return told(agent) == wanted

    await until(is_so, within_s=10.0, what=lambda: f"{wanted}; it was told {told(agent)}")


async def test_a_transfer_to_nobody_leaves_the_caller_where_he_is(
    server: BanjieServer, open_phone: OpenPhone
) -> None:
    agent, _, caller = await three_phones(server, open_phone)

    await agent.tell("transfer", f"sip:1003@127.0.0.1:{server.sip_port}")
    await until_told(agent, 100, 486)
    await until_phone_hears_only(caller, {"agent"})
    await until_phone_hears_only(agent, {"caller"})


async def test_a_blind_transfer(server: BanjieServer, open_phone: OpenPhone) -> None:
    agent, colleague, caller = await three_phones(server, open_phone)

    await agent.tell("transfer", f"sip:1002@127.0.0.1:{server.sip_port}")
    await picks_up(colleague)

    await until_phone_hears_only(caller, {"colleague"})
    await until_phone_hears_only(colleague, {"caller"})
    await until_told(agent, 100, 200)
    await until_row(
        server, "SELECT 1 FROM agent_state WHERE agent_id = '1001' AND state = 'ACW' AND until IS NULL"
    )
    await caller.tell("hangup")
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE jsonb_array_length(segments) = 2 AND agent_id = '1002'"
        " AND ended_at IS NOT NULL",
    )


async def test_an_attended_transfer_after_one_that_came_to_nothing(
    server: BanjieServer, open_phone: OpenPhone
) -> None:
    agent, colleague, caller = await three_phones(server, open_phone)
    await asks(agent, colleague, caller, server)
    await colleague.tell("hangup")
    await until_phone_hears_music(caller)
    await agent.tell("line", "1")
    await agent.tell("resume")
    await until_phone_hears_only(caller, {"agent"})

    second = await asks(agent, colleague, caller, server)
    await agent.tell("line", "1")
    await agent.tell("transfer", f"<sip:1002@127.0.0.1:{server.sip_port}?Replaces={quote(second, safe='')}>")

    await until_phone_hears_only(caller, {"colleague"})
    await until_phone_hears_only(colleague, {"caller"})
    await until_told(agent, 100, 200)
    await caller.tell("hangup")
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE jsonb_array_length(segments) = 2 AND agent_id = '1002'"
        " AND recording_file IS NOT NULL AND ended_at IS NOT NULL AND call_id NOT LIKE 'demo-%'",
    )


# -- carriers -------------------------------------------------------------------------------------------


async def with_carrier(server: BanjieServer, phone: Baresip, **more: object) -> None:
    """Let a phone be the carrier's side of a trunk, whose calls come from this machine too."""
    trunk = {
        "name": "carrier",
        "servers": [f"127.0.0.1:{phone.sip_port}"],
        "networks": ["127.0.0.1/32"],
        **more,
    }
    async with signed_in(server, "admin") as client:
        answer = await client.post("/api/trunks", json=trunk)
        assert answer.status_code == 201, answer.text


async def test_a_carrier_carries_the_caller_on_and_we_have_no_part_in_it(
    server: BanjieServer, open_phone: OpenPhone
) -> None:
    outside = await open_phone("<sip:13900001111@127.0.0.1>;regint=0;answermode=manual", COLLEAGUE_HZ)
    await with_carrier(server, outside, transfers_by_refer=True)
    agent, _, caller = await three_phones(server, open_phone)

    await agent.tell("transfer", f"sip:13900001111@127.0.0.1:{server.sip_port}")
    await until_phone_hears_music(caller)
    await picks_up(outside)

    await until_phone_hears_only(caller, {"colleague"})
    await until_phone_hears_only(outside, {"caller"})
    assert f"127.0.0.1:{outside.sip_port}" in await caller.tell("listcalls")  # from phone to phone
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE end_reason = 'carried_on' AND transferred_to = '13900001111'"
        " AND ended_at IS NOT NULL AND call_id NOT LIKE 'demo-%'",
    )
    await until_phone_hears_only(caller, {"colleague"})


@pytest.fixture
async def carrier(open_phone: OpenPhone) -> Baresip:
    """Speaks before it answers."""
    return await open_phone("<sip:13800001000@127.0.0.1>;regint=0;answermode=early", CALLER_HZ)


async def test_an_agent_hears_the_carrier_before_anybody_answers(
    open_folder: Path, open_phone: OpenPhone, carrier: Baresip
) -> None:
    server = BanjieServer(open_folder, trunk_to(carrier))
    await server.start()
    agent = await desk_phone(server, open_phone, "1001", AGENT_HZ)
    await ready_on_phone(server, "1001")

    async with signed_in(server, "1001") as client:
        placed = await client.post("/api/desk/calls", json={"number": "13800001000"})
        assert placed.status_code < 300, placed.text
    await picks_up(agent)

    await until_phone_hears_only(agent, {"caller"})
    assert "SIP/2.0 183" in carrier.messages()
    assert "SIP/2.0 200 OK" not in [
        line
        for line in carrier.messages().split("INVITE", 1)[1].splitlines()
        if line.startswith("SIP/2.0 200")
    ]
    await carrier.tell("hangup")

    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE direction = 'out' AND outcome = 'NOT_REACHED' AND ended_at IS NOT NULL",
    )
    agent.stop()  # while there is somebody with whom to unregister
    assert server.stop() == 0


# -- a phone that dials ---------------------------------------------------------------------------------


async def test_a_desk_phone_calls_a_colleague_and_a_number_outside(
    open_folder: Path, open_phone: OpenPhone
) -> None:
    outside = await open_phone("<sip:13800001000@127.0.0.1>;regint=0;answermode=manual", CALLER_HZ)
    server = BanjieServer(open_folder, trunk_to(outside))
    await server.start()
    agent = await desk_phone(server, open_phone, "1001", AGENT_HZ)
    colleague = await desk_phone(server, open_phone, "1002", COLLEAGUE_HZ)
    for username in ("1001", "1002"):
        await ready_on_phone(server, username)

    await agent.tell("dial", f"sip:1002@127.0.0.1:{server.sip_port}")
    await until_phone_hears(agent, RING_BACK_HZ)
    await picks_up(colleague)
    await until_phone_hears_only(agent, {"colleague"})
    await until_phone_hears_only(colleague, {"agent"})
    await agent.tell("hangup")
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE direction = 'internal' AND outcome = 'ANSWERED' AND ended_at IS NOT NULL",
    )
    for username in ("1001", "1002"):
        await until_row(
            server,
            f"SELECT 1 FROM agent_state WHERE agent_id = '{username}' AND state = 'READY' AND until IS NULL",
        )

    await agent.tell("dial", f"sip:13800001000@127.0.0.1:{server.sip_port}")
    await until_phone_hears(agent, RING_BACK_HZ)
    await picks_up(outside)
    await until_phone_hears_only(agent, {"caller"})
    await until_phone_hears_only(outside, {"agent"})
    assert re.search(r"^From: .*<sip:01066668888@", outside.messages(), re.MULTILINE)
    await outside.tell("hangup")
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE direction = 'out' AND outcome = 'ANSWERED' AND agent_id = '1001'"
        " AND recording_file IS NOT NULL AND ended_at IS NOT NULL AND call_id NOT LIKE 'demo-%'",
    )
    for phone in (agent, colleague, outside):
        phone.stop()
    assert server.stop() == 0


async def test_a_desk_phone_calls_a_number_of_ours_and_one_that_leads_nowhere(
    server: BanjieServer, open_phone: OpenPhone
) -> None:
    agent = await desk_phone(server, open_phone, "1001", AGENT_HZ)
    colleague = await desk_phone(server, open_phone, "1002", COLLEAGUE_HZ)
    for username in ("1001", "1002"):
        await ready_on_phone(server, username)

    await agent.tell("dial", f"sip:1099@127.0.0.1:{server.sip_port}")

    async def is_refused() -> bool:
        return "SIP/2.0 404" in agent.messages()

    await until(is_refused, within_s=20.0, what=agent.log)
    await agent.tell("dial", f"sip:{NUMBER}@127.0.0.1:{server.sip_port}")
    await until_event(server, "ScriptStarted")
    await agent.press("0")
    await picks_up(colleague)
    await until_phone_hears_only(agent, {"colleague"})
    await until_phone_hears_only(colleague, {"agent"})
    await until_row(
        server, "SELECT 1 FROM agent_state WHERE agent_id = '1001' AND state = 'TALKING' AND until IS NULL"
    )
    await agent.tell("hangup")
    await until_row(
        server, "SELECT 1 FROM agent_state WHERE agent_id = '1001' AND state = 'READY' AND until IS NULL"
    )


async def test_two_phones_of_an_agent_ring_together_and_one_answers(
    server: BanjieServer, open_phone: OpenPhone
) -> None:
    desk = await desk_phone(server, open_phone, "1001", COLLEAGUE_HZ)
    other = await desk_phone(server, open_phone, "1001", AGENT_HZ)
    caller = await open_phone(f"<sip:{VIP}@127.0.0.1:{server.sip_port}>;regint=0", CALLER_HZ)
    await ready_on_phone(server, "1001")
    await caller.tell("dial", f"sip:{NUMBER}@127.0.0.1:{server.sip_port}")
    await until_event(server, "ScriptStarted")
    await caller.press("0")
    for phone in (desk, other):

        async def rings(phone: Baresip = phone) -> bool:
            return "180 Ringing" in phone.messages()

        await until(rings, within_s=10.0, what=phone.log)

    await other.tell("accept")

    await until_phone_hears_only(caller, {"agent"})
    await until_phone_hears_only(other, {"caller"})
    assert 'Reason: SIP;cause=200;text="Call completed elsewhere"' in desk.messages()
    assert "INCOMING" not in await desk.tell("listcalls")
    await caller.tell("hangup")
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE agent_id = '1001' AND outcome = 'ANSWERED' AND ended_at IS NOT NULL AND call_id NOT LIKE 'demo-%'",
    )


async def test_a_blocked_phone_is_gone_at_once_and_cannot_call(
    server: BanjieServer, open_phone: OpenPhone
) -> None:
    phone = await desk_phone(server, open_phone, "1001", AGENT_HZ)
    async with signed_in(server, "admin") as admin:

        async def registered() -> dict[str, object]:
            phones = (await admin.get("/api/phones")).json()
            return next(one for one in phones if one["extension"] == "1001")

        async def is_there() -> bool:
            return bool((await registered())["devices"])

        await until(is_there, within_s=10.0, what=phone.log)
        (device,) = (await registered())["devices"]  # type: ignore[misc]
        assert (device["host"], device["user_agent"].startswith("baresip")) == ("127.0.0.1", True)
        user_id = (await registered())["user_id"]

        reply = await admin.put(f"/api/phones/{user_id}", json={"is_blocked": True})
        assert reply.status_code == 204, reply.text

        async def is_gone() -> bool:
            return not (await registered())["devices"]

        await until(is_gone, within_s=5.0, what=phone.log)
        await phone.tell("dial", f"sip:1002@127.0.0.1:{server.sip_port}")

        async def is_refused() -> bool:
            return "Call with" not in await phone.tell("listcalls") and bool(
                re.search(r"SIP/2\.0 40[34]", phone.messages())
            )

        await until(is_refused, within_s=10.0, what=phone.log)
        second = await desk_phone(server, open_phone, "1001", AGENT_HZ)

        async def is_turned_away() -> bool:
            return "403 Forbidden" in second.messages()

        await until(is_turned_away, within_s=10.0, what=second.log)
        assert (await registered())["devices"] == []
