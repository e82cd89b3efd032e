"""When in the tick each port has its turn: with those it hears, soon after their packets come."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import compiled, inner
from banjie.media.layout import SLOTS, Memory

SETTLE_EVERY_TICKS: Final = 50
_WORTH_MOVING_SLOTS: Final = 2
_RARE: Final = 10  # fewer than one packet in so many does not count as a habit


@inner
def enter_slot(memory: Memory, index: int, slot: int) -> None:
    port = memory["ports"][index]
    port["slot"] = slot
    port["place"] = memory["slot_count"][slot]
    memory["slot_ports"][slot, memory["slot_count"][slot]] = index
    memory["slot_count"][slot] += 1


@inner
def leave_slot(memory: Memory, index: int) -> None:
    port = memory["ports"][index]
    slot, place = port["slot"], port["place"]
    memory["slot_count"][slot] -= 1
    last = memory["slot_ports"][slot, memory["slot_count"][slot]]
    memory["slot_ports"][slot, place] = last
    memory["ports"][last]["place"] = place


@inner
def settle(memory: Memory, slot: int) -> None:
    """Move each group of this slot to where its packets wait least. The hits counted begin again."""
    count = memory["slot_count"][slot]
    members = memory["slot_ports"][slot]
    for place in range(count):
        memory["group_hits"][memory["ports"][members[place]]["group"], :] = 0
    for place in range(count):
        port = memory["ports"][members[place]]
        total = 0
        for s in range(SLOTS):
            total += port["hits"][s]
        for s in range(SLOTS):
            if port["is_pcm_wanted"] and port["hits"][s] * _RARE > total:
                memory["group_hits"][port["group"], s] += 1
            port["hits"][s] = 0
    for place in range(count - 1, -1, -1):  # backwards: who leaves is replaced by one already seen
        index = members[place]
        better = best_slot(memory["group_hits"][memory["ports"][index]["group"]], slot)
        if better != slot:
            leave_slot(memory, index)
            enter_slot(memory, index, better)


@compiled
def best_slot(hits: NDArray[np.int64], now: int) -> int:
    """Return the slot for which the longest wait after any arrival is least; `now` unless clearly worse."""
    best, least = now, longest_wait(hits, now) - _WORTH_MOVING_SLOTS + 1
    for slot in range(SLOTS):
        wait = longest_wait(hits, slot)
        if wait < least:
            best, least = slot, wait
    return best


@compiled
def longest_wait(hits: NDArray[np.int64], slot: int) -> int:
    """Return slots from the arrival that waits longest to a turn in `slot`. One slot is kept for jitter."""
    longest = 0
    for arrival in range(SLOTS):
        if hits[arrival] > 0:
            longest = max(longest, (slot - arrival - 1) % SLOTS)
    return longest
