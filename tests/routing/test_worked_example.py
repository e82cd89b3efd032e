"""The table of docs/algorithms/offers.md, line by line."""

import pytest

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.events import AgentStateChanged, Effect, Offer, OfferWithdrawn
from banjie.routing.queues import Queue

pytestmark = pytest.mark.unit

GENERAL = QueueId("general")
A, B, C = (CallId(c) for c in "ABC")
ANN, BOB = AgentId("Ann"), AgentId("Bob")
S = AgentState


def told(effects: list[Effect]) -> list[str]:
    lines = []
    for effect in effects:
        match effect:
            case AgentStateChanged():
                lines.append(" ".join(filter(None, (effect.agent_id, effect.state, effect.reason))))
            case Offer():
                lines.append(f"{effect.call_id}→{effect.agent_id} until {effect.expires_at:.0f}")
            case OfferWithdrawn():
                lines.append(f"{effect.call_id}→{effect.agent_id} {effect.why}")
            case _:
                lines.append(type(effect).__name__)
    return lines


def test_the_worked_example() -> None:
    acd = Acd([Queue(queue_id=GENERAL, ring_timeout_s=15.0)])
    for agent, since in ((ANN, 0.0), (BOB, 5.0)):
        acd.sign_in(agent, [GENERAL], since)
        acd.ready(agent, since)

    def waiting() -> list[str]:
        return [f"({w.call_id})" if w.is_offered else w.call_id for w in acd.waiting(GENERAL)]

    assert told(acd.enqueue(A, GENERAL, 0, 10.0)) == ["Ann RINGING", "A→Ann until 25"]
    assert told(acd.enqueue(B, GENERAL, 0, 12.0)) == ["Bob RINGING", "B→Bob until 27"]
    assert told(acd.accepted(B, BOB, 14.0)) == ["Bob TALKING"]
    assert told(acd.enqueue(C, GENERAL, 0, 20.0)) == []
    assert waiting() == ["(A)", "C"]
    assert acd.next_deadline == 25.0
    assert told(acd.tick(25.0)) == ["A→Ann no_answer", "Ann BREAK RingingTimeout"]
    assert waiting() == ["A", "C"]
    assert told(acd.call_ended(BOB, 40.0)) == ["Bob ACW"]
    assert told(acd.wrapped_up(BOB, 52.0)) == ["Bob READY", "Bob RINGING", "A→Bob until 67"]
    assert told(acd.abandon(A, 54.0)) == [
        "A→Bob caller_left",
        "Bob READY",
        "Bob RINGING",
        "C→Bob until 69",
    ]
    assert waiting() == ["(C)"]
