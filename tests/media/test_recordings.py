"""Recordings on disk: each side on its own channel, in true time, and playable whatever happened to us."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from banjie.media import wav
from banjie.media.errors import UnreadableClip
from banjie.media.events import RecordingClosed
from banjie.media.io.recordings import repair
from banjie.stories.voicemail import SILENT_DB
from tests.media.peers import Peer, running, strength, talk, until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


async def test_left_is_the_port_and_right_is_what_it_hears(tmp_path: Path) -> None:
    async with running() as (switchboard, events):
        ann, bob = Peer(440), Peer(700)
        a, b = ann.plug(switchboard).port_id, bob.plug(switchboard).port_id
        switchboard.cord(a, b)
        switchboard.cord(b, a)
        recording = switchboard.record(a, tmp_path / "folder" / "call")
        began = time.monotonic()
        await talk([ann, bob], 1.0)
        assert strength(bob.heard()[-2000:], 440) > 4000  # relayed on, though recorded
        await talk([], 0.5)  # nobody speaks: the time passes all the same
        await talk([ann, bob], 0.5)
        switchboard.stop_recording(recording)
        lasted = time.monotonic() - began
        await until(lambda: bool(events))

        (event,) = events
        assert isinstance(event, RecordingClosed)
        assert event.recording_id == recording
        assert event.path == tmp_path / "folder" / "call.flac"
        assert event.size_bytes == event.path.stat().st_size
        assert event.duration_s == pytest.approx(lasted, abs=0.15)
        assert not event.path.with_suffix(".wav").exists()
        pcm, rate_hz = soundfile.read(event.path, dtype="int16")
        assert rate_hz == 8000
        left, right = pcm[2000:7600, 0], pcm[2000:7600, 1]
        assert strength(left, 440) > 4000 > 1000 > strength(left, 700)
        assert strength(right, 700) > 4000 > 1000 > strength(right, 440)
        assert not pcm[9600:11200].any()


async def test_a_caller_alone_is_recorded_and_it_is_known_when_he_falls_silent(tmp_path: Path) -> None:
    """As he is while he leaves a message: nobody hears him."""
    async with running() as (switchboard, events):
        ann = Peer(440)
        port = ann.plug(switchboard).port_id
        recording = switchboard.record(port, tmp_path / "message")
        await talk([ann], 0.6)
        assert switchboard.stats(port).level_db > -30
        for _ in range(10):
            ann.say(np.zeros(160, np.int16))
            await asyncio.sleep(0.02)
        assert switchboard.stats(port).level_db < SILENT_DB
        switchboard.stop_recording(recording)
        await until(lambda: bool(events))

        pcm, _ = soundfile.read(tmp_path / "message.flac", dtype="int16")
        assert strength(pcm[800:4000, 0], 440) > 4000


async def test_closing_the_port_or_the_switchboard_closes_the_recording(tmp_path: Path) -> None:
    async with running() as (switchboard, events):
        one, two = switchboard.open_memory(), switchboard.open_memory()
        switchboard.record(one, tmp_path / "one.wav")
        switchboard.record(two, tmp_path / "two.wav")
        await asyncio.sleep(0.1)
        switchboard.close(one)
        await until(lambda: len(events) == 1)
    assert {e.path.name for e in events if isinstance(e, RecordingClosed)} == {"one.flac", "two.flac"}


_VICTIM = """
import asyncio, sys
import numpy as np
from pathlib import Path
from banjie.media.io.native import NativeSwitchboard

async def main() -> None:
    switchboard = NativeSwitchboard("127.0.0.1", max_ports=16)
    await switchboard.start()
    port = switchboard.open_memory()
    switchboard.record(port, Path(sys.argv[1]))
    print("recording", flush=True)
    n = 0
    while True:
        n += switchboard.push(port, (8000 * np.sin(2 * np.pi * 440 * (n + np.arange(800)) / 8000)).astype(np.int16))
        await asyncio.sleep(0.08)

asyncio.run(main())
"""


def test_a_killed_server_leaves_a_recording_playable_up_to_the_last_second(tmp_path: Path) -> None:
    path = tmp_path / "killed.wav"
    victim = subprocess.Popen(
        [sys.executable, "-c", _VICTIM, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"recording\n"
        began = time.monotonic()
        while time.monotonic() < began + 2.5:
            time.sleep(0.01)
    finally:
        victim.send_signal(signal.SIGKILL)
        lasted = time.monotonic() - began
        victim.wait()
        victim.stdout.close()

    whole = soundfile.info(path)  # playable as it lies there
    assert whole.duration > lasted - 1.0
    closed = repair(path)
    assert closed.duration_s >= whole.duration
    assert repair(path) == closed
    pcm, _ = soundfile.read(closed.path, dtype="int16")
    assert strength(pcm[-4000:, 0], 440) > 4000


@pytest.mark.parametrize("cut", [0, 1, 3, 399, 400])
def test_a_file_cut_anywhere_is_repaired(tmp_path: Path, cut: int) -> None:
    pcm = np.arange(400, dtype=np.int16)
    octets = wav.header(8000, 2, 0) + pcm.tobytes()
    path = tmp_path / "cut.wav"
    path.write_bytes(octets[: len(octets) - cut])
    closed = repair(path)
    read, _ = soundfile.read(closed.path, dtype="int16")
    kept = (800 - cut) // 4
    assert read.reshape(-1).tolist() == pcm[: 2 * kept].tolist()


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_bytes(b"RIFF")
    for name in ("no.wav", "nothing.wav"):
        with pytest.raises(UnreadableClip):
            repair(tmp_path / name)
