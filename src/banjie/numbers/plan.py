"""Where a call to a number goes. No I/O, no clock.

Judged in this order: unknown number, blocked caller, closed, no published script, script. The version published at
that moment is the call's to its end.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from banjie.base.hours import is_open
from banjie.base.ids import NumberId, ScriptId
from banjie.base.phones import find_number
from banjie.numbers.errors import NumberTaken
from banjie.numbers.model import Prompts, ServiceNumber

_DIGITS: Final = re.compile(r"\+?[0-9]{3,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToScript:
    number_id: NumberId
    script_id: ScriptId
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Outside the number's hours: say this, then end."""

    number_id: NumberId
    announcement: Prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """This caller is refused: say this, then end; or, with nothing to say, do not answer."""

    number_id: NumberId
    announcement: Prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class NoScript:
    """The number is ours, but its script was never published: somebody has to be told."""

    number_id: NumberId
    script_id: ScriptId


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownNumber:
    """Nobody here has this number."""

    dialled: str


Destination = ToScript | Closed | Blocked | NoScript | UnknownNumber


class NumberPlan:
    """All service numbers and what is published; made anew when either changes. Look-ups cost the same however many there are."""

    def __init__(self, numbers: Iterable[ServiceNumber], published: Mapping[ScriptId, int]) -> None:
        """`published` holds the version of each script that new calls begin with."""
        self._by_key: dict[str, ServiceNumber] = {}
        self._published = dict(published)
        for number in numbers:
            key = _key(number.number)
            if key in self._by_key:
                raise NumberTaken(number.number)
            self._by_key[key] = number

    def find(self, dialled: str) -> ServiceNumber | None:
        """Return the number dialled, however it is written: 4000000001, 400-000-0001, +86 …"""
        return self._by_key.get(_key(dialled))

    def destination(self, dialled: str, caller: str, at: datetime) -> Destination:
        number = self.find(dialled)
        if number is None:
            return UnknownNumber(dialled=dialled)
        plan = number.plan
        if is_blocked(caller, plan.blocked):
            return Blocked(number_id=number.number_id, announcement=plan.blocked_prompts)
        if plan.hours is not None and not is_open(plan.hours, at):
            return Closed(number_id=number.number_id, announcement=plan.closed_prompts)
        version = self._published.get(plan.script_id)
        if version is None:
            return NoScript(number_id=number.number_id, script_id=plan.script_id)
        return ToScript(number_id=number.number_id, script_id=plan.script_id, version=version)


def is_service_number(text: str) -> bool:
    """Whether callers can dial it: short codes, 400 numbers, whole numbers."""
    return _DIGITS.fullmatch(text) is not None


def is_blocked(caller: str, blocked: frozenset[str]) -> bool:
    """Tell whether a caller's number begins with a blocked one. Who shows no number is not blocked by number."""
    if not blocked:
        return False
    number = find_number(caller)
    if number is None:
        return False
    return any(number.e164[:length] in blocked for length in range(2, len(number.e164) + 1))


def _key(text: str) -> str:
    number = find_number(text)
    return text.strip() if number is None else number.e164
