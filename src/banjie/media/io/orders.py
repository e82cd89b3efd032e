"""What Python tells the native thread: eight numbers an order, through a pipe, obeyed in sequence."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import inner
from banjie.media.io import libc
from banjie.media.io.happenings import PLAY_STOPPED, PORT_CLOSED, RECORDING_STOPPED, tell
from banjie.media.layout import MAX_DIGITS, ORDER_FIELDS, RTP, SLOTS, Memory
from banjie.media.slots import enter_slot, leave_slot

STOP_THREAD: Final = 0
OPEN: Final = 1  # (port, kind, rtp fd, rtcp fd, ssrc, slot, memory row)
CLOSE: Final = 2  # (port): its cords were taken away before
POINT: Final = 3  # (port, ip, udp port, law, payload, dtmf payload or -1, may send | may receive << 1)
CORD: Final = 4  # (source, sink, gain in millionths)
GROUP: Final = 5  # (port, group, another port whose slot it comes to)
PLAY: Final = 6  # (play, sink, clip count, is loop, gain in millionths)
STOP_PLAY: Final = 7  # (play)
RECORD: Final = 8  # (recording, port)
STOP_RECORD: Final = 9  # (recording)
PRESS: Final = 10  # (port, event code)
DETECT: Final = 11  # (port, wanted)
FIELDS: Final = ORDER_FIELDS
MILLION: Final = 1_000_000

WATCH_ORDERS: Final = (1 << 31) - 1  # what epoll says of the pipe; sockets are index * 2, RTCP + 1


@inner
def take_orders(memory: Memory) -> None:
    """Obey all that lies in the pipe. The plan is stale then."""
    room = memory["orders"].size * 8
    size = room
    while size == room:
        size = libc.read_into(memory["world"][0]["orders_fd"], memory["orders"])
        for i in range(size // (FIELDS * 8)):
            _obey(memory, memory["orders"][FIELDS * i : FIELDS * i + FIELDS])


@inner
def _obey(memory: Memory, order: NDArray[np.int64]) -> None:
    kind, which = order[0], order[1]
    if kind == OPEN:
        _open(memory, order)
    elif kind == CLOSE:
        _close(memory, which)
    elif kind == POINT:
        _point(memory, order)
    elif kind == CORD:
        _cord(memory, which, order[2], float(order[3] / MILLION))
    elif kind == GROUP:
        memory["ports"][which]["group"] = order[2]
        slot = memory["ports"][order[3]]["slot"]
        leave_slot(memory, which)
        enter_slot(memory, which, slot)
    elif kind == PLAY:
        _play(memory, order)
    elif kind == STOP_PLAY:
        _stop_play(memory, which)
    else:
        _obey_more(memory, order)


@inner
def _obey_more(memory: Memory, order: NDArray[np.int64]) -> None:
    kind, which = order[0], order[1]
    port = memory["ports"][which if kind in (PRESS, DETECT) else order[2]]
    if kind == RECORD:
        memory["recordings"][which]["port"] = order[2]
        memory["recordings"][which]["frames"] = 0
        port["recording"] = which
    elif kind == STOP_RECORD:
        _stop_recording(memory, which)
    elif kind == PRESS and port["digit_count"] < MAX_DIGITS:
        port["digits"][port["digit_count"]] = order[2]
        port["digit_count"] += 1
    elif kind == DETECT:
        port["detects_tones"] = order[2]
    elif kind == STOP_THREAD:
        memory["world"][0]["is_running"] = 0


@inner
def _open(memory: Memory, order: NDArray[np.int64]) -> None:
    index = order[1]
    port, world = memory["ports"][index], memory["world"][0]
    port["kind"], port["fd"], port["rtcp_fd"] = order[2], order[3], order[4]
    port["out_ssrc"], port["memory"] = np.uint32(order[5]), order[7]
    port["out_seq"] = np.uint32(order[5] & 0xFFFF)
    port["out_stamp"] = np.uint32(order[5] * 2_654_435_761 & 0xFFFFFFFF)
    port["turns"] = index * 37 % 250  # so that not all report in one turn
    port["group"] = index
    port["out_marks"] = 1
    for s in range(SLOTS):
        port["hits"][s] = 0
    enter_slot(memory, index, order[6])
    world["port_count"] += 1
    if port["kind"] == RTP:
        libc.watch(world["epoll_fd"], port["fd"], index * 2, memory["integers"])
        libc.watch(world["epoll_fd"], port["rtcp_fd"], index * 2 + 1, memory["integers"])


@inner
def _close(memory: Memory, index: int) -> None:
    port = memory["ports"][index]
    if port["recording"] >= 0:
        _stop_recording(memory, port["recording"])
    while port["first_play"] >= 0:
        _stop_play(memory, port["first_play"])
    if port["kind"] == RTP:
        libc.close(port["fd"])
        libc.close(port["rtcp_fd"])
    leave_slot(memory, index)
    port["kind"] = 0
    memory["world"][0]["port_count"] -= 1
    tell(memory, PORT_CLOSED, index, 0)


@inner
def _point(memory: Memory, order: NDArray[np.int64]) -> None:
    """The peer said where it is. Another address than before: it must be found anew."""
    port, world = memory["ports"][order[1]], memory["world"][0]
    ip, number = order[2], order[3]
    if port["is_pointed"] == 0 or ip != port["announced_ip"] or number != port["announced_port"]:
        if port["is_connected"]:
            memory["sender"][:] = 0  # AF_UNSPEC
            libc.connect(port["fd"], memory["sender"])
            port["is_connected"] = 0
        port["is_latched"] = 0
        port["candidate_count"] = 0
        port["announced_ip"], port["announced_port"] = np.uint32(ip), np.uint32(number)
        libc.write_address(port["address"], ip, number)
        libc.write_address(port["rtcp_address"], ip, number + 1)
    if port["is_pointed"] == 0 or port["may_receive"] == 0:
        port["last_heard_ns"] = world["now_ns"]
        port["is_timed_out"] = 0
    port["is_pointed"] = 1
    port["law"], port["payload"], port["dtmf_payload"] = order[4], order[5], order[6]
    port["may_send"], port["may_receive"] = order[7] & 1, order[7] >> 1 & 1


@inner
def _cord(memory: Memory, source: int, sink: int, gain: float) -> None:
    port = memory["ports"][sink]
    count = port["cord_count"]
    at = 0
    while at < count and memory["cord_source"][sink, at] != source:
        at += 1
    if gain != 0.0:
        memory["cord_source"][sink, at] = source
        memory["cord_gain"][sink, at] = gain
        port["cord_count"] = max(count, at + 1)
    elif at < count:
        port["cord_count"] = count - 1
        memory["cord_source"][sink, at] = memory["cord_source"][sink, count - 1]
        memory["cord_gain"][sink, at] = memory["cord_gain"][sink, count - 1]


@inner
def _play(memory: Memory, order: NDArray[np.int64]) -> None:
    play, port = memory["plays"][order[1]], memory["ports"][order[2]]
    play["sink"], play["clip_count"], play["is_loop"] = order[2], order[3], order[4]
    play["gain"] = np.float32(order[5] / MILLION)
    play["clip"], play["position"] = 0, 0
    play["next"] = port["first_play"]
    port["first_play"] = order[1]


@inner
def _stop_play(memory: Memory, which: int) -> None:
    """Take it from its sink's list. One that ended by itself meanwhile is told already."""
    sink = memory["plays"][which]["sink"]
    if sink < 0:
        return
    port = memory["ports"][sink]
    if port["first_play"] == which:
        port["first_play"] = memory["plays"][which]["next"]
    else:
        before = port["first_play"]
        while memory["plays"][before]["next"] != which:
            before = memory["plays"][before]["next"]
        memory["plays"][before]["next"] = memory["plays"][which]["next"]
    memory["plays"][which]["sink"] = -1
    tell(memory, PLAY_STOPPED, which, 0)


@inner
def _stop_recording(memory: Memory, which: int) -> None:
    port_index = memory["recordings"][which]["port"]
    if port_index < 0:
        return
    memory["ports"][port_index]["recording"] = -1
    memory["recordings"][which]["port"] = -1
    tell(memory, RECORDING_STOPPED, which, memory["recordings"][which]["frames"])
