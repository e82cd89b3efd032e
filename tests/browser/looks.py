"""What is judged of a page by looking at it: that it hinders nobody, and fits its window."""

from pathlib import Path

from playwright.async_api import Page

_AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
# A colour half way through its change belongs to no screen: a change is brought to its end. A pulse has none.
_FAULTS = """
async () => {
  for (const change of document.getAnimations())
    if (change.effect.getComputedTiming().endTime !== Infinity) change.finish();
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
