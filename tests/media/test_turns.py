"""Ports that hear each other share their turn, soon after their packets; RTCP tells each side what the other heard."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banjie.media.groups import Groups
from banjie.media.layout import PORT, SLOTS
from banjie.media.packets import read_report, write_report
from banjie.media.slots import best_slot, longest_wait

pytestmark = [pytest.mark.unit, pytest.mark.timeout(300)]

_CORDS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30)


@given(_CORDS)
@settings(max_examples=200, deadline=None)
def test_groups_are_the_connected_parts(toggled: list[tuple[int, int]]) -> None:
    groups, cords = Groups(), set()
    named = {port: port for port in range(6)}
    for port in named:
        groups.open(port)
    for cord in toggled:
        if cord in cords:
            cords.remove(cord)
            changes = groups.part(*cord)
        else:
            cords.add(cord)
            changes = groups.join(*cord)
        named.update({c.port: c.group for c in changes})
        parts = {port: {port} for port in named}
        for a, b in cords:
            union = parts[a] | parts[b]
            for port in union:
                parts[port] = union
        for a in named:
            for b in named:
                assert (named[a] == named[b]) == (b in parts[a])


@given(st.lists(st.integers(0, 3), min_size=SLOTS, max_size=SLOTS), st.integers(0, SLOTS - 1))
@settings(max_examples=200, deadline=None)
def test_a_group_moves_only_where_its_longest_wait_is_clearly_less(hits: list[int], now: int) -> None:
    arrivals = np.array(hits, np.int64)
    chosen = best_slot(arrivals, now)
    least = min(longest_wait(arrivals, s) for s in range(SLOTS))
    if chosen == now:
        assert longest_wait(arrivals, now) <= least + 1
    else:
        assert longest_wait(arrivals, chosen) == least < longest_wait(arrivals, now) - 1


def test_three_arrivals_at_random_leave_the_widest_gap_before_the_turn() -> None:
    hits = np.zeros(SLOTS, np.int64)
    hits[[0, 1, 3]] = 1
    assert best_slot(hits, 0) == 4


def test_reports_give_loss_jitter_and_round_trip() -> None:
    ours, peer = np.zeros(1, PORT)[0], np.zeros(1, PORT)[0]
    ours["out_ssrc"], peer["out_ssrc"] = 0xCAFE, 0xBEEF
    ours["sent"] = 100
    packet = np.zeros(200, np.uint8)
    second = 1_000_000_000
    wall = 1_790_000_000 * second

    size = write_report(packet, ours, 16000, wall, 50 * second)
    assert size == 28 + 20
    read_report(packet, size, peer, wall + second // 100, 80 * second)  # 10 ms on the way
    peer["received"], peer["in_ssrc"] = 90, 0xCAFE
    peer["in_seq_first"], peer["in_seq_extended"], peer["jitter"] = 0, 99, 40.0
    size = write_report(packet, peer, 0, wall, 81 * second)  # a second later
    assert size == 28 + 24 + 20
    assert packet[28 + 4] == 25  # lost of 256
    read_report(packet, size, ours, wall + second + second // 50, 51 * second)  # 10 ms back

    assert int(ours["remote_lost"]) == 10
    assert int(ours["remote_jitter"]) == 40
    assert int(ours["round_trip_ns"]) == pytest.approx(second // 50, abs=second // 1000)


def test_a_round_trip_shorter_than_the_clocks_can_tell_is_none_not_unknown() -> None:
    """On one machine it comes out below zero by the rounding of both clocks."""
    second, wall = 1_000_000_000, 1_700_000_000 * 1_000_000_000
    ours, peer = np.zeros((), PORT)[()], np.zeros((), PORT)[()]
    ours["out_ssrc"], peer["out_ssrc"] = 7, 8
    ours["round_trip_ns"] = -1
    peer["received"], peer["in_ssrc"] = 1, 7
    packet = np.zeros(200, np.uint8)
    size = write_report(packet, ours, 0, wall, 50 * second)
    read_report(packet, size, peer, wall, 80 * second)
    size = write_report(packet, peer, 0, wall, 81 * second)
    read_report(packet, size, ours, wall + second - second // 1000, 51 * second)

    assert int(ours["round_trip_ns"]) == 0


@given(st.binary(max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_octets_are_borne_as_a_report(octets: bytes) -> None:
    port, packet = np.zeros(1, PORT)[0], np.zeros(200, np.uint8)
    packet[: len(octets)] = np.frombuffer(octets, np.uint8)
    read_report(packet, len(octets), port, 0, 0)
