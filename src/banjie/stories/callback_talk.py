"""A caller is asked where to call him back, by keys. No I/O, no clock.

Laws: only a mobile or a landline number of this country is agreed to; another than his own is said back before it is;
who hangs up when his number has been said back is called back; who says nothing before goes on waiting.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.phones import NumberKind, PhoneNumber, find_number
from banjie.stories import callback_words as words
from banjie.stories.wait_sentences import Sentence

ANSWER_WITHIN_S: Final = 30.0  # from the beginning of a question, which takes some 12 s to say
NEXT_DIGIT_WITHIN_S: Final = 6.0
TRIES_MAX: Final = 3
_DIGITS_MAX: Final = 20
_THIS_NUMBER: Final = "1"
_CALLED: Final = frozenset({NumberKind.MOBILE, NumberKind.FIXED})


class NumberNotCalled(BanjieError):
    """Callbacks go to mobiles and landlines: never to 400, emergency, short, internal or foreign numbers."""

    code: ClassVar[str] = "calls.number_not_called"


def callable_number(text: str) -> PhoneNumber:
    """Return the number a customer may be called back at. Raise `NumberNotCalled`."""
    number = find_number(text)
    if number is None or number.kind not in _CALLED:
        raise NumberNotCalled("give a mobile number, or a landline with its area code")
    return number


def find_callable(text: str) -> PhoneNumber | None:
    try:
        return callable_number(text)
    except NumberNotCalled:
        return None


class Answer(StrEnum):
    ASKED = "asked"  # he has not said yet
    AGREED = "agreed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What to say now, if anything, and how it stands."""

    say: Sentence = ()
    answer: Answer = Answer.ASKED


class CallbackTalk:
    """`number` is what is, or would be, agreed to."""

    def __init__(self, own: PhoneNumber | None) -> None:
        self._own = own
        self._typed = ""
        self._tries = 0
        self.number: PhoneNumber | None = None
        self.next_deadline = 0.0

    def start(self, now: float) -> Turn:
        return self._ask(now)

    def pressed(self, digit: str, now: float) -> Turn:
        self.next_deadline = now + NEXT_DIGIT_WITHIN_S
        if self.number is not None:
            return self._confirm(digit, now)
        if digit == "*":
            return self._ask(now) if self._typed else Turn(answer=Answer.DECLINED)
        if digit != "#":
            self._typed += digit
        return self._take(now) if digit == "#" or len(self._typed) >= _DIGITS_MAX else Turn()

    def tick(self, now: float) -> Turn:
        """His time is over."""
        if self.number is not None:
            return self._say_back(self.number, now) if self._is_try_left() else Turn(answer=Answer.AGREED)
        if self._typed:
            return self._take(now)
        return self._ask(now) if self._is_try_left() else Turn(answer=Answer.DECLINED)

    def _confirm(self, digit: str, now: float) -> Turn:
        if digit in "1#":
            return Turn(answer=Answer.AGREED)
        return self._ask(now) if digit == "*" else Turn()

    def _take(self, now: float) -> Turn:
        typed, self._typed = self._typed, ""
        if typed == _THIS_NUMBER and self._own is not None:
            self.number = self._own
            return Turn(answer=Answer.AGREED)
        number = find_callable(typed)
        if number is not None:
            self._tries = 0
            return self._say_back(number, now)
        if not self._is_try_left():
            return Turn(answer=Answer.DECLINED)
        asked = self._ask(now)
        return Turn(say=(words.PIECES["callback_refused"], *asked.say))

    def _ask(self, now: float) -> Turn:
        self._typed, self.number = "", None
        self.next_deadline = now + ANSWER_WITHIN_S
        return Turn(say=words.ask(may_use_own=self._own is not None))

    def _say_back(self, number: PhoneNumber, now: float) -> Turn:
        self.number = number
        self.next_deadline = now + ANSWER_WITHIN_S
        return Turn(say=words.said_back(number.national))

    def _is_try_left(self) -> bool:
        self._tries += 1
        return self._tries < TRIES_MAX
