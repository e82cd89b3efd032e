"""A bad network between UDP peers: every datagram, either way, is lost with a given chance, repeatably."""

import asyncio
import contextlib
import random
import socket
from collections.abc import Callable

Address = tuple[str, int]


class LossyProxy:
    """Stands before one server. Each peer that sends to `address` gets a socket of its own towards the server.

    A peer that the server speaks to first is reached through `address_of(peer)`. Made inside a running loop.
    """

    def __init__(self, server: Address, loss_ratio: float = 0.1, seed: int = 1) -> None:
        self._server, self._loss_ratio = server, loss_ratio
        self._random = random.Random(seed)
        self._loop = asyncio.get_running_loop()
        self._backs: dict[Address, socket.socket] = {}
        self._front = self._open()
        self._loop.add_reader(
            self._front,
            self._carry,
            self._front,
            lambda data, peer: self._send(self._back_of(peer), data, self._server),
        )
        self.passed = self.lost = 0

    @property
    def address(self) -> Address:
        host, port = self._front.getsockname()
        return host, port

    def address_of(self, peer: Address) -> Address:
        """Return the socket that stands for `peer` on the server's side."""
        host, port = self._back_of(peer).getsockname()
        return host, port

    def close(self) -> None:
        for each in [self._front, *self._backs.values()]:
            self._loop.remove_reader(each)
            each.close()

    def _open(self) -> socket.socket:
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        opened.bind(("127.0.0.1", 0))
        return opened

    def _back_of(self, peer: Address) -> socket.socket:
        back = self._backs.get(peer)
        if back is None:
            back = self._backs[peer] = self._open()
            self._loop.add_reader(
                back, self._carry, back, lambda data, _: self._send(self._front, data, peer)
            )
        return back

    def _carry(self, source: socket.socket, onward: Callable[[bytes, Address], None]) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                data, sender = source.recvfrom(65_536)
                onward(data, sender)

    def _send(self, through: socket.socket, data: bytes, to: Address) -> None:
        if self._random.random() < self._loss_ratio:
            self.lost += 1
            return
        self.passed += 1
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            through.sendto(data, to)
