"""What a script asks for: played, queued, transferred or ended by whoever runs the call."""

from collections.abc import Mapping
from dataclasses import dataclass

from banjie.base.ids import QueueId
from banjie.base.prompts import Bilingual, Prompt
from banjie.scripts.model import NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayPrompts:
    """Say these one after another, then report `prompts_finished`. What is still playing was stopped before."""

    prompts: tuple[Prompt, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPrompts:
    """Fall silent at once. No `prompts_finished` follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitTaken:
    """A menu took a digit; `label` says what it meant."""

    node: NodeId
    digit: str
    label: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsCollected:
    """Digits asked for under a name; of secret ones only how many."""

    node: NodeId
    name: str
    digits: str  # empty when secret
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSwitched:
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterQueue:
    """The script is over: a person takes it from here. The prompts are said while he waits, until somebody answers."""

    queue_id: QueueId
    priority: int
    needs: frozenset[str]
    language: str
    collected: Mapping[str, str]
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTo:
    """The script is over."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveMessage:
    """The script is over: the caller speaks after the tone. `is_asked`: he has been told so."""

    box: QueueId
    is_asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpCall:
    """The script is over: everything was said."""

    reason: str


Effect = (
    PlayPrompts
    | StopPrompts
    | DigitTaken
    | DigitsCollected
    | LanguageSwitched
    | EnterQueue
    | TransferTo
    | LeaveMessage
    | HangUpCall
)
