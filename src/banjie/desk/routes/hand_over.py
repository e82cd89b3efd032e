"""What an agent asks about other people: call them, hand them his caller, ask them, let them in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import AgentId, CallId, LegId, QueueId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.callee import customer_of
from banjie.desk.errors import BadRequest
from banjie.desk.schemas.desk import (
    ColleagueOut,
    NumberTargetOut,
    PlacedOut,
    PlaceIn,
    QueueTargetOut,
    SwapIn,
    TargetIn,
    TargetsOut,
)
from banjie.desk.schemas.words import Id
from banjie.people.model import Permission
from banjie.stories.ports import Target, ToColleague, ToNumber, ToQueue, ToScript

router = APIRouter(prefix="/api/desk", tags=["desk"])
Agent = Annotated[Principal, Depends(Need(Permission.TAKE_CALLS))]
CallOfMine = Annotated[Id, Path(description="The call of the agent who asks.")]


@router.get("/targets", operation_id="listTargets")
async def list_targets(parts: Parts, who: Agent) -> TargetsOut:
    """To whom a caller can be handed now: colleagues signed in, queues, our numbers that are open."""
    targets = parts.agents.targets(who.agent_id)
    numbers = await parts.directory.list_numbers(parts.tenant_id)
    return TargetsOut(
        colleagues=[
            ColleagueOut(agent_id=c.agent_id, name=dict(c.name), extension=c.extension, state=c.state)
            for c in targets.colleagues
        ],
        queues=[
            QueueTargetOut(
                queue_id=q.queue_id,
                name=dict(q.name),
                waiting_count=q.waiting_count,
                longest_since=q.longest_since,
                ready_count=q.ready_count,
                expected=q.expected,
            )
            for q in targets.queues
        ],
        numbers=[
            NumberTargetOut(number=n.number, name=dict(n.name))
            for n in numbers
            if n.is_open and n.script_version is not None
        ],
        can_dial_out=targets.can_dial_out,
    )


@router.post("/calls", operation_id="placeCall")
async def place(body: PlaceIn, parts: Parts, who: Agent) -> PlacedOut:
    """Call a number, a colleague, or back the customer of an earlier call."""
    made = await parts.agents.place(who.agent_id, await _callee(body, parts, who), body.sdp)
    return PlacedOut(call_id=made.call_id, sdp=made.sdp, leg_id=made.leg_id)


async def _callee(body: PlaceIn, parts: Parts, who: Principal) -> ToColleague | ToNumber:
    match (body.number, body.agent_id, body.back_to):
        case (str(number), None, None):
            return ToNumber(number=number)
        case (None, str(agent_id), None):
            return ToColleague(agent_id=AgentId(agent_id))
        case (None, None, str(call_id)):
            return ToNumber(number=(await customer_of(CallId(call_id), parts, who)).number)
        case _:
            raise BadRequest("name one to call")


@router.post("/calls/{call_id}/transfer", operation_id="transferCall", status_code=204)
async def transfer(call_id: CallOfMine, body: TargetIn, parts: Parts, who: Agent) -> None:
    """Hand the caller on at once. Refused, he is with the agent as before."""
    parts.agents.transfer(who.agent_id, CallId(call_id), _target(body))


@router.post("/calls/{call_id}/consult", operation_id="consult", status_code=204)
async def consult(call_id: CallOfMine, body: TargetIn, parts: Parts, who: Agent) -> None:
    """Ring a colleague or an outside number to ask; the caller hears music meanwhile."""
    whom = _target(body)
    if not isinstance(whom, ToColleague | ToNumber):
        raise BadRequest("only a person can be asked")
    parts.agents.consult(who.agent_id, CallId(call_id), whom)


@router.post("/calls/{call_id}/swap", operation_id="swapSides", status_code=204)
async def swap(call_id: CallOfMine, body: SwapIn, parts: Parts, who: Agent) -> None:
    parts.agents.swap(who.agent_id, CallId(call_id), body.aside)


@router.post("/calls/{call_id}/join", operation_id="makeConference", status_code=204)
async def join(call_id: CallOfMine, parts: Parts, who: Agent) -> None:
    """Let whom is asked and the caller hear each other."""
    parts.agents.join(who.agent_id, CallId(call_id))


@router.post("/calls/{call_id}/complete", operation_id="completeTransfer", status_code=204)
async def complete(call_id: CallOfMine, parts: Parts, who: Agent) -> None:
    """Leave the caller to whom is asked, or rung, or to the conference."""
    parts.agents.complete(who.agent_id, CallId(call_id))


@router.delete("/calls/{call_id}/guests/{guest_id}", operation_id="dismissGuest", status_code=204)
async def dismiss(call_id: CallOfMine, guest_id: Annotated[Id, Path()], parts: Parts, who: Agent) -> None:
    """Send somebody away, or stop ringing him."""
    parts.agents.dismiss(who.agent_id, CallId(call_id), LegId(guest_id))


def _target(body: TargetIn) -> Target:
    match (body.agent_id, body.number, body.queue_id, body.script_of):
        case (str(agent_id), None, None, None):
            return ToColleague(agent_id=AgentId(agent_id))
        case (None, str(number), None, None):
            return ToNumber(number=number)
        case (None, None, str(queue_id), None):
            return ToQueue(queue_id=QueueId(queue_id))
        case (None, None, None, str(dialled)):
            return ToScript(dialled=dialled)
        case _:
            raise BadRequest("name one target")
