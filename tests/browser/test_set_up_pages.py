"""The set-up pages in a real Chromium, on a desk of fakes: what is wrong stands beside its field, and acts follow."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.test_desk_pages import _AXE, _FAULTS, _IS_WIDER, _sign_in, address, context, desk
from tests.fakes.desk_parts import FakeDesk

__all__ = ["address", "context", "desk"]
pytestmark = pytest.mark.browser

_PAGES = ("/queues", "/break-reasons", "/dispositions", "/hours", "/audit")
_ADD = ".records-tools .ant-btn-primary"


async def test_a_queue_is_opened_by_keys_alone_and_faults_stand_beside_their_fields(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/queues")
    await page.focus(_ADD)
    await page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    await drawer.get_by_label("振铃时长").fill("20")
    await page.keyboard.press("Enter")
    await expect(drawer.get_by_text("请填写中文或英文名称")).to_be_visible()
    assert await _focused(page) == "record_name_zh"

    await page.keyboard.type("贵宾")
    await page.keyboard.press("Enter")
    await expect(drawer).to_be_hidden()
    row = page.get_by_role("row").filter(has_text="贵宾")
    await expect(row).to_contain_text("20 秒")
    assert desk.catalogue.queues[-1].rules.ring_timeout_s == 20.0

    await row.get_by_role("button", name="修改").click()
    await page.get_by_role("checkbox", name="接受新来电").uncheck()
    await page.keyboard.press("Enter")
    await expect(row).to_contain_text("停用")
    await page.get_by_role("checkbox", name="只看启用").check()
    await expect(row).to_be_hidden()
    await page.goto(f"{address}/audit")
    await expect(page.get_by_role("row").filter(has_text="队列 · 修改")).to_contain_text("启用：是 → 否")


async def test_an_open_page_follows_what_is_changed_elsewhere(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/break-reasons")
    await page.wait_for_selector("text=休息")
    await page.wait_for_selector(".live-light.is-live")
    desk.catalogue.break_reasons = desk.catalogue.break_reasons[1:]
    desk.board.set_up_changed()
    await expect(page.get_by_role("row").filter(has_text="休息")).to_be_hidden()
    await page.get_by_role("button", name="下移 就餐").click()
    await expect(page.locator(".ant-table-row").first).to_contain_text("会议")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_set_up_pages_and_their_forms_are_free_of_accessibility_faults(
    context: BrowserContext, address: str, language: str
) -> None:
    await context.add_init_script(f"localStorage.setItem('banjie.language', '{language}')")
    page = await context.new_page()
    await page.set_viewport_size({"width": 1280, "height": 720})
    await _sign_in(page, address, "admin")
    found: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        await page.evaluate(_AXE.read_text())
        found[name] = await page.evaluate(_FAULTS)
        assert not await page.evaluate(_IS_WIDER), f"{name} is wider than its window"

    for path in _PAGES:
        await page.goto(f"{address}{path}")
        await page.wait_for_selector(".ant-table-row")
        await look(path)
        if await page.locator(_ADD).count():
            await page.click(_ADD)
            await page.get_by_role("dialog").wait_for()
            await page.click(".record-foot .ant-btn-primary")
            await page.wait_for_selector(".ant-form-item-explain-error")
            await look(f"{path}, its form")
    assert found == {name: [] for name in found}


async def _focused(page: Page) -> str:
    return str(await page.evaluate("() => document.activeElement.id"))
