"""Words the tests of the ACD share: who is offered what, and agents who are ready at once."""

from collections.abc import Iterable

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.events import AgentStateChanged, Effect, Offer, OfferWithdrawn, Withdrawal
from banjie.routing.skills import NO_SKILLS, Rated

GENERAL, OTHER = QueueId("general"), QueueId("other")
ANN, BOB, CAT, DAN = (AgentId(a) for a in ("ann", "bob", "cat", "dan"))
FIRST, SECOND, THIRD, FOURTH = (CallId(c) for c in ("first", "second", "third", "fourth"))


def seat(
    acd: Acd,
    agent: AgentId,
    now: float,
    queues: Iterable[QueueId] = (GENERAL,),
    skills: Rated = NO_SKILLS,
    position: int = 0,
    weight: float = 1.0,
) -> list[Effect]:
    return acd.sign_in(agent, queues, now, skills, position, weight) + acd.ready(agent, now)


def offered(effects: Iterable[Effect]) -> list[tuple[CallId, AgentId]]:
    return [(e.call_id, e.agent_id) for e in effects if isinstance(e, Offer)]


def rung(effects: Iterable[Effect]) -> list[AgentId]:
    return [e.agent_id for e in effects if isinstance(e, Offer)]


def withdrawn(effects: Iterable[Effect]) -> list[tuple[CallId, AgentId, Withdrawal]]:
    return [(e.call_id, e.agent_id, e.why) for e in effects if isinstance(e, OfferWithdrawn)]


def states(effects: Iterable[Effect]) -> list[tuple[AgentId, AgentState, str | None]]:
    return [(e.agent_id, e.state, e.reason) for e in effects if isinstance(e, AgentStateChanged)]


def state_of(acd: Acd, agent: AgentId) -> AgentState:
    status = acd.find_agent(agent)
    return AgentState.OFFLINE if status is None else status.state


def take(acd: Acd, call: CallId, agent: AgentId, now: float) -> list[Effect]:
    """Answer, talk, write up: the agent is READY again in the same moment."""
    effects = acd.accepted(call, agent, now) + acd.call_ended(agent, now)
    return effects + (acd.wrapped_up(agent, now) if state_of(acd, agent) is AgentState.ACW else [])
