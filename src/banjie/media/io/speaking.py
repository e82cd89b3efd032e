"""A port's turn: what it says is fetched, what it hears is mixed, recorded, and sent or laid out to be pulled."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media import jitter, mixer
from banjie.media.compiled import inner
from banjie.media.digits import END_PACKETS, EVENT_TURNS, PAUSE_TURNS, hear_tone, write_event
from banjie.media.g711 import encode
from banjie.media.io import libc
from banjie.media.io.happenings import DIGIT, PLAY_FINISHED, TIMED_OUT, tell
from banjie.media.layout import MEMORY_FRAMES, RECORDED_FRAMES, RTP, Memory
from banjie.media.packets import HEADER, write_header, write_report
from banjie.media.plan import leave_relay

_RELAY_PAUSE_TURNS: Final = 3  # without a packet from the source: then we speak ourselves
_WATCH_EVERY_TURNS: Final = 25
_REPORT_EVERY_TURNS: Final = 250  # 5 s, RFC 3550 §6.2
_MARKER: Final = 0x80


@inner
def listen(memory: Memory, index: int) -> None:
    """Fetch what this port says in this turn."""
    port = memory["ports"][index]
    port["turns"] += 1
    if port["kind"] != RTP:
        _take_pushed(memory, index)
    elif port["is_pcm_wanted"]:
        jitter.play(memory, index, memory["world"][0]["now_ns"])
        if port["detects_tones"] and port["has_events"] == 0 and port["is_speaking"]:
            code = hear_tone(port, memory["heard"][index], memory["coefficients"])
            if code >= 0:
                tell(memory, DIGIT, index, code)


@inner
def speak(memory: Memory, index: int) -> None:
    """Let this port hear its turn."""
    port = memory["ports"][index]
    is_relayed = False
    if port["kind"] == RTP:
        is_relayed = port["relay_is_on"] != 0 and port["quiet_turns"] < _RELAY_PAUSE_TURNS
        if is_relayed:
            port["quiet_turns"] += 1
        else:
            leave_relay(port, memory["heard"].shape[1])
        if port["turns"] % _WATCH_EVERY_TURNS == 0:
            _watch(memory, index)
        if is_relayed and port["recording"] < 0:
            return
    is_heard = mixer.mix(memory, index)
    if port["first_play"] >= 0:
        is_heard = True
        _play(memory, index)
    if port["recording"] >= 0:
        _record(memory, index)
    if port["kind"] != RTP:
        _lay_out(memory, index)
    elif not is_relayed and port["is_pointed"] and port["may_send"]:
        _send(memory, port, is_heard)


@inner
def transmit(port: np.void, datagram: NDArray[np.uint8]) -> None:
    """Hand a datagram to the system; what it cannot take is lost like any packet."""
    if port["is_connected"]:
        libc.send(port["fd"], datagram)
    else:
        libc.send_to(port["fd"], datagram, port["address"])


@inner
def _send(memory: Memory, port: np.void, is_heard: bool) -> None:
    frame = memory["mixed"].size
    packet = memory["packet"][: HEADER + frame]
    stamp = port["out_stamp"]
    port["out_stamp"] = np.uint32(stamp + frame)
    if port["digit_count"] > 0 and _send_digit(memory, port, stamp):
        return
    payload = packet[HEADER:]
    if is_heard:
        encode(memory["mixed"], memory["encode"][port["law"]], payload)
    else:
        payload[:] = memory["encode"][port["law"], 0]
    mark = _MARKER if port["out_marks"] else 0
    port["out_marks"] = 0
    _number(port, packet, port["payload"] | mark, stamp)
    transmit(port, packet)


@inner
def _number(port: np.void, packet: NDArray[np.uint8], payload_and_mark: int, stamp: int) -> None:
    write_header(packet, payload_and_mark, port["out_seq"], stamp, port["out_ssrc"])
    port["out_seq"] = np.uint32((port["out_seq"] + 1) & 0xFFFF)
    port["sent"] += 1


@inner
def _send_digit(memory: Memory, port: np.void, stamp: int) -> bool:
    """Send the turn's packet of the key pressed, instead of sound; False in the pause between keys."""
    turn = port["digit_turns"]
    if turn >= EVENT_TURNS:
        port["digit_turns"] += 1
        if port["digit_turns"] >= EVENT_TURNS + PAUSE_TURNS:
            _next_digit(memory, port)
        return False
    if turn == 0:
        port["digit_stamp"] = stamp
    packet = memory["packet"][: HEADER + 4]
    is_end = turn == EVENT_TURNS - 1
    write_event(packet[HEADER:], port["digits"][0], is_end, (turn + 1) * memory["mixed"].size)
    for _ in range(END_PACKETS if is_end else 1):
        mark = _MARKER if turn == 0 else 0
        _number(port, packet, port["dtmf_payload"] | mark, port["digit_stamp"])
        transmit(port, packet)
    port["digit_turns"] += 1
    port["out_marks"] = 1
    return True


