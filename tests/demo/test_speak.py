"""The real voices say two prompts. Needs requirements/speech-demo.txt."""

import subprocess
import sys
from pathlib import Path

import pytest

from banjie.demo import prompts
from banjie.demo.loudness import level_db, read_wav
from banjie.demo.texts import TEXTS
from banjie.demo.voices import NoVoices, require_packages

pytestmark = pytest.mark.peer


@pytest.fixture(autouse=True)
def packages() -> None:
    try:
        require_packages()
    except NoVoices as missing:
        pytest.skip(str(missing))


def test_every_english_prompt_is_pronounced_without_espeak() -> None:
    """So that the demonstration speaks where nobody may install programs."""
    program = (
        "from banjie.demo.speak import english_phonemes; from banjie.demo.texts import TEXTS\n"
        "for words in TEXTS.values(): assert english_phonemes(words['en'])"
    )
    subprocess.run([sys.executable, "-c", program], env={"PATH": "/nowhere", "PYTHONPATH": "src"}, check=True)


def test_the_real_voices_speak_mandarin_and_english(tmp_path: Path) -> None:
    report = prompts.make(tmp_path, texts={"welcome": TEXTS["welcome"]})

    assert (report.spoken_count, report.why_not_spoken) == (2, None)
    for language in ("zh", "en"):
        said = read_wav(tmp_path / f"welcome.{language}.wav")
        assert 1.5 < len(said) / 8000 < 5.0
        assert level_db(said) == pytest.approx(-20, abs=1)
