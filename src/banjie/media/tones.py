"""Call-progress tones of the countries we serve, and the pairs that make a digit. One cadence of each, to be looped.

Sources: ITU-T E.180 Supplement 2 and national rules (China GF 002-9002, North America ANSI T1.401, UK BT SIN 350);
digits ITU-T Q.23. `country.name`; a name alone is China's.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media.errors import NoSuchTone

LEVEL_DBM0: Final = -13.0  # of the whole sound, as exchanges send it
_FULL_SCALE_DBM0: Final = 3.14  # a sine at full scale in G.711 A-law
_RAMP_S: Final = 0.002  # against clicks
KEYS: Final = "123A456B789C*0#D"
ROWS_HZ: Final = (697.0, 770.0, 852.0, 941.0)
COLUMNS_HZ: Final = (1209.0, 1336.0, 1477.0, 1633.0)


@dataclass(frozen=True, slots=True)
class Tone:
    """Frequencies heard together, through bursts of (seconds on, seconds off)."""

    hz: tuple[float, ...]
    cadence: tuple[tuple[float, float], ...]


TONES: Final[dict[str, Tone]] = {
    "silence": Tone((), ((0.0, 1.0),)),
    "beep": Tone((1000.0,), ((0.25, 0.05),)),
    "recorded": Tone((1400.0,), ((0.2, 14.8),)),  # ITU-T E.180: this call is recorded
    "cn.dial": Tone((450.0,), ((1.0, 0.0),)),
    "cn.ring-back": Tone((450.0,), ((1.0, 4.0),)),
    "cn.busy": Tone((450.0,), ((0.35, 0.35),)),
    "cn.congestion": Tone((450.0,), ((0.7, 0.7),)),
    "cn.unobtainable": Tone((450.0,), ((0.1, 0.1), (0.1, 0.1), (0.1, 0.1), (0.4, 0.4))),
    "cn.call-waiting": Tone((450.0,), ((0.4, 4.0),)),
    "hk.ring-back": Tone((440.0, 480.0), ((0.4, 0.2), (0.4, 3.0))),
    "hk.busy": Tone((480.0, 620.0), ((0.5, 0.5),)),
    "hk.congestion": Tone((480.0, 620.0), ((0.25, 0.25),)),
    "uk.ring-back": Tone((400.0, 450.0), ((0.4, 0.2), (0.4, 2.0))),
    "uk.busy": Tone((400.0,), ((0.375, 0.375),)),
    "uk.congestion": Tone((400.0,), ((0.4, 0.35), (0.225, 0.525))),
    "us.ring-back": Tone((440.0, 480.0), ((2.0, 4.0),)),
    "us.busy": Tone((480.0, 620.0), ((0.5, 0.5),)),
    "us.congestion": Tone((480.0, 620.0), ((0.25, 0.25),)),
    "eu.ring-back": Tone((425.0,), ((1.0, 4.0),)),
    "eu.busy": Tone((425.0,), ((0.5, 0.5),)),
    "eu.congestion": Tone((425.0,), ((0.25, 0.25),)),
    "jp.ring-back": Tone((392.0, 408.0), ((1.0, 2.0),)),  # 400 Hz modulated by 16 Hz
    "jp.busy": Tone((400.0,), ((0.5, 0.5),)),
    "sg.ring-back": Tone((401.0, 449.0), ((0.4, 0.2), (0.4, 2.0))),  # 425 Hz modulated by 24 Hz
    "sg.busy": Tone((425.0,), ((0.75, 0.75),)),
    "sg.congestion": Tone((425.0,), ((0.25, 0.25),)),
}


def find(name: str) -> Tone:
    """Return the tone of this name, or China's of this name. Raise `NoSuchTone`."""
    tone = TONES.get(name) or TONES.get(f"cn.{name}")
    if tone is None:
        raise NoSuchTone(f"there is no tone {name!r}; known are {', '.join(TONES)}")
    return tone


def digit(key: str, on_s: float = 0.1, off_s: float = 0.1) -> Tone:
    """Return what a keypad sounds for one of `KEYS`."""
    place = KEYS.index(key)
    return Tone((ROWS_HZ[place // 4], COLUMNS_HZ[place % 4]), ((on_s, off_s),))


def sound(tone: Tone, rate_hz: int, level_dbm0: float = LEVEL_DBM0) -> NDArray[np.int16]:
    """Return one cadence of it."""
    parts = [_burst(tone.hz, on_s, off_s, rate_hz, level_dbm0) for on_s, off_s in tone.cadence]
    return np.concatenate(parts)


def _burst(
    hz: tuple[float, ...], on_s: float, off_s: float, rate_hz: int, level_dbm0: float
) -> NDArray[np.int16]:
    on, off = round(on_s * rate_hz), round(off_s * rate_hz)
    if not hz or not on:
        return np.zeros(on + off, np.int16)
    each = 32767 * 10 ** ((level_dbm0 - _FULL_SCALE_DBM0 - 10 * np.log10(len(hz))) / 20)
    time_s = np.arange(on) / rate_hz
    wave = each * sum(np.sin(2 * np.pi * f * time_s) for f in hz)
    if off:  # a tone without pause loops without a seam, so it must not fade
        ramp = np.minimum(1.0, np.minimum(np.arange(on), np.arange(on)[::-1]) / (_RAMP_S * rate_hz))
        wave = wave * ramp
    return np.concatenate([np.rint(wave), np.zeros(off)]).astype(np.int16)
