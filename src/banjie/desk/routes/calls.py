"""All calls, for those who answer for them."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.calls.cdr import Outcome
from banjie.calls.store import CallFilter, is_call_of
from banjie.desk.access import Need, Parts, Principal, agents_in_scope
from banjie.desk.audit import write_down
from banjie.desk.errors import NotFound
from banjie.desk.paging import page_of, place_of
from banjie.desk.schemas.calls import CallDetailOut, CallPage
from banjie.desk.schemas.words import Id, Number
from banjie.desk.told import told_calls, told_events
from banjie.people.errors import Forbidden
from banjie.people.model import Permission

router = APIRouter(prefix="/api/calls", tags=["calls"])
Reader = Annotated[Principal, Depends(Need(Permission.READ_CALLS))]


class Filters:
    """The query string of the list, checked."""

    def __init__(
        self,
        agent_id: Annotated[Id | None, Query()] = None,
        queue_id: Annotated[Id | None, Query()] = None,
        outcome: Annotated[Outcome | None, Query()] = None,
        caller: Annotated[
            Number | None, Query(description="Whole number; for those who see numbers.")
        ] = None,
        since: Annotated[AwareDatetime | None, Query()] = None,
        until: Annotated[AwareDatetime | None, Query()] = None,
        unregistered: Annotated[
            bool, Query(description="Only those the system closed in the agent's stead.")
        ] = False,
    ) -> None:
        self.wanted = CallFilter(
            agent_id=AgentId(agent_id) if agent_id is not None else None,
            queue_id=QueueId(queue_id) if queue_id is not None else None,
            outcome=outcome,
            caller=caller,
            since=since,
            until=until,
            is_unregistered=unregistered,
        )


@router.get("", operation_id="listCalls")
async def list_calls(
    parts: Parts,
    who: Reader,
    filters: Annotated[Filters, Depends()],
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CallPage:
    """Newest first."""
    if filters.wanted.caller is not None and not who.may(Permission.SEE_NUMBERS):
        raise Forbidden(Permission.SEE_NUMBERS)  # or a masked number could be found out by trying
    wanted = replace(filters.wanted, agents=await agents_in_scope(who, parts))
    calls = await parts.calls.list_calls(wanted, after=place_of(cursor), limit=limit + 1)
    return page_of(await told_calls(parts, calls, who), limit)


@router.get("/{call_id}", operation_id="getCall")
async def get_call(call_id: Annotated[Id, Path()], parts: Parts, who: Reader) -> CallDetailOut:
    """One call with everything that happened to it."""
    call = await parts.calls.find_call(CallId(call_id))
    if call is None or not is_call_of(call, await agents_in_scope(who, parts)):
        raise NotFound
    await write_down(parts, who, "call.read", call.call_id)
    events = await parts.calls.events_of(call.call_id)
    told = await told_calls(parts, [call], who)
    back = await parts.calls.callbacks_of(call.call_id)
    return CallDetailOut(call=told[0], called_back_in=list(back), events=told_events(events, who))
