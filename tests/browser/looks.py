"""What is judged of a page by looking at it: that it hinders nobody, and fits its window."""

from pathlib import Path

from playwright.async_api import Page

_AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
# A colour half way through its change belongs to no screen: a change is brought to its end, and what follows from that
# is drawn. A pulse has no end.
_FAULTS = """
async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const changing = () => document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
  for (let left = 50, now = changing(); left > 0 && now.length > 0; left--, now = changing()) {
    for (const change of now) change.finish();
    await drawn();
  }
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}
"""
_IS_WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def accessibility_faults(page: Page) -> list[str]:
    """What axe finds at the page as it looks when all that is changing has changed."""
    await page.evaluate(_AXE.read_text())
    faults: list[str] = await page.evaluate(_FAULTS)
    return faults


async def is_wider_than_window(page: Page) -> bool:
    return bool(await page.evaluate(_IS_WIDER))
