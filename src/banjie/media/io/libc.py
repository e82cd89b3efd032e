"""The C library for compiled code: addresses are integers, so that what calls these can be cached on disk."""

import platform
from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import External, compiled, inner


def _external(name: str, result: str, *arguments: str) -> External:
    return External(name, result, arguments)


_INT, _LONG, _ADDRESS, _SIZE = "int32", "int64", "intp", "uintp"
_recvfrom = _external("recvfrom", _ADDRESS, _INT, _ADDRESS, _SIZE, _INT, _ADDRESS, _ADDRESS)
_send = _external("send", _ADDRESS, _INT, _ADDRESS, _SIZE, _INT)
_sendto = _external("sendto", _ADDRESS, _INT, _ADDRESS, _SIZE, _INT, _ADDRESS, _INT)
_connect = _external("connect", _INT, _INT, _ADDRESS, _INT)
_close = _external("close", _INT, _INT)
_read = _external("read", _ADDRESS, _INT, _ADDRESS, _SIZE)
_write = _external("write", _ADDRESS, _INT, _ADDRESS, _SIZE)
_pwrite = _external("pwrite", _ADDRESS, _INT, _ADDRESS, _SIZE, _LONG)
_epoll_ctl = _external("epoll_ctl", _INT, _INT, _INT, _INT, _ADDRESS)
_epoll_wait = _external("epoll_wait", _INT, _INT, _ADDRESS, _INT, _INT)
_clock_gettime = _external("clock_gettime", _INT, _INT, _ADDRESS)
_clock_nanosleep = _external("clock_nanosleep", _INT, _INT, _INT, _ADDRESS, _ADDRESS)

_MSG_DONTWAIT, _MSG_NOSIGNAL = 0x40, 0x4000
_CLOCK_REALTIME, _CLOCK_MONOTONIC, _TIMER_ABSTIME = 0, 1, 1
_EPOLL_CTL_ADD, _EPOLLIN = 1, 1
_AF_UNSPEC, _AF_INET, _SOCKADDR_SIZE = 0, 2, 16
# struct epoll_event is packed on x86-64 only
EPOLL_EVENT_SIZE: Final = 12 if platform.machine() == "x86_64" else 16
NO_FILE: Final = -1
EPOLL_DATA_AT: Final = EPOLL_EVENT_SIZE - 8


@inner
def receive_from(
    fd: int, into: NDArray[np.uint8], sender: NDArray[np.uint8], integers: NDArray[np.int64]
) -> int:
    """Return the size of the next datagram, negative when there is none; fill `sender` with a sockaddr_in."""
    integers[0] = _SOCKADDR_SIZE  # little-endian: its first four octets are the socklen_t
    return int(
        _recvfrom(fd, into.ctypes.data, into.size, _MSG_DONTWAIT, sender.ctypes.data, integers.ctypes.data)
    )


@inner
def send(fd: int, octets: NDArray[np.uint8]) -> int:
    """Send over a connected socket; never waits."""
    return int(_send(fd, octets.ctypes.data, octets.size, _MSG_DONTWAIT | _MSG_NOSIGNAL))


@inner
def send_to(fd: int, octets: NDArray[np.uint8], address: NDArray[np.uint8]) -> int:
    """Send to a sockaddr_in; never waits."""
    return int(
        _sendto(
            fd,
            octets.ctypes.data,
            octets.size,
            _MSG_DONTWAIT | _MSG_NOSIGNAL,
            address.ctypes.data,
            _SOCKADDR_SIZE,
        )
    )


@inner
def connect(fd: int, address: NDArray[np.uint8]) -> int:
    """Let a UDP socket hear and speak to this sockaddr only; AF_UNSPEC frees it."""
    return int(_connect(fd, address.ctypes.data, _SOCKADDR_SIZE))


@inner
def close(fd: int) -> int:
    return int(_close(fd))


@inner
def read_into(fd: int, into: NDArray[np.int64]) -> int:
    """Return octets read, negative when there are none."""
    return int(_read(fd, into.ctypes.data, into.size * 8))


@inner
def write_from(fd: int, numbers: NDArray[np.int64]) -> int:
    return int(_write(fd, numbers.ctypes.data, numbers.size * 8))


@inner
def append(fd: int, samples: NDArray[np.int16]) -> int:
    """Write contiguous samples at the file's end."""
    return int(_write(fd, samples.ctypes.data, samples.size * 2))


@inner
def write_at(fd: int, octets: NDArray[np.uint8], offset: int) -> int:
    return int(_pwrite(fd, octets.ctypes.data, octets.size, offset))


@inner
def watch(epoll_fd: int, fd: int, data: int, integers: NDArray[np.int64]) -> int:
    """Let epoll tell when `fd` can be read, by `data`."""
    octets = integers.view(np.uint8)
    octets[:] = 0
    octets[0] = _EPOLLIN
    for i in range(8):
        octets[EPOLL_DATA_AT + i] = (data >> (8 * i)) & 0xFF
    return int(_epoll_ctl(epoll_fd, _EPOLL_CTL_ADD, fd, integers.ctypes.data))


@inner
def wait(epoll_fd: int, ready: NDArray[np.uint8], timeout_ms: int) -> int:
    """Return how many can be read; `ready_data` tells which."""
    return int(_epoll_wait(epoll_fd, ready.ctypes.data, ready.size // 16, timeout_ms))


@inner
def ready_data(ready: NDArray[np.uint8], i: int) -> int:
    at = i * EPOLL_EVENT_SIZE + EPOLL_DATA_AT
    data = 0
    for k in range(4):
        data |= int(ready[at + k]) << (8 * k)
    return data


@inner
def monotonic_ns(integers: NDArray[np.int64]) -> int:
    _clock_gettime(_CLOCK_MONOTONIC, integers.ctypes.data)
    return int(integers[0] * 1_000_000_000 + integers[1])


@inner
def wall_ns(integers: NDArray[np.int64]) -> int:
    _clock_gettime(_CLOCK_REALTIME, integers.ctypes.data)
    return int(integers[0] * 1_000_000_000 + integers[1])


@inner
def sleep_until(at_ns: int, integers: NDArray[np.int64]) -> None:
    """Sleep till this CLOCK_MONOTONIC time; a signal may wake us earlier."""
    integers[0], integers[1] = at_ns // 1_000_000_000, at_ns % 1_000_000_000
    _clock_nanosleep(_CLOCK_MONOTONIC, _TIMER_ABSTIME, integers.ctypes.data, 0)


@compiled
def write_address(address: NDArray[np.uint8], ip: int, port: int) -> None:
    """Fill in a sockaddr_in."""
    address[:] = 0
    address[0] = _AF_INET  # sa_family is in host order: little-endian machines only
    address[2], address[3] = (port >> 8) & 0xFF, port & 0xFF
    for i in range(4):
        address[4 + i] = (ip >> (24 - 8 * i)) & 0xFF


@inner
def read_ip(address: NDArray[np.uint8]) -> int:
    ip = 0
    for i in range(4):
        ip = ip << 8 | int(address[4 + i])
    return ip


@inner
def read_port(address: NDArray[np.uint8]) -> int:
    return int(np.int64(address[2]) << 8 | np.int64(address[3]))
