"""What the switchboard tells. All are live: they may be lost in a crash. Delivered on the asyncio thread."""

from dataclasses import dataclass

from banjie.media.model import PortId


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserConnected:
    """ICE and DTLS are done; sound flows both ways."""

    port_id: PortId


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserLost:
    """The browser hung up, went silent for 4 s, or never connected. Once a port; its port stays until it is closed."""

    port_id: PortId
