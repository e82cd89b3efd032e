"""The compiled mixer against a matrix product, and plays against plain concatenation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banjie.media import mixer
from banjie.media.layout import allocate

pytestmark = [pytest.mark.unit, pytest.mark.timeout(300)]

_PORTS = 5
MEMORY = allocate()
_GAINS = st.lists(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0]), min_size=_PORTS, max_size=_PORTS),
    min_size=_PORTS,
    max_size=_PORTS,
)


@given(_GAINS, st.lists(st.booleans(), min_size=_PORTS, max_size=_PORTS), st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_each_hears_the_gain_weighted_sum(gains: list[list[float]], speaking: list[bool], seed: int) -> None:
    heard = np.random.default_rng(seed).integers(-32768, 32768, (_PORTS, 160)).astype(np.int16)
    MEMORY["heard"][:_PORTS] = heard
    MEMORY["ports"]["is_speaking"][:_PORTS] = speaking
    for sink, row in enumerate(gains):
        sources = [s for s in range(_PORTS) if row[s]]
        MEMORY["ports"][sink]["cord_count"] = len(sources)
        MEMORY["cord_source"][sink, : len(sources)] = sources
        MEMORY["cord_gain"][sink, : len(sources)] = [row[s] for s in sources]

    expected = np.array(gains) @ (heard * np.array(speaking)[:, None]).astype(np.float64)
    for sink in range(_PORTS):
        mixer.mix(MEMORY, sink)
        assert np.all(np.abs(MEMORY["mixed"] - expected[sink]) <= _PORTS / 2)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_clips_follow_one_another_without_a_gap(lengths: list[int]) -> None:
    pool = np.arange(1, 1 + sum(lengths), dtype=np.int16)
    MEMORY["clip_pool"][: len(pool)] = pool
    offsets = np.cumsum([0, *lengths[:-1]])
    MEMORY["play_clips"][0, : len(lengths)] = np.stack([offsets, lengths], axis=1)
    play = MEMORY["plays"][0]
    for name, value in (
        ("clip", 0),
        ("position", 0),
        ("clip_count", len(lengths)),
        ("gain", 1),
        ("is_loop", 0),
    ):
        play[name] = value

    frames, is_over = [], False
    while not is_over:
        MEMORY["mixed"][:] = 0
        is_over = mixer.play(MEMORY, 0)
        frames.append(MEMORY["mixed"].copy())
    sound = np.concatenate(frames)
    assert sound[: len(pool)].tolist() == pool.tolist()
    assert not sound[len(pool) :].any()
    assert len(sound) - len(pool) < 160
