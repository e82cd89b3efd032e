"""Take the pictures of the READMEs anew, from the demonstration bank: `PYTHONPATH=src:. .venv/bin/python tools/pictures.py`, the pages being built."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect
from tests.browser.callers import asks_for_a_person
from tests.browser.chromium import open_browser
from tests.peers.baresip import Baresip
from tests.peers.server import ROOT, BanjieServer

IMAGES = ROOT / "docs" / "images"
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 700}
ANSWER = {"zh": "接听", "en": "Answer"}


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for language in ("zh", "en"):
            home = Path(folder) / language
            home.mkdir()
            server = BanjieServer(home)
            await server.start()
            try:
                await take(server, home, language)
            finally:
                server.stop()


async def take(server: BanjieServer, home: Path, language: str) -> None:
    async with async_playwright() as playwright:
        pages: list[Page] = []
        for name in ("agent", "visitor", "supervisor"):
            (home / name).mkdir()
            context = await open_browser(playwright, home / name, 300)
            await context.add_init_script(f"localStorage.setItem('banjie.language', '{language}')")
            pages.append(context.pages[0])
        agent, visitor, supervisor = pages
        await agent.set_viewport_size(DESK)
        await sign_in(agent, server, "1001")
        await agent.wait_for_selector(".state-now.of-BREAK")
        await agent.keyboard.press("Shift+F8")
        await agent.wait_for_selector(".state-now.of-READY")

        await visitor.set_viewport_size(PHONE)
        await visitor.goto(f"{server.url}/call")
        await visitor.click(".visitor-call")
        await visitor.wait_for_selector(".visitor-said")
        await shoot(visitor, language, "call")
        await visitor.click(".visitor-end")

        async def phone(account: str, hz: int) -> Baresip:
            ringing = Baresip(home / "phone", account, hz)
            await ringing.start()
            return ringing

        caller = await asks_for_a_person(server, phone)  # a customer who is known
        await agent.wait_for_selector(".act-answer", timeout=60_000)
        await shoot(agent, language, "ringing")
        await agent.get_by_role("button", name=ANSWER[language]).click()
        await expect(agent.locator(".state-now.of-TALKING")).to_be_visible()
        await agent.wait_for_timeout(8000)  # so that the clock and the light have something to tell
        await shoot(agent, language, "desk")

        await supervisor.set_viewport_size(DESK)
        await sign_in(supervisor, server, "2001")
        await supervisor.wait_for_selector(".queue-table tbody tr")
        await shoot(supervisor, language, "wallboard")
        caller.stop()
        for page in pages:
            await page.context.close()


async def sign_in(page: Page, server: BanjieServer, username: str) -> None:
    await page.goto(server.url)
    await page.fill("input[autocomplete=username]", username)
    await page.fill("input[type=password]", f"demo-{username}")
    await page.keyboard.press("Enter")


async def shoot(page: Page, language: str, name: str) -> None:
    await page.wait_for_timeout(800)  # what moves has come to rest
    await page.screenshot(path=IMAGES / language / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
