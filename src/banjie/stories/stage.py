"""What every story about calls stands on: the house, the floor, the legs, the prompts, the waits and the time."""

from collections.abc import Callable
from dataclasses import dataclass

from banjie.stories.clock import Clock
from banjie.stories.deadlines import Deadlines
from banjie.stories.floor import Floor
from banjie.stories.house import House, PromptShelf
from banjie.stories.legs import Legs


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`house` is asked each time, so that a change acts on the next call."""

    house: Callable[[], House]
    floor: Floor
    legs: Legs
    prompts: PromptShelf
    deadlines: Deadlines
    clock: Clock
