"""Packets coming in: from whom we take them, what they are, and where they go: on to a sink, or to the jitter buffer."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media import jitter
from banjie.media.compiled import inner
from banjie.media.digits import hear_event
from banjie.media.io import libc
from banjie.media.io.happenings import DIGIT, tell
from banjie.media.io.speaking import transmit
from banjie.media.layout import FRESH, Memory
from banjie.media.packets import HEADER, padding, payload_at, read16, read32, read_report, write_header
from banjie.media.plan import leave_relay

_PACKETS_TO_LATCH: Final = 3  # from one source that is not the announced one
_MARKER: Final = 0x80
_LEVEL_EVERY: Final = 16  # packets
_MAX_DROPOUT: Final = 3000  # RFC 3550 §A.1: a jump beyond this is a new beginning


@inner
def receive_rtp(memory: Memory, index: int) -> None:
    """Take one datagram from this port's socket."""
    port = memory["ports"][index]
    packet = memory["datagram"]
    size = libc.receive_from(port["fd"], packet, memory["sender"], memory["integers"])
    if size < 0 or port["is_pointed"] == 0 or port["may_receive"] == 0:
        return
    start = payload_at(packet, size)
    if start < 0:
        return
    if not _is_from_peer(memory, port):
        return
    end = size - padding(packet, size)
    if end <= start:
        return
    world = memory["world"][0]
    port["last_heard_ns"] = world["now_ns"]
    port["is_timed_out"] = 0
    kind = np.int64(packet[1] & 0x7F)
    if not _count(memory, port, kind == port["payload"]):
        return
    if kind == port["payload"]:
        _hear_sound(memory, index, start, end)
    elif kind == port["dtmf_payload"]:
        _hear_event(memory, index, start, end)


@inner
def _hear_sound(memory: Memory, index: int, start: int, end: int) -> None:
    port = memory["ports"][index]
    octets = memory["datagram"][start:end]
    stamp = read32(memory["datagram"], 4)
    if port["is_pcm_wanted"]:
        world = memory["world"][0]
        port["hits"][world["slot"]] += 1
        jitter.put(memory, index, stamp, octets, world["now_ns"])
    if port["received"] % _LEVEL_EVERY == 0:
        _measure(memory, port, octets)
    seq, mark = read16(memory["datagram"], 2), np.int64(memory["datagram"][1] & _MARKER)
    for i in range(port["relay_count"]):
        sink = memory["ports"][port["relay_sinks"][i]]
        _relay(memory, sink, start, end, seq, stamp, sink["payload"] | mark)


@inner
def _hear_event(memory: Memory, index: int, start: int, end: int) -> None:
    port = memory["ports"][index]
    stamp = read32(memory["datagram"], 4)
    code = hear_event(port, stamp, memory["datagram"][start:end])
    if code >= 0:
        tell(memory, DIGIT, index, code)
    seq, mark = read16(memory["datagram"], 2), np.int64(memory["datagram"][1] & _MARKER)
    for i in range(port["relay_count"]):
        sink = memory["ports"][port["relay_sinks"][i]]
        if sink["dtmf_payload"] >= 0:
            _relay(memory, sink, start, end, seq, stamp, sink["dtmf_payload"] | mark)


@inner
def _relay(
    memory: Memory, sink: np.void, start: int, end: int, seq: int, stamp: int, payload_and_mark: int
) -> None:
    """Send the payload on, under the sink's own numbers; the header is written over what stood before it."""
    if sink["relay_is_on"] == 0:
        sink["relay_is_on"] = 1
        sink["relay_seq_shift"] = np.uint32(sink["out_seq"] - seq)
        sink["relay_stamp_shift"] = np.uint32(sink["out_stamp"] - stamp)
        sink["relay_seq"] = np.uint32((sink["out_seq"] - 1) & 0xFFFF)
        payload_and_mark |= _MARKER
    out_seq = (seq + sink["relay_seq_shift"]) & 0xFFFF
    out_stamp = (stamp + sink["relay_stamp_shift"]) & 0xFFFFFFFF
    if np.int16(np.uint16(out_seq - sink["relay_seq"])) > 0:
        sink["relay_seq"] = np.uint32(out_seq)
        sink["relay_stamp"] = np.uint32(out_stamp)
    sink["quiet_turns"] = 0
    sink["sent"] += 1
    datagram = memory["datagram"][start - HEADER : end]
    write_header(datagram, payload_and_mark, out_seq, out_stamp, sink["out_ssrc"])
    transmit(sink, datagram)


@inner
def _measure(memory: Memory, port: np.void, octets: NDArray[np.uint8]) -> None:
    table = memory["decode"][port["law"]]
    total = 0.0
    for i in range(octets.size):
        sample = np.float64(table[octets[i]])
        total += sample * sample
    port["level"] = total / octets.size


