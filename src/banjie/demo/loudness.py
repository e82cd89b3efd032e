"""Sound for the telephone: to 8 kHz, to one loudness, to a file. Samples are float32, 1.0 being full scale."""

import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE_HZ: Final = 8000
SPEECH_DB: Final = -20.0  # RMS while somebody speaks, against full scale
_PEAK: Final = 0.89  # -1 dB
_FRAME_S: Final = 0.02


def to_telephone(samples: Samples, rate_hz: int) -> Samples:
    """Resample a multiple of 8 kHz to 8 kHz; nothing above 3.6 kHz is left to fold back."""
    step, rest = divmod(rate_hz, RATE_HZ)
    if rest:
        raise ValueError(f"{rate_hz} Hz is not a multiple of {RATE_HZ}")
    if step == 1:
        return samples
    half = 32 * step
    n = np.arange(-half, half + 1)
    cut_off = 2 * 3600 / rate_hz
    kernel = cut_off * np.sinc(cut_off * n) * np.blackman(2 * half + 1)
    return np.convolve(samples, kernel / kernel.sum(), "same")[::step].astype(np.float32)


def level_db(samples: Samples) -> float:
    """RMS of the frames in which there is sound at all; -120 for silence."""
    frame = int(RATE_HZ * _FRAME_S)
    whole = samples[: len(samples) // frame * frame].reshape(-1, frame)
    powers = np.mean(np.square(whole.astype(np.float64)), axis=1) if len(whole) else np.zeros(1)
    loud = powers[powers > powers.max() / 1000]
    return 10 * float(np.log10(max(float(loud.mean()) if len(loud) else 0.0, 1e-12)))


def levelled(samples: Samples, target_db: float = SPEECH_DB) -> Samples:
    """Bring speech to the target; the few peaks that would pass -1 dB are bent, not cut."""
    gain = 10 ** ((target_db - level_db(samples)) / 20)
    louder = samples * np.float32(min(gain, 100.0))
    over = np.abs(louder) > _PEAK / 2
    bent = np.sign(louder) * (_PEAK / 2) * (1 + np.tanh(np.abs(louder) / (_PEAK / 2) - 1))
    return np.where(over, bent, louder).astype(np.float32)


def trimmed(samples: Samples, rate_hz: int, *, floor: float = 0.01, keep_s: float = 0.04) -> Samples:
    """Cut the silence before and after, all but `keep_s`."""
    loud = np.flatnonzero(np.abs(samples) > floor)
    if not len(loud):
        return samples[:0]
    keep = int(keep_s * rate_hz)
    return samples[max(0, int(loud[0]) - keep) : int(loud[-1]) + keep]


def write_wav(path: Path, samples: Samples) -> float:
    """Write 8 kHz mono 16-bit, whole or not at all; return the seconds."""
    part = path.with_suffix(".part")
    with wave.open(str(part), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    part.replace(path)
    return len(samples) / RATE_HZ


def read_wav(path: Path) -> Samples:
    """Read what `write_wav` wrote."""
    with wave.open(str(path), "rb") as source:
        octets = source.readframes(source.getnframes())
    return (np.frombuffer(octets, "<i2") / 32768).astype(np.float32)
