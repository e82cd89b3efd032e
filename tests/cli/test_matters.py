"""`banjie matters due`: the deadline, and every day on the way to it."""

import pytest
from typer.testing import CliRunner

from banjie.base.errors import BanjieError
from banjie.cli.matters import app

pytestmark = pytest.mark.unit


def lines(*asked: str) -> list[str]:
    done = CliRunner().invoke(app, ["due", "--standard", *asked])
    if done.exception is not None:
        raise done.exception
    return done.output.splitlines()


def test_it_says_when_and_how_it_came_about() -> None:
    told = lines("--from", "2026-09-28T16:00", "--class", "consult")
    assert told[:2] == [
        "咨询 / Question: 3 working days",
        "came 2026-09-28 16:00 Mon, due 2026-10-08 17:30 Thu (Asia/Shanghai)",
    ]
    assert told[2] == "  2026-09-28  Mon  the day it came"
    assert told[5] == "  2026-10-01  Thu  holiday, 国庆节"
    assert told[-1] == "  2026-10-08  Thu  day 3, due at 17:30"
    assert len(told) == 13


def test_an_hour_of_another_zone_is_the_same_instant() -> None:
    assert lines("--from", "2026-09-28T08:00+00:00", "--class", "urgent")[1].startswith(
        "came 2026-09-28 16:00 Mon"
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--from", "monday", "--class", "consult"), "write 2026-09-28T16:00"),
        (("--from", "2026-09-28T16:00", "--class", "none"), "there are: complaint, consult"),
    ],
)
def test_what_cannot_be_told_says_what_to_write(asked: tuple[str, ...], words: str) -> None:
    with pytest.raises(BanjieError, match=words):
        lines(*asked)
