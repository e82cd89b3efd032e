"""The world outside the house: a carrier at the end of a trunk, and the customers' phones behind it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.peers.baresip import Baresip
from tests.peers.desk import CALLER_HZ
from tests.peers.server import BanjieServer

SHOWN = "01066668888"  # the number customers see


def trunk_to(carrier: Baresip) -> dict[str, str]:
    """The settings of a house that calls out by a trunk to this phone."""
    trunk = {"name": "carrier", "servers": [f"127.0.0.1:{carrier.sip_port}"]}
    return {
        "BANJIE_TRUNKS": json.dumps([trunk]),
        "BANJIE_OUTBOUND_TRUNK": "carrier",
        "BANJIE_OUTBOUND_CALLER": SHOWN,
    }


@asynccontextmanager
async def customers(folder: Path, *numbers: str) -> AsyncIterator[Baresip]:
    """Phones of these numbers that ring until they are told to accept, and say the caller's tone."""
    accounts = [f"<sip:{number}@127.0.0.1>;regint=0;answermode=manual" for number in numbers]
    phone = Baresip(folder / "carrier", "\n".join(accounts), CALLER_HZ)
    await phone.start()
    yield phone
    phone.stop()


@asynccontextmanager
async def house_calling_out(folder: Path, carrier: Baresip) -> AsyncIterator[BanjieServer]:
    """The demonstration bank with a trunk to the carrier."""
    server = BanjieServer(folder, trunk_to(carrier))
    await server.start()
    yield server
    assert server.stop() == 0
