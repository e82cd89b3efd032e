"""Keys pressed, heard two ways: RFC 4733 events, and the tone pairs of ITU-T Q.23/Q.24 found by Goertzel filters."""

from math import cos, pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import compiled
from banjie.media.tones import COLUMNS_HZ, KEYS, ROWS_HZ

EVENT_KEYS: Final = "0123456789*#ABCD"  # RFC 4733 §3.2: the place is the event code
EVENT_COUNT: Final = len(EVENT_KEYS)
EVENT_TURNS: Final = 5  # 100 ms
END_PACKETS: Final = 3  # RFC 4733 §2.5.1.4
PAUSE_TURNS: Final = 4  # 80 ms; Q.24 wants 65 ms at least
EVENT_VOLUME: Final = 10  # -10 dBm0
_BACKWARDS: Final = 8000 * 5  # an older stamp than this is a new clock
_LONG_EVENT: Final = 0xFFFF  # RFC 4733 §2.5.1.3: then a new segment starts
_EVENT_OF_TONE: Final = np.array([EVENT_KEYS.index(k) for k in KEYS], np.int64)  # by row * 4 + column
_HZ: Final = np.array(ROWS_HZ + COLUMNS_HZ)
_OFF_TUNE: Final = (0.0, -0.012, 0.012)
_LEAST_POWER: Final = (32768 * 10 ** (-38.0 / 20)) ** 2 / 2  # about -35 dBm0 in each frame
_PURE: Final = 0.75  # of all power must be in the two tones, or it is speech
_MAX_TWIST: Final = (
    10.0  # power ratio between row and column, either way (Q.24: -8 to +4 dB, trunks are worse)
)
_ALONE: Final = 4.0  # the winner is this much stronger than its neighbours
_TURNS_TO_TELL: Final = 2


@compiled
def hear_event(port: np.void, stamp: int, payload: NDArray[np.uint8]) -> int:
    """Return the code of the key an RFC 4733 packet tells for the first time, or -1."""
    if payload.size < 4 or payload[0] >= EVENT_COUNT:
        return -1
    code = np.int64(payload[0])
    was_any = port["has_events"] != 0
    since = np.int64(np.int32(np.uint32(np.uint32(stamp) - port["event_stamp"])))
    if was_any and since <= 0 and since > -_BACKWARDS:
        return -1  # the same press again, or an older one out of order
    is_segment = was_any and since == _LONG_EVENT and port["event_digit"] == code
    port["event_stamp"] = np.uint32(stamp)
    port["event_digit"] = code
    port["has_events"] = 1
    return -1 if is_segment else int(code)


@compiled
def write_event(payload: NDArray[np.uint8], code: int, is_end: bool, duration: int) -> None:
    """Fill in four octets; `duration` is in timestamp units since the key went down."""
    payload[0] = code
    payload[1] = EVENT_VOLUME | (0x80 if is_end else 0)
    payload[2] = (duration >> 8) & 0xFF
    payload[3] = duration & 0xFF


@compiled
def hear_tone(port: np.void, pcm: NDArray[np.int16], coefficients: NDArray[np.float64]) -> int:
    """Return the event code of a tone pair that has now been heard long enough, once a press, or -1.

    `coefficients` are those of `goertzel_coefficients`.
    """
    code = find_pair(pcm, coefficients)
    if code == port["tone_digit"]:
        port["tone_turns"] += 1
    else:
        port["tone_digit"] = code
        port["tone_turns"] = 1
    if port["tone_turns"] < _TURNS_TO_TELL or port["tone_told"] == code:
        return -1
    port["tone_told"] = code
    return int(code)


@compiled
def find_pair(pcm: NDArray[np.int16], coefficients: NDArray[np.float64]) -> int:
    """Return the event code of the tone pair that fills this frame, or -1."""
    total = 0.0
    for i in range(pcm.size):
        total += np.float64(pcm[i]) * pcm[i]
    if total / pcm.size < _LEAST_POWER:
        return -1
    row, row_power, row_rival = _strongest(pcm, coefficients[:4])
    column, column_power, column_rival = _strongest(pcm, coefficients[4:])
    if row_power + column_power < _PURE * total * pcm.size / 2:
        return -1
    if max(row_power, column_power) > _MAX_TWIST * min(row_power, column_power):
        return -1
    if row_rival * _ALONE > row_power or column_rival * _ALONE > column_power:
        return -1
    return int(_EVENT_OF_TONE[row * 4 + column])


@compiled
def _strongest(pcm: NDArray[np.int16], coefficients: NDArray[np.float64]) -> tuple[int, float, float]:
    """Return which of four tones is the loudest, its power in its best tuning, and the power of the next."""
    which, power, rival = 0, -1.0, -1.0
    for f in range(4):
        heard = _goertzel(pcm, coefficients[f, 0])
        if heard > power:
            which, power, rival = f, heard, power
        elif heard > rival:
            rival = heard
    for off in (1, 2):
        power = max(power, _goertzel(pcm, coefficients[which, off]))
    return which, power, rival


@compiled
def _goertzel(pcm: NDArray[np.int16], coefficient: float) -> float:
    """Return |X(f)|², which is N²A²/4 for a sine of amplitude A."""
    last, before = 0.0, 0.0
    for i in range(pcm.size):
        last, before = pcm[i] + coefficient * last - before, last
    return last * last + before * before - coefficient * last * before


def goertzel_coefficients(rate_hz: int) -> NDArray[np.float64]:
    """Return them by (tone, tuning): as it should be, flat and sharp, for senders are off by 1.5 % (Q.24)."""
    return np.array([[2 * cos(2 * pi * f * (1 + off) / rate_hz) for off in _OFF_TUNE] for f in _HZ])
