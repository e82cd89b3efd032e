"""A switchboard of real RTP sockets and no mixing: each port says a tone and keeps what it hears."""

import asyncio
import socket
import struct
from collections.abc import Callable

import numpy as np

from banjie.media.events import BrowserConnected, BrowserLost
from banjie.media.model import PortId, RtpPort, RtpRemote
from banjie.media.ports import SwitchEvent


class RtpSwitchboard:  # satisfies media.ports.Switchboard as far as a browser's leg asks of it
    def __init__(self, hz: float) -> None:
        self.events: list[SwitchEvent] = []
        self.on_event: Callable[[SwitchEvent], None] = self.events.append
        self.heard: dict[PortId, list[bytes]] = {}  # RTP packets
        self.closed: list[PortId] = []
        self._ports: dict[PortId, _Port] = {}
        self._payloads = _tone_alaw(hz)
        self._sender: asyncio.Task[None] | None = None

    def open_rtp(self) -> RtpPort:
        port = _Port()
        port_id = PortId(len(self._ports) + 1)
        self._ports[port_id] = port
        self.heard[port_id] = port.heard
        return RtpPort(port_id=port_id, host="127.0.0.1", port=port.number)

    def point_rtp(
        self, port_id: PortId, remote: RtpRemote, *, send: bool = True, receive: bool = True
    ) -> None:
        self._ports[port_id].remote = remote
        if self._sender is None:
            self._sender = asyncio.create_task(self._send())

    def close(self, port_id: PortId) -> None:
        self.closed.append(port_id)
        self._ports[port_id].close()

    def connected(self) -> list[PortId]:
        return [e.port_id for e in self.events if isinstance(e, BrowserConnected)]

    def lost(self) -> list[PortId]:
        return [e.port_id for e in self.events if isinstance(e, BrowserLost)]

    async def stop(self) -> None:
        if self._sender is not None:
            self._sender.cancel()
        for port in self._ports.values():
            port.close()

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        due, n = loop.time(), 0
        while True:
            for port in self._ports.values():
                port.say(self._payloads[n % len(self._payloads)], n)
            n, due = n + 1, due + 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))


class _Port:
    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.remote: RtpRemote | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.number = int(self._socket.getsockname()[1])
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._hear)

    def _hear(self) -> None:
        self.heard.append(self._socket.recv(2048))

    def say(self, payload: bytes, n: int) -> None:
        if self.remote is not None and self._socket.fileno() >= 0:
            head = struct.pack(
                "!BBHII", 0x80, self.remote.payload, n & 0xFFFF, n * 160 & 0xFFFFFFFF, self.number
            )
            self._socket.sendto(head + payload, (self.remote.host, self.remote.port))

    def close(self) -> None:
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()


def _tone_alaw(hz: float) -> list[bytes]:
    """A second of tone, as 50 A-law payloads."""
    samples = (10_000 * np.sin(2 * np.pi * hz * np.arange(8000) / 8000)).astype(np.int16)
    return [bytes(alaw(s) for s in samples[i : i + 160]) for i in range(0, 8000, 160)]


def alaw(sample: int) -> int:
    """One 16-bit sample in ITU-T G.711 A-law."""
    sample = int(sample)
    sign, magnitude = (0x80, sample >> 3) if sample >= 0 else (0x00, ~sample >> 3)
    exponent = max(0, (magnitude | 0x10).bit_length() - 5)
    exponent = 0 if magnitude < 32 else exponent
    mantissa = (magnitude >> 1 if exponent == 0 else magnitude >> exponent) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55


def linear(octet: int) -> int:
    """One A-law octet as a 16-bit sample."""
    octet ^= 0x55
    exponent, mantissa = octet >> 4 & 7, octet & 0x0F
    magnitude = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return magnitude if octet & 0x80 else -magnitude
