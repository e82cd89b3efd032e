"""What `bench.media` measures, in a process of its own: the switchboard, or the bare loop."""

import asyncio
import json
import os
import resource
import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banjie.media.io.native import NativeSwitchboard
from banjie.media.io.sockets import raise_file_limit
from banjie.media.io.thread import go_first
from banjie.media.model import RtpRemote
from bench.media_load import echo, watch_all


def measured() -> dict[str, float]:
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "at_s": time.monotonic(),
        "cpu_s": time.process_time(),
        "user_s": used.ru_utime,
        "rss_kb": pages * os.sysconf("SC_PAGE_SIZE") / 1024,
    }


async def serve_switchboard() -> None:
    switchboard = NativeSwitchboard("127.0.0.1", (20000, 29999))
    await switchboard.start()

    def open_legs(numbers: list[int], party: int) -> list[int]:
        ports = [switchboard.open_rtp() for _ in numbers]
        for port, number in zip(ports, numbers, strict=True):
            remote = RtpRemote(host="127.0.0.1", port=number, codec="PCMA", payload=8, dtmf_payload=101)
            switchboard.point_rtp(port.port_id, remote)
        for first in range(0, len(ports), party):
            call = [p.port_id for p in ports[first : first + party]]
            for source in call:
                for sink in call:
                    if source != sink:
                        switchboard.cord(source, sink)
        return [p.port for p in ports]

    await asyncio.to_thread(_answer, asyncio.get_running_loop(), open_legs)
    await switchboard.shut_down()


def _answer(loop: asyncio.AbstractEventLoop, open_legs: Callable[[list[int], int], list[int]]) -> None:
    for line in sys.stdin:
        question: dict[str, Any] = json.loads(line)
        if "legs" in question:
            done = asyncio.run_coroutine_threadsafe(
                _call(open_legs, question["legs"], question["party"]), loop
            )
            print(json.dumps(done.result()), flush=True)
        else:
            print(json.dumps(measured()), flush=True)


async def _call(
    open_legs: Callable[[list[int], int], list[int]], numbers: list[int], party: int
) -> list[int]:
    return open_legs(numbers, party)


def serve_echo() -> None:
    epoll, is_over = select.epoll(), np.zeros(1, np.int64)
    sockets: list[socket.socket] = []
    thread: threading.Thread | None = None
    echo(np.zeros(0, np.int64), epoll.fileno(), np.ones(1, np.int64))
    for line in sys.stdin:
        question = json.loads(line)
        if "legs" not in question:
            print(json.dumps(measured()), flush=True)
            continue
        for _ in question["legs"]:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
            made.bind(("127.0.0.1", 0))
            sockets.append(made)
        fds = np.array([s.fileno() for s in sockets], np.int64)
        watch_all(fds, epoll.fileno())
        thread = threading.Thread(target=echo_first, args=(fds, epoll.fileno(), is_over), daemon=True)
        thread.start()
        print(json.dumps([s.getsockname()[1] for s in sockets]), flush=True)
    is_over[0] = 1
    if thread is not None:
        thread.join()


def echo_first(fds: NDArray[np.int64], epoll_fd: int, is_over: NDArray[np.int64]) -> None:
    go_first()
    echo(fds, epoll_fd, is_over)


if __name__ == "__main__":
    raise_file_limit()
    if sys.argv[1] == "echo":
        serve_echo()
    else:
        asyncio.run(serve_switchboard())
