"""The switchboard's memory: the only thing Python and the native thread share.

Who writes what (nobody locks):

- **Python** writes a free row of `ports` and `block_position` before the order that opens it, a row of `play_clips`
  before the order that names it, `clip_pool` beyond what any clip uses yet, `pushed` and `pushed_count`, `pulled_taken`.
  Everything else it only reads, for statistics, and may see a value a tick old.
- **The recorder's thread** reads `recorded` and `recordings`, at least one tick behind `frames`.
- **The native thread** writes all the rest, and reads of Python's only what an order or a count has published.
- Orders go down and happenings come up through pipes, whose system calls are the memory barrier. An index (port, play,
  recording) given back by a happening may be used again; before that it is the native thread's.

A *turn* is a port's 20 ms. Turns are spread over `SLOTS` slots of a tick, so that neither we nor our peers work in
bursts; ports that hear each other share a slot.
"""

from typing import Final

import numpy as np

from banjie.media.g711 import decode_table, encode_table

TICK_MS: Final = 20
SLOTS: Final = 10
TICK_NS: Final = TICK_MS * 1_000_000
SLOT_NS: Final = TICK_NS // SLOTS
BLOCKS: Final = 64  # of half a frame, in a jitter buffer: 640 ms
MAX_CORDS: Final = 32  # to one port
MAX_RELAYS: Final = 4  # from one port
MAX_CLIPS: Final = 64  # in one play
MAX_DIGITS: Final = 32  # waiting to be sent by one port
MEMORY_FRAMES: Final = 100  # kept for and from a memory port: 2 s
RECORDED_FRAMES: Final = 64  # between the native thread and the file: 1.28 s
MAX_DATAGRAM: Final = 2048
READY_AT_ONCE: Final = 1024  # sockets epoll names in one call

RTP, MEMORY = 1, 2  # kinds of port; 0 is none

