"""The call detail record: what is left of a call, derived from its events and from nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from banjie.base.ids import AgentId, CallId, CustomerId, QueueId, ScriptId
from banjie.calls.events import (
    AgentConnected,
    AgentLeft,
    AgentLost,
    AgentOffered,
    AgentRejoined,
    CallAnswered,
    CallArrived,
    CallbackPromised,
    CallDisposed,
    CallEnded,
    CallEvent,
    CallHeld,
    CallPlaced,
    CallQueued,
    CallResumed,
    Channel,
    CustomerMatched,
    DigitChosen,
    DigitsEntered,
    Direction,
    EndReason,
    GuestAnswered,
    GuestInvited,
    GuestJoined,
    GuestLeft,
    HelpAsked,
    HelpEnded,
    MessageBegan,
    MessageLeft,
    NeedsChanged,
    OfferFailed,
    OfferPassed,
    PriorityChanged,
    QueueLeft,
    RecordingSaved,
    RecordingStarted,
    ScriptStarted,
    SearchWidened,
    SoundMeasured,
    SupervisorChanged,
    SupervisorJoined,
    SupervisorLeft,
    TransferAnswered,
    TransferBegan,
    WaitTold,
)
from banjie.calls.segments import Segment, disposed, find_segment, held, left

# What leaves a line in the log and nothing in the record.
_Aside = (
    DigitsEntered
    | OfferPassed
    | PriorityChanged
    | NeedsChanged
    | SearchWidened
    | AgentLost
    | AgentRejoined
    | HelpAsked
    | HelpEnded
    | SupervisorJoined
    | SupervisorChanged
    | SupervisorLeft
    | GuestInvited
    | GuestAnswered
    | GuestJoined
    | GuestLeft
    | WaitTold
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
    CALLBACK_KEPT = "CALLBACK_KEPT"  # he hung up, his place in the queue did not
    OVERFLOWED = "OVERFLOWED"  # his queue was full, or kept him no longer, and he was told so
    LEFT_MESSAGE = "LEFT_MESSAGE"
    CLOSED = "CLOSED"  # outside hours
    REFUSED = "REFUSED"
    NOT_REACHED = "NOT_REACHED"  # whom an agent called
    FAILED = "FAILED"  # through us: no media, an error, a crash before a person answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Cdr:
    """One call. Seconds are whole durations; `hold_s` is part of `talk_s`.

    `queue_id`, `agent_id`, `disposition` and `note` are of the last who had it; `segments` have them all.
    """

    call_id: CallId
    channel: Channel
    peer: str
    dialled: str
    caller: str
    language: str
    arrived_at: datetime
    direction: Direction = "in"
    customer_id: CustomerId | None = None
    answered_at: datetime | None = None
    queued_at: datetime | None = None  # first
    waiting_since: datetime | None = None  # the present wait in a queue began, or the last one
    waited_until: datetime | None = None  # … and ended; None: it goes on
    waited_s: float = 0.0  # in all waits before that
    connected_at: datetime | None = None  # first
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
    mos: float | None = None  # how well the worst of its legs was heard, 1 to 4.41; None: not measured
    end_reason: EndReason | None = None
    disposition: str | None = None
    note: str | None = None
    segments: tuple[Segment, ...] = ()
    callback_number: str | None = None  # where he was promised to be called back
    callback_of: CallId | None = None  # the call whose caller this one calls back
    last_at: datetime

    @property
    def last_wait_s(self) -> float:
        """Seconds in the last queue, up to the agent or the end."""
        if self.waiting_since is None:
            return 0.0
        return ((self.waited_until or self.last_at) - self.waiting_since).total_seconds()

    @property
    def wait_s(self) -> float | None:
        """Seconds in queues altogether."""
        return None if self.queued_at is None else self.waited_s + self.last_wait_s

    @property
    def has_given_up(self) -> bool:
        """He hung up while he waited in a queue; he may have talked to somebody before."""
        is_waiting = self.waiting_since is not None and self.waited_until == self.ended_at
        return is_waiting and self.end_reason == "caller_hung_up" and self.callback_number is None

    @property
    def talk_s(self) -> float | None:
        """Seconds with agents altogether."""
        if self.connected_at is None:
            return None
        return sum(segment.talk_s(self.last_at) for segment in self.segments)

    def seen_by(self, agent_id: AgentId) -> "Cdr":
        """Return the record as far as it is this agent's: his part, what he said it was."""
        mine = find_segment(self.segments, agent_id)
        if mine is None:
            return self
        return replace(
            self,
            agent_id=agent_id,
            queue_id=mine.queue_id,
            connected_at=mine.connected_at,
            disposition=mine.disposition,
            note=mine.note,
            segments=(mine,),
        )

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
    if cdr.direction != "in":
        return Outcome.NOT_REACHED
    if cdr.callback_number is not None:
        return Outcome.CALLBACK_KEPT
    match cdr.end_reason:
        case "closed":
            return Outcome.CLOSED
        case "overflowed":
            return Outcome.OVERFLOWED
        case "message_left":
            return Outcome.LEFT_MESSAGE
        case "refused":
            return Outcome.REFUSED
        case "script_ended":
            return Outcome.SERVED_BY_SCRIPT
        case "caller_hung_up":
            if cdr.is_ringing:
                return Outcome.ABANDONED_RINGING
            return Outcome.ABANDONED_IN_QUEUE if cdr.has_given_up else Outcome.ABANDONED_IN_SCRIPT
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
        direction=event.direction if isinstance(event, CallPlaced) else "in",
        agent_id=event.agent_id if isinstance(event, CallPlaced) else None,
        queue_id=event.queue_id if isinstance(event, CallPlaced) else None,
        callback_of=event.callback_of if isinstance(event, CallPlaced) else None,
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
            number = event.number or cdr.transferred_to
            return replace(cdr, last_at=at, transferred_to=number, transferred_at=at)
        case CallQueued():
            return replace(_waiting(cdr, at), last_at=at, queue_id=event.queue_id, language=event.language)
        case QueueLeft():
            return replace(cdr, last_at=at, waited_until=at)
        case CallbackPromised():
            number, until = event.number, cdr.waited_until or at
            return replace(cdr, last_at=at, callback_number=number, waited_until=until, is_ringing=False)
        case CustomerMatched():
            return replace(cdr, last_at=at, customer_id=event.customer_id)
        case AgentOffered():
            return replace(cdr, last_at=at, is_ringing=True, offers_count=cdr.offers_count + 1)
        case OfferFailed():
            return replace(cdr, last_at=at, is_ringing=False)
        case AgentConnected():
            return _connected(cdr, event)
        case AgentLeft():
            cdr = _released(cdr, at)
            return replace(cdr, last_at=at, segments=left(cdr.segments, at))
        case CallHeld():
            return replace(cdr, last_at=at, held_since=at)
        case CallResumed():
            return replace(_released(cdr, at), last_at=at)
        case RecordingStarted() | MessageBegan():
            return replace(cdr, last_at=at, recording_file=event.file)
        case RecordingSaved() | MessageLeft():
            return replace(cdr, last_at=at, recording_file=event.file, recording_s=event.duration_s)
        case SoundMeasured():
            worst = event.mos if cdr.mos is None else min(cdr.mos, event.mos)
            return replace(cdr, last_at=at, mos=worst)
        case CallEnded():
            cdr = _released(cdr, at)
            return replace(
                cdr,
                last_at=at,
                ended_at=at,
                end_reason=event.reason,
                waited_until=cdr.waited_until or at,
                segments=left(cdr.segments, at),
            )
        case CallDisposed():
            return _disposed(cdr, event)
        case _:
            raise TypeError(f"no rule folds {type(event).__name__} into a record")


