"""WAV headers: 16-bit PCM, written so that a file cut short anywhere is sound up to there."""

import struct
from typing import Final

HEADER_SIZE: Final = 44
RIFF_SIZE_AT: Final = 4
DATA_SIZE_AT: Final = 40
_FORMAT: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")


def header(rate_hz: int, channels: int, data_size: int) -> bytes:
    """Return the 44 octets before `data_size` octets of samples."""
    return _FORMAT.pack(
        b"RIFF",
        HEADER_SIZE - 8 + data_size,
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        rate_hz,
        rate_hz * channels * 2,
        channels * 2,
        16,
        b"data",
        data_size,
    )


def true_data_size(file_size: int, channels: int) -> int:
    """Return how many octets of whole samples a file of this size holds, whatever its header says."""
    whole = max(0, file_size - HEADER_SIZE)
    return whole - whole % (2 * channels)


def rate_hz(start: bytes) -> int | None:
    """Return the sample rate a header of ours tells, or None when it is none."""
    if len(start) < HEADER_SIZE:
        return None
    riff, _, wave, *_, rate, _, _, bits, data, _ = _FORMAT.unpack(start[:HEADER_SIZE])
    return int(rate) if (riff, wave, bits, data) == (b"RIFF", b"WAVE", 16, b"data") else None