PORT: Final = np.dtype(
    [
        ("kind", "i4"),
        ("slot", "i4"),
        ("place", "i4"),  # in the slot's list
        ("group", "i4"),  # ports that hear each other carry the index of one of them
        ("turns", "i8"),
        ("memory", "i4"),  # row of `pushed` and `pulled`
        ("recording", "i4"),  # row of `recordings`, or -1
        ("first_play", "i4"),  # head of a list through PLAY.next, or -1
        ("cord_count", "i4"),
        ("is_pcm_wanted", "i4"),  # somebody needs what this port says as samples
        ("is_speaking", "i4"),  # `heard` is not silence in this turn
        ("detects_tones", "i4"),
        # where the peer is
        ("fd", "i4"),
        ("rtcp_fd", "i4"),
        ("is_pointed", "i4"),
        ("may_send", "i4"),
        ("may_receive", "i4"),
        ("law", "i4"),
        ("payload", "i4"),
        ("dtmf_payload", "i4"),  # -1 is none
        ("announced_ip", "u4"),
        ("announced_port", "u4"),
        ("is_latched", "i4"),
        ("is_connected", "i4"),
        ("candidate_ip", "u4"),
        ("candidate_port", "u4"),
        ("candidate_ssrc", "u4"),
        ("candidate_count", "i4"),
        ("remote_ip", "u4"),
        ("remote_port", "u4"),
        ("address", "u1", (16,)),  # sockaddr_in of the remote
        ("rtcp_address", "u1", (16,)),
        # what arrives
        ("in_ssrc", "u4"),
        ("in_seq", "u4"),
        ("in_seq_first", "i8"),
        ("in_seq_extended", "i8"),
        ("in_seen", "u8"),  # bit i: in_seq - i arrived
        ("received", "i8"),  # of this SSRC
        ("received_before", "i8"),  # of SSRCs before
        ("lost_before", "i8"),
        ("duplicate", "i8"),
        ("strangers", "i8"),
        ("last_heard_ns", "i8"),
        ("is_timed_out", "i4"),
        ("transit", "i8"),
        ("jitter", "f8"),  # in samples
        ("level", "f8"),  # mean square, smoothed
        ("hits", "i4", (SLOTS,)),  # packets by slot of arrival since the last settling
        # jitter buffer
        ("is_playing", "i4"),  # FRESH, PLAYING, FORGOT
        ("play_at", "i8"),  # position (half frames) the next turn plays
        ("newest", "i8"),
        ("newest_stamp", "u4"),
        ("grow", "i4"),  # frames to wait in addition
        ("missed", "i4"),  # turns in a row without sound
        ("stayed", "i4"),  # of these: turns that waited for what is due
        ("shorten_within", "i4"),  # turns in which a quiet frame is to be left out; 0 is none
        ("is_shortened", "i4"),  # in this window
        ("window", "i4"),  # turns after which the wait may shorten, if more than usual
        ("least_wait_ns", "i8"),
        ("waits", "i4"),
        ("late", "i8"),
        ("concealed", "i8"),
        ("skipped", "i8"),
        ("delay_ns", "i8"),
        # digits heard
        ("event_stamp", "u4"),
        ("event_digit", "i4"),
        ("has_events", "i4"),  # RFC 4733 was seen: tones are not looked for any more
        ("tone_digit", "i4"),
        ("tone_turns", "i4"),
        ("tone_told", "i4"),
        # what leaves
        ("out_ssrc", "u4"),
        ("out_seq", "u4"),
        ("out_stamp", "u4"),
        ("out_marks", "i4"),  # next packet starts a talkspurt
        ("sent", "i8"),
        ("digits", "u1", (MAX_DIGITS,)),
        ("digit_count", "i4"),
        ("digit_turns", "i4"),
        ("digit_stamp", "u4"),
        # relay: packets of one source passed on untouched
        ("relay_from", "i4"),  # -1 is none
        ("relay_is_on", "i4"),
        ("relay_seq_shift", "u4"),
        ("relay_stamp_shift", "u4"),
        ("relay_seq", "u4"),
        ("relay_stamp", "u4"),
        ("quiet_turns", "i4"),
        ("relay_count", "i4"),
        ("relay_sinks", "i4", (MAX_RELAYS,)),
        # RTCP
        ("report_received", "i8"),
        ("report_expected", "i8"),
        ("sender_report_ntp", "u4"),
        ("sender_report_ns", "i8"),
        ("round_trip_ns", "i8"),  # -1 is unknown
        ("remote_lost", "i8"),  # -1 is unknown
        ("remote_jitter", "i8"),
    ],
    align=True,
)

PLAY: Final = np.dtype(
    [
        ("sink", "i4"),  # -1 is free
        ("next", "i4"),
        ("is_loop", "i4"),
        ("clip", "i4"),
        ("clip_count", "i4"),
        ("position", "i8"),  # samples into the clip
        ("gain", "f4"),
    ],
    align=True,
)

RECORDING: Final = np.dtype([("port", "i4"), ("frames", "i8")], align=True)

FRESH, PLAYING, FORGOT = 0, 1, 2  # a jitter buffer's clock: none yet, running, lost in a pause
NOTHING: Final = -1  # in these fields 0 would be somebody
STARTS_AS_NOTHING: Final = (
    "recording",
    "first_play",
    "dtmf_payload",
    "tone_digit",
    "tone_told",
    "relay_from",
    "round_trip_ns",
    "remote_lost",
)

WORLD: Final = np.dtype(
    [
        ("is_running", "i4"),
        ("epoll_fd", "i4"),
        ("orders_fd", "i4"),
        ("happenings_fd", "i4"),
        ("port_count", "i4"),
        ("is_plan_stale", "i4"),
        ("slot", "i4"),
        ("now_ns", "i8"),  # CLOCK_MONOTONIC, taken once a wake
        ("due_ns", "i8"),
        ("wakes", "i8"),
        ("late_wakes", "i8"),  # began more than a tick after they were due
        ("skipped_slots", "i8"),
        ("lost_happenings", "i8"),
        ("time_out_ns", "i8"),
        ("rate_hz", "i8"),
    ],
    align=True,
)


MAX_PORTS: Final = 4096
MAX_PLAYS: Final = 4096
MAX_RECORDINGS: Final = 2048
MAX_MEMORIES: Final = 1024
CLIP_S: Final = 3600  # of all clips together
MAX_ORDERS: Final = 256  # obeyed in one go
ORDER_FIELDS: Final = 8

