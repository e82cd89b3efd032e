"""An agent calls, in Chromium with real sound: a number outside by a real SIP trunk, a colleague."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.callers import VIP
from tests.browser.chromium import until_heard
from tests.browser.conftest import OpenPage
from tests.browser.voices import until_page_hears
from tests.peers.baresip import Baresip
from tests.peers.desk import (
    AGENT_HZ,
    CALLER_HZ,
    COLLEAGUE_HZ,
    go_ready,
    sign_in,
    until_phone_hears,
    until_phone_hears_music,
    until_row,
)
from tests.peers.outside import SHOWN, customers, house_calling_out
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_colleague_is_called_from_the_desk(server: BanjieServer, page_with_tone: OpenPage) -> None:
    agent, colleague = await page_with_tone(AGENT_HZ), await page_with_tone(COLLEAGUE_HZ)
    for page, username in ((agent, "1001"), (colleague, "1002")):
        await sign_in(page, server, username)
        await go_ready(page)

    await agent.get_by_label("拨打：号码、坐席姓名或分机").fill("1002")
    await agent.get_by_role("button", name="呼叫 坐席 1002").click()
    await expect(agent.get_by_role("heading", name="呼叫中")).to_be_visible()
    await expect(colleague.get_by_role("heading", name="坐席 1001 呼叫您")).to_be_visible()
    await colleague.get_by_role("button", name="接听").click()

    await until_page_hears(agent, {"colleague"})
    await until_page_hears(colleague, {"agent"})

    await agent.get_by_role("button", name="结束通话").click()
    for page in (agent, colleague):
        await expect(page.get_by_role("status").filter(has_text="空闲")).to_be_visible()
    await until_row(server, "SELECT 1 FROM call_record WHERE direction = 'internal' AND outcome = 'ANSWERED'")


async def test_without_a_trunk_a_number_says_why_it_cannot_be_called(
    server: BanjieServer, page_with_tone: OpenPage
) -> None:
    agent = await page_with_tone(AGENT_HZ)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    await agent.get_by_label("拨打：号码、坐席姓名或分机").fill("010 8888 6666")

    button = agent.get_by_role("button", name="呼叫 010 8888 6666")
    await button.hover()

    await expect(agent.get_by_role("tooltip")).to_contain_text("没有外呼中继")
    await expect(button).to_have_attribute("aria-disabled", "true")


@pytest.fixture
async def carrier(tmp_path: Path) -> AsyncIterator[Baresip]:
    """The phone at the end of the trunk."""
    async with customers(tmp_path, VIP) as phone:
        yield phone


@pytest.fixture
async def dialling_server(open_folder: Path, carrier: Baresip) -> AsyncIterator[BanjieServer]:
    async with house_calling_out(open_folder, carrier) as server:
        yield server


async def test_a_number_is_called_by_the_trunk_held_and_talked_to(
    dialling_server: BanjieServer, carrier: Baresip, page_with_tone: OpenPage
) -> None:
    agent = await page_with_tone(AGENT_HZ)
    await sign_in(agent, dialling_server, "1001")
    await go_ready(agent)

    await agent.get_by_label("拨打：号码、坐席姓名或分机").fill("13800001000")
    await agent.get_by_role("button", name="呼叫 13800001000").click()
    await expect(agent.get_by_role("heading", name="呼叫中")).to_be_visible()
    await expect(agent.get_by_text("138 **** 1000").first).to_be_visible()
    await until_heard(agent, 450)  # ring-back
    await carrier.tell("accept")

    await until_heard(agent, CALLER_HZ)
    await until_phone_hears(carrier, AGENT_HZ)
    await agent.get_by_role("button", name="保持").click()
    await until_phone_hears_music(carrier)
    await agent.get_by_role("button", name="取回").click()
    await until_phone_hears(carrier, AGENT_HZ)
    assert SHOWN in await carrier.tell("listcalls")

    await carrier.tell("hangup")
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()
    await until_row(
        dialling_server,
        "SELECT 1 FROM call_record WHERE direction = 'out' AND outcome = 'ANSWERED' AND recording_file IS NOT NULL",
    )
