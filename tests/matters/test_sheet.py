"""The weekly sheet: who is in it, what its last column says, and that a signature freezes it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.ids import UserId
from banjie.matters.handling import take
from banjie.matters.ids import MatterId
from banjie.matters.lights import Light, Standing, is_late, light, standing
from banjie.matters.machine import MatterState
from banjie.matters.model import Matter
from banjie.matters.sheet import (
    WEEK,
    Filling,
    ListId,
    Sheet,
    SheetSigned,
    Signature,
    SupervisionList,
    TooLong,
    belongs,
    filled,
    monday_of,
    rows,
    sheet_of,
    side_by_side,
    sign,
    unfilled,
)
from banjie.matters.steps import Approve, Dispatch, Reply, Sign, Withdraw
from banjie.matters.words import STANDINGS, STATES
from tests.matters.some import CALENDAR, OPENED_AT, a_matter, rules
from tests.matters.test_machine import EXAMPLES

pytestmark = pytest.mark.unit

_SOON = timedelta(hours=7)
_MONDAY = date(2026, 3, 2)
LIST = SupervisionList(list_id=ListId("siting"), name={"zh": "选址配套", "en": "Siting"})


def the_sheet() -> Sheet:
    return sheet_of(LIST, _MONDAY, CALENDAR)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00").astimezone(UTC)


def handled(name: str = "m1") -> Matter:
    signed = take(a_matter(name), EXAMPLES[Dispatch], UserId("wang"), OPENED_AT, rules())
    return take(signed, Sign(), UserId("li"), OPENED_AT, rules())


def closed(when: datetime) -> Matter:
    matter = replace(handled(), state=MatterState.FOLLOWING_UP, replied_at=when)
    return replace(matter, state=MatterState.CLOSED, settled_at=when)


def a_filling(progress: str = "挖沟") -> Filling:
    return Filling(progress=progress, plan="回填", by=UserId("li"), at=OPENED_AT)


@pytest.mark.parametrize(
    ("matter", "when", "word", "colour"),
    [
        (a_matter(), at("03-02T11:00"), Standing.NOT_STARTED, Light.GREEN),
        (handled(), at("03-02T11:00"), Standing.UNDER_WAY, Light.GREEN),
        (
            handled(),
            at("03-18T17:29"),
            Standing.UNDER_WAY,
            Light.GREEN,
        ),  # a working day and a minute are left
        (handled(), at("03-18T17:30"), Standing.DUE_SOON, Light.AMBER),
        (handled(), at("03-19T17:30"), Standing.DUE_SOON, Light.AMBER),  # the last instant is in time
        (handled(), at("03-19T17:31"), Standing.OVERDUE, Light.RED),
        (a_matter(), at("03-19T17:31"), Standing.OVERDUE, Light.RED),
        (replace(handled(), state=MatterState.SUSPENDED), at("03-30T10:00"), Standing.SUSPENDED, Light.NONE),
        (closed(at("03-05T23:59")), at("03-05T23:59"), Standing.CLOSED_TODAY, Light.NONE),
        (closed(at("03-05T00:01")), at("03-05T17:00"), Standing.CLOSED_TODAY, Light.NONE),
        (closed(at("03-05T23:59")), at("03-06T00:00"), Standing.CLOSED, Light.NONE),
        (replace(handled(), state=MatterState.WITHDRAWN), at("03-30T10:00"), Standing.OUT, Light.NONE),
    ],
)
def test_the_last_column(matter: Matter, when: datetime, word: Standing, colour: Light) -> None:
    assert standing(matter, when, CALENDAR, _SOON) is word
    assert light(matter, when, CALENDAR, _SOON) is colour


def test_who_answered_in_time_is_not_late_while_others_approve() -> None:
    replied = take(handled(), Reply(text="done"), UserId("li"), at("03-19T17:00"), rules())
    approved = take(replied, Approve(), UserId("wang"), at("03-20T10:00"), rules())
    assert not is_late(replied, at("04-30T10:00"))
    assert not is_late(approved, at("04-30T10:00"))
    late = take(handled(), Reply(text="done"), UserId("li"), at("03-19T17:31"), rules())
    assert is_late(late, at("03-19T17:31"))


def test_a_row_says_what_the_paper_says() -> None:
    sheet = filled(the_sheet(), MatterId("m1"), a_filling())
    (row,) = rows(sheet, [handled()], at("03-06T10:00"), CALENDAR, _SOON)
    assert (row.number, row.title, row.owner_id, row.standing) == (
        "2026-000001",
        "水管",
        "li",
        Standing.UNDER_WAY,
    )
    assert row.filling is not None
    assert row.filling.progress == "挖沟"
    assert sheet.cut_off == at("03-06T15:00")


def test_late_rows_come_first() -> None:
    late = replace(handled("late"), due_at=at("03-05T17:30"))
    soon = replace(
        handled("soon"), due_at=at("03-03T17:30"), replied_at=at("03-03T10:00"), state=MatterState.REPLIED
    )
    drawn = rows(the_sheet(), [handled(), soon, late], at("03-06T10:00"), CALENDAR, _SOON)
    assert [row.matter_id for row in drawn] == ["late", "soon", "m1"]


def test_who_has_not_filled_his_row_is_listed() -> None:
    sheet = filled(the_sheet(), MatterId("m1"), a_filling())
    others = [
        handled(),
        handled("m2"),
        a_matter("no owner"),
        replace(closed(OPENED_AT), matter_id=MatterId("m4")),
    ]
    drawn = rows(sheet, others, at("03-06T15:00"), CALENDAR, _SOON)
    assert [row.matter_id for row in unfilled(drawn)] == ["m2"]


def test_a_signed_sheet_never_changes() -> None:
    drawn = rows(the_sheet(), [handled()], at("03-06T16:00"), CALENDAR, _SOON)
    signature = Signature(by=UserId("chen"), at=at("03-06T16:00"))
    signed = sign(the_sheet(), drawn, signature)

    assert rows(signed, [closed(at("03-09T10:00"))], at("03-09T11:00"), CALENDAR, _SOON) == drawn
    with pytest.raises(SheetSigned, match="next week"):
        filled(signed, MatterId("m1"), a_filling())
    with pytest.raises(SheetSigned):
        sign(signed, drawn, signature)


def test_a_cell_has_an_end() -> None:
    with pytest.raises(TooLong, match="2000 characters"):
        filled(the_sheet(), MatterId("m1"), a_filling("字" * 2001))


def test_side_by_side_with_last_week() -> None:
    last = rows(the_sheet(), [handled("a"), handled("b")], at("03-06T16:00"), CALENDAR, _SOON)
    this = rows(the_sheet(), [handled("b"), handled("c")], at("03-13T16:00"), CALENDAR, _SOON)
    names = [(None if one is None else one.matter_id, None if two is None else two.matter_id)
             for one, two in side_by_side(last, this)]  # fmt: skip
    assert names == [("b", "b"), (None, "c"), ("a", None)]


@given(st.integers(-30, 30), st.integers(0, 40), st.booleans())
def test_a_matter_is_in_every_week_it_was_open_in(opened: int, lasted: int, is_settled: bool) -> None:
    opened_at = OPENED_AT + timedelta(days=opened)
    settled_at = opened_at + timedelta(days=lasted)
    matter = replace(a_matter(), opened_at=opened_at)
    if is_settled:
        matter = take(matter, Withdraw(reason="twice"), UserId("ann"), settled_at, rules())
    weeks = [_MONDAY + n * WEEK for n in range(-10, 20)]
    found = [week for week in weeks if belongs(matter, week, CALENDAR)]
    first = monday_of(CALENDAR.local_day(opened_at))
    last = monday_of(CALENDAR.local_day(settled_at)) if is_settled else weeks[-1]
    assert found == [week for week in weeks if first <= week <= last]


def test_every_state_and_standing_has_its_words() -> None:
    assert set(STATES) == set(MatterState)
    assert set(STANDINGS) == set(Standing)
    assert STANDINGS[Standing.CLOSED_TODAY]["zh"] == "今日，已办结"