Memory = np.void  # one record of `memory_type`; its address is all that compiled functions hand each other


def memory_type(rate_hz: int) -> np.dtype[np.void]:
    """Return the switchboard's one record. The first axis of most fields is the port."""
    frame = rate_hz * TICK_MS // 1000
    return np.dtype(
        [
            ("world", WORLD, (1,)),
            ("ports", PORT, (MAX_PORTS,)),
            ("plays", PLAY, (MAX_PLAYS,)),
            ("recordings", RECORDING, (MAX_RECORDINGS,)),
            ("heard", "i2", (MAX_PORTS, frame)),  # (port, sample) what each says in this turn
            ("blocks", "u1", (MAX_PORTS, BLOCKS, frame // 2)),  # (port, block, octet) jitter buffer
            ("block_position", "i8", (MAX_PORTS, BLOCKS)),  # which position lies there
            ("block_arrived", "i8", (MAX_PORTS, BLOCKS)),  # when, ns
            ("cord_source", "i4", (MAX_PORTS, MAX_CORDS)),  # (sink, cord)
            ("cord_gain", "f4", (MAX_PORTS, MAX_CORDS)),
            ("slot_ports", "i4", (SLOTS, MAX_PORTS)),  # (slot, place)
            ("slot_count", "i4", (SLOTS,)),
            ("group_hits", "i8", (MAX_PORTS, SLOTS)),  # scratch of settling
            ("play_clips", "i8", (MAX_PLAYS, MAX_CLIPS, 2)),  # (play, clip, [offset, length])
            ("clip_pool", "i2", (CLIP_S * rate_hz,)),
            ("pushed", "i2", (MAX_MEMORIES, MEMORY_FRAMES * frame)),  # (memory, sample) ring
            ("pushed_count", "i8", (MAX_MEMORIES,)),  # samples ever
            ("pushed_taken", "i8", (MAX_MEMORIES,)),
            ("pulled", "i2", (MAX_MEMORIES, MEMORY_FRAMES, frame)),  # (memory, frame, sample) ring
            ("pulled_count", "i8", (MAX_MEMORIES,)),  # frames ever
            ("pulled_taken", "i8", (MAX_MEMORIES,)),
            ("recorded", "i2", (MAX_RECORDINGS, RECORDED_FRAMES, frame, 2)),  # ring of [left, right]
            ("decode", "i2", (2, 256)),  # (law, octet)
            ("encode", "u1", (2, 1 << 14)),  # (law, sample >> 2)
            ("coefficients", "f8", (8, 3)),  # of the digits' tones
            ("mixed", "i4", (frame,)),  # scratch, from here on: one frame
            ("datagram", "u1", (MAX_DATAGRAM,)),  # as received
            ("packet", "u1", (MAX_DATAGRAM,)),  # to be sent
            ("sender", "u1", (16,)),  # sockaddr_in
            ("integers", "i8", (8,)),  # small arguments and clock
            ("ready", "u1", (READY_AT_ONCE * 16,)),  # epoll events
            ("orders", "i8", (MAX_ORDERS * ORDER_FIELDS,)),
        ],
        align=True,
    )


def allocate(rate_hz: int = 8000) -> Memory:
    """Return a silent switchboard. Pages are touched only as ports are opened."""
    memory: np.void = np.zeros(1, memory_type(rate_hz))[0]
    memory["decode"][:], memory["encode"][:] = decode_table(), encode_table()
    memory["plays"]["sink"] = NOTHING
    memory["recordings"]["port"] = NOTHING
    memory["world"]["rate_hz"] = rate_hz
    return memory


def _new_port() -> np.void:
    row: np.void = np.zeros(1, PORT)[0]
    for name in STARTS_AS_NOTHING:
        row[name] = NOTHING
    return row


_NEW_PORT: Final = _new_port()


def clear_port(memory: Memory, index: int) -> None:
    """Make a free row as new; its last user left it as it was."""
    memory["ports"][index] = _NEW_PORT
    memory["block_position"][index] = 0
