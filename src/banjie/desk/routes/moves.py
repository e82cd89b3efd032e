"""Supervisors let agents of theirs serve other queues, at once, and put them back."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends

from banjie.base.ids import AgentId, QueueId
from banjie.desk.access import Need, Parts, Principal, agents_in_scope
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.wallboard import MoveIn, PutBackIn
from banjie.people.errors import NotYourTeam
from banjie.people.model import Permission
from banjie.routing.moves import Change
from banjie.routing.skills import Skill
from banjie.stories.move_agents import move_agents, put_back

router = APIRouter(prefix="/api/supervision/moves", tags=["supervision"])
OverAgents = Annotated[Principal, Depends(Need(Permission.STEER_AGENTS))]


@router.post("", operation_id="moveAgents", status_code=204)
async def move(body: MoveIn, parts: Parts, who: OverAgents) -> None:
    """A waiting call is offered at once to whom it suits now; a call in hand stays. All of them, or none."""
    agents = await _his(parts, who, body.agents)
    change = Change(
        add=frozenset(map(QueueId, body.add)),
        remove=frozenset(map(QueueId, body.remove)),
        levels={Skill(skill): level for skill, level in body.levels.items()},
    )
    async with parts.office(who.clerk) as books:
        await move_agents(books, agents, change, is_for_today=body.until == "end_of_day")


@router.post("/undo", operation_id="putAgentsBack", status_code=204)
async def undo(body: PutBackIn, parts: Parts, who: OverAgents) -> None:
    """They serve as they are set up."""
    agents = await _his(parts, who, body.agents)
    async with parts.office(who.clerk) as books:
        await put_back(books, agents)


async def _his(parts: DeskParts, who: Principal, agents: Sequence[str]) -> list[AgentId]:
    """Raise `NotYourTeam` if one of them is in none of his teams."""
    scope = await agents_in_scope(who, parts)
    wanted = [AgentId(agent) for agent in agents]
    if scope is not None and not scope.issuperset(wanted):
        raise NotYourTeam("one of these agents is in none of the teams you answer for")
    return wanted
