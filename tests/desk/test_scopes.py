"""A part of the wallboard never shows more than its scope, whatever changes in whatever order."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from banjie.base.ids import AgentId
from banjie.desk.scopes import Part
from banjie.desk.topics import Topic

pytestmark = pytest.mark.unit

AGENTS = [AgentId(f"a{n}") for n in range(5)]
QUEUES = [f"q{n}" for n in range(4)]


class Scopes(RuleBasedStateMachine):
    """Agents come, go and change queues; a plain model says what those of a scope may see."""

    @initialize(scope=st.sets(st.sampled_from(AGENTS)))
    def open(self, scope: set[AgentId]) -> None:
        self.whole = Topic("wallboard", json.dumps)
        self.part = Part(scope, json.dumps)
        self.served: dict[AgentId, list[str]] = {}
        self.values: dict[str, int] = {}
        self.page: dict[str, Any] = {}  # what a reader has made of the part's messages
        self.seq = 0

    @rule(agent=st.sampled_from(AGENTS), queues=st.lists(st.sampled_from(QUEUES), unique=True))
    def agent_changes(self, agent: AgentId, queues: list[str]) -> None:
        self.served[agent] = queues
        self.whole.set(f"agent/{agent}", queues)
        self.values[f"agent/{agent}"] = 0

    @rule(agent=st.sampled_from(AGENTS))
    def agent_goes(self, agent: AgentId) -> None:
        self.served.pop(agent, None)
        self.whole.drop(f"agent/{agent}")
        self.values.pop(f"agent/{agent}", None)

    @rule(kind=st.sampled_from(["queue", "minutes"]), queue=st.sampled_from(QUEUES), value=st.integers(0, 9))
    def queue_changes(self, kind: str, queue: str, value: int) -> None:
        self.whole.set(f"{kind}/{queue}", value)
        self.values[f"{kind}/{queue}"] = value

    @rule(kind=st.sampled_from(["queue", "minutes"]), queue=st.sampled_from(QUEUES))
    def queue_goes(self, kind: str, queue: str) -> None:
        self.whole.drop(f"{kind}/{queue}")
        self.values.pop(f"{kind}/{queue}", None)

    @rule()
    def flush(self) -> None:
        changes = self.whole.written()
        self.whole.number(changes)
        text = self.part.follow(changes, self.whole, self.served)
        if text is not None:
            message = json.loads(text)
            assert message["seq"] == self.seq + 1
            self.seq += 1
            self.page.update(message["set"])
            for key in message["drop"]:
                del self.page[key]
        self.check()

    @rule(scope=st.sets(st.sampled_from(AGENTS)))
    def another_supervisor_comes(self, scope: set[AgentId]) -> None:
        self.flush()
        self.part = Part(scope, json.dumps)
        self.part.begin(self.whole, self.served)
        snapshot = json.loads(self.part.snapshot())
        self.page, self.seq = snapshot["snapshot"], snapshot["seq"]
        self.check()

    def check(self) -> None:
        mine = {queue for agent in self.part.agents for queue in self.served.get(agent, ())}
        assert set(self.page) == {key for key in self.values if self.may_see(key, mine)}
        assert {key: self.whole.find(key) for key in self.page} == {
            key: json.dumps(value) for key, value in self.page.items()
        }

    def may_see(self, key: str, mine: set[str]) -> bool:
        kind, _, name = key.partition("/")
        return AgentId(name) in self.part.agents if kind == "agent" else name in mine

    @invariant()
    def nothing_of_others_at_any_moment(self) -> None:
        agents = {AgentId(key[6:]) for key in getattr(self, "page", ()) if key.startswith("agent/")}
        assert agents <= getattr(self, "part", Part((), json.dumps)).agents


TestScopes = Scopes.TestCase


def test_a_change_costs_what_has_changed_not_how_many_work_here() -> None:
    """Two thousand agents in fifty teams, each team its own part: one agent's change touches one part, and one text."""
    agents = [AgentId(f"{n:04d}") for n in range(2000)]
    served: Mapping[AgentId, list[str]] = {agent: [f"q{n % 20}"] for n, agent in enumerate(agents)}
    written: list[object] = []

    def write(view: object) -> str:
        written.append(view)
        return json.dumps(view)

    whole = Topic("wallboard", write)
    for agent in agents:
        whole.set(f"agent/{agent}", 0)
    whole.number(whole.written())
    parts = [Part(agents[n : n + 40], write) for n in range(0, 2000, 40)]
    for part in parts:
        part.begin(whole, served)
    written.clear()
    whole.set("agent/0007", 1)
    changes = whole.written()
    whole.number(changes)
    told = [part.follow(changes, whole, served) for part in parts]

    assert written == [1]
    assert [text is not None for text in told] == [True] + [False] * 49
    assert json.loads(told[0] or "")["set"] == {"agent/0007": 1}
