"""A call that was cut off by a crash of ours: it is closed as interrupted, its recording made playable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from banjie.calls.events import CallEnded, RecordingSaved, RecordingStarted
from banjie.calls.live import LiveCall
from banjie.calls.ports import CallLog
from banjie.calls.store import OpenCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A recording that was being written when we fell."""

    path: Path
    duration_s: float
    size_bytes: int


class RecordingRepair(Protocol):
    def __call__(self, path: Path) -> Repaired | None:
        """Make the file playable up to the last sound in it; `None` where there is none."""


def close_interrupted(
    left: Sequence[OpenCall], log: CallLog, repair: RecordingRepair, folder: Path, now: Callable[[], datetime]
) -> int:
    """Write the end of every call left open; return how many. Repeating it finds none.

    The end is the last moment known of the call: its last event, or the last second of its recording.
    """
    for one in left:
        live = LiveCall.resume(one.cdr, one.last_seq)
        saved = _save(one, repair, folder)
        ended_at = min(max(one.cdr.last_at, _recorded_until(one, saved)), now())
        log.append(live.take(CallEnded(call_id=live.call_id, occurred_at=ended_at, reason="interrupted")))
        if saved is not None:
            file = saved.path.relative_to(folder).as_posix()
            log.append(
                live.take(
                    RecordingSaved(
                        call_id=live.call_id,
                        occurred_at=ended_at,
                        file=file,
                        duration_s=saved.duration_s,
                        size_bytes=saved.size_bytes,
                    )
                )
            )
    return len(left)


def _save(one: OpenCall, repair: RecordingRepair, folder: Path) -> Repaired | None:
    return None if one.cdr.recording_file is None else repair(folder / one.cdr.recording_file)


def _recorded_until(one: OpenCall, saved: Repaired | None) -> datetime:
    started = [event for event in one.events if isinstance(event, RecordingStarted)]
    if saved is None or not started:
        return one.cdr.last_at
    return started[-1].occurred_at + timedelta(seconds=saved.duration_s)
