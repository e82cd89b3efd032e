"""What the switchboard promises beside hearing: plays, clips, time-outs, memory ports, refusals."""

import asyncio
import os
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from banjie.media.errors import NoFreePort, NoSuchPort, NoSuchTone, SwitchboardFull, UnreadableClip
from banjie.media.events import PlayFinished, RtpTimedOut
from banjie.media.io.clips import to_rate
from banjie.media.io.native import NativeSwitchboard
from banjie.media.layout import MAX_CORDS
from banjie.media.model import PortId
from banjie.media.ports import Switchboard
from tests.fakes.switchboard import FakeSwitchboard
from tests.media.peers import Peer, running, strength, talk, until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


def test_real_and_fake_offer_the_same() -> None:
    promises = {name for name in vars(Switchboard) if not name.startswith("_")}
    for kind in (NativeSwitchboard, FakeSwitchboard):
        assert promises - set(vars(kind)) <= {"on_event"}


async def test_sound_goes_before_other_work_where_the_system_allows_it() -> None:
    """Real time if we may have it, else niceness; never a refusal to run."""
    async with running():
        (thread,) = (t for t in threading.enumerate() if t.name == "switchboard")
        expected = os.SCHED_RR if _may_have_real_time() else os.SCHED_OTHER
        await until(lambda: _scheduling(thread) == expected)


def _scheduling(thread: threading.Thread) -> int:
    assert thread.native_id is not None
    return os.sched_getscheduler(thread.native_id) & ~os.SCHED_RESET_ON_FORK


def _may_have_real_time() -> bool:
    own = threading.get_native_id()
    try:
        os.sched_setscheduler(own, os.SCHED_RR, os.sched_param(10))
    except PermissionError:
        return False
    os.sched_setscheduler(own, os.SCHED_OTHER, os.sched_param(0))
    return True


async def _pulled(switchboard: NativeSwitchboard, port: PortId, samples: int) -> np.ndarray:
    heard: list[np.ndarray] = []

    def enough() -> bool:
        while (frame := switchboard.pull(port)) is not None:
            heard.append(frame)
        return sum(map(len, heard)) >= samples

    await until(enough)
    return np.concatenate(heard)


async def test_clips_are_played_one_after_another_and_their_end_is_told(tmp_path: Path) -> None:
    async with running() as (switchboard, events):
        for name, value in (("one", 1000), ("two", 2000)):
            soundfile.write(tmp_path / f"{name}.wav", np.full(800, value, np.int16), 8000)
        one, two = (switchboard.load_clip(tmp_path / f"{name}.wav") for name in ("one", "two"))
        assert switchboard.load_clip(tmp_path / "one.wav") == one
        ear = switchboard.open_memory()
        stopped = switchboard.play(ear, [one], loop=True)
        switchboard.stop(stopped)
        play = switchboard.play(ear, [one, two, one])
        heard = await _pulled(switchboard, ear, 3200)
        await until(lambda: bool(events))

        sound = heard[np.argmax(heard > 0) :][:2400]
        expected = np.repeat([1000, 2000, 1000], 800)
        assert np.abs(sound - expected).max() <= 1
        assert events == [PlayFinished(play_id=play)]


async def test_an_empty_play_ends_at_once_and_music_has_no_end() -> None:
    async with running() as (switchboard, events):
        ear = switchboard.open_memory()
        nothing = switchboard.play(ear, [], loop=True)
        switchboard.play(ear, [switchboard.tone("cn.busy")], loop=True, gain=0.5)
        heard = await _pulled(switchboard, ear, 12000)
        assert events == [PlayFinished(play_id=nothing)]
        assert strength(heard[6000:8000], 450) + strength(heard[8800:10800], 450) > 500


