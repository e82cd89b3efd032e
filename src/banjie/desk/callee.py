"""Whose call it was: the customer of a call that rings at, is with, or was with who asks."""

from banjie.base.ids import CallId
from banjie.calls.cdr import Cdr
from banjie.calls.errors import NoSuchCall
from banjie.calls.segments import find_segment
from banjie.desk.access import Principal
from banjie.desk.errors import NotFound
from banjie.desk.parts import DeskParts
from banjie.people.model import Permission
from banjie.stories.ports import Party


async def customer_of(call_id: CallId, parts: DeskParts, who: Principal) -> Party:
    """Return him with his number, which the agent himself need not see. Raises `NotFound` for a call of others."""
    try:
        return parts.agents.party(who.agent_id, call_id)
    except NoSuchCall:
        call = await parts.calls.find_call(call_id)
    if (
        call is None
        or call.direction == "internal"
        or not (is_part_of(call, who) or who.may(Permission.READ_CALLS))
    ):
        raise NotFound
    return Party(number=call.caller if call.direction == "in" else call.dialled, customer_id=call.customer_id)


def is_part_of(call: Cdr, who: Principal) -> bool:
    return call.agent_id == who.agent_id or find_segment(call.segments, who.agent_id) is not None
