"""Make the demonstration bank's prompts: `NAME.LANGUAGE.wav` and `music.wav`, 8 kHz mono, one loudness.

Safe to repeat: what was said before with the same words, voice and rate is taken from the cache beside the prompts. Where
the voices cannot be had each prompt is a chime of its own and the report says so; the words are on the screens anyway.
"""

import hashlib
import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from banjie.demo.loudness import write_wav
from banjie.demo.music import chime, waiting_music
from banjie.demo.texts import LANGUAGES, MUSIC, TEXTS, VOICES, Language
from banjie.demo.voices import NoVoices, fetch_voices, require_packages, speaker_command

_RECIPE: Final = "2"  # raise it when the same words would sound otherwise
_SPEAKERS: Final = 2
_SENTENCE_WITHIN_S: Final = 120

Texts = Mapping[str, Mapping[Language, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptReport:
    """What `make` did. `why_not_spoken` is a sentence for people, None when every prompt is speech."""

    folder: Path
    spoken_count: int  # said just now
    reused_count: int  # from the cache
    chimed_count: int
    speech_s: float  # of what was said just now
    why_not_spoken: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    name: str
    language: Language
    text: str

    @property
    def file_name(self) -> str:
        return f"{self.name}.{self.language}.wav"

    @property
    def key(self) -> str:
        """Chinese prompts may hold English words, so both voices count."""
        voices = [f"{v.name}@{v.rate}" for v in VOICES.values()]
        return hashlib.sha256("\n".join([_RECIPE, self.language, *voices, self.text]).encode()).hexdigest()[
            :32
        ]


def make(folder: Path, *, say: Callable[[str], None] = lambda _: None, texts: Texts = TEXTS) -> PromptReport:
    """Make all prompts in `folder`. `say` gets a line of progress now and then; nothing is raised for want of voices."""
    cache = folder / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    music = folder / f"{MUSIC}.wav"
    if not music.exists():
        write_wav(music, waiting_music())
    orders = [
        _Order(name=n, language=lang, text=texts[n][lang])
        for n in texts
        for lang in LANGUAGES
        if lang in texts[n]
    ]
    missing = [o for o in orders if not (cache / f"{o.key}.wav").exists()]
    speech_s, why = 0.0, None
    if missing:
        try:
            speech_s, why = _speak(missing, folder, say)
        except NoVoices as cause:
            why = str(cause)
    unspoken = [o for o in missing if not (cache / f"{o.key}.wav").exists()]
    for order in orders:
        if order in unspoken:
            write_wav(folder / order.file_name, chime(order.name))
        else:
            _place(cache / f"{order.key}.wav", folder / order.file_name)
    if why is not None:
        say(f"prompts: {len(unspoken)} are chimes instead of speech, because {why}")
    return PromptReport(
        folder=folder,
        spoken_count=len(missing) - len(unspoken),
        reused_count=len(orders) - len(missing),
        chimed_count=len(unspoken),
        speech_s=round(speech_s, 1),
        why_not_spoken=why,
    )


def _speak(orders: Sequence[_Order], folder: Path, say: Callable[[str], None]) -> tuple[float, str | None]:
    """Have the orders said into the cache; return the seconds of speech, and what went wrong."""
    require_packages()
    say("prompts: fetching the voices" if not (folder / "voices").exists() else "prompts: waking the voices")
    voices = fetch_voices(folder / "voices")
    # The longest first, dealt in turn, so that both speakers are done at about the same time.
    by_length = sorted(orders, key=lambda o: -len(o.text.encode()))
    answers: queue.Queue[tuple[_Order, float] | str] = queue.Queue()
    hands = [by_length[n::_SPEAKERS] for n in range(_SPEAKERS) if by_length[n::_SPEAKERS]]
    speakers = [
        threading.Thread(target=_run_speaker, args=(hand, folder / "cache", voices, answers), daemon=True)
        for hand in hands
    ]
    for speaker in speakers:
        speaker.start()
    speech_s, done, why = 0.0, 0, None
    for answer in _until_all_ended(answers, len(speakers)):
        if isinstance(answer, str):
            why = answer
            continue
        order, seconds = answer
        speech_s, done = speech_s + seconds, done + 1
        say(f"prompts: {done} of {len(orders)} said ({order.file_name}, {seconds:.1f} s)")
    return speech_s, why


def _until_all_ended(
    answers: "queue.Queue[tuple[_Order, float] | str]", speakers: int
) -> Iterator[tuple[_Order, float] | str]:
    """An empty string is a speaker's end."""
    while speakers:
        answer = answers.get()
        if answer == "":
            speakers -= 1
        else:
            yield answer


def _run_speaker(
    orders: Sequence[_Order], cache: Path, voices: Path, answers: "queue.Queue[tuple[_Order, float] | str]"
) -> None:
    try:
        with _speaker(voices, cache) as (process, heard):
            for order in orders:
                answers.put((order, _ask(process, heard, order, cache)))
    except NoVoices as cause:
        answers.put(str(cause))
    except OSError as cause:
        answers.put(f"the voices could not be started ({cause})")
    finally:
        answers.put("")


def _ask(process: "subprocess.Popen[str]", heard: "queue.Queue[str]", order: _Order, cache: Path) -> float:
    """Have one prompt said; return its seconds."""
    asked = {"text": order.text, "language": order.language, "out": str(cache / f"{order.key}.wav")}
    if process.stdin is None:
        raise NoVoices("the voices do not listen")
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    try:
        line = heard.get(timeout=_SENTENCE_WITHIN_S)
    except queue.Empty:
        raise NoVoices(f"the voices took more than {_SENTENCE_WITHIN_S} s for one prompt") from None
    if not line:
        raise NoVoices("the voices stopped (out of memory?)")
    answer = json.loads(line)
    if "error" in answer:
        raise NoVoices(str(answer["error"]))
    return float(answer["seconds"])


@contextmanager
def _speaker(voices: Path, cache: Path) -> Iterator[tuple["subprocess.Popen[str]", "queue.Queue[str]"]]:
    """A running speaker and its answers line by line, an empty line at its end. It does not outlive the block."""
    process = subprocess.Popen(  # noqa: S603  # our own module, no shell
        speaker_command(voices, cache),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    heard: queue.Queue[str] = queue.Queue()
    listener = threading.Thread(target=_listen, args=(process.stdout or (), heard), daemon=True)
    listener.start()
    try:
        yield process, heard
    finally:
        process.kill()
        process.wait()
        listener.join(5)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _listen(lines: Iterable[str], heard: "queue.Queue[str]") -> None:
    for line in lines:
        heard.put(line)
    heard.put("")


def _place(cached: Path, named: Path) -> None:
    part = named.with_suffix(".part")
    shutil.copyfile(cached, part)
    part.replace(named)
