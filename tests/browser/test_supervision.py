"""A supervisor at the wallboard in Chromium, with real sound: one click puts him in a call, another changes who hears him."""

import pytest
from playwright.async_api import expect

from tests.browser.callers import STRANGER, asks_for_a_person, desk_phone
from tests.browser.conftest import OpenPage, OpenPhone
from tests.browser.voices import until_page_hears, until_phone_hears_only
from tests.peers.desk import (
    AGENT_HZ,
    SUPERVISOR_HZ,
    go_ready,
    sign_in,
    until_event,
    until_phone_hears,
    until_row,
)
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_listen_whisper_barge_and_take_over_from_the_wallboard(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent, supervisor = await page_with_tone(AGENT_HZ), await page_with_tone(SUPERVISOR_HZ)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    caller = await asks_for_a_person(server, open_phone)
    await agent.get_by_role("button", name="接听").click()
    await until_phone_hears(caller, AGENT_HZ)
    await agent.get_by_role("button", name="求助").click()
    await sign_in(supervisor, server, "2001")
    await expect(supervisor.get_by_role("heading", name="监控屏")).to_be_visible()
    await expect(supervisor.get_by_text("求助").first).to_be_visible()

    await supervisor.get_by_role("button", name="监听 坐席 1001").click()
    bar = supervisor.get_by_role("region", name="督导中的通话")
    await expect(bar).to_contain_text("双方都听不到您")
    await until_page_hears(supervisor, {"caller", "agent"})
    await until_page_hears(agent, {"caller"})
    await expect(agent.get_by_text("班长 2001 正在监听")).to_be_visible()

    await bar.get_by_role("button", name="耳语").click()
    await until_page_hears(agent, {"caller", "supervisor"})
    await until_phone_hears_only(caller, {"agent"})
    await expect(supervisor.locator(".asks-help")).to_have_count(0)

    await bar.get_by_role("button", name="强插").click()
    await until_phone_hears_only(caller, {"agent", "supervisor"})
    await until_page_hears(agent, {"caller", "supervisor"})

    await bar.get_by_role("button", name="监听").click()
    await until_phone_hears_only(caller, {"agent"})
    await until_page_hears(agent, {"caller"})
    assert await supervisor.evaluate("() => window.__heard.peers.length") == 1  # no new leg for any mode

    await bar.get_by_role("button", name="接管").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()
    await until_phone_hears_only(caller, {"supervisor"})
    await until_page_hears(supervisor, {"caller"})
    await supervisor.get_by_role("link", name="工作台").click()
    await expect(supervisor.get_by_role("heading", name="通话中")).to_be_visible()
    assert await supervisor.evaluate("() => window.__heard.peers.length") == 1
    await supervisor.get_by_role("button", name="挂机").click()
    await expect(supervisor.get_by_role("heading", name="话后处理")).to_be_visible()
    await until_row(
        server, "SELECT 1 FROM call_event WHERE kind = 'AgentLeft' AND facts->>'why' = 'taken_over'"
    )
    audited = await server.rows(
        "SELECT action, facts FROM audit_log WHERE user_id = '2001' AND action LIKE 'call.%' ORDER BY occurred_at"
    )
    assert [row["action"] for row in audited] == [
        "call.supervised",
        "call.supervised",
        "call.supervised",
        "call.supervised",
        "call.supervision_ended",
        "call.taken_over",
    ]


async def test_an_agent_at_a_desk_phone_is_coached_from_the_browser(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent, supervisor = await page_with_tone(AGENT_HZ), await page_with_tone(SUPERVISOR_HZ)
    desk = await desk_phone(server, open_phone, "1003", AGENT_HZ)
    await sign_in(agent, server, "1003")
    await agent.get_by_text("话机", exact=True).click()
    await go_ready(agent)
    caller = await asks_for_a_person(server, open_phone, STRANGER)
    await until_event(server, "AgentOffered")
    await desk.tell("accept")
    await until_phone_hears(caller, AGENT_HZ)
    await sign_in(supervisor, server, "2001")

    await supervisor.get_by_role("button", name="耳语 坐席 1003").click()

    await until_page_hears(supervisor, {"caller", "agent"})
    await until_phone_hears_only(desk, {"caller", "supervisor"})
    await until_phone_hears_only(caller, {"agent"})
    await supervisor.get_by_role("button", name="退出").click()
    await until_phone_hears_only(desk, {"caller"})
