"""What a waiting caller is told of his place and his wait: numbers a person can say, and when not to say them.

Laws: the minutes said hold the estimate they are made of; a longer wait is never said shorter; a place that went up is not
said; a longer wait than was said before is said only when the words before have become untrue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, inf
from types import MappingProxyType
from typing import Final

from banjie.base.prompts import Prompt
from banjie.routing.estimate import WaitRange

LONGEST_MIN: Final = 30  # beyond it nobody is helped by the number
_STEPS_MIN: Final = (*range(11), 15, 20, 25, LONGEST_MIN)

# Words of comfort a queue may say beside its numbers, by the name of their sound.
COMFORTS: Final[Mapping[str, Prompt]] = MappingProxyType(
    {
        "queue_wait": Prompt(
            name="queue_wait",
            text={
                "zh": "座席正忙，请您耐心等候，我们会按顺序接听您的来电。",
                "en": "All of our people are busy. Please stay on the line. Your call will be answered in turn.",
            },
        ),
        "queue_thanks": Prompt(
            name="queue_thanks",
            text={
                "zh": "感谢您的耐心等候，我们会尽快接听您的来电。",
                "en": "Thank you for waiting. We will answer your call as soon as we can.",
            },
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcing:
    """What a queue tells those who wait in it. `comfort` is a key of `COMFORTS`."""

    has_position: bool = True
    has_wait: bool = True
    every_s: float = 45.0  # 0: nothing is announced
    comfort: str | None = None


BY_DEFAULT: Final = Announcing()
SILENT: Final = Announcing(every_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWait:
    """In whole minutes. From 0 to 1 is less than a minute; `high_min` None is more than `LONGEST_MIN`, or may be."""

    low_min: int
    high_min: int | None

    def holds(self, wait: WaitRange) -> bool:
        return 60 * self.low_min <= wait.low_s and wait.high_s <= self.high_s

    @property
    def high_s(self) -> float:
        return inf if self.high_min is None else 60.0 * self.high_min


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitWords:
    """What is said at once. Of the position 1 is next; None is left out."""

    position: int | None = None
    wait: SaidWait | None = None

    def after(self, before: "WaitWords | None") -> "WaitWords":
        """Return what he has been told last of each, these words included."""
        if before is None:
            return self
        return WaitWords(
            position=before.position if self.position is None else self.position,
            wait=before.wait if self.wait is None else self.wait,
        )


def said_wait(wait: WaitRange) -> SaidWait:
    """Round outwards to minutes people say, never to a single number."""
    low_min = max(step for step in _STEPS_MIN if 60 * step <= wait.low_s)
    at_least = min((step for step in _STEPS_MIN if step > low_min), default=inf)
    wanted = max(at_least, ceil(wait.high_s / 60))
    return SaidWait(low_min=low_min, high_min=next((step for step in _STEPS_MIN if step >= wanted), None))


def words_for(position: int | None, wait: WaitRange | None, before: WaitWords | None) -> WaitWords:
    """Choose what to say to whom these words were said before; None: nothing was."""
    last = WaitWords() if before is None else before
    has_gone_up = position is not None and last.position is not None and position > last.position
    return WaitWords(
        position=None if has_gone_up else position,
        wait=None if wait is None else _wait(wait, last.wait),
    )


def _wait(wait: WaitRange, before: SaidWait | None) -> SaidWait | None:
    now = said_wait(wait)
    if before is None or (now.low_min <= before.low_min and now.high_s <= before.high_s):
        return now
    if before.holds(wait):
        return before
    return now if wait.likely_s > before.high_s else None
