"""Supervisors in their agents' calls: listen, coach, take part, end, and put agents in another state. All of it audited."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import AgentId, CallId
from banjie.desk.access import Need, Parts, Principal, agents_in_scope, check_scope
from banjie.desk.audit import write_down
from banjie.desk.schemas.desk import ListenIn, ModeIn, NeedsIn, PriorityIn, SdpOut, SteerIn
from banjie.desk.schemas.words import Id
from banjie.people.errors import NotYourTeam
from banjie.people.model import Permission
from banjie.routing.skills import Skill
from banjie.stories.ports import Supervisor

router = APIRouter(prefix="/api/supervision", tags=["supervision"])
InCalls = Annotated[Principal, Depends(Need(Permission.SUPERVISE_CALLS))]
OverAgents = Annotated[Principal, Depends(Need(Permission.STEER_AGENTS))]
SomeCall = Annotated[Id, Path(description="A call in which people talk.")]


@router.post("/calls/{call_id}/listen", operation_id="listenToCall")
async def listen(call_id: SomeCall, body: ListenIn, parts: Parts, who: InCalls) -> SdpOut:
    """Open the sound of this page in the call; returns the SDP answer."""
    await _check(call_id, parts, who)
    made = await parts.supervision.listen_in_browser(_who(who), CallId(call_id), body.mode, body.sdp)
    await write_down(parts, who, "call.supervised", call_id, {"mode": body.mode.value})
    return SdpOut(sdp=made.sdp, leg_id=made.leg_id, call_id=made.call_id)


@router.post("/calls/{call_id}/ring", operation_id="listenOnPhone", status_code=204)
async def ring(call_id: SomeCall, body: ModeIn, parts: Parts, who: InCalls) -> None:
    """The same on the supervisor's desk phone, which rings."""
    await _check(call_id, parts, who)
    parts.supervision.listen_on_phone(_who(who), CallId(call_id), body.mode)
    await write_down(parts, who, "call.supervised", call_id, {"mode": body.mode.value})


@router.post("/calls/{call_id}/mode", operation_id="changeSupervision", status_code=204)
async def change(call_id: SomeCall, body: ModeIn, parts: Parts, who: InCalls) -> None:
    """Another mode, or another call, with the sound that is open."""
    await _check(call_id, parts, who)
    parts.supervision.change(_who(who), CallId(call_id), body.mode)
    await write_down(parts, who, "call.supervised", call_id, {"mode": body.mode.value})


@router.delete("/watch", operation_id="endSupervision", status_code=204)
async def leave(parts: Parts, who: InCalls) -> None:
    """Close the sound. That it ended is written down by whatever ended it."""
    parts.supervision.leave(who.agent_id)


@router.post("/calls/{call_id}/take-over", operation_id="takeCallOver", status_code=204)
async def take_over(call_id: SomeCall, parts: Parts, who: InCalls) -> None:
    """Have the call oneself, with the sound that is open in it; its agent is out of it."""
    await _check(call_id, parts, who)
    parts.supervision.take_over(_who(who), CallId(call_id))
    await write_down(parts, who, "call.taken_over", call_id)


@router.post("/calls/{call_id}/hang-up", operation_id="endCallOfAgent", status_code=204)
async def hang_up(call_id: SomeCall, parts: Parts, who: InCalls) -> None:
    """End the call for everybody in it."""
    await _check(call_id, parts, who)
    parts.supervision.end_call(CallId(call_id))
    await write_down(parts, who, "call.forced_down", call_id)


@router.post("/calls/{call_id}/priority", operation_id="reprioritiseCall", status_code=204)
async def reprioritise(call_id: SomeCall, body: PriorityIn, parts: Parts, who: InCalls) -> None:
    """Give a waiting call another place in its queue, and in the order of all queues its agents serve."""
    await _check_waiting(call_id, parts, who)
    parts.supervision.reprioritise(_who(who), CallId(call_id), body.priority)
    await write_down(parts, who, "call.reprioritised", call_id, {"priority": str(body.priority)})


@router.post("/calls/{call_id}/needs", operation_id="changeCallNeeds", status_code=204)
async def change_needs(call_id: SomeCall, body: NeedsIn, parts: Parts, who: InCalls) -> None:
    """Ask for other skills than a waiting call came with, beside those of its queue."""
    await _check_waiting(call_id, parts, who)
    needs = {Skill(skill): level for skill, level in body.needs.items()}
    parts.supervision.change_needs(_who(who), CallId(call_id), needs)
    said = ", ".join(f"{skill} {level}" for skill, level in sorted(needs.items()))
    await write_down(parts, who, "call.needs_changed", call_id, {"needs": said})


@router.post("/agents/{agent_id}/state", operation_id="steerAgent", status_code=204)
async def steer(agent_id: Annotated[Id, Path()], body: SteerIn, parts: Parts, who: OverAgents) -> None:
    """Make an agent ready, send him on a break, or sign him out; in a call it comes after it."""
    await check_scope(who, parts, AgentId(agent_id))
    parts.agents.steer(AgentId(agent_id), body.state, body.reason)
    facts = {"state": body.state, **({"reason": body.reason} if body.reason is not None else {})}
    await write_down(parts, who, "agent.steered", agent_id, facts)


async def _check_waiting(call_id: str, parts: Parts, who: Principal) -> None:
    """Who waits is for those whose agents serve his queue."""
    agents = await agents_in_scope(who, parts)
    queue_id = parts.supervision.queue_of(CallId(call_id))
    if agents is None or queue_id is None:
        return
    users = await parts.users.list_users(parts.tenant_id)
    if not any(queue_id in user.queues for user in users if AgentId(user.user_id) in agents):
        raise NotYourTeam("no agent of the teams you answer for serves this queue")


async def _check(call_id: str, parts: Parts, who: Principal) -> None:
    """A supervisor is in the calls of his own teams only."""
    await check_scope(who, parts, parts.supervision.agent_of(CallId(call_id)))


def _who(principal: Principal) -> Supervisor:
    user = principal.user
    return Supervisor(agent_id=principal.agent_id, name=user.name, extension=user.extension)
