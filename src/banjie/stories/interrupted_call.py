"""A call that was cut off by a crash of ours: it is closed as interrupted, its recording made playable.

So is the after-call work of its agents, who may say later what the call was.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from banjie.calls.dispositions import SystemDisposition
from banjie.calls.events import (
    CallDisposed,
    CallEnded,
    CallEvent,
    MessageBegan,
    MessageLeft,
    RecordingSaved,
    RecordingStarted,
)
from banjie.calls.live import LiveCall
from banjie.calls.ports import Logged
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
    left: Sequence[OpenCall], repair: RecordingRepair, folder: Path, now: Callable[[], datetime]
) -> list[Logged]:
    """Mend the recordings of all calls left open; return what their log lacks, to be appended in this order."""
    missing: list[Logged] = []
    for one in left:
        live = LiveCall.resume(one.cdr, one.last_seq)
        missing += map(live.take, _missing(one, _save(one, repair, folder), folder, now()))
    return missing


def _missing(one: OpenCall, saved: Repaired | None, folder: Path, now: datetime) -> Iterator[CallEvent]:
    """The end is the last moment known of the call: its last event, or the last second of its recording."""
    call_id, ended_at = one.cdr.call_id, one.cdr.ended_at
    if ended_at is None:
        ended_at = min(max(one.cdr.last_at, _recorded_until(one, saved)), now)
        yield CallEnded(call_id=call_id, occurred_at=ended_at, reason="interrupted")
    message = next((event for event in one.events if isinstance(event, MessageBegan)), None)
    if saved is not None and message is not None:
        file = saved.path.relative_to(folder).as_posix()
        yield MessageLeft(
            call_id=call_id, occurred_at=ended_at, box=message.box, file=file, duration_s=saved.duration_s
        )
    elif saved is not None:
        yield RecordingSaved(
            call_id=call_id,
            occurred_at=ended_at,
            file=saved.path.relative_to(folder).as_posix(),
            duration_s=saved.duration_s,
            size_bytes=saved.size_bytes,
        )
    owing = dict.fromkeys(part.agent_id for part in one.cdr.segments if part.disposition is None)
    for agent_id in owing:
        interrupted = SystemDisposition.INTERRUPTED.value
        yield CallDisposed(
            call_id=call_id,
            occurred_at=now,
            agent_id=None,
            code=interrupted,
            note="",
            for_agent=agent_id,
        )


def _save(one: OpenCall, repair: RecordingRepair, folder: Path) -> Repaired | None:
    if one.cdr.recording_file is None or one.cdr.recording_s is not None:
        return None
    return repair(folder / one.cdr.recording_file)


def _recorded_until(one: OpenCall, saved: Repaired | None) -> datetime:
    started = [event for event in one.events if isinstance(event, RecordingStarted | MessageBegan)]
    if saved is None or not started:
        return one.cdr.last_at
    return started[-1].occurred_at + timedelta(seconds=saved.duration_s)
