"""The spine, with real peers: a phone dials the 400 number, a person answers in Chromium, both are heard and recorded."""

import pytest
import soundfile
from playwright.async_api import expect

from tests.browser.callers import STRANGER, asks_for_a_person, desk_phone
from tests.browser.chromium import heard, until, until_heard
from tests.browser.conftest import OpenPage, OpenPhone
from tests.peers.desk import (
    AGENT_HZ,
    CALLER_HZ,
    VISITOR_HZ,
    channel_level,
    go_ready,
    sign_in,
    until_event,
    until_phone_hears,
    until_phone_hears_music,
    until_row,
)
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_phone_call_is_answered_in_the_browser(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent = await page_with_tone(AGENT_HZ)
    await sign_in(agent, server, "1001")
    caller = await asks_for_a_person(server, open_phone)
    await until_event(server, "CallQueued")
    await until_phone_hears_music(caller)

    await agent.get_by_role("button", name="示闲").click()
    card = agent.get_by_role("group", name="来电信息")
    await expect(card).to_contain_text("138")
    await expect(card).not_to_contain_text("13800001000")
    await expect(agent.get_by_text("示范客户 01").first).to_be_visible()
    await expect(card.get_by_text("人工服务")).to_be_visible()
    await agent.get_by_role("button", name="接听").click()

    await until_heard(agent, CALLER_HZ)
    await until_phone_hears(caller, AGENT_HZ)

    await agent.get_by_role("button", name="保持").click()
    await until_phone_hears_music(caller)

    async def agent_hears_nothing() -> bool:
        return (await heard(agent)).is_silence

    await until(agent_hears_nothing, within_s=5.0, what=lambda: "silence for the agent while on hold")
    await agent.get_by_role("button", name="取回").click()
    await until_phone_hears(caller, AGENT_HZ)
    await until_heard(agent, CALLER_HZ)

    await agent.get_by_role("button", name="挂机").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()
    await agent.get_by_text("余额", exact=True).first.click()
    await agent.get_by_role("button", name="提交小结").click()
    await expect(agent.get_by_role("status").filter(has_text="空闲")).to_be_visible()

    await until_event(server, "CallDisposed")
    await until_event(server, "RecordingSaved")
    kinds = await server.rows("SELECT kind FROM call_event WHERE call_id NOT LIKE 'demo-%' ORDER BY seq")
    told = [row["kind"] for row in kinds if row["kind"] not in ("CustomerMatched", "SoundMeasured")]
    assert told[:9] == [
        "CallArrived",
        "CallAnswered",
        "ScriptStarted",
        "DigitChosen",
        "CallQueued",
        "AgentOffered",
        "AgentConnected",
        "RecordingStarted",
        "CallHeld",
    ]
    assert told[9:11] == ["CallResumed", "CallEnded"]
    assert sorted(told[11:]) == ["CallDisposed", "RecordingSaved"]
    assert "SoundMeasured" in [
        row["kind"] for row in kinds
    ]  # of the caller; of the agent too, unless he was quick
    (record,) = await server.rows("SELECT * FROM call_record WHERE call_id NOT LIKE 'demo-%'")
    assert (record["outcome"], record["agent_id"], record["queue_id"]) == ("ANSWERED", "1001", "general")
    assert (record["pressed"], record["disposition"]) == ("0", "account.balance")
    assert record["hold_s"] > 0
    sound, rate_hz = soundfile.read(server.recordings / record["recording_file"])
    assert rate_hz == 8000
    left, right = sound[:, 0], sound[:, 1]
    assert channel_level(left, CALLER_HZ) > max(0.1, 20 * channel_level(left, AGENT_HZ))
    assert channel_level(right, AGENT_HZ) > max(0.1, 20 * channel_level(right, CALLER_HZ))


async def test_a_visitors_page_is_answered_at_the_desk(
    server: BanjieServer, page_with_tone: OpenPage
) -> None:
    agent, visitor = await page_with_tone(AGENT_HZ), await page_with_tone(VISITOR_HZ)
    await sign_in(agent, server, "1002")
    await go_ready(agent)
    await visitor.goto(f"{server.url}/call")
    await visitor.get_by_role("button", name="呼叫").first.click()
    await visitor.get_by_role("button", name="人工服务").click()
    await agent.get_by_role("button", name="接听").click()

    await until_heard(agent, VISITOR_HZ)
    await until_heard(visitor, AGENT_HZ)

    await visitor.get_by_role("button", name="挂断").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()


async def test_a_registered_desk_phone_takes_a_queue_call(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    agent = await page_with_tone(AGENT_HZ)
    desk = await desk_phone(server, open_phone, "1003", AGENT_HZ)
    await sign_in(agent, server, "1003")
    await agent.get_by_text("话机", exact=True).click()
    await go_ready(agent)
    caller = await asks_for_a_person(server, open_phone, STRANGER)
    await until_event(server, "AgentOffered")
    await desk.tell("accept")

    await until_phone_hears(caller, AGENT_HZ)
    await until_phone_hears(desk, CALLER_HZ)

    await desk.tell("hangup")
    await until_row(
        server, "SELECT 1 FROM call_record WHERE end_reason = 'agent_hung_up' AND call_id NOT LIKE 'demo-%'"
    )
