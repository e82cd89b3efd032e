"""What the calls department needs: a log that is never rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from banjie.base.ids import CallId
from banjie.calls.cdr import Cdr
from banjie.calls.events import CallEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An event with its place in the log of its call (0, 1, 2 …) and the record as it stands after it."""

    call_id: CallId
    seq: int
    event: CallEvent
    cdr: Cdr


class CallLog(Protocol):
    """Append-only. `append` returns at once; a writer behind it stores batches in order."""

    def append(self, logged: Logged) -> None: ...

    async def events_of(self, call_id: CallId) -> Sequence[CallEvent]:
        """Return all that was appended of a call, up to now; empty where there is none."""
