"""An agent promises a customer to call him, is reminded, and calls him by one press; a kill of the server loses nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser.callers import VIP
from tests.browser.chromium import until, until_heard
from tests.browser.conftest import OpenPage
from tests.browser.looks import accessibility_faults
from tests.peers.baresip import Baresip
from tests.peers.desk import AGENT_HZ, CALLER_HZ, go_ready, sign_in, until_phone_hears, until_row
from tests.peers.outside import SHOWN, customers, house_calling_out
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
async def customer(tmp_path: Path) -> AsyncIterator[Baresip]:
    """The phone at the end of the trunk."""
    async with customers(tmp_path, VIP) as phone:
        yield phone


@pytest.fixture
async def dialling_server(open_folder: Path, customer: Baresip) -> AsyncIterator[BanjieServer]:
    async with house_calling_out(open_folder, customer) as server:
        yield server


async def _talk(agent: Page, customer: Baresip) -> None:
    await expect(agent.get_by_role("heading", name="呼叫中")).to_be_visible()
    await customer.tell("accept")
    await until_heard(agent, CALLER_HZ)
    await until_phone_hears(customer, AGENT_HZ)
    assert SHOWN in await customer.tell("listcalls")
    await customer.tell("hangup")
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_visible()


async def _register(agent: Page) -> None:
    await agent.locator(".disposition").get_by_role("radio").first.check()
    await agent.get_by_role("button", name="提交小结").click()
    await expect(agent.get_by_role("heading", name="话后处理")).to_be_hidden()


async def test_it_is_booked_after_a_call_comes_due_and_is_dialled_by_one_press(
    dialling_server: BanjieServer, customer: Baresip, page_with_tone: OpenPage
) -> None:
    server, agent = dialling_server, await page_with_tone(AGENT_HZ)
    await sign_in(agent, server, "1001")
    await go_ready(agent)
    await agent.get_by_label("拨打：号码、坐席姓名或分机").fill("13800001000")
    await agent.get_by_role("button", name="呼叫 13800001000").click()
    await _talk(agent, customer)

    await agent.locator(".hand-head").get_by_role("button", name="预约回访").click()
    dialog = agent.get_by_role("dialog")
    await dialog.get_by_role("button", name="一小时后").click()
    await dialog.get_by_label("备注").fill("答复贷款利率")
    await dialog.get_by_label("提前提醒（分钟）").fill("90")  # so that it is due at once
    await agent.wait_for_timeout(300)  # the dialogue is in full colour
    assert await accessibility_faults(agent) == []
    await dialog.get_by_role("button", name="预约", exact=True).click()
    await expect(dialog).to_be_hidden()

    mine = agent.get_by_role("region", name="我的预约")
    await expect(mine.get_by_role("status")).to_have_text("1 个待回访")
    await expect(mine.get_by_text("答复贷款利率")).to_be_visible()
    call = mine.get_by_role("button", name="拨打")
    await expect(call).to_have_attribute("aria-disabled", "true")  # while there is paperwork
    await _register(agent)
    assert await accessibility_faults(agent) == []

    await call.click()
    await _talk(agent, customer)
    await _register(agent)
    await expect(mine.get_by_text("已拨 1 次")).to_be_visible()
    await mine.get_by_role("button", name="完成").click()

    await expect(mine).to_be_hidden()
    await until_row(server, "SELECT 1 FROM appointment WHERE state = 'DONE' AND last_call_id IS NOT NULL")
    (calls,) = await server.rows(
        "SELECT count(*) AS placed, bool_and(caller = '01066668888') AS shown FROM call_record WHERE direction = 'out'"
    )
    assert (calls["placed"], calls["shown"]) == (2, True)
    (handled,) = [figure async for figure in _figures(agent) if figure[0] == "接话量"]
    assert handled == ("接话量", "2")


async def _figures(page: Page) -> AsyncIterator[tuple[str, str]]:
    await expect(page.locator(".figure.of-handled dd")).to_have_text("2")
    for figure in await page.locator(".figure").all():
        yield (await figure.locator("dt").inner_text(), await figure.locator("dd").inner_text())


async def test_what_comes_due_after_a_kill_is_due(server: BanjieServer) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        session = await client.post("/api/session", json={"username": "1001", "password": "demo-1001"})
        client.headers["X-CSRF-Token"] = session.json()["csrf_token"]
        due_at = datetime.now(UTC) + timedelta(seconds=3)
        body = {"number": "13800001000", "due_at": due_at.isoformat(), "lead_min": 0, "closed_accepted": True}
        assert (await client.post("/api/desk/appointments", json=body)).status_code == 201
        server.kill()
        await server.start()

        async def is_due() -> bool:
            (mine,) = (await client.get("/api/desk/appointments")).json()
            return bool(mine["state"] == "DUE")

        await until(is_due, within_s=15.0)
    (timer,) = await server.rows("SELECT kind, due_at FROM timer")
    assert timer["kind"] == "appointment"
    assert timer["due_at"] - due_at == timedelta(minutes=60)
