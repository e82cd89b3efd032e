"""Making the demonstration's prompts: with a stand-in for the voices, without any, and again."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from banjie.demo import prompts, voices
from banjie.demo.loudness import level_db, read_wav
from banjie.demo.texts import LANGUAGES, TEXTS, Language
from banjie.demo.voices import NoVoices

pytestmark = pytest.mark.unit

_FEW = {"welcome": {"zh": "您好。", "en": "Hello."}, "goodbye": {"zh": "再见。", "en": "Goodbye."}}
_TEXTS: prompts.Texts = {name: {lang: words[lang] for lang in LANGUAGES} for name, words in _FEW.items()}
_STAND_IN = """
import json, sys, wave
for line in sys.stdin:
    order = json.loads(line)
    if "MUTE" in order["text"]:
        print(json.dumps({"out": order["out"], "error": "no tongue"}), flush=True)
        continue
    if "DIE" in order["text"]:
        sys.exit(1)
    with wave.open(order["out"], "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(b"\\x00\\x10" * 800)
    print(json.dumps({"out": order["out"], "seconds": 0.1}), flush=True)
"""


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A speaker process of three lines instead of a model."""

    def command(_voices: Path, _scratch: Path) -> Sequence[str]:
        return (sys.executable, "-c", _STAND_IN)

    monkeypatch.setattr(prompts, "speaker_command", command)
    monkeypatch.setattr(prompts, "require_packages", lambda: None)
    monkeypatch.setattr(prompts, "fetch_voices", lambda folder: folder)


@pytest.mark.usefixtures("stand_in")
def test_every_prompt_is_said_in_both_languages_beside_the_music(tmp_path: Path) -> None:
    progress: list[str] = []
    report = prompts.make(tmp_path, say=progress.append, texts=_TEXTS)

    assert (report.spoken_count, report.reused_count, report.chimed_count) == (4, 0, 0)
    assert report.why_not_spoken is None
    assert report.speech_s == pytest.approx(0.4)
    assert {p.name for p in tmp_path.glob("*.wav")} == {
        "welcome.zh.wav", "welcome.en.wav", "goodbye.zh.wav", "goodbye.en.wav", "music.wav",
    }  # fmt: skip
    assert any("4 of 4" in line for line in progress)


@pytest.mark.usefixtures("stand_in")
def test_what_was_said_before_is_not_said_again_until_its_words_change(tmp_path: Path) -> None:
    prompts.make(tmp_path, texts=_TEXTS)
    assert prompts.make(tmp_path, texts=_TEXTS).reused_count == 4

    changed = prompts.make(tmp_path, texts={**_TEXTS, "goodbye": {"zh": "再会。", "en": "Goodbye."}})
    assert (changed.spoken_count, changed.reused_count) == (1, 3)


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("trouble", ["MUTE", "DIE"])
def test_a_speaker_in_trouble_leaves_chimes_and_says_why(tmp_path: Path, trouble: str) -> None:
    report = prompts.make(tmp_path, texts={"welcome": {"en": trouble}})

    assert (report.spoken_count, report.chimed_count) == (0, 1)
    assert report.why_not_spoken
    assert level_db(read_wav(tmp_path / "welcome.en.wav")) == pytest.approx(-20, abs=1)


def test_without_the_voices_there_are_chimes_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "_MODULES", ("there_is_no_such_module",))
    progress: list[str] = []
    report = prompts.make(tmp_path, say=progress.append, texts=_TEXTS)

    assert report.chimed_count == 4
    assert report.why_not_spoken is not None
    assert "requirements/speech-demo.txt" in report.why_not_spoken
    assert progress == [f"prompts: 4 are chimes instead of speech, because {report.why_not_spoken}"]


def test_an_archive_with_another_sum_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm = 'import pathlib; pathlib.Path("kokoro-js-1.2.1.tgz").write_bytes(b"evil")'
    monkeypatch.setattr(voices, "npm_command", lambda: (sys.executable, "-c", fake_npm))
    with pytest.raises(NoVoices, match="SHA-512"):
        voices.fetch_voices(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_npm_and_no_network_are_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "npm_command", lambda: None)
    with pytest.raises(NoVoices, match=r"install Node\.js"):
        voices.fetch_voices(tmp_path)
    failing = (sys.executable, "-c", "import sys; sys.exit('ENOTFOUND')")
    monkeypatch.setattr(voices, "npm_command", lambda: failing)
    with pytest.raises(NoVoices, match="ENOTFOUND"):
        voices.fetch_voices(tmp_path)


def test_everything_said_has_words_in_both_languages() -> None:
    for name, words in TEXTS.items():
        assert name.isidentifier()
        languages: set[Language] = set(words)
        assert languages == set(LANGUAGES)
        assert words["en"].isascii()
