"""Calls as rows: the columns of a record, and the events as kind, time and JSON facts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from banjie.calls import events as vocabulary
from banjie.calls.cdr import Cdr
from banjie.calls.events import (
    AgentConnected,
    AgentLeft,
    CallArrived,
    CallbackPromised,
    CallDisposed,
    CallEnded,
    CallEvent,
    CallPlaced,
    CallQueued,
    MessageLeft,
    QueueLeft,
    RecordingSaved,
    SoundMeasured,
)
from banjie.calls.ports import Logged
from banjie.calls.segments import Segment
from banjie.storage.database import Row, to_json

# Every field of `Cdr`, with the type of its column.
RECORD_COLUMNS: Final[Mapping[str, str]] = {
    "call_id": "text",
    "channel": "text",
    "direction": "text",
    "peer": "text",
    "dialled": "text",
    "caller": "text",
    "customer_id": "text",
    "language": "text",
    "arrived_at": "timestamptz",
    "answered_at": "timestamptz",
    "queued_at": "timestamptz",
    "waiting_since": "timestamptz",
    "waited_until": "timestamptz",
    "waited_s": "double precision",
    "connected_at": "timestamptz",
    "ended_at": "timestamptz",
    "held_since": "timestamptz",
    "transferred_to": "text",
    "transferred_at": "timestamptz",
    "script_id": "text",
    "script_version": "integer",
    "pressed": "text",
    "queue_id": "text",
    "agent_id": "text",
    "is_ringing": "boolean",
    "offers_count": "integer",
    "hold_s": "double precision",
    "recording_file": "text",
    "recording_s": "double precision",
    "mos": "double precision",
    "end_reason": "text",
    "disposition": "text",
    "note": "text",
    "segments": "jsonb",
    "callback_number": "text",
    "callback_of": "text",
    "last_at": "timestamptz",
}
# Derived by `Cdr`, stored so that SQL can filter and sum.
DERIVED_COLUMNS: Final[Mapping[str, str]] = {
    "wait_s": "double precision",
    "talk_s": "double precision",
    "outcome": "text",
}
RECORD_LIST: Final = ", ".join(RECORD_COLUMNS)

_KINDS: Final[Mapping[str, type[CallEvent]]] = {
    name: kind
    for name, kind in vars(vocabulary).items()
    if isinstance(kind, type) and issubclass(kind, CallEvent) and kind is not CallEvent
}
_FACTS: Final[Mapping[type[CallEvent], tuple[str, ...]]] = {
    kind: tuple(f.name for f in fields(kind) if f.name not in ("call_id", "occurred_at"))
    for kind in _KINDS.values()
}
_TIMES: Final = ("connected_at", "left_at")  # of a segment
# What a list of calls must show at once. Between these the record in the table may lag behind the log.
_MILESTONES: Final = frozenset(
    {
        CallArrived,
        CallPlaced,
        CallQueued,
        QueueLeft,
        CallbackPromised,
        AgentConnected,
        AgentLeft,
        CallEnded,
        RecordingSaved,
        MessageLeft,
        SoundMeasured,
        CallDisposed,
    }
)
_record_values = attrgetter(*RECORD_COLUMNS, *DERIVED_COLUMNS)
_SEGMENTS_AT: Final = list(RECORD_COLUMNS).index("segments")


def event_columns(
    batch: Sequence[Logged],
) -> tuple[list[str], list[int], list[str], list[datetime], list[str]]:
    """Return call ids, seqs, kinds, times and facts of a batch, as lists side by side."""
    return (
        [logged.call_id for logged in batch],
        [logged.seq for logged in batch],
        [type(logged.event).__name__ for logged in batch],
        [logged.event.occurred_at for logged in batch],
        [_facts(logged.event) for logged in batch],
    )


def record_columns(batch: Sequence[Logged]) -> list[Sequence[Any]]:
    """Return the columns of `call_record`, one row a call whose record is due; `last_seq` comes first."""
    newest = {
        logged.call_id: logged for logged in batch
    }  # in order of seq within a call, so the last one stays
    due = {logged.call_id for logged in batch if type(logged.event) in _MILESTONES}
    rows = [(newest[call_id].seq, *_values(newest[call_id].cdr)) for call_id in due]
    return list(zip(*rows, strict=True)) if rows else [()] * (1 + len(RECORD_COLUMNS) + len(DERIVED_COLUMNS))


def _values(cdr: Cdr) -> list[Any]:
    values = list(_record_values(cdr))
    values[_SEGMENTS_AT] = to_json([_plain(segment) for segment in cdr.segments])
    return values


def _plain(segment: Segment) -> dict[str, Any]:
    """As it is kept in JSON."""
    plain = asdict(segment)
    for name in _TIMES:
        plain[name] = None if plain[name] is None else plain[name].isoformat()
    return plain


def to_record(row: Row) -> Cdr:
    facts = {name: row[name] for name in RECORD_COLUMNS}
    return Cdr(**{**facts, "segments": tuple(map(_to_segment, row["segments"]))})


def _to_segment(plain: Mapping[str, Any]) -> Segment:
    times = {name: None if plain[name] is None else datetime.fromisoformat(plain[name]) for name in _TIMES}
    return Segment(**{**plain, **times})


def to_event(row: Row) -> CallEvent:
    return _KINDS[row["kind"]](call_id=row["call_id"], occurred_at=row["at"], **row["facts"])


def _facts(event: CallEvent) -> str:
    names = _FACTS[type(event)]
    return to_json({name: getattr(event, name) for name in names}) if names else "{}"


def cleaned(logged: Logged) -> Logged:
    """Return the line without what PostgreSQL's text cannot hold: NUL and halves of surrogate pairs."""
    return Logged(
        call_id=_clean(logged.call_id),
        seq=logged.seq,
        event=_clean_fields(logged.event),
        cdr=_clean_fields(logged.cdr),
    )


def _clean_fields(given: Any) -> Any:
    return type(given)(**{f.name: _clean(getattr(given, f.name)) for f in fields(given)})


def _clean(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_clean_fields, value))
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, Mapping):
        return json.loads(
            to_json(value).encode("utf-8", "replace").decode().replace("\\u0000", "\N{REPLACEMENT CHARACTER}")
        )
    return value
