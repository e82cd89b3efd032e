"""Where a call goes that its queue does not take or keep: data, for the stories to carry out."""

from dataclasses import dataclass
from enum import StrEnum

from banjie.base.ids import QueueId


class Cause(StrEnum):
    """Why a queue does not take or keep a call; its own reasons in the order they are looked at."""

    CLOSED = "closed"
    NOBODY = "nobody"  # nobody is signed in for it
    FULL = "full"
    WAITED = "waited"  # longer than its queue lets anybody wait
    SENT = "sent"  # by a supervisor


@dataclass(frozen=True, slots=True, kw_only=True)
class ToQueue:
    """It waits there, with its place and time. The ACD moves it itself."""

    queue_id: QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class ToScript:
    """It goes on in its call script, at this node: a menu, an announcement, a number outside."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToVoicemail:
    box: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCallback:
    """The caller is offered to be called back, at the place he has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """After these words: the name of a prompt. Nobody is cut off in silence."""

    prompt: str


Leaving = ToScript | ToVoicemail | ToCallback | HangUp
Outcome = ToQueue | Leaving
