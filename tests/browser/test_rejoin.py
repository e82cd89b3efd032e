"""An agent's page reloads in mid-call, or is gone for good, with real sound: the caller is never left."""

import pytest
from playwright.async_api import expect

from banjie.stories.rejoined_call import SCREEN_GRACE_S
from tests.browser.callers import asks_for_a_person
from tests.browser.chromium import until_heard
from tests.browser.conftest import OpenPage, OpenPhone
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


async def test_a_page_reloaded_in_mid_call_is_back_in_the_call(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent = await page_with_tone(AGENT_HZ)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    caller = await asks_for_a_person(server, open_phone)
    await agent.get_by_role("button", name="接听").click()
    await until_phone_hears(caller, AGENT_HZ)

    await agent.goto("about:blank")
    await until_phone_hears_music(caller)
    await agent.goto(server.url)

    await expect(agent.get_by_role("heading", name="通话中")).to_be_visible()
    await until_phone_hears(caller, AGENT_HZ)
    await until_heard(agent, CALLER_HZ)
    await agent.reload()
    await until_heard(agent, CALLER_HZ)
    await until_phone_hears(caller, AGENT_HZ)
    await agent.get_by_role("button", name="挂机").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()
    await until_row(
        server, "SELECT 1 FROM call_record WHERE end_reason = 'agent_hung_up' AND call_id NOT LIKE 'demo-%'"
    )
    kinds = await server.rows("SELECT kind FROM call_event WHERE call_id NOT LIKE 'demo-%' ORDER BY seq")
    assert sum(row["kind"] == "AgentRejoined" for row in kinds) == 2


async def test_the_caller_of_a_page_closed_for_good_is_the_next_agents(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent, colleague = await page_with_tone(AGENT_HZ), await page_with_tone(COLLEAGUE_HZ)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    await sign_in(colleague, server, "1002")
    caller = await asks_for_a_person(server, open_phone)
    await agent.get_by_role("button", name="接听").click()
    await until_phone_hears(caller, AGENT_HZ)

    await agent.context.close()
    await until_phone_hears_music(caller)
    lost = "SELECT 1 FROM call_event WHERE kind = 'AgentLeft' AND facts->>'why' = 'lost'"
    await until_row(server, lost, within_s=SCREEN_GRACE_S + 10.0)
    await colleague.get_by_role("button", name="示闲").click()
    await colleague.get_by_role("button", name="接听").click()

    await until_phone_hears(caller, COLLEAGUE_HZ)
    await until_heard(colleague, CALLER_HZ)
    await colleague.get_by_role("button", name="挂机").click()
    await until_row(
        server,
        "SELECT 1 FROM call_record WHERE end_reason = 'agent_hung_up' AND jsonb_array_length(segments) = 2 "
        "AND segments->0->>'disposition' = 'interrupted' AND call_id NOT LIKE 'demo-%'",
    )
