"""RTP's pairs of UDP sockets: an even number, and the next one for RTCP (RFC 3550 §11)."""

import resource
import socket
from contextlib import suppress
from typing import NamedTuple

from banjie.media.errors import NoFreePort

_RECEIVE_BUFFER_BYTES = 1 << 16  # about 80 packets as the system counts them: 1.6 s
_EXPEDITED_FORWARDING = 0xB8  # DSCP 46, RFC 4594 §4.1


class Pair(NamedTuple):
    number: int
    rtp_fd: int
    rtcp_fd: int


class PairMaker:
    """Gives out numbers in a circle, so that one just freed rests before it is used again."""

    def __init__(self, host: str, numbers: tuple[int, int]) -> None:
        self._host = host
        self._first, self._last = numbers[0] + numbers[0] % 2, numbers[1]
        self._next = self._first

    def open(self) -> Pair:
        """Return two bound, non-blocking sockets, which are the caller's to close. Raise `NoFreePort`."""
        for _ in range((self._last - self._first) // 2 + 1):
            number = self._next
            self._next = number + 2 if number + 3 <= self._last else self._first
            with suppress(OSError):
                return self._bind(number)
        raise NoFreePort(
            f"no pair of UDP ports is free on {self._host} between {self._first} and {self._last}, "
            "or the limit of open files is reached (ulimit -n)"
        )

    def _bind(self, number: int) -> Pair:
        with _udp(self._host, number) as rtp, _udp(self._host, number + 1) as rtcp:
            return Pair(number, rtp.detach(), rtcp.detach())


def raise_file_limit() -> int:
    """Allow ourselves as many open files as we may; return how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            return hard
    return soft


def _udp(host: str, number: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, _EXPEDITED_FORWARDING)
        made.bind((host, number))
    except BaseException:
        made.close()
        raise
    return made
