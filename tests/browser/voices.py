"""Several voices at once: which of the known tones a page plays, or a phone hears."""

from playwright.async_api import Page

from tests.browser.chromium import heard_levels, until
from tests.browser.sound import goertzel
from tests.peers.baresip import Baresip
from tests.peers.desk import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, SUPERVISOR_HZ

VOICES = {
    "caller": CALLER_HZ,
    "agent": AGENT_HZ,
    "colleague": COLLEAGUE_HZ,
    "supervisor": SUPERVISOR_HZ,
}
AUDIBLE = 0.02  # of full scale; a voice is ten times that


async def until_page_hears(page: Page, names: set[str]) -> None:
    """Wait until the page plays these voices and no other."""
    last: dict[str, float] = {}

    async def is_so() -> bool:
        nonlocal last
        last = await heard_levels(page, VOICES)
        return {name for name, level in last.items() if level > AUDIBLE} == names

    await until(is_so, within_s=10.0, what=lambda: f"{names} in the page; it plays {last}")


async def until_phone_hears_only(phone: Baresip, names: set[str]) -> None:
    """Wait until the phone hears these voices and no other."""
    last: dict[str, float] = {}

    async def is_so() -> bool:
        nonlocal last
        sound = phone.heard()
        last = {name: goertzel(sound, 8000, hz) for name, hz in VOICES.items()}
        return {name for name, level in last.items() if level > AUDIBLE} == names

    await until(is_so, within_s=10.0, what=lambda: f"{names} on the phone; it hears {last}")
