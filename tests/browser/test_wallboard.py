"""The wallboard in Chromium, on a desk of fakes: agents moved, thresholds set, a screen on a wall, two who save at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from banjie.base.ids import AgentId, QueueId
from banjie.desk.app import build_app
from banjie.desk.server import DeskServer
from tests.browser.looks import accessibility_faults, is_wider_than_window
from tests.fakes.desk_parts import FakeDesk, RealClock

pytestmark = pytest.mark.browser

_WEB = Path(__file__).parents[2] / "web"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FakeDesk]:
    made = FakeDesk(folder=tmp_path, clock=RealClock(), web=_WEB / "dist")
    made.agents.publish_wallboard()
    yield made
    made.stop()


@pytest.fixture
async def address(desk: FakeDesk) -> AsyncIterator[str]:
    server = await DeskServer.start(build_app(desk.parts), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


async def soon(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10.0):
        while not is_so():  # noqa: ASYNC110  # the condition is another part's state
            await asyncio.sleep(0.02)


async def signed_in(browser: BrowserContext, address: str, username: str) -> Page:
    await browser.add_init_script("localStorage.setItem('banjie.language', 'zh')")
    page = await browser.new_page()
    await page.goto(address)
    await page.get_by_label("用户名").fill(username)
    await page.locator("input[type=password]").fill(f"demo-{username}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("navigation").first).to_be_visible()
    return page


async def test_a_supervisor_moves_agents_and_sets_when_a_queue_warns(
    browser: BrowserContext, address: str, desk: FakeDesk
) -> None:
    page = await signed_in(browser, address, "2001")
    await page.goto(f"{address}/wallboard")
    await page.get_by_role("button", name="选择多位坐席调整队列").click()
    for name in ("坐席 1005", "坐席 1006"):
        await page.get_by_role("checkbox", name=name).check()
    await page.get_by_role("button", name="调整所选坐席").click()
    await page.get_by_role("dialog").get_by_role("checkbox", name="综合服务").uncheck()
    assert await accessibility_faults(page) == []
    await page.get_by_role("button", name="立即调整").click()
    await soon(lambda: set(desk.moves.kept) == {AgentId("1005"), AgentId("1006")})
    assert QueueId("general") not in desk.moves.kept[AgentId("1005")].service.queues

    await page.get_by_role("button", name="综合服务 的预警门限").click()
    await page.get_by_label("等待人数 · 红色").fill("2")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_text("红色不能低于黄色")).to_be_visible()
    await page.get_by_label("等待人数 · 黄色").fill("2")
    await page.get_by_role("button", name="保存").click()
    await soon(lambda: QueueId("general") in desk.thresholds.kept)
    assert not await is_wider_than_window(page)


async def test_a_screen_on_a_wall_needs_nobody_and_goes_dark_when_its_link_is_revoked(
    browser: BrowserContext, address: str, desk: FakeDesk
) -> None:
    page = await signed_in(browser, address, "admin")
    await page.goto(f"{address}/wall-screens")
    await page.get_by_role("button", name="新建链接").click()
    await page.get_by_label("位置").fill("三楼大厅")
    await page.get_by_role("button", name="保存").click()
    link = await page.locator("input.wall-link").input_value()
    await page.get_by_role("button", name="完成").click()

    await browser.clear_cookies()
    wall = await browser.new_page()
    await wall.goto(link)
    await expect(wall.get_by_role("heading", name="三楼大厅")).to_be_visible()
    await expect(wall.get_by_role("row", name="综合服务")).to_be_visible()
    assert await wall.get_by_role("button").count() == 0
    assert await accessibility_faults(wall) == []
    desk.agents.set_state(AgentId("1001"), "BREAK", "meal", "browser")
    desk.agents.publish_wallboard()
    await expect(wall.get_by_role("listitem").filter(has_text="坐席 1001")).to_contain_text("就餐")
    await wall.reload()
    await expect(wall.get_by_role("row", name="综合服务")).to_be_visible()

    (screen_id,) = desk.screens.kept
    await desk.screens.revoke_screen(desk.parts.tenant_id, screen_id, desk.clock.now())
    desk.board.set_up_changed()
    await expect(wall.get_by_role("heading", name="这个链接已失效")).to_be_visible()


async def test_the_later_of_two_who_save_is_told_who_was_first(
    browser: BrowserContext, address: str, desk: FakeDesk
) -> None:
    one = await signed_in(browser, address, "admin")
    other = await browser.new_page()
    for page, name in ((one, "一号队列"), (other, "二号队列")):
        await page.goto(f"{address}/queues")
        await page.get_by_role("row", name="英语服务").get_by_role("button", name="修改").click()
        await page.get_by_label("中文").first.fill(name)
    await one.get_by_role("button", name="保存").click()
    await soon(lambda: any(queue.name["zh"] == "一号队列" for queue in desk.catalogue.queues))
    await other.get_by_role("button", name="保存").click()
    await expect(other.get_by_role("alert").first).to_contain_text("您的修改没有保存")
    assert not any(queue.name["zh"] == "二号队列" for queue in desk.catalogue.queues)
