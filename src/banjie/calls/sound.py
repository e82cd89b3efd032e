"""How well a call is heard, estimated from what happened to its packets.

The E-model (ITU-T G.107), cut down to what a packet counter knows, as R. Cole and J. Rosenbluth did ("Voice over IP
performance monitoring", ACM CCR 31(2), 2001). The browser draws the same curve: `web/src/features/calls/quality.ts`.
"""

from typing import Final

_R_0: Final = 93.2  # G.107 with every default value: nothing impairs
_G711_ROBUSTNESS: Final = 25.1  # Bpl of G.711 with concealment, G.113 Appendix I, Table I.3; its Ie is 0
_PACKET_MS: Final = 20.0
_BUFFERED: Final = 2.0  # a jitter buffer holds about twice the mean jitter
MOS_MIN: Final = 1.0


def mos_of(*, loss_ratio: float, jitter_ms: float, round_trip_ms: float | None) -> float:
    """Return the mean opinion score a listener would give: 1.0 (nothing understood) to 4.41 (a telephone at its best).

    A round trip nobody measured counts as none.
    """
    delay_ms = (round_trip_ms or 0.0) / 2 + _PACKET_MS + _BUFFERED * jitter_ms
    by_delay = 0.024 * delay_ms + 0.11 * max(0.0, delay_ms - 177.3)
    lost = 100 * min(1.0, max(0.0, loss_ratio))
    by_loss = 95 * lost / (lost + _G711_ROBUSTNESS)
    rating = _R_0 - by_delay - by_loss
    if rating <= 0:
        return MOS_MIN
    return max(MOS_MIN, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)  # G.107 Annex B
