"""Telephones for tests: real RTP sockets that say a tone and keep what they hear; and a switchboard to plug them in."""

import asyncio
import math
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
from numpy.typing import NDArray

from banjie.media.events import SwitchEvent
from banjie.media.g711 import LAW_OF, decode_table, encode_table
from banjie.media.io.native import NativeSwitchboard
from banjie.media.model import Codec, RtpPort, RtpRemote

_DECODE, _ENCODE = decode_table(), encode_table()
DTMF_PAYLOAD = 101


_plugged: list["Peer"] = []


class Peer:
    """One telephone: `say` sends a packet of its tone; whatever comes is kept by `drain`."""

    def __init__(self, hz: float = 0.0, codec: Codec = "PCMA", host: str = "127.0.0.1") -> None:
        self.hz, self.codec = hz, codec
        self.payload = 8 if codec == "PCMA" else 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind((host, 0))
        self.host, self.number = self.socket.getsockname()
        self.seq, self.stamp, self.ssrc = 65530, 4_294_967_000, self.number  # both wrap soon
        self.to: tuple[str, int] | None = None
        self.packets: list[bytes] = []
        _plugged.append(self)

    def remote(self, dtmf: bool = True) -> RtpRemote:
        dtmf_payload = DTMF_PAYLOAD if dtmf else None
        return RtpRemote(
            host=self.host,
            port=self.number,
            codec=self.codec,
            payload=self.payload,
            dtmf_payload=dtmf_payload,
        )

    def plug(self, switchboard: NativeSwitchboard, *, dtmf: bool = True) -> RtpPort:
        port = switchboard.open_rtp()
        switchboard.point_rtp(port.port_id, self.remote(dtmf))
        self.to = (port.host, port.port)
        return port

    def say(self, pcm: NDArray[np.int16] | None = None) -> None:
        if pcm is None:
            at = self.stamp + np.arange(160)
            pcm = (8000 * np.sin(2 * math.pi * self.hz * at / 8000)).astype(np.int16)
        payload = _ENCODE[LAW_OF[self.codec], (pcm.astype(np.int64) >> 2) & 0x3FFF].tobytes()
        self.send(self.payload, payload, self.stamp)
        self.stamp += len(pcm)

    def send(self, payload_type: int, payload: bytes, stamp: int) -> None:
        head = struct.pack("!BBHII", 0x80, payload_type, self.seq & 0xFFFF, stamp & 0xFFFFFFFF, self.ssrc)
        self.seq += 1
        assert self.to is not None
        self.socket.sendto(head + payload, self.to)

    def drain(self) -> None:
        try:
            while True:
                self.packets.append(self.socket.recv(2048))
        except BlockingIOError:
            pass

    def heard(self) -> NDArray[np.int16]:
        """Return all sound that came, in the order of the sequence numbers."""
        self.drain()
        sound = [p for p in self.packets if p[1] & 0x7F == self.payload]
        octets = np.frombuffer(b"".join(p[12:] for p in sound), np.uint8)
        return _DECODE[LAW_OF[self.codec]][octets]

    def close(self) -> None:
        self.socket.close()


def strength(pcm: NDArray[np.int16], hz: float) -> float:
    """Return the amplitude of a tone in the sound (Goertzel), of 32767: the median of pieces of 50 ms.

    A frame repeated or left out by a jitter buffer on a busy machine shifts the tone's phase, but in few pieces.
    """
    pieces = pcm[: len(pcm) // 400 * 400].reshape(-1, 400).astype(np.float64)
    wave = np.exp(-2j * math.pi * hz * np.arange(400) / 8000)
    return float(np.median(2 * np.abs(pieces @ wave) / 400)) if len(pieces) else 0.0


async def talk(peers: list[Peer], seconds: float, each_tick: Callable[[], None] | None = None) -> None:
    """Let all speak in real time."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    for _ in range(round(seconds / 0.02)):
        for peer in peers:
            peer.say()
            peer.drain()
        if each_tick is not None:
            each_tick()
        due += 0.02
        await asyncio.sleep(max(0.0, due - loop.time()))


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition():
        assert loop.time() < end, "it did not come about"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def running(**options: float) -> AsyncIterator[tuple[NativeSwitchboard, list[SwitchEvent]]]:
    switchboard = NativeSwitchboard("127.0.0.1", (30000, 39999), max_ports=256, **options)  # type: ignore[arg-type]
    events: list[SwitchEvent] = []
    switchboard.on_event = events.append
    await switchboard.start()
    try:
        yield switchboard, events
    finally:
        await switchboard.shut_down()
        while _plugged:
            _plugged.pop().close()
