"""The web pages in a real Chromium, on a desk of fakes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from banjie.desk.app import build_app
from banjie.desk.server import DeskServer
from tests.browser.chromium import until
from tests.browser.looks import accessibility_faults, is_wider_than_window
from tests.fakes.desk_parts import FakeDesk, RealClock, demo_call, unregistered

pytestmark = pytest.mark.browser

_WEB = Path(__file__).parents[2] / "web"
_UNWATCHED = """
window.__notified = [];
window.Notification = class {
  static permission = 'granted';
  constructor(title) { window.__notified.push(title); }
  close() {}
};
document.hasFocus = () => false;
"""
_NOTE_VIOLATIONS = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.__violations.push(event.effectiveDirective));
"""
_LONGEST = ".queue-table tbody tr:first-child td:nth-child(3)"
_IS_RINGING = "() => document.documentElement.dataset.ringing === 'true'"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FakeDesk]:
    if not (_WEB / "dist/index.html").exists():
        pytest.fail("needs the built pages: make web, or npm run build in web/")
    made = FakeDesk(folder=tmp_path, clock=RealClock(), web=_WEB / "dist")
    made.agents.publish_wallboard()
    yield made
    made.stop()


@pytest.fixture
async def address(desk: FakeDesk) -> AsyncIterator[str]:
    server = await DeskServer.start(build_app(desk.parts), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


@pytest.fixture
async def context(browser: BrowserContext) -> BrowserContext:
    browser.set_default_timeout(10_000)
    await browser.add_init_script(
        "localStorage.getItem('banjie.language') ?? localStorage.setItem('banjie.language', 'zh')"
    )
    return browser


async def _sign_in(page: Page, address: str, username: str) -> None:
    await page.goto(address)
    await page.fill("input[autocomplete=username]", username)
    await page.fill("input[type=password]", f"demo-{username}")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("nav")


async def _hang_up_by_key(page: Page) -> None:
    """So soon after the key that answered, the one that hangs up does nothing."""

    async def is_over() -> bool:
        await page.keyboard.press("F9")
        return await page.locator(".of-ACW .disposition").count() == 1

    await until(is_over, within_s=10.0)


async def _go_ready_and_ring(page: Page, address: str) -> None:
    await _sign_in(page, address, "1001")
    await page.wait_for_selector(".state-now.of-BREAK")
    await page.keyboard.press("Shift+F8")
    await page.wait_for_selector(".act-answer")


def _asked(desk: FakeDesk) -> list[object]:
    return [asked[0] for asked in desk.agents.asked if not str(asked[0]).startswith("screen")]


async def test_a_call_is_taken_and_closed_by_keys_alone(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    page = await context.new_page()
    await _go_ready_and_ring(page, address)
    await page.wait_for_function(_IS_RINGING)
    card = await page.inner_text(".caller")
    assert all(fact in card for fact in ("138 **** 1234", "王丽华", "综合服务", "人工服务"))

    await page.keyboard.press("F2")
    await page.wait_for_selector(".hand-head:has-text('通话中')")
    await page.keyboard.press("F4")
    await page.wait_for_selector("text=已静音")
    await page.keyboard.press("Shift+F7")
    await page.keyboard.type("42#")
    await page.wait_for_selector("text=已发送 42#")
    await page.keyboard.press("Escape")
    await page.keyboard.press("F7")
    await page.wait_for_selector(".of-HELD .hand-head")
    await page.keyboard.press("F7")
    await page.wait_for_selector(".of-TALKING .hand-head")
    await _hang_up_by_key(page)
    await page.wait_for_selector("text=账户服务")
    await page.keyboard.press("Shift+F9")
    await page.keyboard.press("Space")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector(".idle")

    assert _asked(desk)[:3] == ["set_state", "set_state", "answer"]
    digits = "".join(str(asked[3]) for asked in desk.agents.asked if asked[0] == "send_digits")
    assert digits == "42#"
    assert {"mute", "hang_up", "extend_acw", "dispose"} <= set(_asked(desk))
    assert not await page.evaluate(_IS_RINGING)


async def test_typing_a_note_triggers_no_act(context: BrowserContext, desk: FakeDesk, address: str) -> None:
    page = await context.new_page()
    await _go_ready_and_ring(page, address)
    await page.keyboard.press("F2")
    await page.fill(".disposition-note textarea", "")
    await page.type(".disposition-note textarea", "answer? hang up? 接听！")
    assert "hang_up" not in _asked(desk)
    assert await page.locator("[role=dialog]").count() == 0

    await page.reload()
    assert await page.input_value(".disposition-note textarea") == "answer? hang up? 接听！"


@pytest.mark.parametrize(
    ("language", "mark", "open_it", "code", "save"),
    [
        ("zh", "超时未登记", "补登小结", "挂失", "提交小结"),
        ("en", "Not registered in time", "Register it now", "Lost card", "Save"),
    ],
)
async def test_a_call_not_registered_in_time_is_marked_and_registered_late(
    context: BrowserContext,
    desk: FakeDesk,
    address: str,
    language: str,
    mark: str,
    open_it: str,
    code: str,
    save: str,
) -> None:
    closed = unregistered(demo_call(0, desk.clock.now()))
    desk.history.calls = [closed, demo_call(1, desk.clock.now())]
    await context.add_init_script(f"localStorage.setItem('banjie.language', '{language}')")
    page = await context.new_page()
    await _sign_in(page, address, "1001")
    await page.wait_for_selector(".state-now.of-BREAK")
    owed = page.locator(".my-call-owed")
    await owed.get_by_text(mark).wait_for()
    assert await owed.count() == 1

    await owed.get_by_role("button", name=open_it).click()
    await owed.get_by_role("radio", name=code, exact=True).check()
    await owed.get_by_role("textbox").fill("13:05")
    assert await accessibility_faults(page) == []
    await owed.get_by_role("button", name=save).click()

    await owed.wait_for(state="detached")
    await page.locator(".my-calls li").first.get_by_text(code).wait_for()
    assert ("dispose", "1001", closed.call_id, "lost_card", "13:05") in desk.agents.asked


@pytest.mark.parametrize(
    ("language", "open_it", "code", "save", "required", "why_not"),
    [
        ("zh", "补登小结", "投诉", "提交小结", "必填", "这项小结要求先写备注"),
        ("en", "Register it now", "Complaint", "Save", "required", "This disposition needs a note first"),
    ],
)
async def test_a_disposition_that_asks_for_a_note_says_so_before_it_is_saved(
    context: BrowserContext,
    desk: FakeDesk,
    address: str,
    language: str,
    open_it: str,
    code: str,
    save: str,
    required: str,
    why_not: str,
) -> None:
    closed = unregistered(demo_call(0, desk.clock.now()))
    desk.history.calls = [closed]
    await context.add_init_script(f"localStorage.setItem('banjie.language', '{language}')")
    page = await context.new_page()
    await _sign_in(page, address, "1001")
    owed = page.locator(".my-call-owed")
    await owed.get_by_role("button", name=open_it).click()
    await owed.get_by_role("radio", name=code, exact=True).check()
    label, button = owed.locator(".disposition-note label"), owed.get_by_role("button", name=save)
    await expect(label).to_contain_text(required)
    await expect(button).to_have_attribute("aria-description", why_not)
    await button.click(force=True)
    assert "dispose" not in _asked(desk)
    assert await accessibility_faults(page) == []

    await owed.get_by_role("textbox").fill("等得太久")
    await button.click()
    await owed.wait_for(state="detached")
    assert ("dispose", "1001", closed.call_id, "complaint", "等得太久") in desk.agents.asked


async def test_a_colleague_is_asked_and_let_in_by_keyboard_alone(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "1001")
    await page.wait_for_selector(".state-now.of-BREAK")
    await page.keyboard.press("Shift+F8")
    await page.wait_for_selector(".is-offer")
    await page.keyboard.press("F2")
    await page.wait_for_selector(".hand-head:has-text('通话中')")

    await page.keyboard.press("Control+F8")
    await page.keyboard.type("1002")
    assert await accessibility_faults(page) == []
    await page.keyboard.press("Tab")  # past what clears the field
    for _ in range(4):
        if (
            await page.evaluate("() => document.activeElement?.getAttribute('aria-label')")
            == "咨询 坐席 1002"
        ):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".hand-head:has-text('咨询中')")
    assert await page.locator(".hand-over").count() == 0
    await page.wait_for_selector(".guest-bar:has-text('咨询中，客户听音乐')")
    assert await accessibility_faults(page) == []

    await page.keyboard.press("Control+F7")
    await page.wait_for_selector(".guest-bar:has-text('等待中，对方听音乐')")
    await page.keyboard.press("Control+Shift+F7")
    await page.wait_for_selector(".hand-head:has-text('会议中')")
    await page.keyboard.press("Control+Shift+F8")
    await page.wait_for_selector(".of-ACW .disposition")
    assert [
        asked[0] for asked in desk.agents.asked if asked[0] in ("consult", "swap", "join", "complete")
    ] == [
        "consult",
        "swap",
        "join",
        "complete",
    ]


async def test_a_supervisor_sees_the_calls_nobody_registered(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    calls = [demo_call(n, desk.clock.now()) for n in range(3)]
    desk.history.calls = [calls[0], replace(calls[1], disposition="interrupted"), calls[2]]
    page = await context.new_page()
    await _sign_in(page, address, "2001")
    await page.goto(f"{address}/calls")
    await page.wait_for_selector(".call-row")
    assert await page.locator(".call-row").count() == 3
    assert await page.locator(".call-row .mark-poor").all_inner_texts() == ["中断未登记"]

    await page.get_by_role("checkbox", name="只看未登记小结").check()
    await expect(page.locator(".call-row")).to_have_count(1)
    await page.get_by_role("button", name="清除条件").click()
    await expect(page.locator(".call-row")).to_have_count(3)


async def test_two_tabs_ring_once_and_answering_silences_both(context: BrowserContext, address: str) -> None:
    first = await context.new_page()
    await _go_ready_and_ring(first, address)
    second = await context.new_page()
    await second.goto(address)
    await second.wait_for_selector(".act-answer")
    await second.click(".caller")  # the gesture that would let it ring
    await first.wait_for_function(_IS_RINGING)
    assert not await second.evaluate(_IS_RINGING)
    assert "来电" in await _title_with(second, "来电")

    await second.keyboard.press("F2")
    await first.wait_for_selector("text=您的通话在另一个标签页")
    assert not await first.evaluate(_IS_RINGING)

    await first.keyboard.press("F2")
    await second.wait_for_selector("text=您的通话在另一个标签页")
    assert await first.locator("text=您的通话在另一个标签页").count() == 0


async def test_a_page_nobody_looks_at_notifies_and_flashes_its_title(
    context: BrowserContext, address: str
) -> None:
    await context.add_init_script(_UNWATCHED)
    page = await context.new_page()
    await _go_ready_and_ring(page, address)
    await page.wait_for_function("() => window.__notified.length > 0")
    assert await page.evaluate("() => window.__notified") == ["来电 138 **** 1234"]
    await _title_with(page, "☎")
    await _title_with(page, "振铃")


async def _title_with(page: Page, words: str) -> str:
    title = ""

    async def has() -> bool:
        nonlocal title
        title = await page.title()
        return words in title

    await until(has, within_s=5.0, what=lambda: f"{words} in the title; it is {title}")
    return title


async def test_a_server_that_comes_back_finds_the_call_still_in_hand(
    context: BrowserContext, desk: FakeDesk
) -> None:
    server = await DeskServer.start(build_app(desk.parts), "127.0.0.1", 0)
    port = server.port
    page = await context.new_page()
    await _go_ready_and_ring(page, f"http://127.0.0.1:{port}")
    await page.keyboard.press("F2")
    await page.wait_for_selector(".of-TALKING .hand-head")

    await server.stop()
    await page.wait_for_selector(".live-light.is-lost")
    assert await page.is_visible(".hand-time")
    server = await DeskServer.start(build_app(desk.parts), "127.0.0.1", port)
    await page.wait_for_selector(".live-light.is-live")
    await page.keyboard.press("F4")
    await page.wait_for_selector("text=已静音")
    await server.stop()


async def test_a_rejected_microphone_leaves_the_agent_on_break_and_says_why(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    await context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page = await context.new_page()
    await _sign_in(page, address, "1001")
    await page.wait_for_selector(".state-now.of-BREAK")
    await page.keyboard.press("Shift+F8")
    await page.wait_for_selector("text=浏览器未获准使用麦克风")
    assert ("set_state", "1001", "READY", None, "browser") not in desk.agents.asked


async def test_figures_on_the_wallboard_tell_their_formula(context: BrowserContext, address: str) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "2001")
    await page.goto(f"{address}/wallboard")
    await page.locator(".queue-table tbody tr:nth-child(2) .explained").filter(has_text="20 秒内").focus()
    await page.wait_for_selector("text=服务水平 = 20 秒内接听数 ÷（接听数 + 20 秒后放弃数）")
    before = await page.locator(_LONGEST).inner_text()
    await until(lambda: _differs(page, before), within_s=5.0, what=lambda: "the longest wait to tick")


async def _differs(page: Page, before: str) -> bool:
    return await page.locator(_LONGEST).inner_text() != before


async def test_a_visitor_calls_on_a_phone_s_width(context: BrowserContext, address: str) -> None:
    page = await context.new_page()
    await page.set_viewport_size({"width": 390, "height": 760})
    await page.add_init_script(_NOTE_VIOLATIONS)
    loaded: list[str] = []
    page.on("response", lambda response: loaded.append(response.url))
    await page.goto(f"{address}/call")
    await page.wait_for_selector("text=400-000-0001")
    await page.click(".visitor-call")
    await page.wait_for_selector(".visitor-said")
    assert not await is_wider_than_window(page)
    await page.keyboard.press("0")
    await page.wait_for_selector("text=正在为您排队")
    assert not await is_wider_than_window(page)
    await page.click(".visitor-end")
    await page.wait_for_selector("text=通话已结束")
    assert await page.evaluate("() => window.__violations") == []

    scripts = [_WEB / "dist/assets" / url.rsplit("/", 1)[1] for url in loaded if url.endswith(".js")]
    assert scripts
    assert not any("ant-btn" in script.read_text() for script in scripts)


async def test_a_person_changes_the_own_password_and_stays_signed_in(
    context: BrowserContext, desk: FakeDesk, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "1001")
    await page.click("[aria-haspopup=menu]")
    await page.click("text=修改密码…")
    await page.fill("input[autocomplete=current-password]", "not mine")
    for typed in await page.query_selector_all("input[autocomplete=new-password]"):
        await typed.fill("three odd words")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=当前密码不正确")
    await page.fill("input[autocomplete=current-password]", "demo-1001")
    await page.keyboard.press("Enter")

    await page.wait_for_selector("text=密码已修改")
    await page.reload()
    await page.wait_for_selector("nav")
    assert desk.audit.entries[-1].action == "password.set"


async def test_an_administrator_sets_the_password_of_somebody_else(
    context: BrowserContext, address: str
) -> None:
    page = await context.new_page()
    await _sign_in(page, address, "admin")
    await page.goto(f"{address}/users")
    row = page.get_by_role("row").filter(has_text="1002")
    await row.get_by_role("button", name="设置密码").click()
    for typed in await page.query_selector_all("[role=dialog] input[autocomplete=new-password]"):
        await typed.fill("three odd words")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=已为 坐席 1002 设置新密码")

    await page.context.clear_cookies()
    await page.goto(address)
    await page.fill("input[autocomplete=username]", "1002")
    await page.fill("input[type=password]", "three odd words")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("nav")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_screen_is_free_of_accessibility_faults(
    context: BrowserContext, address: str, language: str
) -> None:
    await context.add_init_script(f"localStorage.setItem('banjie.language', '{language}')")
    found: dict[str, list[str]] = {}

    async def look(page: Page, name: str) -> None:
        found[name] = await accessibility_faults(page)
        assert not await is_wider_than_window(page), f"{name} is wider than its window"

    page = await context.new_page()
    await page.goto(address)
    await page.wait_for_selector("input")
    await look(page, "sign-in")
    await _go_ready_and_ring(page, address)
    await look(page, "ringing")
    await page.keyboard.press("F2")
    await page.wait_for_selector(".of-TALKING .hand-head")
    await look(page, "talking")
    await _hang_up_by_key(page)
    await look(page, "after the call")
    await context.clear_cookies()
    await _sign_in(page, address, "admin")
    for path, marker in _PAGES:
        await page.goto(f"{address}{path}")
        await page.wait_for_selector(marker)
        await look(page, path)
    assert found == {name: [] for name in found}


_PAGES = (
    ("/wallboard", ".totals"),
    ("/calls", ".call-row"),
    ("/callbacks", ".ant-table-row"),
    ("/numbers", ".ant-table-row"),
    ("/scripts/main", "textarea"),
    ("/queues", ".ant-table-row"),
    ("/users", ".ant-table-row"),
    ("/call", ".visitor-call"),
)


async def test_the_card_is_written_on_before_the_answer_and_read_by_all(
    context: BrowserContext, address: str, desk: FakeDesk
) -> None:
    page = await context.new_page()
    await _go_ready_and_ring(page, address)
    card = page.get_by_role("region", name="客户卡片")
    await expect(card.get_by_text("次来电")).to_be_visible()
    await expect(card.get_by_role("region", name="历史联系").get_by_role("listitem")).to_have_count(5)
    await card.get_by_label("写备注，所有坐席可见").fill("只要普通话")
    await card.get_by_role("button", name="添加").click()
    await expect(card.get_by_text("只要普通话")).to_be_visible()
    await card.get_by_role("button", name="修改").click()
    await card.get_by_label("修改", exact=True).last.fill("请说普通话")
    await card.get_by_role("button", name="保存").click()
    await expect(card.get_by_role("button", name="改过 1 次")).to_be_visible()
    assert [note.text for note in desk.customers.notes] == ["只要普通话", "请说普通话"]
    assert await accessibility_faults(page) == []

    await page.get_by_role("button", name="接听").click()
    await expect(page.get_by_role("heading", name="通话中")).to_be_visible()
    await card.get_by_role("button", name="不是这位客户？").click()
    await card.get_by_label("按姓名或完整号码查找").fill("13800001234")
    await card.get_by_role("button", name="王丽华").click()
    await expect(page.get_by_text("已关联到 王丽华")).to_be_visible()
    assert ("link", "c-1") in {(asked[0], asked[-1]) for asked in desk.agents.asked}
