"""The four transaction machines as tables (RFC 3261 §17, RFC 6026), and which timers run in which state.

Laws: an input that a state does not name changes nothing. Entering a state starts the timers it names that
do not run already, and stops the others. A timer that lasts no time fires at once. TERMINATED holds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"


class Given(StrEnum):
    """From the peer: 1xx, 2xx, 3xx-6xx, a request again, ACK. From us: what we send. From the clock: timers."""

    PROVISIONAL = "1xx"
    SUCCESS = "2xx"
    FAILURE = "3xx-6xx"
    REQUEST_AGAIN = "request again"
    ACK = "ACK"
    SEND_PROVISIONAL = "send 1xx"
    SEND_SUCCESS = "send 2xx"
    SEND_FAILURE = "send 3xx-6xx"
    TRANSPORT_FAILED = "transport failed"
    TIMER_A = "A"
    TIMER_B = "B"
    TIMER_C = (
        "C"  # RFC 3261 §16.6 has it for proxies: who says 1xx and then nothing is not waited for for ever
    )
    TIMER_D = "D"
    TIMER_E = "E"
    TIMER_F = "F"
    TIMER_G = "G"
    TIMER_H = "H"
    TIMER_I = "I"
    TIMER_J = "J"
    TIMER_K = "K"
    TIMER_L = "L"
    TIMER_M = "M"
    TIMER_TRYING = "100"  # RFC 3261 §17.2.1: 100 when the user says nothing for 200 ms


class Act(StrEnum):
    SEND = "send"  # the request, or the last response, (again)
    SEND_TRYING = "send 100"
    SEND_ACK = "send ACK"
    TELL = "tell"  # the response, to the transaction's user
    TIME_OUT = "time out"  # tell the user that nobody answered
    FAIL = "fail"  # tell the user that the transport failed


Row = Mapping[Given, tuple[State, tuple[Act, ...]]]
S, G, A = State, Given, Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    first: State
    table: Mapping[State, Row]
    timers: Mapping[State, tuple[Given, ...]]


# RFC 3261 figure 5, with RFC 6026 §8.4's accepted state.
INVITE_CLIENT: Final = Machine(
    first=S.CALLING,
    table={
        S.CALLING: {
            G.PROVISIONAL: (S.PROCEEDING, (A.TELL,)),
            G.SUCCESS: (S.ACCEPTED, (A.TELL,)),
            G.FAILURE: (S.COMPLETED, (A.SEND_ACK, A.TELL)),
            G.TIMER_A: (S.CALLING, (A.SEND,)),
            G.TIMER_B: (S.TERMINATED, (A.TIME_OUT,)),
            G.TRANSPORT_FAILED: (S.TERMINATED, (A.FAIL,)),
        },
        S.PROCEEDING: {
            G.PROVISIONAL: (S.PROCEEDING, (A.TELL,)),
            G.SUCCESS: (S.ACCEPTED, (A.TELL,)),
            G.FAILURE: (S.COMPLETED, (A.SEND_ACK, A.TELL)),
            G.TIMER_C: (S.TERMINATED, (A.TIME_OUT,)),
            G.TRANSPORT_FAILED: (S.TERMINATED, (A.FAIL,)),
        },
        S.COMPLETED: {
            G.FAILURE: (S.COMPLETED, (A.SEND_ACK,)),
            G.TIMER_D: (S.TERMINATED, ()),
            G.TRANSPORT_FAILED: (S.TERMINATED, ()),  # the user has its answer
        },
        S.ACCEPTED: {
            G.SUCCESS: (S.ACCEPTED, (A.TELL,)),
            G.TIMER_M: (S.TERMINATED, ()),
        },
        S.TERMINATED: {},
    },
    timers={
        S.CALLING: (G.TIMER_A, G.TIMER_B),
        S.PROCEEDING: (G.TIMER_C,),
        S.COMPLETED: (G.TIMER_D,),
        S.ACCEPTED: (G.TIMER_M,),
    },
)

# RFC 3261 figure 6.
NON_INVITE_CLIENT: Final = Machine(
    first=S.TRYING,
    table={
        S.TRYING: {
            G.PROVISIONAL: (S.PROCEEDING, (A.TELL,)),
            G.SUCCESS: (S.COMPLETED, (A.TELL,)),
            G.FAILURE: (S.COMPLETED, (A.TELL,)),
            G.TIMER_E: (S.TRYING, (A.SEND,)),
            G.TIMER_F: (S.TERMINATED, (A.TIME_OUT,)),
            G.TRANSPORT_FAILED: (S.TERMINATED, (A.FAIL,)),
        },
        S.PROCEEDING: {
            G.PROVISIONAL: (S.PROCEEDING, (A.TELL,)),
            G.SUCCESS: (S.COMPLETED, (A.TELL,)),
            G.FAILURE: (S.COMPLETED, (A.TELL,)),
            G.TIMER_E: (S.PROCEEDING, (A.SEND,)),
            G.TIMER_F: (S.TERMINATED, (A.TIME_OUT,)),
            G.TRANSPORT_FAILED: (S.TERMINATED, (A.FAIL,)),
        },
        S.COMPLETED: {G.TIMER_K: (S.TERMINATED, ())},
        S.TERMINATED: {},
    },
    timers={
        S.TRYING: (G.TIMER_E, G.TIMER_F),
        S.PROCEEDING: (G.TIMER_E, G.TIMER_F),
        S.COMPLETED: (G.TIMER_K,),
    },
)

# RFC 3261 figure 7, with RFC 6026 §8.7's accepted state: 2xx are sent again by the user, not here.
INVITE_SERVER: Final = Machine(
    first=S.PROCEEDING,
    table={
        S.PROCEEDING: {
            G.REQUEST_AGAIN: (S.PROCEEDING, (A.SEND,)),
            G.SEND_PROVISIONAL: (S.PROCEEDING, (A.SEND,)),
            G.SEND_SUCCESS: (S.ACCEPTED, (A.SEND,)),
            G.SEND_FAILURE: (S.COMPLETED, (A.SEND,)),
            G.TIMER_TRYING: (S.PROCEEDING, (A.SEND_TRYING,)),
            G.TRANSPORT_FAILED: (S.TERMINATED, (A.FAIL,)),
        },
        S.COMPLETED: {
            G.REQUEST_AGAIN: (S.COMPLETED, (A.SEND,)),
            G.ACK: (S.CONFIRMED, ()),
            G.TIMER_G: (S.COMPLETED, (A.SEND,)),
            G.TIMER_H: (S.TERMINATED, ()),
            G.TRANSPORT_FAILED: (S.TERMINATED, ()),
        },
        S.CONFIRMED: {G.TIMER_I: (S.TERMINATED, ())},
        S.ACCEPTED: {
            G.REQUEST_AGAIN: (S.ACCEPTED, ()),
            G.TIMER_L: (S.TERMINATED, ()),
        },
        S.TERMINATED: {},
    },
    timers={
        S.PROCEEDING: (G.TIMER_TRYING,),
        S.COMPLETED: (G.TIMER_G, G.TIMER_H),
        S.CONFIRMED: (G.TIMER_I,),
        S.ACCEPTED: (G.TIMER_L,),
    },
)

# RFC 3261 figure 8.
NON_INVITE_SERVER: Final = Machine(
    first=S.TRYING,
    table={
        S.TRYING: {
            G.SEND_PROVISIONAL: (S.PROCEEDING, (A.SEND,)),
            G.SEND_SUCCESS: (S.COMPLETED, (A.SEND,)),
            G.SEND_FAILURE: (S.COMPLETED, (A.SEND,)),
            G.TRANSPORT_FAILED: (S.TERMINATED, (A.FAIL,)),
        },
        S.PROCEEDING: {
            G.REQUEST_AGAIN: (S.PROCEEDING, (A.SEND,)),
            G.SEND_PROVISIONAL: (S.PROCEEDING, (A.SEND,)),
            G.SEND_SUCCESS: (S.COMPLETED, (A.SEND,)),
            G.SEND_FAILURE: (S.COMPLETED, (A.SEND,)),
            G.TRANSPORT_FAILED: (S.TERMINATED, (A.FAIL,)),
        },
        S.COMPLETED: {
            G.REQUEST_AGAIN: (S.COMPLETED, (A.SEND,)),
            G.TIMER_J: (S.TERMINATED, ()),
        },
        S.TERMINATED: {},
    },
    timers={S.COMPLETED: (G.TIMER_J,)},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerValues:
    """RFC 3261 table 4. Seconds."""

    t1_s: float = 0.5
    t2_s: float = 4.0
    t4_s: float = 5.0
    c_s: float = 400.0  # longer than anybody's phone rings (core.Settings.longest_ringing_s) and is cancelled

    def lasts(self, timer: Given, is_reliable: bool) -> float | None:
        """Return how long a timer runs the first time; 0.0: it fires at once; None: it does not run."""
        if timer in REPEATING:
            return None if is_reliable else self.t1_s
        if timer in (G.TIMER_I, G.TIMER_K):
            return 0.0 if is_reliable else self.t4_s
        if timer == G.TIMER_J:
            return 0.0 if is_reliable else 64 * self.t1_s
        if timer == G.TIMER_D:
            return 0.0 if is_reliable else max(32.0, 64 * self.t1_s)
        if timer == G.TIMER_TRYING:
            return 0.2
        if timer == G.TIMER_C:
            return self.c_s
        return 64 * self.t1_s  # B, F, H, L, M

    def again(self, timer: Given, lasted: float) -> float:
        """Return the next interval of a timer that repeats: doubled, and but for A never above T2."""
        doubled = lasted * 2
        return doubled if timer == G.TIMER_A else min(doubled, self.t2_s)


REPEATING: Final = frozenset({G.TIMER_A, G.TIMER_E, G.TIMER_G})
