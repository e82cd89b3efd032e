"""Draw the table of agents' states. `python -m tests.routing.diagram` prints what docs/algorithms/agent-states.md holds."""

from banjie.routing.agents import TRANSITIONS, AgentState


def drawn() -> str:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> OFFLINE"]
    for state in AgentState:
        lines += [f"    {state} --> {to}: {given}" for given, to in TRANSITIONS[state].items()]
    return "\n".join([*lines, "```"])


if __name__ == "__main__":
    print(drawn())
