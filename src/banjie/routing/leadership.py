"""One truth on many nodes: who holds the lease decides, and a decision made under an older lease changes nothing.

Laws: epochs only grow; a node carries out each decision of the newest leader once, in order, and none of an older one;
who has not renewed his lease in time rings nobody until he has (`Acd.lead`), and who finds that another led meanwhile
decides no more: what he knows of agents and callers is old.
The lease itself is a row of the database (`storage/leases.py`), its epoch is what is compared here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.routing.acd import Acd
from banjie.routing.events import Effect


class Deposed(BanjieError):
    """Another node decides now. Whoever asks has to ask there."""

    code: ClassVar[str] = "routing.deposed"

    def __init__(self, epoch: int, newer: int) -> None:
        super().__init__(f"leader of epoch {epoch}: epoch {newer} decides now; ask the holder of the lease")
        self.epoch, self.newer = epoch, newer


def still_leads(epoch: int, taken: int | None) -> int:
    """Return the epoch from now on. A lapse that nobody used costs one epoch. Raise `Deposed` when another led, or leads.

    `taken` is the epoch of the lease asked for again; None: another holds it.
    """
    if taken is None or taken > epoch + 1:
        raise Deposed(epoch, epoch + 1 if taken is None else taken - 1)
    return taken


class DecisionsMissing(BanjieError):
    """Decisions between the last one seen and this one did not arrive: take a snapshot anew."""

    code: ClassVar[str] = "routing.decisions_missing"

    def __init__(self, expected: int, number: int) -> None:
        super().__init__(f"decision {number} came where {expected} was next")
        self.expected, self.number = expected, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one command led to. Numbered from 1 within its epoch."""

    epoch: int
    number: int
    effects: tuple[Effect, ...]


class Leader:
    """Decides with its ACD until it hears of a newer epoch."""

    def __init__(self, acd: Acd, epoch: int) -> None:
        self.acd, self.epoch = acd, epoch
        self._newest = epoch
        self._number = 0

    def decide(self, command: Callable[[Acd], list[Effect]]) -> Decision:
        """Give the ACD a command. Raise `Deposed` when somebody else leads: nothing is changed then."""
        if self._newest > self.epoch:
            raise Deposed(self.epoch, self._newest)
        effects = command(self.acd)
        self._number += 1
        return Decision(epoch=self.epoch, number=self._number, effects=tuple(effects))

    def hear_of(self, epoch: int) -> None:
        """A lease of this epoch exists: a write of ours changed no row, or a decision came from there. Repeatable."""
        self._newest = max(self._newest, epoch)


class Follower:
    """Lets through to a node what it has to carry out."""

    def __init__(self) -> None:
        self.epoch = 0
        self._last = 0

    def follow(self, epoch: int, last: int = 0) -> None:
        """Follow this leader, whose decisions up to `last` are in the snapshot taken. An older one is not gone back to."""
        if epoch > self.epoch:
            self.epoch, self._last = epoch, last

    def take(self, decision: Decision) -> tuple[Effect, ...]:
        """Return what is to be done: nothing for what is stale or was done before. Raise `DecisionsMissing` at a gap."""
        self.follow(decision.epoch)
        if decision.epoch < self.epoch or decision.number <= self._last:
            return ()
        if decision.number != self._last + 1:
            raise DecisionsMissing(self._last + 1, decision.number)
        self._last = decision.number
        return decision.effects
