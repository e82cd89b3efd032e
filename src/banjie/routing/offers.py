"""What an offer that failed does to the agent who did not take it: redirect on no answer (RONA).

See docs/algorithms/offers.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from banjie.base.ids import CallId, QueueId
from banjie.routing.agents import REJECT_CALL, RINGING_TIMEOUT, UNREACHABLE
from banjie.routing.events import OfferId, Withdrawal
from banjie.routing.queues import Queue

REASON_AFTER: Final[Mapping[Withdrawal, str]] = {
    Withdrawal.NO_ANSWER: RINGING_TIMEOUT,
    Withdrawal.REJECTED: REJECT_CALL,
    Withdrawal.UNREACHABLE: UNREACHABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffer:
    """An offer that rings. `expires_at` in monotonic seconds."""

    offer_id: OfferId
    call_id: CallId
    queue_id: QueueId
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Misses:
    """Offers an agent let pass since he last took a call or made himself ready, by cause."""

    unanswered: int = 0
    rejected: int = 0
    unreachable: int = 0

    def after(self, why: Withdrawal) -> "Misses":
        match why:
            case Withdrawal.NO_ANSWER:
                return replace(self, unanswered=self.unanswered + 1)
            case Withdrawal.REJECTED:
                return replace(self, rejected=self.rejected + 1)
            case Withdrawal.UNREACHABLE:
                return replace(self, unreachable=self.unreachable + 1)
            case _:
                return self


def is_set_aside(misses: Misses, why: Withdrawal, queue: Queue) -> bool:
    """Tell whether the agent goes to BREAK. `misses` counts this one already."""
    match why:
        case Withdrawal.NO_ANSWER:
            return misses.unanswered >= queue.misses_before_break
        case Withdrawal.REJECTED:
            return misses.rejected >= queue.rejections_before_break
        case Withdrawal.UNREACHABLE:
            return misses.unreachable >= queue.unreachables_before_break
        case _:  # not his doing
            return False
