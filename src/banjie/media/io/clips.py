"""Sounds to be played: files read once and tones made once, laid side by side in the switchboard's memory."""

from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from banjie.media import tones
from banjie.media.errors import SwitchboardFull, UnreadableClip
from banjie.media.layout import Memory
from banjie.media.model import ClipId

_FILTER_ZEROS: Final = 24  # of the windowed sinc on each side


class Clips:
    """A clip is never moved or freed; a file is read again only when it changed."""

    def __init__(self, memory: Memory, rate_hz: int) -> None:
        self._pool = memory["clip_pool"]
        self._rate_hz = rate_hz
        self._used = 0
        self._places: list[tuple[int, int]] = []
        self._known: dict[object, ClipId] = {}

    def place(self, clip_id: ClipId) -> tuple[int, int]:
        """Return offset and length, in samples."""
        return self._places[clip_id]

    def tone(self, name: str) -> ClipId:
        found = self._known.get(name)
        return found if found is not None else self._keep(name, tones.sound(tones.find(name), self._rate_hz))

    def key(self, digit: str) -> ClipId:
        """Return what a keypad sounds for a digit, with the pause after it."""
        known = ("key", digit)
        found = self._known.get(known)
        if found is not None:
            return found
        return self._keep(known, tones.sound(tones.digit(digit), self._rate_hz))

    def load(self, path: Path) -> ClipId:
        try:
            changed = path.stat().st_mtime_ns
            known = (str(path), changed)
            found = self._known.get(known)
            if found is not None:
                return found
            pcm, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        except (OSError, soundfile.LibsndfileError) as cause:
            raise UnreadableClip(f"{path} cannot be read as sound: {cause}") from None
        mono: NDArray[np.float32] = pcm.mean(axis=1)
        return self._keep(known, to_rate(mono, rate_hz, self._rate_hz))

    def _keep(self, known: object, pcm: NDArray[np.int16]) -> ClipId:
        end = self._used + len(pcm)
        if end > len(self._pool):
            raise SwitchboardFull(
                f"clips fill all {len(self._pool) // self._rate_hz} s of the switchboard's memory; give it more"
            )
        self._pool[self._used : end] = pcm
        clip_id = ClipId(len(self._places))
        self._places.append((self._used, len(pcm)))
        self._known[known] = clip_id
        self._used = end
        return clip_id


def to_rate(sound: NDArray[np.float32], from_hz: int, to_hz: int) -> NDArray[np.int16]:
    """Resample ±1.0 to 16 bits, by a windowed sinc that stops what the lower rate cannot carry."""
    if from_hz != to_hz:
        sound = _resample(sound, from_hz, to_hz)
    pcm: NDArray[np.int16] = np.clip(np.rint(sound * 32767.0), -32768, 32767).astype(np.int16)
    return pcm


def _resample(sound: NDArray[np.float32], from_hz: int, to_hz: int) -> NDArray[np.float32]:
    common = np.gcd(from_hz, to_hz)
    up, down = to_hz // common, from_hz // common
    cut = 0.95 * min(1.0, to_hz / from_hz)  # of the old rate's half
    reach = int(np.ceil(_FILTER_ZEROS / cut))
    padded = np.concatenate([np.zeros(reach), sound, np.zeros(reach + 1)])
    count = -(-len(sound) * up // down)
    result = np.zeros(count, np.float32)
    taps = np.arange(-reach, reach + 1)
    for phase in range(up):  # all outputs of one phase share a filter
        outputs = np.arange(phase, count, up)
        if not len(outputs):
            continue
        fraction = (phase * down % up) / up
        distance = taps - fraction
        window = np.where(np.abs(distance) <= reach, np.cos(np.pi * distance / (2 * reach + 2)) ** 2, 0.0)
        kernel = cut * np.sinc(cut * distance) * window
        first = outputs * down // up
        for tap, weight in enumerate(kernel):
            result[outputs] += weight * padded[first + tap]
    return result
