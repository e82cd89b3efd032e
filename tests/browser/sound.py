"""Tones: made for a fake microphone, and measured in what arrived."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The strongest tone in a piece of sound; `level_db` is its RMS against full scale."""

    hz: float
    level_db: float

    @property
    def is_silence(self) -> bool:
        return self.level_db < -60.0


def write_tone(path: Path, hz: int, *, rate_hz: int = 48_000, seconds: int = 1, peak: int = 10_000) -> Path:
    """Write a tone which loops without a click: a whole number of cycles."""
    t = np.arange(rate_hz * seconds) / rate_hz
    samples = np.rint(peak * np.sin(2 * np.pi * hz * t)).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(samples.tobytes())
    return path


def strongest(samples: NDArray[np.float64], rate_hz: float) -> Heard:
    """Find the strongest tone. `samples` are -1..1; a tenth of a second gives ± 5 Hz or better."""
    if len(samples) < 64:
        return Heard(hz=0.0, level_db=-120.0)
    windowed = samples * np.hanning(len(samples))
    spectrum = np.abs(np.fft.rfft(windowed, n=1 << 16))
    spectrum[:20] = 0.0
    peak = int(spectrum.argmax())
    rms = float(np.sqrt(np.mean(np.square(samples))))
    return Heard(hz=peak * rate_hz / (1 << 16), level_db=20 * float(np.log10(max(rms, 1e-6))))


def goertzel(samples: NDArray[np.float64], rate_hz: float, hz: float) -> float:
    """Return the amplitude of the tone `hz`, 1.0 being full scale."""
    phase = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / rate_hz)
    return float(2 * abs(np.dot(samples, phase)) / max(1, len(samples)))
