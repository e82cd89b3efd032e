"""An agent calls a colleague, in Chromium with real sound: both hear each other, and neither has after-call work."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.voices import until_page_hears
from tests.peers.desk import AGENT_HZ, COLLEAGUE_HZ, go_ready, sign_in, until_row
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
