"""One UDP socket, read in bursts: the fewest calls between the kernel and the user agent."""

import asyncio
import contextlib
import errno
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Final

from banjie.sip.hosts import hop_host
from banjie.sip.io.errors import PortTaken
from banjie.sip.model import Hop

BURST: Final = 32  # datagrams before timers and other sockets get their turn
LARGEST: Final = 65_535
BUFFER_BYTES: Final = 4 << 20
STAMPED: Final = 35  # SO_TIMESTAMPNS and SCM_TIMESTAMPNS of Linux, socket(7); Python does not name them
_TIMESPEC: Final = struct.Struct("@qq")


class DatagramSocket:
    """Sends and receives whole messages. `received` is called with each; keep-alives are swallowed.

    `late` is told how long the oldest of each burst has waited in the kernel, in seconds.
    """

    def __init__(
        self,
        host: str,
        port: int,
        received: Callable[[bytes, Hop], None],
        late: Callable[[float], None] = lambda late_s: None,
    ) -> None:
        self._socket = bound_socket(host, port, socket.SOCK_DGRAM)
        self._late = late
        with contextlib.suppress(OSError):  # a system that stamps nothing: nobody is late
            self._socket.setsockopt(socket.SOL_SOCKET, STAMPED, 1)
        self._is_ipv6 = self._socket.family == socket.AF_INET6  # bound to `::`, it serves IPv4 too
        self._received = received
        self._hops: dict[tuple[str, int], Hop] = {}
        self.unsent = 0  # the kernel had no room: like a packet lost on the way
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def send(self, hop: Hop, data: bytes) -> None:
        """Send once; what cannot be sent is lost, as UDP may."""
        try:
            self._socket.sendto(data, (_mapped(hop.host) if self._is_ipv6 else hop.host, hop.port))
        except OSError:
            self.unsent += 1

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        receive: Callable[[int], tuple[bytes, Any]] = self._read_stamped
        received = self._received
        for _ in range(BURST):
            try:
                data, address = receive(LARGEST)
                receive = self._socket.recvfrom
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # an ICMP error for something sent before
            if len(data) > 4:  # less is a keep-alive (RFC 5626 §3.5.1) or nothing
                received(data, self._hop(address))

    def _read_stamped(self, largest: int) -> tuple[bytes, tuple[str, int]]:
        data, notes, _, address = self._socket.recvmsg(largest, socket.CMSG_SPACE(_TIMESPEC.size))
        for level, kind, note in notes:
            if (level, kind) == (socket.SOL_SOCKET, STAMPED) and len(note) == _TIMESPEC.size:
                seconds, nanoseconds = _TIMESPEC.unpack(note)
                self._late(max(0.0, time.time() - seconds - nanoseconds / 1e9))
        return data, address

    def _hop(self, address: tuple[str, int]) -> Hop:
        key = address[:2]
        hop = self._hops.get(key)
        if hop is None:
            if len(self._hops) >= 4096:
                self._hops.clear()
            hop = self._hops[key] = Hop("udp", hop_host(address[0]), address[1])
        return hop


def _mapped(host: str) -> str:
    return host[1:-1] if host.startswith("[") else f"::ffff:{host}"


def bound_socket(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    """Open and bind a non-blocking socket; raise `PortTaken` with a sentence that helps."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, kind)
    try:
        opened.setblocking(False)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        if kind == socket.SOCK_STREAM:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
        opened.bind((host.strip("[]"), port))
    except OSError as error:
        opened.close()
        raise PortTaken(host, port, error.errno == errno.EADDRINUSE, error.strerror or str(error)) from None
    return opened
