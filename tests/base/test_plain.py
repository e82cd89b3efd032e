"""Dataclasses as plain data: nothing is lost over JSON, nothing that does not fit gets in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Literal, NewType, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.plain import DERIVED, from_plain, to_plain

pytestmark = pytest.mark.unit

Name = NewType("Name", str)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Small:
    name: Name
    colour: Colour | None
    nick: Name | None = None


@dataclass(frozen=True)
class Round:
    radius: float


@dataclass(frozen=True)
class Square:
    side: float


Shape = Round | Square


@dataclass(frozen=True)
class Timed:
    at: datetime
    on: date
    lasts: timedelta
    shape: Round | Square
    other: Round | Square | None
    answer: Literal["yes", "no"]


@dataclass
class Large:
    weight: float
    is_new: bool
    small: Small
    pairs: tuple[tuple[Name, int], ...]
    several: list[Small]
    by_weight: dict[float, tuple[float, ...]]
    levels: Mapping[Name, int]
    names: frozenset[Name]
    tried: set[Name]
    nothing: dict[Name, None]
    token: int = field(default=0, metadata=DERIVED)


names = st.text(max_size=3).map(Name)
smalls = st.builds(Small, names, st.none() | st.sampled_from(Colour), st.none() | names)
numbers = st.floats(allow_nan=False, allow_infinity=False)
larges = st.builds(
    Large,
    numbers,
    st.booleans(),
    smalls,
    st.lists(st.tuples(names, st.integers())).map(tuple),
    st.lists(smalls, max_size=2),
    st.dictionaries(numbers, st.tuples(numbers, numbers), max_size=2),
    st.dictionaries(names, st.integers(), max_size=2),
    st.frozensets(names, max_size=2),
    st.sets(names, max_size=2),
    st.dictionaries(names, st.none(), max_size=2),
    st.just(0),
)


@given(larges)
def test_what_goes_through_json_comes_back_equal(large: Large) -> None:
    assert from_plain(Large, json.loads(json.dumps(to_plain(large)))) == large


def test_what_follows_from_the_rest_is_left_out() -> None:
    large = Large(1.0, True, Small(Name("a"), None), (), [], {}, {}, frozenset(), set(), {}, token=7)

    assert from_plain(Large, to_plain(large)).token == 0


_shapes = st.builds(Round, numbers) | st.builds(Square, numbers)
_timed = st.builds(
    Timed,
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.timedeltas(timedelta(0), timedelta(days=900)),
    _shapes,
    st.none() | _shapes,
    st.sampled_from(["yes", "no"]),
)


@given(_timed)
def test_times_and_unions_come_back_equal(timed: Timed) -> None:
    assert from_plain(Timed, json.loads(json.dumps(to_plain(timed)))) == timed


def test_a_union_says_which_it_is() -> None:
    assert to_plain(Round(1.0), Shape) == {"is": "Round", "radius": 1.0}
    with pytest.raises(ValueError, match="one of Round, Square is expected"):
        from_plain(cast("type[Shape]", Shape), {"is": "Small"})


def test_what_was_written_before_a_field_was_thought_of_can_be_read() -> None:
    assert from_plain(Small, {"name": "a", "colour": "red"}) == Small(Name("a"), Colour.RED)


@pytest.mark.parametrize("answer", ["perhaps", None, 1, ["yes"]])
def test_only_what_may_be_answered_is_read(answer: object) -> None:
    timed = Timed(datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 2), timedelta(0), Round(1.0), None, "yes")
    with pytest.raises(ValueError, match="one of yes, no is expected"):
        from_plain(Timed, {**cast(dict[str, object], to_plain(timed)), "answer": answer})


@pytest.mark.parametrize(
    "plain",
    [
        {"name": 3, "colour": None, "nick": None},
        {"name": "a", "colour": "green", "nick": None},
        ["a"],
        None,
        3.5,
    ],
)
def test_what_does_not_fit_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match=r"expected|object|green"):
        from_plain(Small, plain)


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no plain form"):
        to_plain(object())
