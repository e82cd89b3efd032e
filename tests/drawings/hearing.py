"""Situations of a call as parties, and the table of who hears whom in each, drawn for docs/algorithms/who-hears-whom.md."""

from collections.abc import Mapping
from typing import Final

from banjie.calls.hearing import Party, Place, Voice, hearing, left_alone

Situation = Mapping[str, tuple[Voice, Place] | tuple[Voice, Place, bool]]

V, LINE, ASIDE, HOLD = Voice, Place.LINE, Place.ASIDE, Place.HOLD
MUSIC: Final = "♪"
COLUMNS: Final = ("caller", "agent", "colleague", "another", "supervisor")

CALLER, AGENT, COLLEAGUE = (V.CALLER, LINE), (V.AGENT, LINE), (V.GUEST, LINE)
SITUATIONS: Final[Mapping[str, Situation]] = {
    "talking": {"caller": CALLER, "agent": AGENT},
    "agent muted": {"caller": CALLER, "agent": (V.AGENT, LINE, True)},
    "on hold": {"caller": (V.CALLER, HOLD), "agent": AGENT},
    "agent's page away": {"caller": CALLER},
    "consulting": {"caller": (V.CALLER, HOLD), "agent": (V.AGENT, ASIDE), "colleague": (V.GUEST, ASIDE)},
    "swapped": {"caller": CALLER, "agent": AGENT, "colleague": (V.GUEST, HOLD)},
    "conference": {"caller": CALLER, "agent": AGENT, "colleague": COLLEAGUE},
    "conference, another consulted": {
        "caller": CALLER,
        "agent": (V.AGENT, ASIDE),
        "colleague": COLLEAGUE,
        "another": (V.GUEST, ASIDE),
    },
    "handed over": {"caller": CALLER, "colleague": COLLEAGUE},
    "monitor": {"caller": CALLER, "agent": AGENT, "supervisor": (V.MONITOR, LINE)},
    "whisper": {"caller": CALLER, "agent": AGENT, "supervisor": (V.WHISPER, LINE)},
    "on hold, whisper": {"caller": (V.CALLER, HOLD), "agent": AGENT, "supervisor": (V.WHISPER, LINE)},
    "barge": {"caller": CALLER, "agent": AGENT, "supervisor": (V.BARGE, LINE)},
    "consulting, monitor": {
        "caller": (V.CALLER, HOLD),
        "agent": (V.AGENT, ASIDE),
        "colleague": (V.GUEST, ASIDE),
        "supervisor": (V.MONITOR, ASIDE),
    },
    "conference, whisper": {
        "caller": CALLER,
        "agent": AGENT,
        "colleague": COLLEAGUE,
        "supervisor": (V.WHISPER, LINE),
    },
}


def heard_by(situation: Situation, who: str) -> set[str]:
    """Return the names this party hears, `MUSIC` for music."""
    names = list(situation)
    parties = [
        Party(port=at, voice=given[0], place=given[1], is_muted=len(given) > 2 and bool(given[2]))
        for at, given in enumerate(situation.values())
    ]
    me = names.index(who)
    heard = {names[cord.source] for cord in hearing(parties) if cord.sink == me}
    return heard | ({MUSIC} if me in left_alone(parties) else set())


def table() -> str:
    """Return the table in Markdown: a row a situation, a column a listener."""
    lines = ["| | " + " | ".join(f"{name} hears" for name in COLUMNS) + " |", "|---" * 6 + "|"]
    for name, situation in SITUATIONS.items():
        cells = (_cell(situation, column) for column in COLUMNS)
        lines.append(f"| **{name}** | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _cell(situation: Situation, who: str) -> str:
    if who not in situation:
        return ""
    heard = heard_by(situation, who)
    return ", ".join(name for name in (*COLUMNS, MUSIC) if name in heard) or "–"
