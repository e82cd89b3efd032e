"""Callers who do not want to wait, by real phones and a real trunk: asked for by a key, taken in Chromium, heard by both."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.callers import VIP
from tests.browser.chromium import until, until_heard
from tests.browser.conftest import OpenPage
from tests.peers.baresip import Baresip
from tests.peers.desk import (
    AGENT_HZ,
    CALLER_HZ,
    NUMBER,
    sign_in,
    until_phone_hears,
    until_row,
)
from tests.peers.outside import SHOWN, customers, trunk_to
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NUMBERS = tuple(f"1390000000{n}" for n in range(1, 5))
OFFERED_AT_ONCE = json.dumps({"is_offered": True, "offered_after_s": 0.0})
ATTEMPTS = "SELECT dialled, outcome FROM call_record WHERE callback_of IS NOT NULL ORDER BY arrived_at"


@pytest.fixture
async def carrier(tmp_path: Path) -> AsyncIterator[Baresip]:
    """Every customer's phone: what is at the end of the trunk."""
    async with customers(tmp_path, VIP, *NUMBERS) as phone:
        yield phone


@pytest.fixture
async def server(open_folder: Path, carrier: Baresip) -> AsyncIterator[BanjieServer]:
    """The demonstration bank, with a trunk that leads out, and a general queue that calls people back at once."""
    server = BanjieServer(open_folder, trunk_to(carrier))
    await server.start()
    await server.rows(
        "UPDATE queue SET rules = jsonb_set(rules, '{callback}', $1::text::jsonb) WHERE queue_id = 'general' RETURNING 1",
        OFFERED_AT_ONCE,
    )
    server.stop()
    await server.start()
    yield server
    assert server.stop() == 0


async def asks_to_be_called_back(server: BanjieServer, folder: Path, number: str) -> None:
    """Call the bank, press 0 for a person, then 1, and 1 # for this number; be let go."""
    phone = Baresip(folder / number, f"<sip:{number}@127.0.0.1:{server.sip_port}>;regint=0", CALLER_HZ)
    await phone.start()
    try:
        await phone.tell("dial", f"sip:{NUMBER}@127.0.0.1:{server.sip_port}")
        await until_row(
            server,
            f"SELECT 1 FROM call_event e JOIN call_record r USING (call_id) "
            f"WHERE r.caller = '{number}' AND e.kind = 'ScriptStarted'",
        )
        await phone.press("0")
        await until_row(
            server, f"SELECT 1 FROM call_record WHERE caller = '{number}' AND queued_at IS NOT NULL"
        )
        for key in "11#":
            await phone.press(key)
        await until_row(
            server, f"SELECT 1 FROM call_record WHERE caller = '{number}' AND outcome = 'CALLBACK_KEPT'"
        )
        await is_silent(phone)
    finally:
        phone.stop()


async def takes(page: Page) -> None:
    await expect(page.get_by_role("heading", name="回呼：客户在等您的电话")).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="接受并拨打").click()
    await expect(page.get_by_role("status").filter(has_text="拨号中")).to_be_visible()


async def is_silent(phone: Baresip) -> None:
    async def is_so() -> bool:
        return "active calls (0)" in (await phone.tell("listcalls")).lower()

    await until(is_so, within_s=10.0, what=lambda: "no call on the phone")


async def rings(carrier: Baresip) -> None:
    async def is_so() -> bool:
        return "incoming" in (await carrier.tell("listcalls")).lower()

    await until(is_so, within_s=10.0, what=lambda: "the customer's phone to ring")


async def test_he_is_called_back_when_an_agent_has_taken_it_and_both_hear_each_other(
    server: BanjieServer, carrier: Baresip, page_with_tone: OpenPage, tmp_path: Path
) -> None:
    await asks_to_be_called_back(server, tmp_path, VIP)
    agent = await page_with_tone(AGENT_HZ)
    await sign_in(agent, server, "1001")
    await is_silent(carrier)
    await go_ready_for_it(agent)
    await expect(agent.get_by_text("138 **** 1000").first).to_be_visible()

    await takes(agent)
    await until_heard(agent, 450)  # ring-back
    await rings(carrier)
    assert SHOWN in await carrier.tell("listcalls")
    await carrier.tell("accept")

    await until_heard(agent, CALLER_HZ)
    await until_phone_hears(carrier, AGENT_HZ)
    await carrier.tell("hangup")
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()
    await until_row(
        server,
        "SELECT 1 FROM call_record back JOIN call_record asked ON back.callback_of = asked.call_id "
        "JOIN callback c ON c.call_id = asked.call_id AND c.last_call_id = back.call_id "
        "WHERE back.direction = 'out' AND back.outcome = 'ANSWERED' AND back.recording_file IS NOT NULL "
        "AND asked.outcome = 'CALLBACK_KEPT' AND c.ending = 'connected' AND c.attempts = 1",
    )


async def test_a_kill_with_three_waiting_and_one_being_dialled_loses_and_doubles_nobody(
    server: BanjieServer, carrier: Baresip, page_with_tone: OpenPage, tmp_path: Path
) -> None:
    for number in NUMBERS:
        await asks_to_be_called_back(server, tmp_path, number)
    agent = await page_with_tone(AGENT_HZ)
    await sign_in(agent, server, "1001")
    await go_ready_for_it(agent)
    await takes(agent)
    await rings(carrier)

    server.kill()
    await carrier.tell("hangup")
    await server.start()

    kept = await server.rows(
        "SELECT number, state, attempts FROM callback WHERE ended_at IS NULL ORDER BY waiting_since"
    )
    assert [tuple(row) for row in kept] == [
        (number, "waiting", int(number == NUMBERS[0])) for number in NUMBERS
    ]
    await expect(agent.get_by_role("status").filter(has_text="准备中")).to_be_visible(timeout=15_000)
    await go_ready_for_it(agent)
    for at in range(4):
        await takes(agent)
        await rings(carrier)
        await carrier.tell("hangup")  # busy: the next is offered at once
        await until_row(server, f"SELECT 1 FROM ({ATTEMPTS}) AS tried OFFSET {at + 1}")
    await until_row(
        server, "SELECT 1 FROM callback WHERE state = 'asleep' GROUP BY state HAVING count(*) = 4"
    )

    assert [row["dialled"] for row in await server.rows(ATTEMPTS)] == [NUMBERS[0], *NUMBERS]
    attempts = await server.rows("SELECT attempts FROM callback ORDER BY waiting_since")
    assert [row["attempts"] for row in attempts] == [2, 1, 1, 1]


async def go_ready_for_it(page: Page) -> None:
    """He is READY for a moment only: somebody waits."""
    await page.get_by_role("button", name="示闲").click()
    await expect(page.get_by_role("heading", name="回呼：客户在等您的电话")).to_be_visible(timeout=15_000)
