"""Draw the state tables. `python -m tests.drawings.diagrams` puts the drawings into docs/algorithms; a test compares."""

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Final

from banjie.appointments import machine as machine_of_appointments
from banjie.appointments.model import AppointmentState
from banjie.calls import machine
from banjie.routing import agents, callbacks
from tests.drawings import hearing

FOLDER: Final = Path(__file__).parents[2] / "docs" / "algorithms"
MERMAID, MARKED = ("```mermaid\n", "```\n"), ("<!-- drawn -->\n", "<!-- end -->\n")


def drawing(table: Mapping[Enum, Mapping[object, Enum]], first: Enum, name: Callable[[object], str]) -> str:
    """Return a state diagram: every line of the table is one arrow, those between the same two states share it."""
    lines = ["stateDiagram-v2", f"    [*] --> {first.value}"]
    for state, row in table.items():
        arrows: dict[Enum, list[str]] = {}
        for given, to in row.items():
            arrows.setdefault(to, []).append(name(given))
        lines += [f"    {state.value} --> {to.value}: {', '.join(names)}" for to, names in arrows.items()]
    lines += [f"    {state.value} --> [*]" for state, row in table.items() if set(row.values()) <= {state}]
    return "\n".join([*lines, ""])


DRAWINGS: Final[Mapping[str, str]] = {
    "agent-states.md": drawing(agents.TRANSITIONS, agents.AgentState.OFFLINE, str),  # type: ignore[arg-type]
    "appointments.md": drawing(machine_of_appointments.TRANSITIONS, AppointmentState.BOOKED, str),  # type: ignore[arg-type]
    "callbacks.md": drawing(callbacks.TRANSITIONS, callbacks.CallbackState.WAITING, str),  # type: ignore[arg-type]
    "call-states.md": drawing(
        machine.TRANSITIONS,  # type: ignore[arg-type]
        machine.CallState.NEW,
        lambda event: getattr(event, "__name__", str(event)),
    ),
    "who-hears-whom.md": hearing.table(),
}


def drawn_in(page: str) -> str:
    """Return the drawing a page holds."""
    start, end = _marks(page)
    return page.partition(start)[2].partition(end)[0]


def main() -> None:
    for name, wanted in DRAWINGS.items():
        page = FOLDER / name
        text = page.read_text(encoding="utf-8")
        start, end = _marks(text)
        page.write_text(text.replace(start + drawn_in(text) + end, start + wanted + end), encoding="utf-8")


def _marks(page: str) -> tuple[str, str]:
    return MARKED if MARKED[0] in page else MERMAID


if __name__ == "__main__":
    main()
