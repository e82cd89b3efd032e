"""Fixtures for tests with a real Chromium: `browser`, `page_with_tone`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright

from tests.browser.chromium import CHROMIUM, open_browser
from tests.peers.baresip import Baresip
from tests.peers.server import BanjieServer

OpenPage = Callable[[int], Awaitable[Page]]
OpenPhone = Callable[[str, int], Awaitable[Baresip]]


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    if not CHROMIUM.exists():
        pytest.fail("needs Chromium: apt-get install chromium")
    async with async_playwright() as running:
        yield running


@pytest.fixture
async def page_with_tone(playwright: Playwright, tmp_path: Path) -> AsyncIterator[OpenPage]:
    """`await page_with_tone(440)` is a page of a new browser whose microphone says 440 Hz."""
    opened: list[BrowserContext] = []

    async def open_page(hz: int) -> Page:
        folder = tmp_path / f"browser-{len(opened)}"
        folder.mkdir()
        context = await open_browser(playwright, folder, hz)
        opened.append(context)
        return context.pages[0] if context.pages else await context.new_page()

    yield open_page
    for context in opened:
        await context.close()


@pytest.fixture
async def browser(playwright: Playwright, tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """A browser whose microphone is silent in effect: 20 Hz, below what G.711 carries."""
    context = await open_browser(playwright, tmp_path, 20)
    yield context
    await context.close()


@pytest.fixture
async def server(open_folder: Path) -> AsyncIterator[BanjieServer]:
    server = BanjieServer(open_folder)
    await server.start()
    yield server
    assert server.stop() == 0


@pytest.fixture
async def open_phone(server: BanjieServer, tmp_path: Path) -> AsyncIterator[OpenPhone]:
    """`await open_phone(account, hz)`: a phone with this line of an accounts file, which says a tone."""
    phones: list[Baresip] = []

    async def open_one(account: str, hz: int) -> Baresip:
        phone = Baresip(tmp_path / f"phone-{len(phones)}", account, hz)
        phones.append(phone)
        await phone.start()
        return phone

    yield open_one
    for phone in phones:
        phone.stop()
