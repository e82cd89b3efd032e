"""The native thread: ten times a tick it obeys orders, takes what arrived, and gives a slot of ports their turn."""

from typing import Final

from banjie.media.compiled import compiled
from banjie.media.door import door
from banjie.media.io import libc
from banjie.media.io.orders import WATCH_ORDERS, take_orders
from banjie.media.io.receiving import receive_rtcp, receive_rtp
from banjie.media.io.speaking import listen, speak
from banjie.media.layout import READY_AT_ONCE, SLOT_NS, SLOTS, TICK_NS, Memory
from banjie.media.plan import plan
from banjie.media.slots import SETTLE_EVERY_TICKS, settle

_MAX_PASSES: Final = 8  # over the ready sockets in one wake
_GIVE_UP_BEHIND_NS: Final = 10 * TICK_NS  # then turns are skipped, not caught up


@door
def run(memory: Memory) -> None:
    """Carry sound until told to stop."""
    world = memory["world"][0]
    world["due_ns"] = libc.monotonic_ns(memory["integers"])
    step = 0
    while world["is_running"]:
        if world["port_count"] == 0:
            libc.wait(world["epoll_fd"], memory["ready"], -1)  # only orders can come
            world["due_ns"] = libc.monotonic_ns(memory["integers"])
        else:
            libc.sleep_until(world["due_ns"], memory["integers"])
        world["now_ns"] = libc.monotonic_ns(memory["integers"])
        if world["now_ns"] < world["due_ns"]:
            continue  # woken by a signal
        world["wakes"] += 1
        world["slot"] = step % SLOTS
        _receive(memory)
        if world["is_plan_stale"]:
            world["is_plan_stale"] = 0
            plan(memory)
        _turn(memory)
        if step // SLOTS % SETTLE_EVERY_TICKS == SETTLE_EVERY_TICKS - 1:
            settle(memory, world["slot"])
        step += 1
        _set_due(memory)


@compiled
def _set_due(memory: Memory) -> None:
    world = memory["world"][0]
    world["due_ns"] += SLOT_NS
    behind_ns = libc.monotonic_ns(memory["integers"]) - world["due_ns"]
    if behind_ns > TICK_NS:
        world["late_wakes"] += 1
    if behind_ns > _GIVE_UP_BEHIND_NS:
        world["skipped_slots"] += behind_ns // SLOT_NS
        world["due_ns"] += behind_ns // SLOT_NS * SLOT_NS


@compiled
def _receive(memory: Memory) -> None:
    """Take one datagram from each socket that has any, again while there were more than epoll could name."""
    world = memory["world"][0]
    for _ in range(_MAX_PASSES):
        count = libc.wait(world["epoll_fd"], memory["ready"], 0)
        for i in range(count):
            which = libc.ready_data(memory["ready"], i)
            if which == WATCH_ORDERS:
                take_orders(memory)
                plan(memory)  # before any packet: a sink may be gone, its socket's number another's
                continue
            index = which >> 1
            if memory["ports"][index]["kind"] == 0:
                continue  # closed by an order of this very pass
            if which & 1:
                receive_rtcp(memory, index)
            else:
                receive_rtp(memory, index)
        if count < READY_AT_ONCE:
            return


@compiled
def _turn(memory: Memory) -> None:
    slot = memory["world"][0]["slot"]
    ports = memory["slot_ports"][slot]
    for place in range(memory["slot_count"][slot]):
        listen(memory, ports[place])
    for place in range(memory["slot_count"][slot]):
        speak(memory, ports[place])
