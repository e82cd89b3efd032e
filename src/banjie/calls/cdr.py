"""The call detail record: what is left of a call, derived from its events and from nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId, ScriptId
from banjie.calls.events import (
    AgentConnected,
    AgentLost,
    AgentOffered,
    AgentRejoined,
    CallAnswered,
    CallArrived,
    CallDisposed,
    CallEnded,
    CallEvent,
    CallHeld,
    CallQueued,
    CallResumed,
    Channel,
    CustomerMatched,
    DigitChosen,
    DigitsEntered,
    EndReason,
    HelpAsked,
    HelpEnded,
    OfferFailed,
    RecordingSaved,
    RecordingStarted,
    ScriptStarted,
    SupervisorChanged,
    SupervisorJoined,
    SupervisorLeft,
    TransferAnswered,
    TransferBegan,
)

# What leaves a line in the log and nothing in the record.
_Aside = (
    DigitsEntered
    | AgentLost
    | AgentRejoined
    | HelpAsked
    | HelpEnded
    | SupervisorJoined
    | SupervisorChanged
    | SupervisorLeft
)


class Outcome(StrEnum):
    """How a call ended for the caller; abandonment is split by where it happened (features H6)."""

    LIVE = "LIVE"
    ANSWERED = "ANSWERED"  # by a person
    TRANSFERRED = "TRANSFERRED"  # to a number outside
    SERVED_BY_SCRIPT = "SERVED_BY_SCRIPT"
    ABANDONED_IN_SCRIPT = "ABANDONED_IN_SCRIPT"
    ABANDONED_IN_QUEUE = "ABANDONED_IN_QUEUE"
    ABANDONED_RINGING = "ABANDONED_RINGING"
    CLOSED = "CLOSED"  # outside hours
    REFUSED = "REFUSED"
    FAILED = "FAILED"  # through us: no media, an error, a crash before a person answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Cdr:
    """One call. Seconds are whole durations; `hold_s` is part of `talk_s`."""

    call_id: CallId
    channel: Channel
    peer: str
    dialled: str
    caller: str
    language: str
    arrived_at: datetime
    customer_id: CustomerId | None = None
    answered_at: datetime | None = None
    queued_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    held_since: datetime | None = None
    transferred_to: str | None = None
    transferred_at: datetime | None = None
    script_id: ScriptId | None = None
    script_version: int | None = None
    pressed: str = ""
    queue_id: QueueId | None = None
    agent_id: AgentId | None = None
    is_ringing: bool = False
    offers_count: int = 0
    hold_s: float = 0.0
    recording_file: str | None = None
    recording_s: float | None = None
    end_reason: EndReason | None = None
    disposition: str | None = None
    note: str | None = None
    last_at: datetime

    @property
    def wait_s(self) -> float | None:
        """Seconds in queue, up to the agent or the end."""
        if self.queued_at is None:
            return None
        return ((self.connected_at or self.ended_at or self.last_at) - self.queued_at).total_seconds()

    @property
    def talk_s(self) -> float | None:
        if self.connected_at is None:
            return None
        return ((self.ended_at or self.last_at) - self.connected_at).total_seconds()

    @property
    def outcome(self) -> Outcome:
        if self.end_reason is None:
            return Outcome.LIVE
        if self.connected_at is not None:
            return Outcome.ANSWERED
        return _outcome_unanswered(self)


def _outcome_unanswered(cdr: Cdr) -> Outcome:
    if cdr.transferred_at is not None:
        return Outcome.TRANSFERRED
    match cdr.end_reason:
        case "closed":
            return Outcome.CLOSED
        case "refused":
            return Outcome.REFUSED
        case "script_ended":
            return Outcome.SERVED_BY_SCRIPT
        case "caller_hung_up":
            if cdr.is_ringing:
                return Outcome.ABANDONED_RINGING
            return Outcome.ABANDONED_IN_QUEUE if cdr.queued_at is not None else Outcome.ABANDONED_IN_SCRIPT
        case _:
            return Outcome.FAILED


def begin(event: CallArrived) -> Cdr:
    return Cdr(
        call_id=event.call_id,
        channel=event.channel,
        peer=event.peer,
        dialled=event.dialled,
        caller=event.caller,
        language=event.language,
        arrived_at=event.occurred_at,
        last_at=event.occurred_at,
    )


def apply(cdr: Cdr, event: CallEvent) -> Cdr:  # noqa: C901 - one line an event
    """Return the record with one more event folded in."""
    at = event.occurred_at
    match event:
        case CallAnswered():
            return replace(cdr, last_at=at, answered_at=at)
        case ScriptStarted():
            return replace(cdr, last_at=at, script_id=event.script_id, script_version=event.version)
        case DigitChosen():
            return replace(cdr, last_at=at, pressed=cdr.pressed + event.digit)
        case event if isinstance(event, _Aside):
            return replace(cdr, last_at=at)
        case TransferBegan():
            return replace(cdr, last_at=at, transferred_to=event.number)
        case TransferAnswered():
            return replace(cdr, last_at=at, transferred_at=at)
        case CallQueued():
            queued_at = cdr.queued_at or at  # a caller moved to another queue keeps his time
            return replace(
                cdr, last_at=at, queue_id=event.queue_id, queued_at=queued_at, language=event.language
            )
        case CustomerMatched():
            return replace(cdr, last_at=at, customer_id=event.customer_id)
        case AgentOffered():
            return replace(cdr, last_at=at, is_ringing=True, offers_count=cdr.offers_count + 1)
        case OfferFailed():
            return replace(cdr, last_at=at, is_ringing=False)
        case AgentConnected():
            return replace(cdr, last_at=at, agent_id=event.agent_id, connected_at=at, is_ringing=False)
        case CallHeld():
            return replace(cdr, last_at=at, held_since=at)
        case CallResumed():
            return replace(cdr, last_at=at, hold_s=_held_s(cdr, at), held_since=None)
        case RecordingStarted():
            return replace(cdr, last_at=at, recording_file=event.file)
        case RecordingSaved():
            return replace(cdr, last_at=at, recording_file=event.file, recording_s=event.duration_s)
        case CallEnded():
            return replace(
                cdr,
                last_at=at,
                ended_at=at,
                end_reason=event.reason,
                hold_s=_held_s(cdr, at),
                held_since=None,
            )
        case CallDisposed():
            return replace(cdr, last_at=at, disposition=event.code, note=event.note)
        case _:
            raise TypeError(f"no rule folds {type(event).__name__} into a record")


def _held_s(cdr: Cdr, at: datetime) -> float:
    return cdr.hold_s if cdr.held_since is None else cdr.hold_s + (at - cdr.held_since).total_seconds()


def fold(events: Iterable[CallEvent]) -> Cdr:
    """Rebuild the record of one call from its log."""
    first, *rest = events
    if not isinstance(first, CallArrived):
        raise ValueError(f"the log of a call begins with CallArrived, not {type(first).__name__}")
    cdr = begin(first)
    for event in rest:
        cdr = apply(cdr, event)
    return cdr
