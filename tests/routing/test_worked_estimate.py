"""The table of docs/algorithms/estimate.md, line by line."""

import re
from pathlib import Path

import pytest

from banjie.routing.estimate import expected_wait
from banjie.routing.spoken_wait import LONGEST_MIN, SaidWait, said_wait

pytestmark = pytest.mark.unit

_ROW = re.compile(r"\| (\d+) \| (\d+) \| (\d+) \| (\d+) – (\d+) \| (\d+) \| (.+) \|")
ROWS = [row.groups() for row in _ROW.finditer(Path("docs/algorithms/estimate.md").read_text("utf-8"))]


def words(said: SaidWait) -> str:
    if said.high_min is None:
        return f"{'' if said.low_min == LONGEST_MIN else 'maybe '}more than {LONGEST_MIN} minutes"
    if said.high_min == 1:
        return "less than a minute"
    return f"{f'{said.low_min} to' if said.low_min else 'up to'} {said.high_min} minutes"


def test_the_table_is_there() -> None:
    assert len(ROWS) == 8


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"position {row[0]}, {row[1]} in {row[2]} s")
def test_the_worked_figures(row: tuple[str, ...]) -> None:
    position, departures, during_s, low_s, high_s, likely_s = map(int, row[:6])
    wait = expected_wait(position, departures, float(during_s))
    assert wait is not None

    assert (round(wait.low_s), round(wait.high_s), round(wait.likely_s)) == (low_s, high_s, likely_s)
    assert words(said_wait(wait)) == row[6]
