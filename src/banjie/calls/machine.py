"""Every rule that moves a call from one state to another. No I/O, no clock.

Laws: every state but ENDED can end; ENDED takes only what is written afterwards (its customer, its recording, its
sound, its dispositions); only TALKING and HELD have an agent; whoever leaves the caller says who is next, so that HANDED_ON,
where nobody has him yet, leads to a person, a number, a queue or a script.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from banjie.base.ids import CallId
from banjie.calls.errors import IllegalTransition
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
    CustomerMatched,
    DigitChosen,
    DigitsEntered,
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


class CallState(StrEnum):
    NEW = "NEW"
    PLACING = "PLACING"  # an agent calls; whom he calls is being rung
    ARRIVED = "ARRIVED"  # not answered yet
    IN_SCRIPT = "IN_SCRIPT"
    WAITING = "WAITING"
    RINGING = "RINGING"  # an agent is rung; the caller still waits
    DIALLING = "DIALLING"  # an outside number is rung for the caller
    TRANSFERRED = "TRANSFERRED"  # caller and outside number hear each other
    TALKING = "TALKING"
    HELD = "HELD"
    HANDED_ON = "HANDED_ON"  # his agent has left, the next is being rung
    ENDED = "ENDED"


S = CallState
# What may be written at any time once the call is there, and moves nothing.
_BESIDE: Final = (CallDisposed, CustomerMatched, MessageLeft, RecordingSaved, SoundMeasured)
_SUPERVISED: Final = (SupervisorJoined, SupervisorChanged, SupervisorLeft)
_GUESTS: Final = (GuestInvited, GuestAnswered, GuestJoined, GuestLeft)
_QUEUED: Final = (SearchWidened, PriorityChanged, NeedsChanged, DigitChosen, WaitTold)
_WITH_AGENT: Final = (*_BESIDE, *_SUPERVISED, *_GUESTS, AgentLost, AgentRejoined, HelpAsked, HelpEnded)


def _stays(state: CallState, *events: type[CallEvent]) -> dict[type[CallEvent], CallState]:
    return dict.fromkeys(events, state)


TRANSITIONS: Final[Mapping[CallState, Mapping[type[CallEvent], CallState]]] = {
    S.NEW: {CallArrived: S.ARRIVED, CallPlaced: S.PLACING},
    S.PLACING: {**_stays(S.PLACING, *_BESIDE, *_GUESTS), AgentConnected: S.TALKING, CallEnded: S.ENDED},
    S.ARRIVED: {CallAnswered: S.IN_SCRIPT, CallEnded: S.ENDED},
    S.IN_SCRIPT: {
        **_stays(S.IN_SCRIPT, ScriptStarted, DigitChosen, DigitsEntered, RecordingStarted, MessageBegan),
        **_stays(S.IN_SCRIPT, *_BESIDE, *_SUPERVISED),
        TransferBegan: S.DIALLING,
        CallQueued: S.WAITING,
        CallbackPromised: S.IN_SCRIPT,
        CallEnded: S.ENDED,
    },
    S.DIALLING: {
        **_stays(S.DIALLING, *_BESIDE, *_SUPERVISED),
        TransferAnswered: S.TRANSFERRED,
        CallEnded: S.ENDED,
    },
    S.TRANSFERRED: {**_stays(S.TRANSFERRED, *_BESIDE, *_SUPERVISED, *_GUESTS), CallEnded: S.ENDED},
    S.WAITING: {
        **_stays(S.WAITING, CallQueued, *_QUEUED, *_BESIDE, *_SUPERVISED),
        AgentOffered: S.RINGING,
        QueueLeft: S.IN_SCRIPT,
        CallbackPromised: S.IN_SCRIPT,
        CallEnded: S.ENDED,
    },
    S.RINGING: {  # at one agent, or at several
        **_stays(S.RINGING, AgentOffered, OfferPassed, *_QUEUED),
        **_stays(S.RINGING, *_BESIDE, *_SUPERVISED),
        OfferFailed: S.WAITING,
        CallbackPromised: S.IN_SCRIPT,
        AgentConnected: S.TALKING,
        CallEnded: S.ENDED,
    },
    S.TALKING: {
        **_stays(S.TALKING, RecordingStarted, *_WITH_AGENT),
        CallHeld: S.HELD,
        AgentLeft: S.HANDED_ON,
        CallEnded: S.ENDED,
    },
    S.HELD: {
        **_stays(S.HELD, *_WITH_AGENT),
        CallResumed: S.TALKING,
        AgentLeft: S.HANDED_ON,
        CallEnded: S.ENDED,
    },
    S.HANDED_ON: {
        **_stays(S.HANDED_ON, *_BESIDE, *_SUPERVISED, *_GUESTS),
        AgentConnected: S.TALKING,
        TransferAnswered: S.TRANSFERRED,
        CallQueued: S.WAITING,
        ScriptStarted: S.IN_SCRIPT,
        CallEnded: S.ENDED,
    },
    S.ENDED: _stays(S.ENDED, *_BESIDE),
}


def next_state(call_id: CallId, state: CallState, event: CallEvent) -> CallState:
    """Return the state that follows. The old state stands if this raises."""
    try:
        return TRANSITIONS[state][type(event)]
    except KeyError:
        raise IllegalTransition(call_id, state, type(event).__name__) from None