@inner
def _next_digit(memory: Memory, port: np.void) -> None:
    port["digit_turns"] = 0
    port["digit_count"] -= 1
    for i in range(port["digit_count"]):
        port["digits"][i] = port["digits"][i + 1]
    memory["world"][0]["is_plan_stale"] = 1


@inner
def _play(memory: Memory, index: int) -> None:
    """Add all that is played to this port; what ended leaves the list."""
    port = memory["ports"][index]
    before, play = -1, port["first_play"]
    while play >= 0:
        following = memory["plays"][play]["next"]
        if mixer.play(memory, play):
            if before < 0:
                port["first_play"] = following
            else:
                memory["plays"][before]["next"] = following
            memory["plays"][play]["sink"] = -1
            memory["world"][0]["is_plan_stale"] = 1
            tell(memory, PLAY_FINISHED, play, 0)
        else:
            before = play
        play = following


@inner
def _record(memory: Memory, index: int) -> None:
    """Write the turn's left and right beside each other; silence too, so that time is true."""
    port = memory["ports"][index]
    recording = memory["recordings"][port["recording"]]
    row = memory["recorded"][port["recording"], recording["frames"] % RECORDED_FRAMES]
    for i in range(row.shape[0]):
        row[i, 0] = memory["heard"][index, i] if port["is_speaking"] else 0
        row[i, 1] = min(max(memory["mixed"][i], -32768), 32767)
    recording["frames"] += 1


@inner
def _take_pushed(memory: Memory, index: int) -> None:
    port = memory["ports"][index]
    row, frame = port["memory"], memory["heard"].shape[1]
    taken = memory["pushed_taken"][row]
    port["is_speaking"] = 0
    if memory["pushed_count"][row] - taken < frame:
        return
    port["is_speaking"] = 1
    ring = memory["pushed"].shape[1]
    for i in range(frame):
        memory["heard"][index, i] = memory["pushed"][row, (taken + i) % ring]
    memory["pushed_taken"][row] = taken + frame


@inner
def _lay_out(memory: Memory, index: int) -> None:
    row = memory["ports"][index]["memory"]
    into = memory["pulled"][row, memory["pulled_count"][row] % MEMORY_FRAMES]
    for i in range(into.size):
        into[i] = min(max(memory["mixed"][i], -32768), 32767)
    memory["pulled_count"][row] += 1


@inner
def _watch(memory: Memory, index: int) -> None:
    """Notice a silent peer; report to a speaking one."""
    port, world = memory["ports"][index], memory["world"][0]
    if port["is_pointed"] == 0:
        return
    is_silent = world["now_ns"] - port["last_heard_ns"] > world["time_out_ns"]
    if is_silent and port["may_receive"] and port["is_timed_out"] == 0:
        port["is_timed_out"] = 1
        tell(memory, TIMED_OUT, index, 0)
    if port["turns"] % _REPORT_EVERY_TURNS == 0:
        stamp = port["relay_stamp"] if port["relay_is_on"] else port["out_stamp"]
        wall_ns = libc.wall_ns(memory["integers"])
        size = write_report(memory["packet"], port, stamp, wall_ns, world["now_ns"])
        libc.send_to(port["rtcp_fd"], memory["packet"][:size], port["rtcp_address"])
