"""A caller from hand to hand in Chromium, with real sound: consult, swap, conference, completed transfer, blind transfer."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.callers import asks_for_a_person
from tests.browser.chromium import until_heard
from tests.browser.conftest import OpenPage, OpenPhone
from tests.browser.voices import until_page_hears, until_phone_hears_only
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
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def in_a_call(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> tuple[Page, Page, Baresip]:
    """Agent 1001 talks to a caller; colleague 1002 is ready."""
    agent, colleague = await page_with_tone(AGENT_HZ), await page_with_tone(COLLEAGUE_HZ)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    caller = await asks_for_a_person(server, open_phone)
    await agent.get_by_role("button", name="接听").click()
    await until_phone_hears(caller, AGENT_HZ)
    await sign_in(colleague, server, "1002")
    await go_ready(colleague)
    return agent, colleague, caller


async def test_consult_swap_conference_and_leave(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent, colleague, caller = await in_a_call(server, page_with_tone, open_phone)

    await agent.keyboard.press("Control+F8")
    await agent.get_by_label("姓名、分机、队列或外线号码").fill("1002")
    await agent.get_by_role("button", name="咨询 坐席 1002").click()
    await until_phone_hears_music(caller)
    await expect(colleague.get_by_role("heading", name="坐席 1001 咨询您")).to_be_visible()
    await colleague.get_by_role("button", name="接听").click()
    await until_page_hears(agent, {"colleague"})
    await until_page_hears(colleague, {"agent"})
    await expect(colleague.get_by_text("客户听不到您")).to_be_visible()

    await agent.get_by_role("button", name="回到客户").click()
    await until_phone_hears_only(caller, {"agent"})
    await until_page_hears(agent, {"caller"})

    await agent.keyboard.press("Control+Shift+F7")
    await until_phone_hears_only(caller, {"agent", "colleague"})
    await until_page_hears(agent, {"caller", "colleague"})
    await until_page_hears(colleague, {"caller", "agent"})

    await agent.get_by_role("button", name="退出会议").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()
    await expect(colleague.get_by_role("heading", name="通话中")).to_be_visible()
    await until_phone_hears_only(caller, {"colleague"})
    await until_page_hears(colleague, {"caller"})
    await colleague.get_by_role("button", name="挂机").click()
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE jsonb_array_length(segments) = 2 AND agent_id = '1002'"
        " AND ended_at IS NOT NULL",
    )


async def test_a_blind_transfer_rings_back_and_a_colleague_who_declines_costs_the_caller_nothing(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent, colleague, caller = await in_a_call(server, page_with_tone, open_phone)

    await agent.get_by_role("button", name="转接 / 咨询").click()
    await agent.get_by_role("button", name="转接 坐席 1002").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()
    await until_phone_hears(caller, 450)  # ring-back
    await expect(colleague.get_by_role("heading", name="坐席 1001 转来一通电话")).to_be_visible()
    await colleague.get_by_role("button", name="拒接").click()

    # He is at the head of the queue, and the colleague is still ready there.
    await expect(colleague.get_by_role("heading", name="来电", exact=True)).to_be_visible()
    await colleague.get_by_role("button", name="接听").click()
    await until_phone_hears(caller, COLLEAGUE_HZ)
    await until_heard(colleague, CALLER_HZ)
