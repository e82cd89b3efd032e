"""The adaptive jitter buffer: when each half frame that arrived is heard.

Laws: sound is played in order and never twice; what does not come in time is waited for as long as nothing newer came,
the fading last frame said meanwhile, so that a stall of the network delays the sound and loses none of it; what arrives
after its turn all the same is `late` and lengthens the wait; the wait shortens by a frame when for 2 s nothing needed it
(0.5 s where it is long; twice the time after each shortening that was regretted), in silence if there is any soon; after 100 ms of nothing the buffer forgets its clock and starts
anew with the next packet, without any wait. Positions count half frames.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import compiled
from banjie.media.layout import BLOCKS, FORGOT, PLAYING, SLOT_NS, TICK_NS, Memory

_FORGET_AFTER_TURNS: Final = 5
_FADE_TURNS: Final = 3
_MAX_GROW: Final = 10  # frames
_SHRINK_AFTER_TURNS: Final = 100
_SHRINK_AT_LAST_AFTER_TURNS: Final = 1600
_SHRINK_LONG_AFTER_TURNS: Final = 25
_LONG_WAIT_NS: Final = 3 * TICK_NS
_SHRINK_MARGIN_NS: Final = (
    SLOT_NS // 2
)  # a wait this much beyond a whole tick is not needed: the last slot it fits in
_QUIET: Final = 400  # of 32767: -38 dB, above the noise of a line


@compiled
def put(memory: Memory, index: int, stamp: int, octets: NDArray[np.uint8], now_ns: int) -> None:
    """Keep a payload which arrived now; `stamp` is its RTP timestamp."""
    port = memory["ports"][index]
    block = memory["blocks"].shape[2]
    position = _position(port, stamp, block)
    count = octets.size // block
    if port["is_playing"] == FORGOT and 0 <= position <= port["newest"]:
        port["late"] += 1  # a straggler from before the pause
        return
    if port["is_playing"] != PLAYING or position >= port["play_at"] + BLOCKS - count or position < 0:
        position = _restart(memory, index, stamp, position)
    if position < port["play_at"]:
        port["late"] += 1
        behind = (port["play_at"] - position + 1) // 2
        port["grow"] = min(max(port["grow"], behind), _MAX_GROW)
        _keep_waiting(port)
    for i in range(count):
        at = position + i
        if at < port["play_at"]:
            continue
        cell = at % BLOCKS
        memory["block_position"][index, cell] = at
        memory["block_arrived"][index, cell] = now_ns
        for k in range(block):
            memory["blocks"][index, cell, k] = octets[i * block + k]
    if position >= port["newest"]:
        port["newest"] = position
        port["newest_stamp"] = stamp


@compiled
def play(memory: Memory, index: int, now_ns: int) -> None:
    """Take this turn's frame into `heard`, and say in `is_speaking` whether it is any."""
    port = memory["ports"][index]
    port["is_speaking"] = 0
    if port["is_playing"] != PLAYING:
        return
    if port["grow"] > 0:
        port["grow"] -= 1
        _keep_waiting(port)
        _conceal(memory, index)
        return
    wait_ns = _take(memory, index, now_ns)
    if wait_ns < 0:
        port["missed"] += 1
        if port["missed"] > _FORGET_AFTER_TURNS:
            port["is_playing"] = FORGOT
            return
        _conceal(memory, index)
        return
    if port["stayed"] > 0:
        port["stayed"] = 0
        _keep_waiting(port)
    port["missed"] = 0
    port["is_speaking"] = 1
    _shorten(port, wait_ns)
    if port["shorten_within"] > 0:
        wait_ns = _leave_out(memory, index, wait_ns, now_ns)
    port["delay_ns"] = wait_ns


@compiled
def _take(memory: Memory, index: int, now_ns: int) -> int:
    """Decode the two half frames due; return how long they waited, or -1 when either is not there."""
    port = memory["ports"][index]
    while not _is_there(memory, index) and port["newest"] > port["play_at"] + 1:
        port["play_at"] += 2  # lost: newer came
        if port["stayed"] == 0:
            return -1
        port["stayed"] -= 1  # its time was spent waiting
    if not _is_there(memory, index):
        port["stayed"] += 1
        return -1
    block = memory["blocks"].shape[2]
    first, second = port["play_at"] % BLOCKS, (port["play_at"] + 1) % BLOCKS
    port["play_at"] += 2
    table = memory["decode"][port["law"]]
    for k in range(block):
        memory["heard"][index, k] = table[memory["blocks"][index, first, k]]
    for k in range(block):
        memory["heard"][index, block + k] = table[memory["blocks"][index, second, k]]
    arrived = max(memory["block_arrived"][index, first], memory["block_arrived"][index, second])
    return int(now_ns - arrived)


