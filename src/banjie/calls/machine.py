"""Every rule that moves a call from one state to another. No I/O, no clock.

Laws: every state but ENDED can end; ENDED takes only what is written afterwards (its customer, its
recording, its disposition); only TALKING and HELD have an agent.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from banjie.base.ids import CallId
from banjie.calls.errors import IllegalTransition
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
    CustomerMatched,
    DigitChosen,
    DigitsEntered,
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


class CallState(StrEnum):
    NEW = "NEW"
    ARRIVED = "ARRIVED"  # not answered yet
    IN_SCRIPT = "IN_SCRIPT"
    WAITING = "WAITING"
    RINGING = "RINGING"  # an agent is rung; the caller still waits
    DIALLING = "DIALLING"  # an outside number is rung for the caller
    TRANSFERRED = "TRANSFERRED"  # caller and outside number hear each other
    TALKING = "TALKING"
    HELD = "HELD"
    ENDED = "ENDED"


S = CallState
TRANSITIONS: Final[Mapping[CallState, Mapping[type[CallEvent], CallState]]] = {
    S.NEW: {CallArrived: S.ARRIVED},
    S.ARRIVED: {CallAnswered: S.IN_SCRIPT, CallEnded: S.ENDED},
    S.IN_SCRIPT: {
        ScriptStarted: S.IN_SCRIPT,
        DigitChosen: S.IN_SCRIPT,
        DigitsEntered: S.IN_SCRIPT,
        TransferBegan: S.DIALLING,
        CallQueued: S.WAITING,
        RecordingStarted: S.IN_SCRIPT,
        CallEnded: S.ENDED,
    },
    S.DIALLING: {TransferAnswered: S.TRANSFERRED, CallEnded: S.ENDED},
    S.TRANSFERRED: {
        SupervisorJoined: S.TRANSFERRED,
        SupervisorChanged: S.TRANSFERRED,
        SupervisorLeft: S.TRANSFERRED,
        CallEnded: S.ENDED,
    },
    S.WAITING: {
        AgentOffered: S.RINGING,
        CallQueued: S.WAITING,
        CustomerMatched: S.WAITING,
        DigitChosen: S.WAITING,
        CallEnded: S.ENDED,
    },
    S.RINGING: {
        OfferFailed: S.WAITING,
        AgentConnected: S.TALKING,
        CustomerMatched: S.RINGING,
        DigitChosen: S.RINGING,
        CallEnded: S.ENDED,
    },
    S.TALKING: {
        AgentLost: S.TALKING,
        AgentRejoined: S.TALKING,
        HelpAsked: S.TALKING,
        HelpEnded: S.TALKING,
        SupervisorJoined: S.TALKING,
        SupervisorChanged: S.TALKING,
        SupervisorLeft: S.TALKING,
        CallHeld: S.HELD,
        CustomerMatched: S.TALKING,
        RecordingStarted: S.TALKING,
        RecordingSaved: S.TALKING,
        CallEnded: S.ENDED,
    },
    S.HELD: {
        AgentLost: S.HELD,
        AgentRejoined: S.HELD,
        HelpAsked: S.HELD,
        HelpEnded: S.HELD,
        SupervisorJoined: S.HELD,
        SupervisorChanged: S.HELD,
        SupervisorLeft: S.HELD,
        CallResumed: S.TALKING,
        CustomerMatched: S.HELD,
        RecordingSaved: S.HELD,
        CallEnded: S.ENDED,
    },
    S.ENDED: {CustomerMatched: S.ENDED, RecordingSaved: S.ENDED, CallDisposed: S.ENDED},
}


def next_state(call_id: CallId, state: CallState, event: CallEvent) -> CallState:
    """Return the state that follows. The old state stands if this raises."""
    try:
        return TRANSITIONS[state][type(event)]
    except KeyError:
        raise IllegalTransition(call_id, state, type(event).__name__) from None
