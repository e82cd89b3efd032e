"""The drawings in the documents are the tables in the code."""

import pytest

from tests.drawings.diagrams import DRAWINGS, FOLDER, drawn_in

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_drawing_is_the_table(name: str) -> None:
    page = (FOLDER / name).read_text(encoding="utf-8")

    assert drawn_in(page) == DRAWINGS[name], "run python -m tests.drawings.diagrams"
