"""Walks one call through one version of a script. No I/O, no clock: inputs and the time go in, effects come out.

Laws: after every step the run waits (prompts are being said, or a deadline is set) or is over; it is over after
exactly one of EnterQueue, TransferTo, LeaveMessage, HangUpCall and then answers everything with nothing; a digit that may
interrupt stops what is being said in the same step; digits typed ahead are used in order by the nodes that listen.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from banjie.base.hours import is_open
from banjie.base.prompts import Bilingual
from banjie.scripts.effects import (
    DigitsCollected,
    DigitTaken,
    Effect,
    EnterQueue,
    HangUpCall,
    LanguageSwitched,
    LeaveMessage,
    PlayPrompts,
    StopPrompts,
    TransferTo,
)
from banjie.scripts.errors import ScriptRunsInCircles
from banjie.scripts.model import (
    DIGITS,
    Collect,
    HangUp,
    HoursBranch,
    Menu,
    Node,
    NodeId,
    Play,
    Prompts,
    Queue,
    Script,
    SwitchLanguage,
    TransferOut,
    Voicemail,
)

TYPED_AHEAD_MAX: Final = 32  # more is a stuck key


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known when the script starts. `at` is UTC."""

    at: datetime
    language: str = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A digit a menu took, with what it meant there."""

    node: NodeId
    digit: str
    label: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do now, in this order."""

    effects: tuple[Effect, ...] = ()


class _Phase(Enum):
    SAYING = auto()
    LISTENING = auto()
    OVER = auto()


@dataclass(slots=True)
class _Entry:
    """What has happened since the node was entered."""

    retries: int = 0
    typed: str = field(default="", repr=False)


