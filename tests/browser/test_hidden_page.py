"""A call rings in a page that is really hidden behind another: heard, notified, and told in the tab's title."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from banjie.desk.app import build_app
from banjie.desk.server import DeskServer
from tests.browser.hidden import plain_browser
from tests.fakes.desk_parts import FakeDesk, RealClock

pytestmark = pytest.mark.browser

_DIST = Path(__file__).parents[2] / "web" / "dist"
_F8 = 119

# What the page does to be noticed, kept: its notifications, and the sound it makes.
_WITNESS = """
localStorage.setItem('banjie.language', 'zh');
window.__notified = [];
const Native = window.Notification;
window.Notification = class extends Native {
  constructor(title, options) {
    super(title, options);
    this.addEventListener('show', () => window.__notified.push(title));
  }
};
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...args) {
  if (this.loop) {
    const ear = (window.__ear = new AnalyserNode(this.context, { fftSize: 2048 }));
    this.connect(ear);
  }
  return start.apply(this, args);
};
window.__loudest = async () => {
  const samples = new Float32Array(window.__ear.fftSize);
  let loudest = 0;
  for (let i = 0; i < 4; i++) {
    window.__ear.getFloatTimeDomainData(samples);
    loudest = Math.max(loudest, ...samples.map(Math.abs));
    await new Promise((done) => setTimeout(done, 0));
  }
  return loudest;
};
"""
_SIGN_IN = """
fetch('/api/session', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ username: '1001', password: 'demo-1001' }),
}).then((reply) => { if (!reply.ok) throw reply.status; location.assign('/desk'); })
"""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FakeDesk]:
    if not (_DIST / "index.html").exists():
        pytest.fail("needs the built pages: make web, or npm run build in web/")
    made = FakeDesk(folder=tmp_path, clock=RealClock(), web=_DIST, offer_after_s=10.0)
    made.agents.publish_wallboard()
    yield made
    made.stop()


@pytest.fixture
async def address(desk: FakeDesk) -> AsyncIterator[str]:
    server = await DeskServer.start(build_app(desk.parts), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


async def test_a_hidden_page_rings_notifies_and_flashes(address: str, tmp_path: Path) -> None:
    async with plain_browser(tmp_path) as browser:
        await browser.grant(address, "notifications", "audioCapture")
        page = await browser.open(f"{address}/healthz", beforehand=_WITNESS)
        await page.evaluate(_SIGN_IN)
        await page.until("document.querySelector('.act-ready:not(.act-off)') !== null")
        await page.come_to_front()
        await page.press("F8", code=_F8, shift=True)
        await page.until("document.querySelector('.state-now.of-READY') !== null")

        await browser.open("about:blank")
        await page.until("document.visibilityState === 'hidden'")
        assert await page.evaluate("document.querySelector('.act-answer') === null"), "it rang too early"
        assert not await page.evaluate("document.hasFocus()")

        await page.until("document.documentElement.dataset.ringing === 'true'", within_s=20.0)
        await page.until("window.__notified.length > 0")
        await page.until("window.__loudest().then((loudest) => loudest > 0.05)")
        await page.until("document.title.includes('☎')")
        await page.until("!document.title.includes('☎')")  # it flashes, slowed timers or not
        assert await page.evaluate("document.visibilityState") == "hidden"
        assert await page.evaluate("window.__notified") == ["来电 138 **** 1234"]
