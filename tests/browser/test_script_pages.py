"""Call scripts in a real Chromium: somebody who knows no JSON begins one, changes what it says and leads a number there."""

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.looks import accessibility_faults, is_wider_than_window
from tests.browser.test_desk_pages import _sign_in, address, context, desk
from tests.fakes.desk_parts import FakeDesk

__all__ = ["address", "context", "desk"]
pytestmark = pytest.mark.browser


async def test_a_new_script_is_begun_changed_published_and_a_number_leads_there(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await _begin(page, address, "理财专线")
    await page.get_by_role("link", name="理财专线").click()
    menu = page.get_by_role("region", name="节点 menu")
    await menu.get_by_label("播报第 1 段，中文", exact=True).fill("理财，请按一。人工服务，请按零。")
    await menu.get_by_label("按键 1 的中文名称").fill("理财")
    await menu.get_by_role("button", name="增加按键").click()
    await _choose(page, menu.get_by_label("按键 2 去向"), "person · 排队")
    await page.get_by_label("新节点名称").fill("bye")
    await _choose(page, page.get_by_label("新节点类型"), "挂机")
    await page.get_by_role("button", name="增加节点").click()
    bye = page.get_by_role("region", name="节点 bye")
    await expect(bye).to_contain_text("没有去向通到这里")
    await page.get_by_role("button", name="保存草稿").click()

    problems = page.get_by_role("alert").filter(has_text="发布前需解决")
    await expect(problems).to_contain_text("按键 2 缺少中文名称")
    await expect(problems).to_contain_text("没有任何去向通到这里")
    await menu.get_by_label("按键 2 的中文名称").fill("贷款")
    await menu.get_by_label("按键 2 的英文名称").fill("Loans")
    await bye.get_by_role("button", name="删除").click()
    await page.locator(".ant-popconfirm:visible .ant-btn-primary").click()
    await expect(bye).to_be_hidden()
    await page.get_by_role("button", name="保存草稿").click()
    await expect(page.get_by_role("alert").filter(has_text="没有问题")).to_be_visible()
    await page.get_by_role("button", name="发布", exact=True).click()
    sure = page.get_by_role("dialog")
    await expect(sure).to_contain_text("还没有录音")
    await sure.locator(".ant-btn-primary").click()
    await expect(page.get_by_text("已发布为第 1 版").first).to_be_visible()

    script_id = next(one for one in desk.scripts.drafts if one != "main")
    said = desk.scripts.published[script_id, 1].script.nodes["menu"]  # type: ignore[index]
    assert said.prompts[0].text["zh"] == "理财，请按一。人工服务，请按零。"  # type: ignore[union-attr]
    assert said.prompts[0].name != "two_choices", "other words are another sound"  # type: ignore[union-attr]
    assert said.choices["2"].then == "person"  # type: ignore[union-attr]
    await page.goto(f"{address}/numbers")
    await page.get_by_role("row").filter(has_text="400-000-0001").get_by_role("button", name="修改").click()
    await _choose(page, page.locator("#record_script_id"), "理财专线")
    await page.get_by_role("dialog").get_by_role("button", name="保存").click()
    await expect(page.get_by_role("row").filter(has_text="理财专线")).to_contain_text("第 1 版")
    assert [number.plan.script_id for number in desk.numbers.kept.values()] == [script_id]


async def test_a_script_a_number_leads_to_is_not_closed_and_is_told_why(
    context: BrowserContext, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/scripts")
    await page.get_by_role("button", name="修改").click()
    drawer = page.get_by_role("dialog")
    await drawer.get_by_role("checkbox", name="可供号码使用").uncheck()
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer.get_by_text("号码 4000000001 通向这个脚本")).to_be_visible()


async def test_form_and_json_are_two_views_of_the_same_draft(context: BrowserContext, address: str) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/scripts/main")
    await page.get_by_label("播报第 1 段，英文", exact=True).fill("Press any key")
    await page.get_by_text("JSON", exact=True).click()
    written = page.get_by_label("脚本内容（JSON）")
    assert "Press any key" in await written.input_value()
    await written.fill('{"start": "x", "nodes": {"x": {"kind": "nonsense"}}}')
    await expect(page.get_by_text("请用 JSON 修改")).to_be_visible()
    await written.fill('{"start": "x", "nodes": {"x": {"kind": "hang_up"}}}')
    await page.get_by_text("表单", exact=True).click()
    await expect(page.get_by_role("region", name="节点 x")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_form_of_a_script_is_free_of_accessibility_faults(
    context: BrowserContext, address: str, language: str
) -> None:
    await context.add_init_script(f"localStorage.setItem('banjie.language', '{language}')")
    page = await context.new_page()
    await page.set_viewport_size({"width": 1280, "height": 720})
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/scripts")
    await page.click(".records-tools .ant-btn-primary")
    await page.get_by_role("dialog").wait_for()
    assert await accessibility_faults(page) == []
    await page.fill("#record_name_zh", "菜单")
    await page.click(".record-foot .ant-btn-primary")
    await page.get_by_role("link", name="菜单").click()
    await page.wait_for_selector(".node-new")
    for kind in range(9):
        await page.fill(".node-new input >> nth=0", f"node {kind}")
        await page.click(".node-new .ant-select")
        await page.locator(".ant-select-dropdown:visible .ant-select-item-option").nth(kind).click()
        await page.click(".node-new .act")
    assert await page.locator(".node:not(.node-new)").count() == 13
    assert await accessibility_faults(page) == []
    assert not await is_wider_than_window(page)


async def _begin(page: Page, address: str, name: str) -> None:
    await page.goto(f"{address}/scripts")
    await page.get_by_role("button", name="新建脚本").click()
    drawer = page.get_by_role("dialog")
    await drawer.get_by_label("名称 · 中文").fill(name)
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer).to_be_hidden()


async def _choose(page: Page, select: Locator, choice: str) -> None:
    await select.click()
    await page.locator(".ant-select-dropdown:visible").get_by_title(choice).click()
