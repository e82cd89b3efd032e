"""Music of our own for those who wait, and chimes where no voice can be had. Computed, never recorded.

A slow pentatonic melody over broken chords, 32 s, whose end is its beginning: every note's ringing runs over the end
into the start, so that the loop has no seam. Nothing above 3 kHz, because a telephone carries no more.
"""

import hashlib
from typing import Final

import numpy as np

from banjie.demo.loudness import RATE_HZ, Samples, levelled

MUSIC_S: Final = 32.0
MUSIC_DB: Final = -26.0  # under the voice that speaks over it
_CHIME_DB: Final = -20.0
_BEAT_S: Final = 0.5
_A4_HZ: Final = 440.0

# Semitones from A4. Each bar is four beats: a chord, broken, and the melody above it (None rests).
_CHORDS: Final = ((-9, -5, -2), (-12, -9, -5), (-4, 0, 3), (-2, 2, 5)) * 4
_MELODY: Final[tuple[tuple[int | None, ...], ...]] = (
    (10, None, 7, 5), (3, None, None, 5), (7, None, 5, 3), (5, None, None, None),
    (10, None, 12, 10), (7, None, None, 5), (3, 5, 7, None), (5, None, None, None),
    (7, None, 10, 12), (15, None, 12, None), (10, None, 7, 5), (7, None, None, None),
    (5, None, 3, 5), (7, None, 5, 3), (0, None, 3, None), (3, None, None, None),
)  # fmt: skip


def waiting_music() -> Samples:
    """Return the loop, 8 kHz, at `MUSIC_DB`."""
    loop = np.zeros(int(MUSIC_S * RATE_HZ), dtype=np.float32)
    for bar, (chord, melody) in enumerate(zip(_CHORDS, _MELODY, strict=True)):
        at_s = bar * 4 * _BEAT_S
        for beat, semitone in enumerate((chord[0], chord[1], chord[2], chord[1])):
            _strike(loop, at_s + beat * _BEAT_S, semitone - 12, 0.30, 1.4)
        for beat, note in enumerate(melody):
            if note is not None:
                _strike(loop, at_s + beat * _BEAT_S, note, 0.55, 2.2)
    return levelled(loop, MUSIC_DB)


def chime(name: str) -> Samples:
    """Return three notes that are always the same for this name: a prompt without a voice."""
    loop = np.zeros(int(1.8 * RATE_HZ), dtype=np.float32)
    scale = (-9, -7, -5, -2, 0, 3, 5, 7)
    for n, octet in enumerate(hashlib.sha256(name.encode()).digest()[:3]):
        _strike(loop, 0.25 * n, scale[octet % len(scale)], 0.6, 0.9)
    return levelled(loop, _CHIME_DB)


def _strike(loop: Samples, at_s: float, semitone: int, loudness: float, ring_s: float) -> None:
    """Add a soft bell-like note; what rings past the end is heard at the start."""
    hz = _A4_HZ * 2 ** (semitone / 12)
    t = np.arange(int(ring_s * 1.6 * RATE_HZ)) / RATE_HZ
    decay = np.exp(-3.5 * t / ring_s)
    attack = np.minimum(t / 0.012, 1.0)
    release = np.minimum((t[-1] - t) / 0.05, 1.0)
    partials = ((1, 1.0, 1.0), (2, 0.28, 1.8), (3, 0.10, 2.6))  # multiple, strength, how much faster it dies
    note = sum(s * np.sin(2 * np.pi * hz * k * t) * decay ** (d - 1) for k, s, d in partials if hz * k < 3000)
    sound = (loudness * attack * release * decay * note).astype(np.float32)
    places = (int(at_s * RATE_HZ) + np.arange(len(sound))) % len(loop)
    np.add.at(loop, places, sound)
