"""A supervisor at the wallboard in Chromium, with real sound: one click puts him in a call, another changes who hears him."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import heard_levels, until
from tests.browser.conftest import OpenPage, OpenPhone
from tests.browser.sound import goertzel
from tests.peers.baresip import Baresip
from tests.peers.desk import (
    AGENT_HZ,
    CALLER_HZ,
    NUMBER,
    SUPERVISOR_HZ,
    go_ready,
    sign_in,
    until_phone_hears,
    until_row,
)
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TONES = {"caller": CALLER_HZ, "agent": AGENT_HZ, "supervisor": SUPERVISOR_HZ}


async def until_page_hears(page: Page, names: set[str]) -> None:
    """Wait until the page plays these voices and no other."""
    last: dict[str, float] = {}

    async def is_so() -> bool:
        nonlocal last
        last = await heard_levels(page, TONES)
        return {name for name, level in last.items() if level > 0.02} == names

    await until(is_so, within_s=10.0, what=lambda: f"{names} in the page; it plays {last}")


async def until_caller_hears(phone: Baresip, names: set[str]) -> None:
    last: dict[str, float] = {}

    async def is_so() -> bool:
        nonlocal last
        sound = phone.heard()
        last = {name: goertzel(sound, 8000, hz) for name, hz in TONES.items()}
        return {name for name, level in last.items() if level > 0.02} == names

    await until(is_so, within_s=10.0, what=lambda: f"{names} on the phone; it hears {last}")


async def test_listen_whisper_barge_and_end_from_the_wallboard(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent, supervisor = await page_with_tone(AGENT_HZ), await page_with_tone(SUPERVISOR_HZ)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    caller = await open_phone(f"<sip:13800001000@127.0.0.1:{server.sip_port}>;regint=0", CALLER_HZ)
    await caller.tell("dial", f"sip:{NUMBER}@127.0.0.1:{server.sip_port}")
    await until_row(
        server, "SELECT 1 FROM call_event WHERE kind = 'ScriptStarted' AND call_id NOT LIKE 'demo-%'"
    )
    await caller.press("0")
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
    await until_caller_hears(caller, {"agent"})
    await expect(supervisor.locator(".asks-help")).to_have_count(0)

    await bar.get_by_role("button", name="强插").click()
    await until_caller_hears(caller, {"agent", "supervisor"})
    await until_page_hears(agent, {"caller", "supervisor"})

    await bar.get_by_role("button", name="监听").click()
    await until_caller_hears(caller, {"agent"})
    await until_page_hears(agent, {"caller"})
    assert await supervisor.evaluate("() => window.__heard.peers.length") == 1  # no new leg for any mode

    await bar.get_by_role("button", name="强拆").click()
    await supervisor.get_by_role("dialog").get_by_role("button", name="强拆").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()
    await expect(bar).to_have_count(0)
    await until_row(server, "SELECT 1 FROM call_record WHERE end_reason = 'supervisor_hung_up'")
    audited = await server.rows(
        "SELECT action, facts FROM audit_log WHERE user_id = '2001' AND action LIKE 'call.%' ORDER BY occurred_at"
    )
    assert [row["action"] for row in audited] == [
        "call.supervised",
        "call.supervised",
        "call.supervised",
        "call.supervised",
        "call.supervision_ended",
        "call.forced_down",
    ]
