"""Recording files: a WAV while it grows, a FLAC when it is closed, and the way from one to the other after a crash."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import soundfile

from banjie.media import wav
from banjie.media.errors import UnreadableClip

CHANNELS: Final = 2
_BLOCK_FRAMES: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedFile:
    path: Path
    duration_s: float
    size_bytes: int


def repair(path: Path) -> ClosedFile:
    """Close a recording which a crash left open: make its header true, and a FLAC of it. May be repeated.

    `path` is what `record` was given. Raise `UnreadableClip` when there is no such recording.
    """
    flac = path.with_suffix(".flac")
    try:
        if path.with_suffix(".wav").exists() or not flac.exists():
            return close_file(path.with_suffix(".wav"))
        return _describe(flac)
    except (OSError, soundfile.LibsndfileError) as cause:
        raise UnreadableClip(f"no recording to repair at {path}: {cause}") from None


def close_file(path: Path) -> ClosedFile:
    """Put a FLAC in the place of a WAV, whatever the WAV's header says of its length. The WAV stays until that is done."""
    rate_hz = _mend_header(path)
    flac, part = path.with_suffix(".flac"), path.with_suffix(".flac.part")
    with (
        soundfile.SoundFile(path) as source,
        soundfile.SoundFile(part, "w", rate_hz, CHANNELS, "PCM_16", format="FLAC") as sink,
    ):
        for block in source.blocks(_BLOCK_FRAMES, dtype="int16"):
            sink.write(block)
    os.replace(part, flac)
    path.unlink()
    return _describe(flac)


def _mend_header(path: Path) -> int:
    """Return the sample rate. Raise OSError when it is not a recording of ours."""
    with path.open("r+b") as file:
        rate_hz = wav.rate_hz(file.read(wav.HEADER_SIZE))
        if rate_hz is None:
            raise OSError(f"{path} does not begin as our recordings do")
        size = wav.true_data_size(os.fstat(file.fileno()).st_size, CHANNELS)
        file.seek(0)
        file.write(wav.header(rate_hz, CHANNELS, size))
        file.truncate(wav.HEADER_SIZE + size)
    return rate_hz


def _describe(flac: Path) -> ClosedFile:
    found = soundfile.info(flac)
    return ClosedFile(path=flac, duration_s=found.duration, size_bytes=flac.stat().st_size)