def _waiting(cdr: Cdr, at: datetime) -> Cdr:
    """A caller moved from queue to queue waits on; one who talked in between begins another wait."""
    if cdr.queued_at is not None and cdr.waited_until is None:
        return cdr
    return replace(
        cdr,
        queued_at=cdr.queued_at or at,
        waiting_since=at,
        waited_until=None,
        waited_s=cdr.waited_s + cdr.last_wait_s,
    )


def _connected(cdr: Cdr, event: AgentConnected) -> Cdr:
    at = event.occurred_at
    from_queue = cdr.waiting_since is not None and cdr.waited_until is None
    cdr = replace(cdr, last_at=at, is_ringing=False, waited_until=cdr.waited_until or at)
    segment = Segment(
        agent_id=event.agent_id,
        queue_id=cdr.queue_id,
        waited_s=cdr.last_wait_s if from_queue else None,
        connected_at=at,
    )
    return replace(
        cdr,
        agent_id=event.agent_id,
        connected_at=cdr.connected_at or at,
        segments=(*left(cdr.segments, at), segment),
    )


def _disposed(cdr: Cdr, event: CallDisposed) -> Cdr:
    """Each says what his part was; the record shows what the last one said."""
    whose = event.agent_id or event.for_agent or cdr.agent_id
    segments = disposed(cdr.segments, whose, event.code, event.note)
    cdr = replace(cdr, last_at=event.occurred_at, segments=segments)
    return replace(cdr, disposition=event.code, note=event.note) if whose == cdr.agent_id else cdr


def _released(cdr: Cdr, at: datetime) -> Cdr:
    """Hold is over, if there was one: it counts in the call, and for the agent whose hold it was."""
    if cdr.held_since is None:
        return cdr
    held_s = (at - cdr.held_since).total_seconds()
    return replace(cdr, hold_s=cdr.hold_s + held_s, held_since=None, segments=held(cdr.segments, held_s))


def fold(events: Iterable[CallEvent]) -> Cdr:
    """Rebuild the record of one call from its log."""
    first, *rest = events
    if not isinstance(first, CallArrived):
        raise ValueError(f"the log of a call begins with CallArrived, not {type(first).__name__}")
    cdr = begin(first)
    for event in rest:
        cdr = apply(cdr, event)
    return cdr