class ScriptRun:
    """One call in one script. `now` is monotonic seconds. Digits: 0 to 9, * and #; others are ignored."""

    def __init__(self, script: Script, facts: Facts) -> None:
        self.script = script
        self.language = facts.language
        self.node_id: NodeId = script.start
        self.pressed: list[Pressed] = []
        self.collected: dict[str, str] = {}
        self.next_deadline: float | None = None
        self._facts = facts
        self._started: float = 0.0
        self._phase = _Phase.SAYING
        self._entry = _Entry()
        self._ahead: deque[str] = deque(maxlen=TYPED_AHEAD_MAX)
        self._effects: list[Effect] = []

    @property
    def is_over(self) -> bool:
        return self._phase is _Phase.OVER

    @property
    def choices(self) -> dict[str, Bilingual]:
        """Digit to label while a menu takes digits; else empty."""
        node = self._node
        if self.is_over or not isinstance(node, Menu):
            return {}
        return {digit: choice.label for digit, choice in node.choices.items()}

    def start(self, now: float) -> Step:
        self._started = now
        return self._proceed(self.script.start, now)

    def go_on_at(self, node_id: NodeId, now: float) -> Step:
        """Walk on from a node of this script, though the run was over: a queue did not keep the caller."""
        self._ahead.clear()
        self._phase = _Phase.SAYING
        return self._proceed(node_id, now)

    def prompts_finished(self, now: float) -> Step:
        """Everything asked for by the last `PlayPrompts` was said."""
        if self._phase is not _Phase.SAYING:
            return Step()
        return self._proceed(self._said(now), now)

    def digit_pressed(self, digit: str, now: float) -> Step:
        if self.is_over or digit not in DIGITS:
            return Step()
        return self._proceed(self._on_digit(digit, now), now)

    def tick(self, now: float) -> Step:
        """Act on a deadline that has passed. Safe to call at any time."""
        if self.next_deadline is None or now < self.next_deadline:
            return Step()
        self.next_deadline = None
        return self._proceed(self._on_silence(now), now)

    # Each of these returns the node to go to, or None to stay.

    def _proceed(self, to: NodeId | None, now: float) -> Step:
        steps_left = (len(self.script.nodes) + 1) * (len(self._ahead) + 1)
        while to is not None:
            if steps_left == 0:
                raise ScriptRunsInCircles(f"script {self.script.script_id} never waits after node {to}")
            steps_left -= 1
            self.node_id, self._entry, self.next_deadline = to, _Entry(), None
            to = self._enter(now)
        effects, self._effects = tuple(self._effects), []
        return Step(effects=effects)

    def _enter(self, now: float) -> NodeId | None:
        match node := self._node:
            case HoursBranch():
                at = self._facts.at + timedelta(seconds=now - self._started)
                return node.open if is_open(node.hours, at) else node.closed
            case SwitchLanguage():
                if node.language != self.language:
                    self.language = node.language
                    self._effects.append(LanguageSwitched(language=node.language))
                return node.then
            case Play():
                if self._ahead and node.barge_in:
                    return node.then
                return self._say(node.prompts, now)
            case Menu() | Collect():
                if self._ahead:
                    return self._listen(now)
                return self._say(node.prompts, now)
            case Queue():  # nobody waits for words to end before he waits for a person
                self._ahead.clear()
                return self._said(now)
            case TransferOut() | Voicemail() | HangUp():
                self._ahead.clear()
                return self._say(node.prompts, now)

    def _say(self, prompts: Prompts, now: float) -> NodeId | None:
        self._phase = _Phase.SAYING
        self.next_deadline = None
        if not prompts:
            return self._said(now)
        self._effects.append(PlayPrompts(prompts=prompts, language=self.language))
        return None

    def _said(self, now: float) -> NodeId | None:
        match node := self._node:
            case Play():
                return node.then
            case Menu() | Collect():
                return self._listen(now)
            case _:
                self._end(node)
                return None

    def _listen(self, now: float) -> NodeId | None:
        self._phase = _Phase.LISTENING
        node = self._node
        if isinstance(node, Menu | Collect):
            self.next_deadline = now + node.timeout_s
        while self._ahead and self._phase is _Phase.LISTENING:
            to = self._take(self._ahead.popleft(), now)
            if to is not None:
                return to
        return None

    def _on_digit(self, digit: str, now: float) -> NodeId | None:
        node = self._node
        if self._phase is _Phase.LISTENING:
            return self._take(digit, now)
        if not isinstance(node, Play | Menu | Collect):
            return None  # what ends the script is said to its end
        self._ahead.append(digit)
        if not node.barge_in:
            return None
        self._effects.append(StopPrompts())
        return self._said(now)

    def _take(self, digit: str, now: float) -> NodeId | None:
        match node := self._node:
            case Menu():
                choice = node.choices.get(digit)
                if choice is None:
                    return self._again(node, node.invalid_prompts + node.prompts, node.on_invalid, now)
                self.pressed.append(Pressed(node=self.node_id, digit=digit, label=choice.label))
                self._effects.append(DigitTaken(node=self.node_id, digit=digit, label=choice.label))
                return choice.then
            case Collect():
                return self._collect(node, digit, now)
            case _:
                return None

    def _collect(self, node: Collect, digit: str, now: float) -> NodeId | None:
        """`#` ends the entry, `*` begins it anew."""
        self.next_deadline = now + node.between_s
        if digit == "#":
            return self._collected(node, now)
        self._entry.typed = "" if digit == "*" else self._entry.typed + digit
        return self._collected(node, now) if len(self._entry.typed) == node.max_digits else None

    def _collected(self, node: Collect, now: float) -> NodeId | None:
        digits, self._entry.typed = self._entry.typed, ""
        if len(digits) < node.min_digits:
            return self._again(node, node.invalid_prompts + node.prompts, node.on_no_input, now)
        if not node.is_secret:
            self.collected[node.name] = digits
        shown = "" if node.is_secret else digits
        self._effects.append(
            DigitsCollected(node=self.node_id, name=node.name, digits=shown, count=len(digits))
        )
        return node.then

    def _on_silence(self, now: float) -> NodeId | None:
        match node := self._node:
            case Collect() if self._entry.typed:
                return self._collected(node, now)
            case Menu() | Collect():
                return self._again(node, node.no_input_prompts + node.prompts, node.on_no_input, now)
            case _:
                return None

    def _again(self, node: Menu | Collect, prompts: Prompts, otherwise: NodeId, now: float) -> NodeId | None:
        """Say it once more while there are retries left. What was typed ahead was meant for something else."""
        self._ahead.clear()
        if self._entry.retries == node.retries:
            return otherwise
        self._entry.retries += 1
        return self._say(prompts, now)

    def _end(self, node: Node) -> None:
        self._phase = _Phase.OVER
        self.next_deadline = None
        match node:
            case Queue():
                self._effects.append(
                    EnterQueue(
                        queue_id=node.queue_id,
                        priority=node.priority,
                        needs=node.needs,
                        language=self.language,
                        collected=dict(self.collected),
                        prompts=node.prompts,
                    )
                )
            case TransferOut():
                self._effects.append(TransferTo(number=node.number))
            case Voicemail():
                self._effects.append(LeaveMessage(box=node.box, is_asked=bool(node.prompts)))
            case HangUp():
                self._effects.append(HangUpCall(reason=node.reason))

    @property
    def _node(self) -> Node:
        return self.script.nodes[self.node_id]
