"""Who hears whom: a call in a state is a set of cords; changing the state is the difference of two sets."""

from dataclasses import dataclass
from typing import NamedTuple

from banjie.calls.machine import CallState


class Cord(NamedTuple):
    """`sink` hears `source` at unchanged loudness. Both are media ports."""

    source: int
    sink: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The ports of a call's legs, as far as they are there."""

    caller: int
    agent: int | None = None  # or whoever the caller was transferred to
    agent_muted: bool = False


def hearing(state: CallState, present: Present) -> frozenset[Cord]:
    """Return the cords a call in this state has. Nobody hears himself."""
    if state not in (CallState.TALKING, CallState.TRANSFERRED) or present.agent is None:
        return frozenset()
    to_agent = Cord(present.caller, present.agent)
    return frozenset({to_agent} if present.agent_muted else {to_agent, Cord(present.agent, present.caller)})
