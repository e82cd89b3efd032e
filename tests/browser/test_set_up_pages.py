"""The set-up pages in a real Chromium, on a desk of fakes: what is wrong stands beside its field, and acts follow."""

from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from banjie.base.ids import QueueId
from banjie.routing.bullseye import Ring
from banjie.routing.outcomes import ToQueue
from banjie.routing.skills import Skill
from tests.browser.looks import accessibility_faults, is_wider_than_window
from tests.browser.test_desk_pages import _sign_in, address, context, desk
from tests.fakes.desk_parts import FakeDesk

__all__ = ["address", "context", "desk"]
pytestmark = pytest.mark.browser

_PAGES = (
    "/users",
    "/teams",
    "/sites",
    "/skills",
    "/queues",
    "/break-reasons",
    "/dispositions",
    "/numbers",
    "/hours",
    "/trunks",
    "/phones",
    "/audit",
)
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


async def test_a_supervisor_sets_rings_and_overflow_without_a_manual(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/queues")
    await page.get_by_role("row").filter(has_text="综合服务").get_by_role("button", name="修改").click()
    drawer = page.get_by_role("dialog")
    await _choose(page, "record_requires", "贷款")
    await drawer.get_by_role("button", name="增加一圈").click()
    await drawer.get_by_label("第 1 圈的秒数").fill("20")
    await drawer.get_by_label("最多排队").fill("12")
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer.get_by_text("第 1 圈结束时没有放宽任何技能")).to_be_visible()
    await expect(drawer.get_by_text("设了上限，请选择去向")).to_be_visible()

    await drawer.get_by_label("第 1 圈结束时不再要求的技能").click()
    await page.locator(".ant-select-dropdown:visible").get_by_title("贷款").click()
    await page.keyboard.press("Escape")
    await _choose(page, "record_when_full", "转到另一个队列")
    assert await accessibility_faults(page) == []
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer).to_be_hidden()

    rules = desk.catalogue.queues[0].rules
    assert (rules.requires, rules.size_max) == ({"loans": 1}, 12)
    assert rules.rings == (Ring(lasts_s=20.0, drops=frozenset({Skill("loans")})),)
    assert rules.when_full == ToQueue(queue_id=QueueId("urgent"))


async def _choose(page: Page, field: str, choice: str) -> None:
    await page.click(f"#{field}")
    await page.locator(".ant-select-dropdown:visible").get_by_title(choice).click()
    await page.keyboard.press("Escape")


async def test_somebody_is_taken_on_and_the_passwords_are_shown_once(
    context: BrowserContext, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/users")
    await page.click(_ADD)
    drawer = page.get_by_role("dialog")
    await drawer.get_by_label("用户名").fill("1001")
    await drawer.get_by_label("姓名 · 中文").fill("白")
    await drawer.get_by_label("分机").fill("1500")
    await page.keyboard.press("Enter")
    await expect(drawer.get_by_text("用户名已被使用，请换一个")).to_be_visible()
    await drawer.get_by_label("用户名").fill("bob")
    await page.keyboard.press("Enter")

    secrets = page.get_by_role("dialog").filter(has_text="只显示这一次")
    await expect(secrets.get_by_role("row").filter(has_text="bob")).to_be_visible()
    password = await secrets.locator("tbody td").nth(1).inner_text()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("row").filter(has_text="1500")).to_be_visible()
    await page.context.clear_cookies()
    await page.goto(address)
    await page.fill("input[autocomplete=username]", "bob")
    await page.fill("input[type=password]", password)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("nav")


async def test_a_file_of_people_is_mended_and_taken_whole(
    context: BrowserContext, desk: FakeDesk, address: str, tmp_path: Path
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/users")
    await page.get_by_role("button", name="导入…").click()
    dialog = page.get_by_role("dialog")
    file = tmp_path / "people.csv"
    before = len(desk.users.users)

    file.write_bytes("用户名,姓名,角色,分机\nbob,白,坐席,1500\neve,夏,老板,\n".encode("gb18030"))
    await dialog.locator("input[type=file]").set_input_files(file)
    await expect(dialog.get_by_role("row").filter(has_text="没有角色“老板”")).to_contain_text("3")
    assert await accessibility_faults(page) == []
    async with page.expect_download() as saved:
        await dialog.get_by_role("button", name="存为文件").click()
    errors = (await (await saved.value).path()).read_text(encoding="utf-8-sig")
    assert errors.splitlines() == ["行,列,问题", "3,角色,没有角色“老板”"]
    take = dialog.get_by_role("button", name="导入", exact=True)
    await expect(take).to_be_disabled()
    await take.focus()
    await expect(page.get_by_role("tooltip").filter(has_text="请先改好列出的问题")).to_be_visible()
    assert len(desk.users.users) == before

    file.write_bytes("用户名,姓名,角色,分机\nbob,白,坐席,1500\neve,夏,排班员,\n".encode())
    await dialog.locator("input[type=file]").set_input_files(file)
    await dialog.get_by_role("button", name="导入 2 人").click()
    await expect(page.get_by_text("2 人的密码（只显示这一次）").first).to_be_visible()
    assert len(desk.users.users) == before + 2


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
        found[name] = await accessibility_faults(page)
        assert not await is_wider_than_window(page), f"{name} is wider than its window"

    for path in _PAGES:
        await page.goto(f"{address}{path}")
        await page.wait_for_selector(".ant-table-row, .ant-table-placeholder")
        await look(path)
        if await page.locator(_ADD).count():
            await page.click(_ADD)
            await page.get_by_role("dialog").wait_for()
            await page.click(".record-foot .ant-btn-primary")
            await page.wait_for_selector(".ant-form-item-explain-error")
            await look(f"{path}, its form")
    assert found == {name: [] for name in found}


async def test_a_phone_is_found_given_a_new_password_blocked_and_let_in_again(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/phones")
    await page.get_by_label("分机、姓名或话机型号").fill("yealink")
    row = page.get_by_role("row").filter(has_text="1001")
    await expect(row).to_contain_text("TLS 8.8.4.*")
    await expect(row).to_contain_text("1:01:40前注册")
    await expect(page.get_by_role("row").filter(has_text="1002")).to_be_hidden()

    await row.get_by_role("button", name="重设密码").click()
    await page.get_by_role("tooltip").get_by_role("button", name="重设密码").click()
    await expect(page.get_by_role("dialog")).to_contain_text("只显示这一次")
    await page.get_by_role("button", name="已转交，关闭").click()
    await row.get_by_role("button", name="停用话机").click()
    await (
        page.get_by_role("tooltip")
        .filter(has_text="立即不再振铃")
        .get_by_role("button", name="停用话机")
        .click()
    )
    await expect(row).to_contain_text("已停用")
    await row.get_by_role("button", name="恢复话机").click()

    await expect(row).to_contain_text("可注册")
    written = [entry.action for entry in desk.audit.entries if entry.action.startswith("phone.")]
    assert written == ["phone.set", "phone.blocked", "phone.unblocked"]


async def _focused(page: Page) -> str:
    return str(await page.evaluate("() => document.activeElement.id"))
