"""A callback keeps its caller's place: the entry waits without him until an agent is his, and only then is he dialled.

Laws: a customer is dialled only while an agent is held for him, so that there are never more dialled than agents free
for them; an attempt that failed keeps place and time; the number of attempts and the time they go on are bounded; every
callback ends in exactly one of the last four states.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, CallId


class CallbackState(StrEnum):
    WAITING = "waiting"  # in its queue, as any call
    OFFERED = "offered"  # rings at an agent
    DIALLED = "dialled"  # the agent took it, the customer's phone rings
    ASLEEP = "asleep"  # he was not reached; until the next attempt
    CONNECTED = "connected"
    GIVEN_UP = "given_up"  # the last attempt failed
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # he called himself, or somebody took it back


class Happened(StrEnum):
    """What may happen to a callback."""

    OFFERED = "offered to an agent"
    PASSED = "let pass by the agent"
    TAKEN = "taken by the agent"
    REACHED = "customer reached"
    NOT_REACHED = "customer not reached"
    ENOUGH_TRIED = "not reached the last time"
    WOKE = "time for the next attempt"
    RAN_OUT = "time ran out"
    CANCELLED = "cancelled"


C, H = CallbackState, Happened
TRANSITIONS: Final[Mapping[CallbackState, Mapping[Happened, CallbackState]]] = {
    C.WAITING: {H.OFFERED: C.OFFERED, H.RAN_OUT: C.EXPIRED, H.CANCELLED: C.CANCELLED},
    C.OFFERED: {H.PASSED: C.WAITING, H.TAKEN: C.DIALLED, H.CANCELLED: C.CANCELLED},
    C.DIALLED: {
        H.REACHED: C.CONNECTED,
        H.NOT_REACHED: C.ASLEEP,
        H.ENOUGH_TRIED: C.GIVEN_UP,
        H.CANCELLED: C.CANCELLED,
    },
    C.ASLEEP: {H.WOKE: C.WAITING, H.RAN_OUT: C.EXPIRED, H.CANCELLED: C.CANCELLED},
    C.CONNECTED: {},
    C.GIVEN_UP: {},
    C.EXPIRED: {},
    C.CANCELLED: {},
}


KEYS: Final = frozenset("0123456789*#")


class IllegalCallback(BanjieError):
    """The callback is in a state where this has no meaning."""

    code = "routing.illegal_callback"

    def __init__(self, call_id: CallId, state: CallbackState, happened: Happened) -> None:
        super().__init__(f"callback {call_id} is {state}; {happened} has no meaning there")
        self.call_id, self.state, self.happened = call_id, state, happened


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRules:
    """Of a queue. The standard is the field's: two more attempts, half an hour apart, within a working day."""

    attempts_max: int = 3
    retry_after_s: float = 1800.0
    lasts_s: float = 8 * 3600.0  # from being asked for
    is_offered: bool = False  # who waits is told that he may be called back
    key: str = "1"  # by which he asks for it
    offered_after_s: float = (
        60.0  # expected to wait so long, or, where that is not known, waiting so long already
    )

    def __post_init__(self) -> None:
        if self.attempts_max < 1 or self.retry_after_s < 0 or self.lasts_s <= 0:
            raise ValueError(
                "a callback needs an attempt or more, a pause of 0 s or more, and time to be made"
            )
        if self.key not in KEYS or self.offered_after_s < 0:
            raise ValueError("a callback is offered by one key of a phone, after 0 s or more")


THE_FIELDS: Final = CallbackRules()


@dataclass(slots=True, kw_only=True)
class Callback:
    """What a place holds instead of a caller. Times are monotonic seconds."""

    number: str  # as the stories have checked it
    expires_at: float
    state: CallbackState = CallbackState.WAITING
    attempts: int = 0  # dialled so far
    asleep_until: float = 0.0
    dialled_by: AgentId | None = None  # the agent held for it

    def take(self, call_id: CallId, happened: Happened) -> None:
        """Move on. The old state stands if this raises."""
        try:
            self.state = TRANSITIONS[self.state][happened]
        except KeyError:
            raise IllegalCallback(call_id, self.state, happened) from None
        if self.state is not C.DIALLED:
            self.dialled_by = None

    @property
    def is_held_back(self) -> bool:
        """It keeps its place, but rings nobody now."""
        return self.state in (C.DIALLED, C.ASLEEP)

    @property
    def next_due(self) -> float | None:
        """When time changes it; None: it is with somebody."""
        match self.state:
            case C.WAITING:
                return self.expires_at
            case C.ASLEEP:
                return min(self.asleep_until, self.expires_at)
            case _:
                return None

    def has_run_out(self, now: float) -> bool:
        return self.state in (C.WAITING, C.ASLEEP) and self.expires_at <= now
