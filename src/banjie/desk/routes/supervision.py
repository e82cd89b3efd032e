"""Supervisors in their agents' calls: listen, coach, take part, end, and put agents in another state. All of it audited."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.desk.access import Need, Parts, Principal, agents_in_scope, check_scope
from banjie.desk.audit import write_down
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.desk import (
    ListenIn,
    ModeIn,
    NeedsIn,
    PriorityIn,
    SdpOut,
    SendIn,
    SteerIn,
    WaitingOut,
    WaitingPage,
)
from banjie.desk.schemas.words import Id
from banjie.desk.told import told_number
from banjie.people.errors import NotYourTeam
from banjie.people.model import Permission
from banjie.routing.skills import Skill
from banjie.stories.ports import Supervisor
from banjie.stories.views import WaitingView

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


@router.post("/calls/{call_id}/queue", operation_id="sendToQueue", status_code=204)
async def send_to(call_id: SomeCall, body: SendIn, parts: Parts, who: InCalls) -> None:
    """Let a waiting caller wait in another queue, with the time he has waited."""
    await _check_waiting(call_id, parts, who)
    parts.supervision.send_to(CallId(call_id), QueueId(body.queue_id))
    await write_down(parts, who, "call.sent_to_queue", call_id, {"queue": body.queue_id})


@router.get("/queues/{queue_id}/waiting", operation_id="listWaiting")
async def list_waiting(
    queue_id: Annotated[Id, Path()],
    parts: Parts,
    who: InCalls,
    after: Annotated[int, Query(ge=0, le=100_000, description="How many of the first to leave out.")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> WaitingPage:
    """Who waits in a queue, who is next first; those to be called back stand at their place."""
    await _check_queue(QueueId(queue_id), parts, who)
    found = parts.supervision.waiting(QueueId(queue_id), after, limit + 1)
    return WaitingPage(
        items=[_waits(row, who) for row in found[:limit]],
        next_after=after + limit if len(found) > limit else None,
    )


@router.post("/agents/{agent_id}/state", operation_id="steerAgent", status_code=204)
async def steer(agent_id: Annotated[Id, Path()], body: SteerIn, parts: Parts, who: OverAgents) -> None:
    """Make an agent ready, send him on a break, or sign him out; in a call it comes after it."""
    await check_scope(who, parts, AgentId(agent_id))
    parts.agents.steer(AgentId(agent_id), body.state, body.reason)
    facts = {"state": body.state, **({"reason": body.reason} if body.reason is not None else {})}
    await write_down(parts, who, "agent.steered", agent_id, facts)


async def _check_waiting(call_id: str, parts: Parts, who: Principal) -> None:
    """Who waits is for those whose agents serve his queue."""
    queue_id = parts.supervision.queue_of(CallId(call_id))
    if queue_id is not None:
        await _check_queue(queue_id, parts, who)


async def _check_queue(queue_id: QueueId, parts: DeskParts, who: Principal) -> None:
    agents = await agents_in_scope(who, parts)
    if agents is None:
        return
    users = await parts.users.list_users(parts.tenant_id)
    if not any(queue_id in user.queues for user in users if AgentId(user.user_id) in agents):
        raise NotYourTeam("no agent of the teams you answer for serves this queue")


async def _check(call_id: str, parts: Parts, who: Principal) -> None:
    """A supervisor is in the calls of his own teams only."""
    await check_scope(who, parts, parts.supervision.agent_of(CallId(call_id)))


def _waits(row: WaitingView, who: Principal) -> WaitingOut:
    return WaitingOut(
        call_id=row.call_id,
        number=told_number(row.number, who),
        customer_name=row.customer_name,
        level=row.level,
        waiting_since=row.waiting_since,
        position=row.position,
        priority=row.priority,
        needs={str(skill): least for skill, least in row.needs.items()},
        own_needs={str(skill): least for skill, least in row.own_needs.items()},
        expected=row.expected,
        is_ringing=row.is_ringing,
        is_callback=row.is_callback,
    )


def _who(principal: Principal) -> Supervisor:
    user = principal.user
    return Supervisor(agent_id=principal.agent_id, name=user.name, extension=user.extension)
