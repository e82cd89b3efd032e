"""What the rest of the product asks of the switchboard and of browsers' audio."""

from collections.abc import Callable
from typing import Protocol

from banjie.media.events import BrowserConnected, BrowserLost
from banjie.media.model import BrowserPort, PortId, RtpPort, RtpRemote

SwitchEvent = BrowserConnected | BrowserLost


class Switchboard(Protocol):
    on_event: Callable[[SwitchEvent], None]

    def open_rtp(self) -> RtpPort: ...

    def point_rtp(
        self, port_id: PortId, remote: RtpRemote, *, send: bool = True, receive: bool = True
    ) -> None: ...

    def close(self, port_id: PortId) -> None: ...


class BrowserAudio(Protocol):
    """Browsers as ports of the switchboard; events come by the switchboard's `on_event`."""

    async def open(self, offer_sdp: str) -> BrowserPort: ...

    async def close(self, port_id: PortId) -> None: ...
