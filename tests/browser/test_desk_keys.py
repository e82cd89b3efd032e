"""The desk people want to work in: commands by name, keys that follow their owner, sound that outlives its devices.

In a real Chromium, on a desk of fakes; with real sound in `test_kept_sound.py`.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, Playwright, expect

from banjie.base.ids import UserId
from tests.browser.chromium import open_browser, until
from tests.browser.looks import accessibility_faults, is_wider_than_window
from tests.browser.test_desk_pages import _sign_in, address, desk
from tests.fakes.desk_parts import FakeDesk

__all__ = ["address", "desk"]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

_IN_CHINESE = "localStorage.getItem('banjie.language') ?? localStorage.setItem('banjie.language', 'zh')"
_HEADSET = """
(() => {
  // A headset and a built-in microphone, as far as the page can see; the headset can be pulled out.
  const media = navigator.mediaDevices;
  const device = (deviceId, kind, label) => ({ deviceId, kind, label, groupId: '' });
  const all = [
    device('headset', 'audioinput', '耳麦'), device('headset', 'audiooutput', '耳麦'),
    device('built-in', 'audioinput', '内置麦克风'), device('speakers', 'audiooutput', '音箱'),
  ];
  let found = all;
  media.enumerateDevices = async () => found;
  const native = media.getUserMedia.bind(media);
  const opened = (window.__opened = []);
  media.getUserMedia = async (wishes) => {
    if (!found.some((one) => one.kind === 'audioinput')) throw new DOMException('none', 'NotFoundError');
    const stream = await native({ audio: true });
    const wanted = wishes.audio?.deviceId?.ideal;
    const is = found.find((one) => one.deviceId === wanted && one.kind === 'audioinput') ?? found.find((one) => one.kind === 'audioinput');
    for (const track of stream.getAudioTracks()) Object.defineProperty(track, 'label', { value: is.label });
    opened.push(is.deviceId);
    return stream;
  };
  window.__plug = (...ids) => {
    found = all.filter((one) => ids.includes(one.deviceId));
    media.dispatchEvent(new Event('devicechange'));
  };
})();
"""
_COUNTED = """
(() => {
  // What the browser has counted: 50 packets for every question, of which this share was lost.
  let received = 0, lost = 0;
  window.__loss = 0;
  RTCPeerConnection.prototype.getStats = async () => {
    received += 50 * (1 - window.__loss);
    lost += 50 * window.__loss;
    return new Map([
      ['i', { type: 'inbound-rtp', kind: 'audio', packetsReceived: received, packetsLost: lost, jitter: 0.003 }],
      ['p', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.04 }],
    ]);
  };
})();
"""


@pytest.fixture
async def page(browser: BrowserContext) -> Page:
    browser.set_default_timeout(20_000)
    await browser.add_init_script(_IN_CHINESE)
    return await browser.new_page()


async def answer_a_call(page: Page, address: str) -> None:
    await _sign_in(page, address, "1001")
    await page.wait_for_selector(".state-now.of-BREAK")
    await page.get_by_role("button", name="示闲").click()
    await page.get_by_role("button", name="接听").click()
    await page.wait_for_selector(".hand-head:has-text('通话中')")


async def command(page: Page, typed: str) -> None:
    """Open the bar and look for this."""
    await page.keyboard.press("Control+K")
    await page.get_by_role("combobox").fill(typed)


def asked(desk: FakeDesk, what: str) -> list[tuple[object, ...]]:
    return [one for one in desk.agents.asked if one[0] == what]


async def test_a_state_a_page_and_an_act_in_a_call_are_commands_by_their_initials(
    page: Page, address: str, desk: FakeDesk
) -> None:
    await answer_a_call(page, address)
    await command(page, "bc")  # 保持
    await expect(page.get_by_role("option").first).to_contain_text("保持")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".of-HELD .hand-head")
    assert len(asked(desk, "hold")) == 1

    await command(page, "小休")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await until(_has(desk, "set_state", "BREAK"), within_s=10)

    await command(page, "keypad")
    await expect(page.get_by_role("option").first).to_contain_text("请先取回")  # on hold: it says why not
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(1)
    await page.keyboard.press("Escape")

    await page.keyboard.press("Control+K")
    await expect(page.get_by_role("option").first).to_contain_text("最近用过")
    assert await accessibility_faults(page) == []
    await page.keyboard.press("Control+K")
    await expect(page.get_by_role("dialog")).to_have_count(0)


def _has(desk: FakeDesk, what: str, state: str) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        return any(state in one for one in asked(desk, what))

    return is_so


async def test_a_caller_is_handed_on_from_the_command_bar(page: Page, address: str, desk: FakeDesk) -> None:
    await answer_a_call(page, address)
    await command(page, "zx 1002")
    first = page.get_by_role("option").first
    await expect(first).to_contain_text("咨询")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".guest-bar")

    assert len(asked(desk, "consult")) == 1


async def test_an_input_method_at_work_does_nothing_else(page: Page, address: str, desk: FakeDesk) -> None:
    await answer_a_call(page, address)
    await command(page, "gj")
    await expect(page.get_by_role("option").first).to_contain_text("挂机")
    typing = await page.context.new_cdp_session(page)
    await typing.send("Input.imeSetComposition", {"text": "gua'ji", "selectionStart": 6, "selectionEnd": 6})
    for facts in ({"isComposing": True}, {"keyCode": 229}):
        await page.get_by_role("combobox").dispatch_event(
            "keydown", {"key": "Enter", "bubbles": True, **facts}
        )
        await page.get_by_role("combobox").dispatch_event("keydown", {"key": "F9", "bubbles": True, **facts})
    await typing.send("Input.insertText", {"text": "挂机"})

    assert asked(desk, "hang_up") == []
    await expect(page.get_by_role("dialog")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert asked(desk, "hang_up") == []


async def test_a_key_put_elsewhere_is_there_at_another_seat(
    page: Page, address: str, desk: FakeDesk, playwright: Playwright, tmp_path: Path
) -> None:
    await _sign_in(page, address, "1001")
    await page.keyboard.press("?")
    await page.get_by_role("button", name="静音 / 取消静音: F4").click()
    await page.keyboard.press("F9")
    await expect(page.get_by_role("alert").filter(has_text="F9 已用于“挂机”")).to_be_visible()
    await page.keyboard.press("Control+W")
    await expect(page.get_by_role("alert").filter(has_text="由浏览器或系统占用")).to_be_visible()
    await page.keyboard.press("F10")
    await expect(page.get_by_role("alert").filter(has_text="已改为 F10")).to_be_visible()
    await page.get_by_role("button", name="接听: F2").click()
    await page.keyboard.press("Alt+F8")
    await expect(page.get_by_role("alert").filter(has_text="离“挂机”的键 F9 太近")).to_be_visible()
    await page.keyboard.press("Escape")
    assert await accessibility_faults(page) == []
    assert dict(desk.users.keys[UserId("1001")]) == {"mute": "F10"}

    (tmp_path / "seat").mkdir()
    other = await open_browser(playwright, tmp_path / "seat", 20)
    await other.add_init_script(_IN_CHINESE)
    seat = await other.new_page()
    await answer_a_call(seat, address)
    await seat.keyboard.press("F10")
    await seat.wait_for_selector("text=已静音")
    await seat.reload()
    await seat.wait_for_selector("text=已静音")
    await seat.keyboard.press("F10")
    await expect(seat.locator("text=已静音")).to_have_count(0)
    await seat.keyboard.press("?")
    await seat.get_by_role("button", name="恢复“静音 / 取消静音”的默认键").click()
    await expect(seat.get_by_role("button", name="静音 / 取消静音: F4")).to_be_visible()
    await other.close()
    assert dict(desk.users.keys[UserId("1001")]) == {}


async def test_the_hand_that_answered_hangs_nothing_up(page: Page, address: str, desk: FakeDesk) -> None:
    await _sign_in(page, address, "1001")
    await page.wait_for_selector(".state-now.of-BREAK")
    await page.keyboard.press("Shift+F8")
    await page.wait_for_selector(".act-answer")
    await page.evaluate(
        """async () => {
          const press = (key) => window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
          press('F2');
          const began = performance.now();
          while (performance.now() - began < 900) {
            press('F9');
            await new Promise((done) => setTimeout(done, 20));
          }
        }"""
    )
    await page.wait_for_selector(".hand-head:has-text('通话中')")
    assert (asked(desk, "hang_up"), asked(desk, "reject")) == ([], [])
    await page.wait_for_timeout(1000)
    await page.keyboard.press("F9")
    await page.wait_for_selector(".of-ACW .disposition")


async def test_a_duplicated_tab_leaves_the_call_where_it_is_until_it_is_asked_to_take_it(
    page: Page, address: str, desk: FakeDesk
) -> None:
    await answer_a_call(page, address)
    kept = await page.evaluate("JSON.stringify({ ...sessionStorage })")
    copy = await page.context.new_page()
    await copy.add_init_script(f"for (const [k, v] of Object.entries({kept})) sessionStorage.setItem(k, v)")
    await copy.goto(address)
    await copy.wait_for_selector("text=您的通话在另一个标签页")
    await copy.wait_for_timeout(3000)  # longer than a page waits before it takes up a sound of its own again

    assert asked(desk, "rejoin") == []
    assert await page.locator("text=您的通话在另一个标签页").count() == 0
    assert await accessibility_faults(copy) == []
    await copy.get_by_role("button", name="转到本页通话").click()
    await page.wait_for_selector("text=您的通话在另一个标签页")
    assert len(asked(desk, "rejoin")) == 1
    await page.wait_for_timeout(3000)
    assert len(asked(desk, "rejoin")) == 1


async def test_when_the_tab_with_the_sound_is_closed_its_copy_takes_the_call(
    page: Page, address: str, desk: FakeDesk
) -> None:
    await answer_a_call(page, address)
    kept = await page.evaluate("JSON.stringify({ ...sessionStorage })")
    copy = await page.context.new_page()
    await copy.add_init_script(f"for (const [k, v] of Object.entries({kept})) sessionStorage.setItem(k, v)")
    await copy.goto(address)
    await copy.wait_for_selector("text=您的通话在另一个标签页")
    await page.close()

    async def is_taken() -> bool:
        return len(asked(desk, "rejoin")) == 1

    await until(is_taken, within_s=10)


async def test_a_headset_pulled_out_in_a_call_gives_way_and_is_taken_up_again(
    page: Page, address: str, desk: FakeDesk
) -> None:
    await page.add_init_script(_HEADSET)
    await page.add_init_script(
        "localStorage.setItem('banjie.microphone', 'headset'); localStorage.setItem('banjie.ringer', 'headset')"
    )
    await answer_a_call(page, address)
    await page.evaluate("window.__plug('built-in', 'speakers')")
    await page.wait_for_selector("text=“耳麦”断开了，已改用“内置麦克风”，通话继续")
    await page.wait_for_selector("text=铃声已改由系统默认设备播放")
    await page.evaluate("window.__plug('speakers')")
    await page.evaluate("window.__plug('headset', 'built-in', 'speakers')")
    await page.wait_for_selector("text=已换回“耳麦”")

    opened: list[str] = await page.evaluate("window.__opened")
    assert opened[-1] == "headset"
    assert "built-in" in opened
    assert asked(desk, "hang_up") == []
    await page.wait_for_selector(".hand-head:has-text('通话中')")


async def test_the_light_tells_how_the_network_is(page: Page, address: str) -> None:
    await page.add_init_script(_COUNTED)
    await answer_a_call(page, address)
    await expect(page.get_by_role("status", name="通话网络：网络良好")).to_be_visible()
    await page.evaluate("window.__loss = 0.3")
    await expect(page.get_by_role("status", name="通话网络：网络差")).to_be_visible()
    await page.get_by_role("status", name="通话网络").focus()
    await expect(page.get_by_role("tooltip")).to_contain_text("丢包")
    assert await accessibility_faults(page) == []


async def test_sound_is_tried_before_it_matters(page: Page, address: str) -> None:
    await _sign_in(page, address, "1001")
    await command(page, "sysb")  # 声音设备
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="试音").click()
    await expect(page.get_by_role("meter")).to_be_visible()
    await expect(page.get_by_text("听到您的声音了")).to_be_visible()
    assert await accessibility_faults(page) == []
    assert not await is_wider_than_window(page)


async def test_a_refused_microphone_is_explained(page: Page, address: str) -> None:
    await page.add_init_script(
        "navigator.permissions.query = async () => Object.assign(new EventTarget(), { state: 'denied' });"
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError') };"
    )
    await _sign_in(page, address, "1001")
    await page.get_by_role("button", name="声音设备").click()
    await expect(page.get_by_role("alert").filter(has_text="请点地址栏左侧的图标")).to_be_visible()
    assert await accessibility_faults(page) == []


async def test_the_call_in_hand_stays_within_reach_on_another_page(
    page: Page, address: str, desk: FakeDesk
) -> None:
    await answer_a_call(page, address)
    await page.get_by_role("link", name="队列").click()
    strip = page.get_by_role("region", name="手上的通话")
    await expect(strip).to_contain_text("通话中")
    await page.keyboard.press("F4")
    await expect(strip.get_by_role("button", name="取消静音")).to_be_visible()
    await command(page, "gj")
    await expect(page.get_by_role("option").first).to_contain_text("挂机")
    await page.keyboard.press("Escape")
    assert await accessibility_faults(page) == []

    assert [one[3] for one in asked(desk, "mute")] == [True]
    await strip.get_by_role("button", name="回到工作台").click()
    await page.wait_for_selector(".hand-head:has-text('通话中')")
