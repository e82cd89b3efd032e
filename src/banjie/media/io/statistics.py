"""A port's row in words a person understands."""

from math import log10

import numpy as np

from banjie.media.model import PortStats

_FULL_SCALE_DBM0 = 3.14  # a sine at full scale, ITU-T G.711 A-law
_SILENCE_DB = -96.0


def read_stats(port: np.void, rate_hz: int) -> PortStats:
    """Read a row while the native thread writes it: counts may be of two neighbouring ticks."""
    received = int(port["received"])
    expected = int(port["in_seq_extended"]) - int(port["in_seq_first"]) + 1 if received else 0
    round_trip_ns, remote_lost = int(port["round_trip_ns"]), int(port["remote_lost"])
    samples_ms = 1000.0 / rate_hz
    return PortStats(
        received=received + int(port["received_before"]),
        lost=max(0, expected - received) + int(port["lost_before"]),
        late=int(port["late"]),
        duplicate=int(port["duplicate"]),
        concealed=int(port["concealed"]),
        sent=int(port["sent"]),
        strangers=int(port["strangers"]),
        jitter_ms=float(port["jitter"]) * samples_ms,
        delay_ms=int(port["delay_ns"]) / 1e6,
        level_db=_level_db(float(port["level"])),
        round_trip_ms=round_trip_ns / 1e6 if round_trip_ns >= 0 else None,
        remote_lost=remote_lost if remote_lost >= 0 else None,
        remote_jitter_ms=int(port["remote_jitter"]) * samples_ms if remote_lost >= 0 else None,
    )


def _level_db(mean_square: float) -> float:
    if mean_square < 1.0:
        return _SILENCE_DB
    return 10 * log10(mean_square / (32768.0**2 / 2)) + _FULL_SCALE_DBM0