@inner
def _is_from_peer(memory: Memory, port: np.void) -> bool:
    """Latch to the announced address at once, to another after a few packets in a row, and then to nobody else."""
    ip, number = libc.read_ip(memory["sender"]), libc.read_port(memory["sender"])
    if port["is_latched"]:
        is_peer = ip == port["remote_ip"] and number == port["remote_port"]
        if is_peer or not (ip == port["announced_ip"] and number == port["announced_port"]):
            port["strangers"] += 0 if is_peer else 1
            return bool(is_peer)
        _latch(memory, port, ip, number)  # the true peer speaks at last
        return True
    if ip == port["announced_ip"] and number == port["announced_port"]:
        _latch(memory, port, ip, number)
        return True
    ssrc = read32(memory["datagram"], 8)
    is_same = (
        ip == port["candidate_ip"] and number == port["candidate_port"] and ssrc == port["candidate_ssrc"]
    )
    port["candidate_count"] = port["candidate_count"] + 1 if is_same else 1
    port["candidate_ip"], port["candidate_port"] = np.uint32(ip), np.uint32(number)
    port["candidate_ssrc"] = np.uint32(ssrc)
    if port["candidate_count"] < _PACKETS_TO_LATCH:
        port["strangers"] += 1
        return False
    _latch(memory, port, ip, number)
    return True


@inner
def _latch(memory: Memory, port: np.void, ip: int, number: int) -> None:
    """Send there and hear only this from now on. The system does the looking where it was announced: cheaper."""
    port["is_latched"] = 1
    port["remote_ip"], port["remote_port"] = np.uint32(ip), np.uint32(number)
    libc.write_address(port["address"], ip, number)
    libc.write_address(port["rtcp_address"], ip, number + 1)
    if ip == port["announced_ip"] and number == port["announced_port"]:
        port["is_connected"] = 1 if libc.connect(port["fd"], port["address"]) == 0 else 0


@inner
def _count(memory: Memory, port: np.void, is_sound: bool) -> bool:
    """Keep the counts of RFC 3550 §A.1, §A.3, §A.8; return False for a duplicate."""
    packet = memory["datagram"]
    ssrc, seq = read32(packet, 8), read16(packet, 2)
    step = int(np.int16(np.uint16(seq - port["in_seq"])))
    if port["received"] == 0 or ssrc != port["in_ssrc"] or abs(step) > _MAX_DROPOUT:
        _begin_source(memory, port, ssrc, seq)
        step = 1
    if step > 0:
        seen = np.uint64(port["in_seen"])
        port["in_seen"] = np.uint64(1) if step > 63 else (seen << np.uint64(step)) | np.uint64(1)
        port["in_seq"] = np.uint32(seq)
        port["in_seq_extended"] += step
    else:
        bit = np.uint64(1) << np.uint64(63 if step < -63 else -step)
        if np.uint64(port["in_seen"]) & bit:
            port["duplicate"] += 1
            return False
        port["in_seen"] = np.uint64(port["in_seen"]) | bit
    port["received"] += 1
    if is_sound:
        rate_hz = memory["world"][0]["rate_hz"]
        arrival = memory["world"][0]["now_ns"] // 1000 * rate_hz // 1_000_000
        transit = np.int64(np.int32(np.uint32(arrival - read32(packet, 4))))
        if port["received"] > 1:
            port["jitter"] += (abs(transit - port["transit"]) - port["jitter"]) / 16.0
        port["transit"] = transit
    return True


@inner
def _begin_source(memory: Memory, port: np.void, ssrc: int, seq: int) -> None:
    if port["received"] > 0:
        port["lost_before"] += port["in_seq_extended"] - port["in_seq_first"] + 1 - port["received"]
        port["received_before"] += port["received"]
        for i in range(port["relay_count"]):
            leave_relay(memory["ports"][port["relay_sinks"][i]], memory["heard"].shape[1])
    port["received"] = 0
    port["report_received"] = port["report_expected"] = 0
    port["in_ssrc"] = np.uint32(ssrc)
    port["in_seq_first"] = seq
    port["in_seq_extended"] = seq - 1
    port["in_seen"] = np.uint64(0)
    port["is_playing"] = FRESH
    port["jitter"] = 0.0


@inner
def receive_rtcp(memory: Memory, index: int) -> None:
    """Take one RTCP datagram; only from the peer's own address, from whatever port its NAT gave it."""
    port = memory["ports"][index]
    size = libc.receive_from(port["rtcp_fd"], memory["datagram"], memory["sender"], memory["integers"])
    if size < 8 or port["is_latched"] == 0 or libc.read_ip(memory["sender"]) != port["remote_ip"]:
        return
    libc.write_address(port["rtcp_address"], port["remote_ip"], libc.read_port(memory["sender"]))
    now_ns = memory["world"][0]["now_ns"]
    read_report(memory["datagram"], size, port, libc.wall_ns(memory["integers"]), now_ns)
