"""Who calls from outside, and phones on desks, as every story of a call begins with them."""

from tests.browser.conftest import OpenPhone
from tests.peers.baresip import Baresip
from tests.peers.desk import CALLER_HZ, NUMBER, until_event
from tests.peers.server import BanjieServer

VIP, STRANGER = "13800001000", "13900005678"


async def asks_for_a_person(server: BanjieServer, open_phone: OpenPhone, number: str = VIP) -> Baresip:
    """Call the bank with the caller's tone for a voice, and press 0 at the menu."""
    caller = await open_phone(f"<sip:{number}@127.0.0.1:{server.sip_port}>;regint=0", CALLER_HZ)
    await caller.tell("dial", f"sip:{NUMBER}@127.0.0.1:{server.sip_port}")
    await until_event(server, "ScriptStarted")
    await caller.press("0")
    return caller


async def desk_phone(server: BanjieServer, open_phone: OpenPhone, extension: str, hz: int) -> Baresip:
    """A registered phone that rings until it is told to accept."""
    return await open_phone(
        f"<sip:{extension}@127.0.0.1:{server.sip_port}>;auth_user={extension};auth_pass=demo-{extension};"
        "regint=60;answermode=manual",
        hz,
    )
