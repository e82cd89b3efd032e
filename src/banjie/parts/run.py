"""One run of the server: what every part is started with."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from banjie.config import Settings
from banjie.desk.live import Board
from banjie.loop import Errands, LoopClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A part that has started puts on `stack` how it is stopped."""

    settings: Settings
    stack: AsyncExitStack
    clock: LoopClock = field(default_factory=LoopClock)
    errands: Errands = field(default_factory=Errands)
    board: Board = field(default_factory=Board)

    @property
    def data(self) -> Path:
        return self.settings.data_dir