async def test_any_rate_and_any_number_of_channels_can_be_loaded(tmp_path: Path) -> None:
    t = np.arange(44100) / 44100
    stereo = np.stack([np.sin(2 * np.pi * 700 * t), np.sin(2 * np.pi * 9000 * t)], axis=1) * 0.5
    soundfile.write(tmp_path / "hi.flac", stereo, 44100)
    async with running() as (switchboard, _):
        ear = switchboard.open_memory()
        switchboard.play(ear, [switchboard.load_clip(tmp_path / "hi.flac")])
        heard = await _pulled(switchboard, ear, 4800)
    assert strength(heard[1600:], 700) == pytest.approx(0.25 * 32767, rel=0.02)
    assert strength(heard[1600:], 1000) < 50  # 9 kHz would fold to 1 kHz


@pytest.mark.parametrize("rate_hz", [8000, 16000, 22050, 24000, 48000])
def test_resampling_keeps_length_and_loudness(rate_hz: int) -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate_hz) / rate_hz).astype(np.float32) * 0.5
    pcm = to_rate(tone, rate_hz, 8000)
    assert len(pcm) == 8000
    assert strength(pcm[400:-400], 1000) == pytest.approx(16383, rel=0.01)


async def test_a_silent_peer_is_told_once_until_it_speaks_again() -> None:
    async with running(rtp_time_out_s=0.2) as (switchboard, events):
        ann = Peer(440)
        port = ann.plug(switchboard).port_id
        await until(lambda: bool(events))
        await talk([], 0.6)
        assert events == [RtpTimedOut(port_id=port)]
        await talk([ann], 0.1)
        await until(lambda: len(events) == 2)


async def test_a_peer_on_hold_is_not_timed_out() -> None:
    async with running(rtp_time_out_s=0.1) as (switchboard, events):
        ann = Peer(440)
        port = switchboard.open_rtp()
        switchboard.point_rtp(port.port_id, ann.remote(), receive=False)
        await talk([], 0.7)
        assert not events


async def test_a_robot_and_a_telephone_hear_each_other() -> None:
    async with running() as (switchboard, _):
        ann, robot = Peer(440), switchboard.open_memory()
        port = ann.plug(switchboard).port_id
        switchboard.cord(port, robot)
        switchboard.cord(robot, port)
        said = 0
        heard: list[np.ndarray] = []

        def converse() -> None:
            nonlocal said
            pcm = (8000 * np.sin(2 * np.pi * 700 * (said + np.arange(320)) / 8000)).astype(np.int16)
            said += switchboard.push(robot, pcm)
            while (frame := switchboard.pull(robot)) is not None:
                heard.append(frame)

        await talk([ann], 0.6, converse)
        assert strength(ann.heard()[-2000:], 700) > 4000
        assert strength(np.concatenate(heard)[-2000:], 440) > 4000


async def test_what_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    async with running() as (switchboard, _):
        port = switchboard.open_memory()
        switchboard.cord(port, PortId(999), 0.0)
        for refused in (
            lambda: switchboard.cord(port, PortId(999)),
            lambda: switchboard.play(PortId(999), []),
            lambda: switchboard.stats(PortId(999)),
        ):
            with pytest.raises(NoSuchPort):
                refused()
        with pytest.raises(NoSuchTone):
            switchboard.tone("mars.busy")
        with pytest.raises(UnreadableClip):
            switchboard.load_clip(tmp_path / "none.wav")
        others = [switchboard.open_memory() for _ in range(MAX_CORDS)]
        for other in others:
            switchboard.cord(other, port)
        with pytest.raises(SwitchboardFull):
            switchboard.cord(port, port)
        for _ in range(256 - 1 - MAX_CORDS):
            switchboard.open_memory()
        with pytest.raises(NoFreePort):
            switchboard.open_memory()


async def test_it_sleeps_when_no_port_is_open() -> None:
    async with running() as (switchboard, _):
        port = switchboard.open_memory()
        await talk([], 0.1)
        switchboard.close(port)
        await talk([], 0.1)
        wakes = int(switchboard._memory["world"][0]["wakes"])
        await asyncio.sleep(0.3)
        assert int(switchboard._memory["world"][0]["wakes"]) == wakes
