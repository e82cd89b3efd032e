"""What a call was (小结): said by its agent, or, where he did not say it in time, by the system in his stead.

Laws: each person's part of a call has a disposition once he works on it no more; the system's stands only until its
agent registers the true one; what a person said stands. The log keeps all of them, with who and when.
"""

from enum import StrEnum
from typing import Final

from banjie.base.ids import AgentId
from banjie.calls.cdr import Cdr
from banjie.calls.errors import AlreadyRegistered, NoSuchCall
from banjie.calls.segments import find_segment


class SystemDisposition(StrEnum):
    """Codes no site has in its list and no agent can choose."""

    ACW_TIMED_OUT = "acw_timed_out"  # the time for the after-call work ran out
    INTERRUPTED = "interrupted"  # the server stopped, or the agent signed out


SYSTEM_DISPOSITIONS: Final = frozenset(SystemDisposition)


def is_unregistered(cdr: Cdr) -> bool:
    """Tell whether the system spoke in the agent's stead, and nobody since."""
    return cdr.disposition in SYSTEM_DISPOSITIONS


def check_late(cdr: Cdr, agent_id: AgentId) -> None:
    """Refuse a disposition after the after-call work, unless this agent still owes it."""
    mine = find_segment(cdr.segments, agent_id)
    if mine is None or mine.left_at is None:
        raise NoSuchCall(cdr.call_id)
    if mine.disposition is not None and mine.disposition not in SYSTEM_DISPOSITIONS:
        raise AlreadyRegistered(cdr.call_id)
