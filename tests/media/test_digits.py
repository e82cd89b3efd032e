"""Keys: tone pairs found in sound by the rules of Q.24, and RFC 4733 events over real sockets, in and out."""

import itertools
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banjie.media.digits import EVENT_KEYS, find_pair, goertzel_coefficients
from banjie.media.events import DigitHeard
from banjie.media.tones import KEYS, digit, sound
from tests.media.peers import DTMF_PAYLOAD, Peer, running, talk, until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

_COEFFICIENTS = goertzel_coefficients(8000)
_RANDOM = np.random.default_rng(4733)


def found(pcm: np.ndarray) -> str | None:
    code = find_pair(pcm.astype(np.int16), _COEFFICIENTS)
    return EVENT_KEYS[code] if code >= 0 else None


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("level_dbm0", [0.0, -13.0, -30.0])
def test_every_key_is_found_at_every_level(key: str, level_dbm0: float) -> None:
    pcm = sound(digit(key), 8000, level_dbm0)[160:320]
    assert found(pcm) == key


@given(st.sampled_from(KEYS), st.floats(-0.015, 0.015), st.floats(-6, 6), st.integers(0, 159))
@settings(max_examples=100, deadline=None)
def test_keys_are_found_off_tune_and_twisted(key: str, off: float, twist_db: float, start: int) -> None:
    row, column = (f * (1 + off) for f in digit(key).hz)
    t = (np.arange(160) + start) / 8000
    pcm = 4000 * (np.sin(2 * np.pi * row * t) + 10 ** (twist_db / 20) * np.sin(2 * np.pi * column * t))
    assert found(pcm) == key


@pytest.mark.parametrize("hz", [(450,), (440, 480), (697,), (1209,), (350, 440), (480, 620)])
def test_other_tones_are_no_keys(hz: tuple[int, ...]) -> None:
    t = np.arange(160) / 8000
    assert found(4000 * sum(np.sin(2 * np.pi * f * t) for f in hz)) is None


def test_noise_and_silence_are_no_keys() -> None:
    assert found(np.zeros(160)) is None
    assert not any(found(_RANDOM.normal(0, 4000, 160)) for _ in range(500))


async def test_events_are_told_once_a_press_whatever_repeats_or_is_lost() -> None:
    async with running() as (switchboard, events):
        ann = Peer(440)
        port = ann.plug(switchboard).port_id
        await talk([ann], 0.06)
        for key in "17#":
            stamp = ann.stamp
            for n in range(8):
                if n in (0, 4):
                    ann.seq += 1  # lost
                    continue
                body = struct.pack("!BBH", EVENT_KEYS.index(key), 0x8A if n > 4 else 10, 160 * min(n + 1, 5))
                ann.send(DTMF_PAYLOAD, body, stamp)
            ann.stamp += 1600
        await until(lambda: len(events) >= 3)
        await talk([ann], 0.1)
        assert events == [DigitHeard(port_id=port, digit=d) for d in "17#"]


async def test_digits_sent_are_rfc_4733_events() -> None:
    async with running() as (switchboard, _):
        ann = Peer(440)
        port = ann.plug(switchboard).port_id
        switchboard.send_digits(port, "5*")
        await talk([ann], 0.6)
        ann.drain()

        presses = [
            (k, list(g))
            for k, g in itertools.groupby(
                (p for p in ann.packets if p[1] & 0x7F == DTMF_PAYLOAD), key=lambda p: p[4:8]
            )
        ]
        assert [EVENT_KEYS[g[0][12]] for _, g in presses] == ["5", "*"]
        for _, packets in presses:
            assert packets[0][1] & 0x80, "the first packet has the marker"
            assert [p[13] >> 7 for p in packets] == [0, 0, 0, 0, 1, 1, 1]
            assert [int.from_bytes(p[14:16], "big") for p in packets] == [160, 320, 480, 640, 800, 800, 800]
        seqs = [int.from_bytes(p[2:4], "big") for p in ann.packets]
        assert all((b - a) & 0xFFFF == 1 for a, b in itertools.pairwise(seqs))


async def test_digits_pass_through_a_call() -> None:
    """The agent's phone presses keys for the far end's menu."""
    async with running() as (switchboard, _):
        ann, bob = Peer(440), Peer(700)
        a, b = ann.plug(switchboard).port_id, bob.plug(switchboard).port_id
        switchboard.cord(a, b)
        await talk([ann, bob], 0.2)
        ann.send(DTMF_PAYLOAD, struct.pack("!BBH", 9, 10, 160), ann.stamp)
        await talk([bob], 0.1)
        bob.drain()
        assert [p[12] for p in bob.packets if p[1] & 0x7F == DTMF_PAYLOAD] == [9]


async def test_keys_without_rfc_4733_are_tones_and_tones_are_heard_when_asked_for() -> None:
    async with running() as (switchboard, events):
        ann, bob = Peer(0), Peer(0)
        a = ann.plug(switchboard, dtmf=False).port_id
        b = bob.plug(switchboard).port_id
        switchboard.detect_tones(b, True)
        switchboard.send_digits(a, "15A")
        await talk([ann], 0.8)
        tones = ann.heard()
        quiet = np.zeros(1600, np.int16)
        line = np.concatenate([quiet, tones, quiet])
        pieces = iter(line[: len(line) // 160 * 160].reshape(-1, 160))

        def say() -> None:
            piece = next(pieces, None)
            if piece is not None:
                bob.say(piece)

        await talk([], len(line) / 8000, say)
        await until(lambda: len([e for e in events if isinstance(e, DigitHeard)]) >= 3)
        assert [e.digit for e in events if isinstance(e, DigitHeard)] == ["1", "5", "A"]
