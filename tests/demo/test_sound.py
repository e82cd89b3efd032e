"""Loudness, resampling, music and chimes."""

from pathlib import Path

import numpy as np
import pytest

from banjie.demo.loudness import (
    RATE_HZ,
    Samples,
    level_db,
    levelled,
    read_wav,
    to_telephone,
    trimmed,
    write_wav,
)
from banjie.demo.music import MUSIC_DB, MUSIC_S, chime, waiting_music

pytestmark = pytest.mark.unit


def tone(hz: float, *, rate_hz: int = RATE_HZ, seconds: float = 1.0, peak: float = 0.1) -> Samples:
    return (peak * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz)).astype(np.float32)


@pytest.mark.parametrize("peak", [0.005, 0.1, 0.9])
def test_speech_comes_to_one_loudness(peak: float) -> None:
    said = np.concatenate((tone(300, peak=peak), np.zeros(RATE_HZ, np.float32)))  # a pause does not count
    assert level_db(levelled(said)) == pytest.approx(-20.0, abs=0.1)


def test_peaks_are_bent_below_full_scale() -> None:
    said = tone(300, peak=0.05)
    said[100] = 1.0
    assert float(np.abs(levelled(said)).max()) < 0.9


def test_silence_stays_silence() -> None:
    assert float(np.abs(levelled(np.zeros(800, np.float32))).max()) == 0.0
    assert len(trimmed(np.zeros(800, np.float32), RATE_HZ)) == 0


def test_what_a_telephone_cannot_carry_is_gone_and_the_rest_stays() -> None:
    kept = to_telephone(tone(1000, rate_hz=24_000), 24_000)
    gone = to_telephone(tone(5000, rate_hz=24_000), 24_000)

    assert len(kept) == RATE_HZ
    assert level_db(kept[200:-200]) == pytest.approx(level_db(tone(1000)), abs=0.2)
    assert level_db(gone[200:-200]) < -80
    with pytest.raises(ValueError, match="multiple"):
        to_telephone(kept, 22_050)


def test_the_pause_before_and_after_is_cut() -> None:
    pause = np.zeros(4000, np.float32)
    assert len(trimmed(np.concatenate((pause, tone(300), pause)), RATE_HZ)) == pytest.approx(
        RATE_HZ + 640, abs=40
    )


def test_a_wav_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert write_wav(tmp_path / "a.wav", tone(300)) == 1.0
    assert np.allclose(read_wav(tmp_path / "a.wav"), tone(300), atol=1e-4)
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_the_music_loops_without_a_seam() -> None:
    music = waiting_music()

    assert len(music) == MUSIC_S * RATE_HZ
    assert level_db(music) == pytest.approx(MUSIC_DB, abs=0.1)
    seam = abs(float(music[0] - music[-1]))
    assert seam <= float(np.abs(np.diff(music)).max())
    powers = np.mean(music.reshape(-1, RATE_HZ // 2) ** 2, axis=1)
    assert powers.min() > powers.mean() / 30  # nowhere a hole one would take for a lost call


def test_the_music_fits_a_telephone() -> None:
    spectrum = np.abs(np.fft.rfft(waiting_music())) ** 2
    share = spectrum[: int(len(spectrum) * 3400 / 4000)].sum() / spectrum.sum()
    assert share > 0.999


def test_every_chime_is_the_same_each_time_and_another_for_another_name() -> None:
    assert np.array_equal(chime("menu"), chime("menu"))
    assert not np.array_equal(chime("menu"), chime("welcome"))