@compiled
def _is_there(memory: Memory, index: int) -> bool:
    """Say whether both half frames due have come."""
    at = memory["ports"][index]["play_at"]
    position = memory["block_position"]
    return bool(position[index, at % BLOCKS] == at and position[index, (at + 1) % BLOCKS] == at + 1)


@compiled
def _leave_out(memory: Memory, index: int, wait_ns: int, now_ns: int) -> int:
    """Play the next frame in place of this one, if this one is quiet or the search for silence is over."""
    port = memory["ports"][index]
    port["shorten_within"] -= 1
    if not _is_there(memory, index):
        return wait_ns
    if port["shorten_within"] > 0:
        for k in range(memory["heard"].shape[1]):
            if abs(memory["heard"][index, k]) > _QUIET:
                return wait_ns
    port["shorten_within"] = port["waits"] = 0
    port["is_shortened"] = 1
    port["skipped"] += 1
    return _take(memory, index, now_ns)


@compiled
def _conceal(memory: Memory, index: int) -> None:
    """Say the last frame again, more softly each time."""
    port = memory["ports"][index]
    if port["missed"] > _FADE_TURNS:
        return
    port["concealed"] += 1
    port["is_speaking"] = 1
    for k in range(memory["heard"].shape[1]):
        memory["heard"][index, k] = memory["heard"][index, k] // 2


@compiled
def _shorten(port: np.void, wait_ns: int) -> None:
    """Decide at the end of each window whether the wait is longer than anything needed."""
    port["least_wait_ns"] = min(port["least_wait_ns"], wait_ns) if port["waits"] > 0 else wait_ns
    port["waits"] += 1
    window = max(port["window"], _SHRINK_AFTER_TURNS)
    is_long = port["least_wait_ns"] > _LONG_WAIT_NS
    if port["waits"] < (_SHRINK_LONG_AFTER_TURNS if is_long else window):
        return
    if port["is_shortened"]:
        port["window"] = window // 2  # and it was not regretted
    port["is_shortened"] = 0
    if port["least_wait_ns"] > TICK_NS + _SHRINK_MARGIN_NS and port["shorten_within"] == 0:
        # so many turns to find silence in, else a frame of sound is left out
        port["shorten_within"] = _SHRINK_LONG_AFTER_TURNS if is_long else _SHRINK_AFTER_TURNS
    port["waits"] = 0


@compiled
def _keep_waiting(port: np.void) -> None:
    """The wait was needed just now: no shortening in this window, and a longer one if it was shortened in the last."""
    if port["is_shortened"]:
        port["window"] = min(2 * max(port["window"], _SHRINK_AFTER_TURNS), _SHRINK_AT_LAST_AFTER_TURNS)
        port["is_shortened"] = 0
    port["least_wait_ns"] = 0
    port["waits"] = max(port["waits"], 1)
    port["shorten_within"] = 0


@compiled
def _position(port: np.void, stamp: int, block: int) -> int:
    """Return where this timestamp lies beside the newest, or -1 when it is of another clock."""
    distance = np.int64(np.int32(np.uint32(np.uint32(stamp) - port["newest_stamp"])))
    if distance % block != 0 or abs(distance) > BLOCKS * block:
        return -1
    return int(port["newest"] + distance // block)


@compiled
def _restart(memory: Memory, index: int, stamp: int, position: int) -> int:
    """Start a clock at this packet, beyond all positions ever used; return its position."""
    port = memory["ports"][index]
    start = max(port["newest"], port["play_at"], position) + 2 * BLOCKS
    port["newest"] = start
    port["newest_stamp"] = stamp
    port["play_at"] = start
    port["is_playing"] = PLAYING
    port["missed"] = 0
    port["grow"] = port["stayed"] = port["waits"] = port["shorten_within"] = 0
    return int(start)
