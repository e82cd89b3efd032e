"""What people do at the desk and on phones, as the whole-server tests say it."""

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Page, expect

from tests.browser.chromium import until
from tests.browser.sound import goertzel, strongest
from tests.peers.baresip import Baresip
from tests.peers.server import BanjieServer

CALLER_HZ, AGENT_HZ, VISITOR_HZ, SUPERVISOR_HZ, COLLEAGUE_HZ = 440, 700, 1000, 1400, 1900
NUMBER = "4000000001"


async def sign_in(page: Page, server: BanjieServer, username: str) -> None:
    await page.goto(server.url)
    await page.get_by_label("用户名").fill(username)
    await page.get_by_label("密码").fill(f"demo-{username}")
    await page.keyboard.press("Enter")


async def go_ready(page: Page) -> None:
    await page.get_by_role("button", name="示闲").click()
    await expect(page.get_by_role("status").filter(has_text="空闲")).to_be_visible()


async def until_phone_hears(phone: Baresip, hz: float) -> None:
    async def is_so() -> bool:
        return abs(strongest(phone.heard(), 8000).hz - hz) < 8

    await until(
        is_so, within_s=10.0, what=lambda: f"{hz} Hz on the phone; it hears {strongest(phone.heard(), 8000)}"
    )


async def until_row(server: BanjieServer, sql: str, within_s: float = 10.0) -> None:
    async def is_so() -> bool:
        return bool(await server.rows(sql))

    await until(is_so, within_s=within_s, what=lambda: sql)


async def until_event(server: BanjieServer, kind: str) -> None:
    """Wait until this has happened in a call that is no part of the demonstration's made-up week."""
    await until_row(server, f"SELECT 1 FROM call_event WHERE kind = '{kind}' AND call_id NOT LIKE 'demo-%'")


async def until_phone_hears_music(phone: Baresip) -> None:
    async def is_so() -> bool:
        found = strongest(phone.heard(), 8000)
        return not found.is_silence and abs(found.hz - AGENT_HZ) > 8

    await until(is_so, within_s=10.0, what=lambda: "music on the phone")


def channel_level(recording: NDArray[np.float64], hz: float) -> float:
    """The tone's amplitude where it is strongest, by tenths of a second."""
    return max(goertzel(recording[at : at + 800], 8000, hz) for at in range(0, len(recording) - 800, 800))
