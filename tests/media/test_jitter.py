"""The jitter buffer under any order, delay, loss and doubling of packets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banjie.media import jitter
from banjie.media.layout import TICK_NS, Memory, allocate, clear_port

pytestmark = [pytest.mark.unit, pytest.mark.timeout(300)]

_SOUND = st.lists(st.tuples(st.floats(0, 0.3), st.booleans()), min_size=20, max_size=120)  # (delay s, lost)


def _memory() -> Memory:
    memory = allocate()
    clear_port(memory, 0)
    return memory


MEMORY = _memory()


def _run(arrivals: list[tuple[int, int]], turns: int) -> list[int | None]:
    """Let packets (time ns, number) arrive; return what number each turn of 20 ms played, None for nothing new.

    A packet's number is written in its samples by octets of A-law that survive decoding.
    """
    clear_port(MEMORY, 0)
    played: list[int | None] = []
    arrivals = sorted(arrivals)
    for turn in range(turns):
        now = turn * TICK_NS + TICK_NS // 2
        while arrivals and arrivals[0][0] <= now:
            at, number = arrivals.pop(0)
            octets = np.zeros(160, np.uint8)
            octets[:2] = number % 128 + 128, number // 128 + 128
            jitter.put(MEMORY, 0, (4_294_960_000 + number * 160) & 0xFFFFFFFF, octets, at)
        missed, concealed = int(MEMORY["ports"][0]["missed"]), int(MEMORY["ports"][0]["concealed"])
        jitter.play(MEMORY, 0, now)
        port = MEMORY["ports"][0]
        is_new = port["is_speaking"] and port["missed"] == 0 and port["concealed"] == concealed
        played.append(_number(MEMORY["heard"][0]) if is_new else None)
        assert missed >= 0
    return played


def _number(pcm: np.ndarray) -> int:
    low, high = (int(np.nonzero(MEMORY["decode"][0] == pcm[i])[0][0]) for i in (0, 1))
    return low - 128 + (high - 128) * 128


@given(_SOUND)
@settings(max_examples=200, deadline=None)
def test_sound_is_played_in_order_and_never_twice(sound: list[tuple[float, bool]]) -> None:
    arrivals = [(n * TICK_NS + int(d * 1e9), n) for n, (d, lost) in enumerate(sound) if not lost]
    played = [n for n in _run(arrivals, len(sound) + 40) if n is not None]
    assert played == sorted(set(played))


@given(_SOUND)
@settings(max_examples=200, deadline=None)
def test_every_packet_is_played_or_counted(sound: list[tuple[float, bool]]) -> None:
    arrivals = [(n * TICK_NS + int(d * 0.15e9), n) for n, (d, lost) in enumerate(sound) if not lost]
    played = [n for n in _run(arrivals, len(sound) + 40) if n is not None]
    port = MEMORY["ports"][0]
    assert (
        len(played) + port["late"] + port["skipped"] >= len(arrivals) - 10
    )  # at most a restart's worth untold
    assert len(played) + port["late"] <= len(arrivals)


@given(st.floats(0, 0.06), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_it_grows_to_bear_the_jitter_there_is(jitter_s: float, random: object) -> None:
    """After the first second no packet of a bounded jitter is late."""
    rng = np.random.default_rng(1)
    arrivals = [(n * TICK_NS + int(rng.uniform(0, jitter_s) * 1e9), n) for n in range(300)]
    played = _run(arrivals, 320)
    late_numbers = set(range(150, 290)) - {n for n in played if n is not None}
    assert len(late_numbers) <= 4  # and then one at times, when the wait was shortened once too often
    assert MEMORY["ports"][0]["delay_ns"] <= (jitter_s + 0.045) * 1e9


def test_without_jitter_nothing_waits_longer_than_its_turn() -> None:
    played = _run([(n * TICK_NS, n) for n in range(100)], 100)
    assert played == list(range(100))
    assert MEMORY["ports"][0]["delay_ns"] == TICK_NS // 2


@given(st.integers(1, 20), st.integers(20, 60))
@settings(max_examples=60, deadline=None)
def test_a_stall_delays_the_sound_and_loses_none_of_it(length: int, begin: int) -> None:
    calm = [(n * TICK_NS, n) for n in range(120) if not begin <= n < begin + length]
    stalled = [((begin + length) * TICK_NS, n) for n in range(begin, begin + length)]
    played = [n for n in _run(calm + stalled, 121 + length) if n is not None]
    port = MEMORY["ports"][0]
    assert port["late"] == 0
    assert (
        len(played) + port["skipped"] >= 118
    )  # but for what waits at the end, after a stall beyond its memory


def test_the_wait_shortens_when_the_storm_is_over() -> None:
    calm = [(n * TICK_NS, n) for n in range(900) if not 100 <= n < 105]
    storm = [(105 * TICK_NS, n) for n in range(100, 105)]
    played = [n for n in _run(calm + storm, 920) if n is not None]
    assert set(range(95, 130)) <= set(played)
    assert MEMORY["ports"][0]["skipped"] > 0
    assert MEMORY["ports"][0]["delay_ns"] < 1.5 * TICK_NS


def test_the_wait_shortens_in_silence_where_there_is_any() -> None:
    clear_port(MEMORY, 0)
    heard_loud = 0
    for turn in range(600):
        first, last = (100, 103) if turn == 103 else (turn, turn)
        for n in () if 100 <= turn < 103 else range(first, last + 1):
            octets = np.full(160, 0xD5 if n % 10 == 5 else 0xAA, np.uint8)  # one quiet frame in ten
            jitter.put(MEMORY, 0, n * 160, octets, turn * TICK_NS)
        jitter.play(MEMORY, 0, turn * TICK_NS + TICK_NS // 2)
        port = MEMORY["ports"][0]
        heard_loud += int(port["missed"] == 0 and abs(MEMORY["heard"][0, 0]) > 1000)
    assert port["skipped"] > 0
    assert port["delay_ns"] < 1.5 * TICK_NS
    assert heard_loud == sum(n % 10 != 5 for n in range(600))


def test_a_lost_packet_is_concealed_by_the_fading_last_one() -> None:
    clear_port(MEMORY, 0)
    octets = np.full(160, 0xAA, np.uint8)
    jitter.put(MEMORY, 0, 0, octets, 0)
    jitter.play(MEMORY, 0, TICK_NS)
    loud = int(abs(MEMORY["heard"][0, 0]))
    jitter.play(MEMORY, 0, 2 * TICK_NS)
    assert int(abs(MEMORY["heard"][0, 0])) == pytest.approx(loud / 2, abs=1)
    assert MEMORY["ports"][0]["concealed"] == 1
    assert MEMORY["ports"][0]["is_speaking"] == 1


def test_packets_of_ten_and_of_forty_milliseconds_are_played_too() -> None:
    for size, count in ((80, 20), (320, 5)):
        clear_port(MEMORY, 0)
        for n in range(count):
            jitter.put(MEMORY, 0, n * size, np.full(size, 0xD5, np.uint8), 0)
        for turn in range(10):
            jitter.play(MEMORY, 0, turn * TICK_NS)
            assert MEMORY["ports"][0]["is_speaking"] == 1
        assert MEMORY["ports"][0]["concealed"] == 0
