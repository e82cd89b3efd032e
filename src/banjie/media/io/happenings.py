"""What the native thread tells Python: four numbers through a pipe."""

from typing import Final

from banjie.media.compiled import inner
from banjie.media.io import libc
from banjie.media.layout import Memory

PORT_CLOSED: Final = 1  # (port): its index may be used again
DIGIT: Final = 2  # (port, event code)
PLAY_FINISHED: Final = 3  # (play)
PLAY_STOPPED: Final = 4  # (play)
TIMED_OUT: Final = 5  # (port)
RECORDING_STOPPED: Final = 6  # (recording, frames)
FIELDS: Final = 4


@inner
def tell(memory: Memory, kind: int, which: int, what: int) -> None:
    numbers = memory["integers"][:FIELDS]
    numbers[0], numbers[1], numbers[2], numbers[3] = kind, which, what, 0
    if libc.write_from(memory["world"][0]["happenings_fd"], numbers) < 0:
        memory["world"][0]["lost_happenings"] += 1
