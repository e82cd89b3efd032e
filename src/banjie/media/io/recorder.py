"""The recorder's threads: one writes what the native thread recorded as it happens, one makes FLACs of what ended.

A file is written every `FLUSH_EVERY_S` with its header true each time; what was written survives our death.
"""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from banjie.media import wav
from banjie.media.door import door
from banjie.media.events import RecordingClosed
from banjie.media.io import libc
from banjie.media.io.recordings import CHANNELS, ClosedFile, close_file
from banjie.media.layout import RECORDED_FRAMES, TICK_MS, Memory
from banjie.media.model import RecordingId

FLUSH_EVERY_S: Final = 0.4
_BEHIND_FRAMES: Final = 1  # the newest frame may be in the writing
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Open:
    recording_id: RecordingId
    row: int
    path: Path
    fd: int
    written: int = 0  # frames
    failed: bool = False


class Recorder:
    """Turns rows of `recorded` into files. Its calls are the asyncio thread's; `closed` is called from a thread of ours."""

    def __init__(self, memory: Memory, rate_hz: int, closed: Callable[[RecordingClosed], None]) -> None:
        self._memory = memory
        self._rate_hz = rate_hz
        self._closed = closed
        self._silence = np.zeros(memory["recorded"].shape[2:], np.int16)  # one frame
        self._inbox: queue.SimpleQueue[_Open | tuple[int, int] | None] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[_Open | None] = queue.SimpleQueue()
        self._open: dict[int, _Open] = {}
        self._threads = [
            threading.Thread(target=self._write_all, name="recorder", daemon=True),
            threading.Thread(target=self._close_all, name="recordings-closer", daemon=True),
        ]

    def prepare(self) -> None:
        """Compile, or load what was compiled before."""
        header = np.frombuffer(self._header(0), np.uint8)
        write_frames(libc.NO_FILE, self._memory["recorded"][0], 0, 0, header, self._silence)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Write what there is, close all files, end the threads."""
        self._inbox.put(None)
        for thread in self._threads:
            thread.join()

    def begin(self, recording_id: RecordingId, row: int, path: Path) -> None:
        """Make the file before its first sound. Raises OSError."""
        path = path.with_suffix(".wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
        os.write(fd, wav.header(self._rate_hz, CHANNELS, 0))
        self._inbox.put(_Open(recording_id, row, path, fd))

    def end(self, row: int, frames: int) -> None:
        """The native thread recorded so many frames in this row, and no more will come."""
        self._inbox.put((row, frames))

    def _write_all(self) -> None:
        due_s = time.monotonic()
        while True:
            left_s = max(0.0, due_s - time.monotonic()) if self._open else None
            try:
                told = self._inbox.get(timeout=left_s)
            except queue.Empty:
                self._flush()
                due_s = time.monotonic() + FLUSH_EVERY_S
                continue
            if told is None:
                break
            if isinstance(told, _Open):
                self._open[told.row] = told
            else:
                self._finish(self._open.pop(told[0]), told[1])
        for one in self._open.values():
            self._finish(one, int(self._memory["recordings"][one.row]["frames"]))
        self._ended.put(None)

    def _flush(self) -> None:
        for one in self._open.values():
            self._write(one, int(self._memory["recordings"][one.row]["frames"]) - _BEHIND_FRAMES)

    def _finish(self, one: _Open, frames: int) -> None:
        self._write(one, frames)
        os.close(one.fd)
        self._ended.put(one)

    def _write(self, one: _Open, until: int) -> None:
        if one.failed or until <= one.written:
            return
        header = np.frombuffer(self._header(until), np.uint8)
        ring = self._memory["recorded"][one.row]
        if write_frames(one.fd, ring, one.written, until, header, self._silence) < 0:
            one.failed = True  # the disk is full, or gone: what was written stays
            _log.error("recording cannot be written: %s", one.path)
        one.written = until

    def _header(self, frames: int) -> bytes:
        samples = frames * self._rate_hz * TICK_MS // 1000
        return wav.header(self._rate_hz, CHANNELS, samples * CHANNELS * 2)

    def _close_all(self) -> None:
        while (one := self._ended.get()) is not None:
            try:
                file = close_file(one.path)
            except (OSError, soundfile.LibsndfileError):
                _log.exception("recording stays a WAV: %s", one.path)
                file = self._as_it_is(one)
            self._closed(
                RecordingClosed(
                    recording_id=one.recording_id,
                    path=file.path,
                    duration_s=file.duration_s,
                    size_bytes=file.size_bytes,
                )
            )

    def _as_it_is(self, one: _Open) -> ClosedFile:
        size = one.path.stat().st_size if one.path.exists() else 0
        duration_s = wav.true_data_size(size, CHANNELS) / (2 * CHANNELS * self._rate_hz)
        return ClosedFile(path=one.path, duration_s=duration_s, size_bytes=size)


@door
def write_frames(
    fd: int,
    ring: NDArray[np.int16],
    start: int,
    until: int,
    header: NDArray[np.uint8],
    silence: NDArray[np.int16],
) -> int:
    """Append frames of a ring to the file, and put its header right. Frames overwritten meanwhile become `silence`.

    Return a negative number when the system refused.
    """
    at = start
    while at < until:
        if at < until - RECORDED_FRAMES + 2:  # the writer slept for a second
            count = 1
            done = libc.append(fd, silence)
        else:
            cell = at % RECORDED_FRAMES
            count = min(until - at, RECORDED_FRAMES - cell)
            done = libc.append(fd, ring[cell : cell + count])
        if done != count * silence.size * 2:
            return -1
        at += count
    return libc.write_at(fd, header, 0)
