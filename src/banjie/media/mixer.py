"""What a port hears in a turn: the sum of its cords by gain, and of what is played to it. Not clipped yet."""

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import compiled
from banjie.media.layout import Memory


@compiled
def mix(memory: Memory, index: int) -> bool:
    """Fill `mixed` with what this port hears through its cords; say whether there is anything."""
    port = memory["ports"][index]
    mixed = memory["mixed"]
    mixed[:] = 0
    is_heard = False
    for c in range(port["cord_count"]):
        source = memory["cord_source"][index, c]
        if memory["ports"][source]["is_speaking"] == 0:
            continue
        is_heard = True
        _add(mixed, memory["heard"][source], memory["cord_gain"][index, c])
    return is_heard


@compiled
def play(memory: Memory, play_index: int) -> bool:
    """Add the next frame of a play to `mixed`; say whether the play came to its end."""
    one = memory["plays"][play_index]
    frame = memory["mixed"].size
    filled = 0
    while filled < frame and one["clip"] < one["clip_count"]:
        offset = memory["play_clips"][play_index, one["clip"], 0]
        length = memory["play_clips"][play_index, one["clip"], 1]
        count = min(frame - filled, length - one["position"])
        start = offset + one["position"]
        _add(
            memory["mixed"][filled : filled + count], memory["clip_pool"][start : start + count], one["gain"]
        )
        filled += count
        one["position"] += count
        if one["position"] >= length:
            one["position"] = 0
            one["clip"] += 1
            if one["clip"] >= one["clip_count"] and one["is_loop"] != 0:
                one["clip"] = 0
    return bool(one["clip"] >= one["clip_count"])


@compiled
def _add(mixed: NDArray[np.int32], heard: NDArray[np.int16], gain: float) -> None:
    if gain == 1.0:
        for i in range(heard.size):
            mixed[i] += heard[i]
    else:
        for i in range(heard.size):
            mixed[i] += np.int32(np.rint(np.float32(heard[i]) * gain))
