"""RTP and RTCP on the wire: fields read from and written to octets (RFC 3550 §5.1, §6.4)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import compiled, inner

HEADER: Final = 12
SENDER_REPORT, RECEIVER_REPORT, SOURCE_DESCRIPTION, BYE = 200, 201, 202, 203
_NTP_EPOCH_S: Final = 2_208_988_800  # 1900 to 1970
_CNAME: Final = 1
_A_ROUNDING_BELOW_ZERO: Final = (1 << 32) - 655  # 10 ms, in units of 2^-16 s


@inner
def read16(octets: NDArray[np.uint8], at: int) -> int:
    return int(np.int64(octets[at]) << 8 | np.int64(octets[at + 1]))


@inner
def read32(octets: NDArray[np.uint8], at: int) -> int:
    return int(read16(octets, at) << 16 | read16(octets, at + 2))


@inner
def write16(octets: NDArray[np.uint8], at: int, number: int) -> None:
    octets[at], octets[at + 1] = (number >> 8) & 0xFF, number & 0xFF


@inner
def write32(octets: NDArray[np.uint8], at: int, number: int) -> None:
    write16(octets, at, number >> 16)
    write16(octets, at + 2, number)


@inner
def payload_at(packet: NDArray[np.uint8], size: int) -> int:
    """Return where the payload begins, or -1 when this is not RTP (RFC 3550 §A.1)."""
    if size < HEADER or packet[0] >> 6 != 2:
        return -1
    at = HEADER + 4 * int(packet[0] & 0x0F)
    if packet[0] & 0x10:
        if size < at + 4:
            return -1
        at += 4 + 4 * read16(packet, at + 2)
    return at if at <= size else -1


@inner
def padding(packet: NDArray[np.uint8], size: int) -> int:
    """Return how many octets at the end are not payload."""
    return int(packet[size - 1]) if packet[0] & 0x20 else 0


@inner
def write_header(packet: NDArray[np.uint8], payload_and_mark: int, seq: int, stamp: int, ssrc: int) -> None:
    """Fill in the twelve octets of an RTP header."""
    packet[0] = 0x80
    packet[1] = payload_and_mark
    write16(packet, 2, seq)
    write32(packet, 4, stamp)
    write32(packet, 8, ssrc)


@inner
def ntp_seconds(wall_ns: int) -> int:
    return wall_ns // 1_000_000_000 + _NTP_EPOCH_S


@inner
def ntp_fraction(wall_ns: int) -> int:
    return ((wall_ns % 1_000_000_000) << 32) // 1_000_000_000


@compiled
def write_report(packet: NDArray[np.uint8], port: np.void, stamp: int, wall_ns: int, now_ns: int) -> int:
    """Compose a compound RTCP packet about this port; return its size."""
    blocks = 1 if port["received"] > 0 else 0
    packet[0], packet[1] = 0x80 | blocks, SENDER_REPORT
    write16(packet, 2, 6 + 6 * blocks)
    write32(packet, 4, port["out_ssrc"])
    write32(packet, 8, ntp_seconds(wall_ns))
    write32(packet, 12, ntp_fraction(wall_ns))
    write32(packet, 16, stamp)
    write32(packet, 20, port["sent"])
    write32(packet, 24, port["sent"] * 160)
    at = 28
    if blocks:
        _write_block(packet[at:], port, now_ns)
        at += 24
    packet[at], packet[at + 1] = 0x81, SOURCE_DESCRIPTION
    write16(packet, at + 2, 4)
    write32(packet, at + 4, port["out_ssrc"])
    packet[at + 8 : at + 20] = 0
    packet[at + 8], packet[at + 9] = _CNAME, 8
    for i in range(8):  # any name that stays: the SSRC in hexadecimal
        nibble = (port["out_ssrc"] >> (28 - 4 * i)) & 15
        packet[at + 10 + i] = nibble + (48 if nibble < 10 else 87)
    return at + 20


@compiled
def _write_block(packet: NDArray[np.uint8], port: np.void, now_ns: int) -> None:
    """What we heard of the peer (RFC 3550 §6.4.1, §A.3)."""
    expected = port["in_seq_extended"] - port["in_seq_first"] + 1
    lost = expected - port["received"]
    expected_since = expected - port["report_expected"]
    lost_since = expected_since - (port["received"] - port["report_received"])
    port["report_expected"], port["report_received"] = expected, port["received"]
    ratio = 0 if expected_since <= 0 or lost_since <= 0 else min(255, (lost_since << 8) // expected_since)
    write32(packet, 0, port["in_ssrc"])
    packet[4] = ratio
    packet[5] = (lost >> 16) & 0xFF
    write16(packet, 6, lost)
    write32(packet, 8, port["in_seq_extended"])
    write32(packet, 12, int(port["jitter"]))
    write32(packet, 16, port["sender_report_ntp"])
    since_ns = now_ns - port["sender_report_ns"] if port["sender_report_ntp"] else 0
    write32(packet, 20, since_ns * 65536 // 1_000_000_000)


@compiled
def read_report(packet: NDArray[np.uint8], size: int, port: np.void, wall_ns: int, now_ns: int) -> None:
    """Learn from a compound RTCP packet: the peer's clock, and what it heard of us. Ignores what it cannot read."""
    at = 0
    while at + 8 <= size and packet[at] >> 6 == 2:
        kind, count = int(packet[at + 1]), int(packet[at] & 0x1F)
        end = at + 4 * (read16(packet, at + 2) + 1)
        if end > size:
            return
        block = at + 8
        if kind == SENDER_REPORT and end >= at + 28:
            port["sender_report_ntp"] = (
                read32(packet, at + 8) << 16 | read32(packet, at + 12) >> 16
            ) & 0xFFFFFFFF
            port["sender_report_ns"] = now_ns
            block = at + 28
        if kind in (SENDER_REPORT, RECEIVER_REPORT):
            for i in range(count):
                if block + 24 * i + 24 <= end:
                    _read_block(packet[block + 24 * i :], port, wall_ns)
        at = end


@compiled
def _read_block(packet: NDArray[np.uint8], port: np.void, wall_ns: int) -> None:
    if read32(packet, 0) != port["out_ssrc"]:
        return
    lost = np.int64(packet[5]) << 16 | read16(packet, 6)
    port["remote_lost"] = lost if lost < 1 << 23 else 0  # negative by duplicates
    port["remote_jitter"] = read32(packet, 12)
    last_report, since = read32(packet, 16), read32(packet, 20)
    if last_report:
        now = (ntp_seconds(wall_ns) << 16 | ntp_fraction(wall_ns) >> 16) & 0xFFFFFFFF
        trip = (now - last_report - since) & 0xFFFFFFFF
        if trip >= _A_ROUNDING_BELOW_ZERO:
            trip = 0  # shorter than the two clocks can tell
        if trip < 60 << 16:
            port["round_trip_ns"] = trip * 1_000_000_000 >> 16
