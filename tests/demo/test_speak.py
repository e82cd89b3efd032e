"""The real voices say two prompts. Needs requirements/speech-demo.txt, which `make test` installs."""

from pathlib import Path

import pytest

from banjie.demo import prompts
from banjie.demo.loudness import level_db, read_wav
from banjie.demo.texts import TEXTS
from banjie.demo.voices import NoVoices, require_packages

pytestmark = pytest.mark.peer


def test_the_real_voices_speak_mandarin_and_english(tmp_path: Path) -> None:
    try:
        require_packages()
    except NoVoices as missing:
        pytest.skip(str(missing))
    report = prompts.make(tmp_path, texts={"welcome": TEXTS["welcome"]})

    assert (report.spoken_count, report.why_not_spoken) == (2, None)
    for language in ("zh", "en"):
        said = read_wav(tmp_path / f"welcome.{language}.wav")
        assert 1.5 < len(said) / 8000 < 5.0
        assert level_db(said) == pytest.approx(-20, abs=1)
