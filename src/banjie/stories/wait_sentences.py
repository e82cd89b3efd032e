"""A caller's place and wait as prompts, put together from recorded pieces: numbers to 99, and what stands around them.

A piece is a sound `NAME.LANGUAGE` like every prompt; both languages put theirs together alike.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from banjie.base.prompts import Prompt
from banjie.routing.spoken_wait import LONGEST_MIN, SaidWait

LARGEST: Final = 99
_ZH: Final = "零一二三四五六七八九十"
_EN: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FRAMES: Final = {
    "wait_next": ("您是下一位。", "You are next in line."),
    "wait_one_ahead": ("您前面还有一位。", "There is one caller ahead of you."),
    "wait_ahead": ("您前面还有", "There are"),
    "wait_ahead_over": ("您前面还有超过", "There are more than"),
    "wait_callers": ("位。", "callers ahead of you."),
    "wait_expected": ("预计等待", "The expected wait is"),
    "wait_up_to": ("预计等待最多", "The expected wait is up to"),
    "wait_to": ("到", "to"),
    "wait_minutes": ("分钟。", "minutes."),
    "wait_under_a_minute": ("预计等待不到一分钟。", "The expected wait is less than a minute."),
    "wait_over_longest": ("预计等待超过三十分钟。", "The expected wait is more than thirty minutes."),
    "wait_maybe_over_longest": ("等待可能超过三十分钟。", "The wait may be more than thirty minutes."),
}


def _pieces() -> Iterator[tuple[str, str, str]]:
    for number, en in enumerate(_EN):
        yield f"number_{number}", _ZH[number] if number <= 10 else "十" + _ZH[number - 10], en
    for ten, en in enumerate(_EN_TENS, start=2):
        yield f"number_{10 * ten}", _ZH[ten] + "十", en
    yield "number_2_of", "两", "two"  # two of something; 二 only counts
    for name, (zh, en) in _FRAMES.items():
        yield name, zh, en


PIECES: Final[Mapping[str, Prompt]] = MappingProxyType(
    {name: Prompt(name=name, text={"zh": zh, "en": en}) for name, zh, en in _pieces()}
)
Sentence = tuple[Prompt, ...]


def place_sentence(position: int) -> Sentence:
    ahead = position - 1
    if ahead == 0:
        return _said("wait_next")
    if ahead == 1:
        return _said("wait_one_ahead")
    if ahead > LARGEST:
        return _said("wait_ahead_over", *_number(LARGEST), "wait_callers")
    return _said("wait_ahead", *_number(ahead), "wait_callers")


def wait_sentence(wait: SaidWait) -> Sentence:
    if wait.high_min is None:
        return _said("wait_over_longest" if wait.low_min == LONGEST_MIN else "wait_maybe_over_longest")
    if wait.high_min == 1:
        return _said("wait_under_a_minute")
    if wait.low_min == 0:
        return _said("wait_up_to", *_number(wait.high_min), "wait_minutes")
    return _said("wait_expected", *_number(wait.low_min), "wait_to", *_number(wait.high_min), "wait_minutes")


def _said(*names: str) -> Sentence:
    return tuple(PIECES[name] for name in names)


def _number(number: int) -> Iterator[str]:
    if number == 2:
        yield "number_2_of"
    elif number < 20 or number % 10 == 0:
        yield f"number_{number}"
    else:
        yield f"number_{number - number % 10}"
        yield f"number_{number % 10}"
