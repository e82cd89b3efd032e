"""What must be done for each port, drawn from the cords: who needs samples, and whose packets may pass untouched.

A sink whose only sound is one cord at gain 1.0 from a port of the same codec gets that port's packets as they come.
"""

import numpy as np

from banjie.media.compiled import inner
from banjie.media.layout import FRESH, MAX_RELAYS, RTP, SLOTS, Memory


@inner
def plan(memory: Memory) -> None:
    """Draw it anew for all ports."""
    ports = memory["ports"]
    for slot in range(SLOTS):
        for place in range(memory["slot_count"][slot]):
            port = ports[memory["slot_ports"][slot, place]]
            port["is_pcm_wanted"] = 1 if port["detects_tones"] or port["recording"] >= 0 else 0
            port["relay_count"] = 0
    for slot in range(SLOTS):
        for place in range(memory["slot_count"][slot]):
            _plan_sink(memory, memory["slot_ports"][slot, place])
    for slot in range(SLOTS):
        for place in range(memory["slot_count"][slot]):
            port = ports[memory["slot_ports"][slot, place]]
            if port["is_pcm_wanted"] == 0:
                port["is_playing"] = FRESH  # nobody will take from the jitter buffer
                port["is_speaking"] = 0


@inner
def _plan_sink(memory: Memory, index: int) -> None:
    sink = memory["ports"][index]
    source_index = np.int64(memory["cord_source"][index, 0]) if _may_relay(memory, index) else -1
    if source_index != sink["relay_from"]:
        leave_relay(sink, memory["heard"].shape[1])
        sink["relay_from"] = source_index
    if source_index >= 0:
        source = memory["ports"][source_index]
        source["relay_sinks"][source["relay_count"]] = index
        source["relay_count"] += 1
        if sink["recording"] < 0:
            return
    for c in range(sink["cord_count"]):
        memory["ports"][memory["cord_source"][index, c]]["is_pcm_wanted"] = 1


@inner
def _may_relay(memory: Memory, index: int) -> bool:
    sink = memory["ports"][index]
    if sink["kind"] != RTP or sink["cord_count"] != 1 or sink["may_send"] == 0:
        return False
    if sink["first_play"] >= 0 or sink["digit_count"] > 0 or memory["cord_gain"][index, 0] != 1.0:
        return False
    source = memory["ports"][memory["cord_source"][index, 0]]
    if source["kind"] != RTP or source["may_receive"] == 0 or source["relay_count"] >= MAX_RELAYS:
        return False
    return bool(sink["is_pointed"] != 0 and source["is_pointed"] != 0 and sink["law"] == source["law"])


@inner
def leave_relay(sink: np.void, frame: int) -> None:
    """Let our own packets follow the relayed ones, in number and in time. May be repeated."""
    if sink["relay_is_on"] == 0:
        return
    sink["relay_is_on"] = 0
    sink["out_seq"] = np.uint32((sink["relay_seq"] + 1) & 0xFFFF)
    sink["out_stamp"] = np.uint32(sink["relay_stamp"] + frame * max(1, sink["quiet_turns"]))
    sink["out_marks"] = 1
    sink["quiet_turns"] = 0
