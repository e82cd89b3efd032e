"""A call script: a graph of nodes a call walks through until it waits in a queue, is transferred or ends.

Nodes that wait: Play, Menu, Collect. Nodes that decide at once: HoursBranch, SwitchLanguage. Nodes that end the
script: Queue, TransferOut, Voicemail, HangUp.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NewType

from banjie.base.hours import Hours
from banjie.base.ids import QueueId, ScriptId
from banjie.base.prompts import Bilingual, Prompt

NodeId = NewType("NodeId", str)
Prompts = tuple[Prompt, ...]

DIGITS: Final = frozenset("0123456789*#")
LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Say something. With `barge_in` a digit ends it and is kept for the node that listens next."""

    prompts: Prompts
    then: NodeId
    barge_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a digit means: where it leads, and its words on screens."""

    then: NodeId
    label: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Say what can be chosen and wait for one digit.

    `timeout_s` runs from the end of the prompts. Silence and digits without a meaning each say the prompts again,
    up to `retries` times together, then lead to `on_no_input` or `on_invalid`, whichever came last.
    """

    prompts: Prompts
    choices: Mapping[str, Choice]
    on_no_input: NodeId
    on_invalid: NodeId
    no_input_prompts: Prompts = ()
    invalid_prompts: Prompts = ()
    timeout_s: float = 5.0
    retries: int = 1
    barge_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """Ask for several digits. Ends at `max_digits`, at `#`, or when no digit came for `between_s`.

    Fewer than `min_digits` counts as invalid. `is_secret` digits (PINs) never leave the run's memory.
    """

    name: str
    prompts: Prompts
    then: NodeId
    on_no_input: NodeId
    no_input_prompts: Prompts = ()
    invalid_prompts: Prompts = ()
    min_digits: int = 1
    max_digits: int = 20
    timeout_s: float = 8.0
    between_s: float = 4.0
    retries: int = 1
    barge_in: bool = True
    is_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursBranch:
    hours: Hours
    open: NodeId
    closed: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchLanguage:
    """What is said from here on, and who answers, speaks `language`."""

    language: str
    then: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Wait for a person. Higher `priority` goes first; `needs` are skills the person must have.

    The prompts are said while he waits: an answer comes before their end.
    """

    queue_id: QueueId
    priority: int = 0
    needs: frozenset[str] = frozenset()
    prompts: Prompts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOut:
    """Connect to a number outside."""

    number: str
    prompts: Prompts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """Leave a message for the people of a queue. Without prompts the house's own words ask for it."""

    box: QueueId
    prompts: Prompts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """Say goodbye and end the call. `reason` goes to the call's record: "closed" is counted apart."""

    prompts: Prompts = ()
    reason: str = "script_ended"


Node = Play | Menu | Collect | HoursBranch | SwitchLanguage | Queue | TransferOut | Voicemail | HangUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One version. It never changes; a call keeps the version it began with."""

    script_id: ScriptId
    version: int  # 0 is a draft
    start: NodeId
    nodes: Mapping[NodeId, Node]


def exits(node: Node) -> tuple[NodeId, ...]:
    """Where a node may lead. Empty for a node that ends the script."""
    match node:
        case Play() | SwitchLanguage():
            return (node.then,)
        case Menu():
            return (*(c.then for c in node.choices.values()), node.on_no_input, node.on_invalid)
        case Collect():
            return (node.then, node.on_no_input)
        case HoursBranch():
            return (node.open, node.closed)
        case Queue() | TransferOut() | Voicemail() | HangUp():
            return ()


def prompts_of(node: Node) -> Prompts:
    """Everything a node may say."""
    match node:
        case Menu() | Collect():
            return node.prompts + node.no_input_prompts + node.invalid_prompts
        case Play() | Queue() | TransferOut() | Voicemail() | HangUp():
            return node.prompts
        case HoursBranch() | SwitchLanguage():
            return ()
