"""The other side of `bench.media`, native so that it is not what is measured: telephones that send marked packets.

Two programs: `speak` sends from all telephones, spread over the tick, and takes what comes back; `echo` is the physical
limit, a loop that receives one and sends one. Both are told by arrays and counted in arrays.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import compiled
from banjie.media.io import libc
from banjie.media.layout import READY_AT_ONCE, TICK_NS
from banjie.media.packets import HEADER, write_header

PAYLOAD_SIZE: Final = 160
BINS: Final = 4000  # of 0.1 ms
BIN_NS: Final = 100_000
_STEPS: Final = 20  # in which a tick's packets are sent: 1 ms
_SPREAD: Final = 7  # legs of one call do not send at the same moment; prime to all numbers of legs
DRAIN_TICKS: Final = 10
_A_LAW: Final = 8
_SILENT, _LOUD = 0xD5, 0xAA
_FAINT: Final = 0x60  # of 0x7F: half as loud as the mark, which is what a concealed one is, does not count
_BURST_EVERY: Final = 12  # ticks; legs of a call are four apart
_LONGEST_NS: Final = 2_000_000_000
SENT, MARKED, OWN_LATE, LOST_BY_US = 0, 1, 2, 3
COUNTS: Final = 4


class Load(NamedTuple):
    """Telephones by leg; those in a row of `party` are in one call."""

    fds: NDArray[np.int64]
    addresses: NDArray[np.uint8]  # (leg, sockaddr_in) where each sends
    seen: NDArray[np.int64]  # packets that came back, by leg
    heard: NDArray[np.int64]  # of those, marked by another leg
    burst_ns: NDArray[np.int64]  # when each leg last sent a mark, for mixed calls
    delays: NDArray[np.int64]  # histogram
    counts: NDArray[np.int64]
    ready: NDArray[np.uint8]
    back: NDArray[np.uint8]
    sender: NDArray[np.uint8]
    integers: NDArray[np.int64]


@compiled
def speak(load: Load, epoll_fd: int, begin_ns: int, ticks: int, counted_from: int, party: int) -> None:
    """Send a packet a tick from each leg, evenly through the tick, and take what comes back.

    What is counted begins anew at tick `counted_from`. In calls of two a packet carries the time it was sent in its first eight octets. Where sound is mixed, the legs of
    a call say in turn a loud frame amid silence, and it is looked for in what the others hear.
    """
    packet = np.zeros(HEADER + PAYLOAD_SIZE, np.uint8)
    legs = load.fds.size
    for step in range((ticks + DRAIN_TICKS) * _STEPS):
        due = begin_ns + step * TICK_NS // _STEPS
        libc.sleep_until(due, load.integers)
        if libc.monotonic_ns(load.integers) > due + TICK_NS:
            load.counts[OWN_LATE] += 1
        tick, part = step // _STEPS, step % _STEPS
        if part == 0 and tick == counted_from:
            for counted in (load.seen, load.heard, load.delays, load.counts):
                counted[:] = 0
        if tick < ticks:
            for place in range(legs * part // _STEPS, legs * (part + 1) // _STEPS):
                leg = place * _SPREAD % legs
                _say(load, packet, leg, tick, party)
        _collect(load, epoll_fd, party)


@compiled
def _say(load: Load, packet: NDArray[np.uint8], leg: int, tick: int, party: int) -> None:
    now = libc.monotonic_ns(load.integers)
    write_header(packet, _A_LAW, tick & 0xFFFF, tick * PAYLOAD_SIZE, leg + 1)
    is_burst = party > 2 and (tick + 4 * (leg % party)) % _BURST_EVERY == 0
    packet[HEADER:] = _LOUD if is_burst else _SILENT
    if is_burst:
        load.burst_ns[leg] = now
        load.counts[MARKED] += party - 1
    elif party == 2:
        _write64(packet, HEADER, now)
        load.counts[MARKED] += 1
    if libc.send_to(load.fds[leg], packet, load.addresses[leg]) < 0:
        load.counts[LOST_BY_US] += 1
    load.counts[SENT] += 1


@compiled
def _collect(load: Load, epoll_fd: int, party: int) -> None:
    count = READY_AT_ONCE
    while count == READY_AT_ONCE:
        count = libc.wait(epoll_fd, load.ready, 0)
        for i in range(count):
            leg = libc.ready_data(load.ready, i)
            size = libc.receive_from(load.fds[leg], load.back, load.sender, load.integers)
            if size >= HEADER + PAYLOAD_SIZE:
                _hear(load, leg, party)


@compiled
def _hear(load: Load, leg: int, party: int) -> None:
    load.seen[leg] += 1
    now = libc.monotonic_ns(load.integers)
    sent = 0
    if party == 2:
        sent = _read64(load.back, HEADER)
    elif (load.back[HEADER + PAYLOAD_SIZE // 2] ^ 0x55) & 0x7F > _FAINT:
        for other in range(leg - leg % party, leg - leg % party + party):
            if other != leg:
                sent = max(sent, load.burst_ns[other])
    if 0 <= now - sent < _LONGEST_NS:  # else it is silence of the switchboard's own
        load.heard[leg] += 1
        load.delays[min((now - sent) // BIN_NS, BINS - 1)] += 1


@compiled
def echo(fds: NDArray[np.int64], epoll_fd: int, is_over: NDArray[np.int64]) -> None:
    """Send each datagram back to where it came from, untouched."""
    packet, sender, integers = np.zeros(2048, np.uint8), np.zeros(16, np.uint8), np.zeros(8, np.int64)
    ready = np.zeros(READY_AT_ONCE * 16, np.uint8)
    while is_over[0] == 0:
        count = libc.wait(epoll_fd, ready, 100)
        for i in range(count):
            leg = libc.ready_data(ready, i)
            size = libc.receive_from(fds[leg], packet, sender, integers)
            if size > 0:
                libc.send_to(fds[leg], packet[:size], sender)


@compiled
def watch_all(fds: NDArray[np.int64], epoll_fd: int) -> None:
    integers = np.zeros(8, np.int64)
    for leg in range(fds.size):
        libc.watch(epoll_fd, fds[leg], leg, integers)


@compiled
def _write64(packet: NDArray[np.uint8], at: int, number: int) -> None:
    for i in range(8):
        packet[at + i] = (number >> (8 * i)) & 0xFF


@compiled
def _read64(packet: NDArray[np.uint8], at: int) -> int:
    number = 0
    for i in range(8):
        number |= np.int64(packet[at + i]) << (8 * i)
    return number
