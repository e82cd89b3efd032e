"""The native thread's life, and the two pipes between it and Python."""

import fcntl
import os
import select
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from banjie.base.errors import Unavailable
from banjie.media.digits import goertzel_coefficients
from banjie.media.door import door
from banjie.media.io import happenings, libc, orders
from banjie.media.io.kernel import run
from banjie.media.layout import Memory

_PIPE_BYTES: Final = 1 << 20
_ORDER: Final = struct.Struct(f"={orders.FIELDS}q")
_HAPPENING: Final = struct.Struct(f"={happenings.FIELDS}q")
_REAL_TIME: Final = 10  # of 99: before all that is not real time, behind what the system itself needs
_NICE: Final = -11  # the next best


class Happening(NamedTuple):
    kind: int
    which: int
    what: int
    spare: int


class NativeThread:
    """Runs the kernel. `happenings_fd` can be read when `take` has something."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        memory["coefficients"][:] = goertzel_coefficients(int(memory["world"][0]["rate_hz"]))
        orders_out, self._orders_in = _pipe()
        self.happenings_fd, happenings_in = _pipe()
        self._epoll = select.epoll()
        world = memory["world"][0]
        world["orders_fd"], world["happenings_fd"] = orders_out, happenings_in
        world["epoll_fd"] = self._epoll.fileno()
        self._theirs = (orders_out, happenings_in)
        self._thread = threading.Thread(target=self._run, name="switchboard", daemon=True)

    def prepare(self) -> None:
        """Compile, or load what was compiled before; seconds the first time."""
        self._memory["world"][0]["is_running"] = 0
        run(self._memory)

    def start(self) -> None:
        """Begin; `prepare` was called."""
        self._watch_orders()
        self._memory["world"][0]["is_running"] = 1
        self._thread.start()

    def stop(self) -> None:
        """Obey what was ordered, then end. What happened till then may still be taken."""
        if self._thread.is_alive():
            self.order(orders.STOP_THREAD)
            self._thread.join()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def release(self) -> None:
        """Close the pipes."""
        self._epoll.close()
        for fd in (self._orders_in, self.happenings_fd, *self._theirs):
            os.close(fd)

    def order(self, kind: int, *fields: int) -> None:
        """Tell the thread; it obeys within a slot. Raise `Unavailable` when it stopped listening long ago."""
        order = _ORDER.pack(kind, *fields, *(0,) * (orders.FIELDS - 1 - len(fields)))
        try:
            os.write(self._orders_in, order)
        except BlockingIOError:
            raise Unavailable("the switchboard does not keep up; end some calls") from None

    def take(self) -> Iterator[Happening]:
        """Return what happened since, oldest first."""
        with suppress(BlockingIOError):
            while told := os.read(self.happenings_fd, _HAPPENING.size * 2048):
                yield from map(Happening._make, _HAPPENING.iter_unpack(told))

    def _watch_orders(self) -> None:
        world = self._memory["world"][0]
        fds = (int(world["epoll_fd"]), int(world["orders_fd"]))
        if watch_orders(*fds, self._memory["integers"]) != 0:
            raise Unavailable("epoll refused the pipe of orders")

    def _run(self) -> None:
        go_first()
        run(self._memory)


def go_first() -> None:
    """Let this thread run before others on a busy machine, as far as the system allows it (CAP_SYS_NICE, `ulimit -r`).

    Where processes are scheduled by groups (autogroup, cgroups), niceness only counts within one; real time counts
    everywhere. The system keeps a share of each second for the others whatever we do (sched_rt_runtime_us).
    """
    thread_id = threading.get_native_id()
    try:
        os.sched_setscheduler(thread_id, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(_REAL_TIME))
    except OSError:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread_id, _NICE)


@door
def watch_orders(epoll_fd: int, fd: int, integers: NDArray[np.int64]) -> int:
    return libc.watch(epoll_fd, fd, orders.WATCH_ORDERS, integers)


def _pipe() -> tuple[int, int]:
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    with suppress(OSError):  # the system's limit may be lower: then less fits
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return reading, writing
