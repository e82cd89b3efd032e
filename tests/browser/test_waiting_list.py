"""Who waits, opened from the wallboard in Chromium: by keys alone on a desk of fakes, and with real callers."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, expect

from banjie.base.ids import CallId, QueueId
from banjie.desk.app import build_app
from banjie.desk.server import DeskServer
from banjie.routing.skills import Skill
from banjie.routing.spoken_wait import SaidWait
from banjie.stories.views import WaitingView
from tests.browser.callers import STRANGER, asks_for_a_person
from tests.browser.chromium import until
from tests.browser.conftest import OpenPage, OpenPhone
from tests.browser.looks import accessibility_faults, is_wider_than_window
from tests.fakes.desk_parts import FakeDesk, RealClock
from tests.peers.desk import AGENT_HZ, NUMBER, SUPERVISOR_HZ, sign_in, until_row
from tests.peers.server import BanjieServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_WEB = Path(__file__).parents[2] / "web"
GENERAL = QueueId("general")
LATER = "13900005679"


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


def waits(desk: FakeDesk, position: int) -> WaitingView:
    is_first = position == 1
    return WaitingView(
        call_id=CallId(f"c{position}"),
        number=f"138000012{position:02}",
        customer_name="王丽华" if is_first else None,
        level="vip" if is_first else None,
        waiting_since=desk.clock.now() - timedelta(seconds=90 - position),
        position=position,
        priority=0,
        needs={Skill("loans"): 2} if is_first else {},
        own_needs={Skill("loans"): 2} if is_first else {},
        expected=SaidWait(low_min=2, high_min=5),
        is_ringing=is_first,
        is_callback=position == 3,
    )


async def asked(desk: FakeDesk, act: Callable[[], object]) -> None:
    async def is_asked() -> bool:
        return act() in desk.supervision.asked

    await until(is_asked, within_s=5.0, what=lambda: f"{act()}; asked: {desk.supervision.asked}")


@pytest.mark.parametrize(
    ("language", "open_it", "raise_it", "change_it", "queue", "urgent", "save"),
    [
        ("zh", "综合服务：3 人等待", "提高优先级：138", "调整 138", "改在哪个队列等", "挂失", "立即调整"),
        (
            "en",
            "General service: 3 waiting",
            "Raise the priority: 138",
            "Change 138",
            "In which queue to wait",
            "Lost card",
            "Change now",
        ),
    ],
)
async def test_a_supervisor_looks_after_those_who_wait_by_keys_alone(
    browser: BrowserContext,
    desk: FakeDesk,
    address: str,
    language: str,
    open_it: str,
    raise_it: str,
    change_it: str,
    queue: str,
    urgent: str,
    save: str,
) -> None:
    desk.supervision.lines[GENERAL] = [waits(desk, position) for position in range(1, 61)]
    await browser.add_init_script(f"localStorage.setItem('banjie.language', '{language}')")
    page = await browser.new_page()
    await page.goto(address)
    await page.fill("input[autocomplete=username]", "2001")
    await page.fill("input[type=password]", "demo-2001")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=open_it).focus()
    await page.keyboard.press("Enter")
    rows = page.get_by_role("dialog").locator("tbody tr[data-row-key]")
    await expect(rows).to_have_count(50)  # the rest is asked for
    await expect(rows.first).to_contain_text("王丽华")
    assert "1201" not in await rows.nth(5).inner_text()
    await expect(rows.nth(2).get_by_role("button")).to_have_count(0)  # to be called back
    assert await accessibility_faults(page) == []
    assert not await is_wider_than_window(page)

    await rows.nth(1).get_by_role("button", name=raise_it).focus()
    await page.keyboard.press("Enter")
    await asked(desk, lambda: ("reprioritise", "2001", "c2", 1))

    await rows.nth(1).get_by_role("button", name=change_it).focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("combobox", name=queue).focus()
    await page.keyboard.press("Enter")
    await page.locator(".ant-select-item-option", has_text=urgent).wait_for()
    await page.wait_for_timeout(400)  # the list opens by and by
    assert await accessibility_faults(page) == []
    await page.screenshot(path=f"/tmp/needs/shots/waiting-dialog-{language}.png")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=save).press("Enter")
    await asked(desk, lambda: ("send_to", "c2", "urgent"))


async def test_whoever_is_given_priority_is_answered_next(
    server: BanjieServer, page_with_tone: OpenPage, open_phone: OpenPhone
) -> None:
    """Two strangers wait for nobody; the later one is raised, and the first agent who is ready has him."""
    await asks_for_a_person(server, open_phone, STRANGER)
    await until_row(server, _happened("CallQueued", 1))
    later = await open_phone(f"<sip:{LATER}@127.0.0.1:{server.sip_port}>;regint=0", 440)
    await later.tell("dial", f"sip:{NUMBER}@127.0.0.1:{server.sip_port}")
    await until_row(server, _happened("ScriptStarted", 2))
    await later.press("0")
    await until_row(server, _happened("CallQueued", 2))

    supervisor, agent = await page_with_tone(SUPERVISOR_HZ), await page_with_tone(AGENT_HZ)
    await sign_in(supervisor, server, "2001")
    await supervisor.get_by_role("button", name="综合服务：2 人等待").click()
    rows = supervisor.get_by_role("dialog").locator("tbody tr[data-row-key]")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(1)).to_contain_text("5679")
    await rows.nth(1).get_by_role("button", name="提高优先级").click()
    await expect(rows.nth(0)).to_contain_text("5679")

    await sign_in(agent, server, "1001")
    await agent.get_by_role("button", name="示闲").click()
    await expect(agent.locator(".caller")).to_contain_text("5679")
    await agent.get_by_role("button", name="接听").click()
    await until_row(
        server,
        "SELECT 1 FROM call_event c JOIN call_event a USING (call_id) WHERE a.kind = 'AgentConnected' "
        "AND c.kind = 'PriorityChanged' AND c.facts->>'priority' = '1'",
    )
    await until_row(
        server, "SELECT 1 FROM audit_log WHERE user_id = '2001' AND action = 'call.reprioritised'"
    )


def _happened(kind: str, count: int) -> str:
    return (
        f"SELECT 1 FROM (SELECT count(*) AS n FROM call_event WHERE kind = '{kind}' AND call_id NOT LIKE 'demo-%') "
        f"AS seen WHERE n >= {count}"
    )
