"""ITU-T G.711 as tables: one look-up a sample, both laws, to and from 16-bit linear."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from banjie.media.compiled import compiled

A_LAW: Final = 0
MU_LAW: Final = 1
LAW_OF: Final = {"PCMA": A_LAW, "PCMU": MU_LAW}
SILENCE: Final = (0xD5, 0xFF)  # the octet nearest to nothing, by law
_UNUSED_BITS: Final = 2  # of 16; µ-law resolves 14, A-law 13


def decode_table() -> NDArray[np.int16]:
    """Return linear values, shape (law, octet)."""
    octets = np.arange(256)
    return np.stack([_a_law_to_linear(octets), _mu_law_to_linear(octets)]).astype(np.int16)


def encode_table() -> NDArray[np.uint8]:
    """Return octets, shape (law, upper 14 bits of the sample as unsigned)."""
    upper = np.arange(1 << 14)
    linear = np.where(upper < 1 << 13, upper, upper - (1 << 14)) << _UNUSED_BITS
    return np.stack([_linear_to_a_law(linear), _linear_to_mu_law(linear)]).astype(np.uint8)


@compiled
def decode(octets: NDArray[np.uint8], table: NDArray[np.int16], into: NDArray[np.int16]) -> None:
    """Decode as many octets as there are, by one law's row of `decode_table`."""
    for i in range(octets.size):
        into[i] = table[octets[i]]


@compiled
def encode(pcm: NDArray[np.int32], table: NDArray[np.uint8], into: NDArray[np.uint8]) -> None:
    """Clip to 16 bits and encode, by one law's row of `encode_table`."""
    for i in range(pcm.size):
        sample = min(max(pcm[i], -32768), 32767)
        into[i] = table[(sample >> 2) & 0x3FFF]


def _a_law_to_linear(octets: NDArray[np.int64]) -> NDArray[np.int64]:
    plain = octets ^ 0x55
    segment, step = plain >> 4 & 7, plain & 15
    magnitude = np.where(segment == 0, (step << 4) + 8, ((step << 4) + 0x108) << np.maximum(segment - 1, 0))
    return np.where(plain & 0x80, magnitude, -magnitude)


def _mu_law_to_linear(octets: NDArray[np.int64]) -> NDArray[np.int64]:
    plain = ~octets & 0xFF
    segment, step = plain >> 4 & 7, plain & 15
    magnitude = (((step << 3) + 0x84) << segment) - 0x84
    return np.where(plain & 0x80, -magnitude, magnitude)


def _linear_to_a_law(linear: NDArray[np.int64]) -> NDArray[np.int64]:
    magnitude = np.where(linear >= 0, linear >> 3, ~linear >> 3)  # 13 bits, one's complement
    segment = np.zeros_like(magnitude)
    for edge in (32, 64, 128, 256, 512, 1024, 2048):
        segment += magnitude >= edge
    step = np.where(segment == 0, magnitude >> 1, magnitude >> np.maximum(segment, 1)) & 15
    octets: NDArray[np.int64] = np.where(linear >= 0, 0x80, 0) + (segment << 4) + step ^ 0x55
    return octets


def _linear_to_mu_law(linear: NDArray[np.int64]) -> NDArray[np.int64]:
    magnitude = np.minimum(np.where(linear >= 0, linear, ~linear) >> 2, 8158) + 33  # 14 bits, biased
    segment = np.zeros_like(magnitude)
    for edge in (64, 128, 256, 512, 1024, 2048, 4096):
        segment += magnitude >= edge
    step = magnitude >> (segment + 1) & 15
    octets: NDArray[np.int64] = ~(np.where(linear >= 0, 0, 0x80) + (segment << 4) + step) & 0xFF
    return octets
