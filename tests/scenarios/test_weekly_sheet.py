"""A week of the supervision office: the sheet is there, owners fill it, who did not is reminded, it is signed; the same on
PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from banjie.base.ids import TenantId, UserId
from banjie.matters.errors import NotYours
from banjie.matters.handling import take
from banjie.matters.history import Filed
from banjie.matters.ids import MatterId, UnitId
from banjie.matters.lights import Standing
from banjie.matters.notices import Tells
from banjie.matters.parts import Part
from banjie.matters.ports import MatterStore
from banjie.matters.sheet import Filling, ListId, SheetSigned, SupervisionList
from banjie.matters.steps import Dispatch, Hands, Sign, Withdraw
from banjie.storage.database import Database
from banjie.storage.matters import SqlMatterStore
from banjie.storage.sheets import SqlSheetStore
from banjie.stories.handle_matter import Person
from banjie.stories.weekly_sheet import NoSuchSheet, SheetBook, draw, fill_row, remind_of_rows, sign_sheet
from tests.fakes.matters import FakeMatterStore, FakeNoticeBox, Kept
from tests.fakes.sheets import FakeSheetStore
from tests.matters.some import CALENDAR, OPENED_AT, a_matter, rules

BANK = TenantId("demo-bank")
LIST = SupervisionList(list_id=ListId("siting"), name={"zh": "选址配套", "en": "Siting"})
MONDAY = date(2026, 3, 2)
PLACE = (LIST.list_id, MONDAY)
OFFICE = Person(user_id=UserId("chen"), standing=frozenset({Part.OFFICE}))


def person(name: str) -> Person:
    return Person(user_id=UserId(name), standing=frozenset())


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00").astimezone(UTC)


def filling(by: str, when: str = "03-05T10:00") -> Filling:
    return Filling(progress="挖沟", plan="回填", problems="无", by=UserId(by), at=at(when))


@dataclass
class Desk:
    """The office's desk, and what was told from it."""

    book: SheetBook
    matters: MatterStore
    kept: Kept

    def reminded(self) -> set[str]:
        return {notice.to for _, notice in self.kept.notices.values() if notice.tells is Tells.TO_FILL}


@pytest.fixture(
    params=[
        pytest.param("fake", marks=pytest.mark.story),
        pytest.param("sql", marks=pytest.mark.peer),
    ]
)
def dsn(request: pytest.FixtureRequest) -> str | None:
    return str(request.getfixturevalue("database_url")) if request.param == "sql" else None


@pytest.fixture
async def desk(dsn: str | None) -> AsyncIterator[Desk]:
    """Three matters: of li, of zhao, and one that waits for an owner."""
    kept = Kept()
    notices = FakeNoticeBox(kept)
    if dsn is None:
        made = Desk(SheetBook(sheets=FakeSheetStore(kept.filed), notices=notices, calendar=CALENDAR),
                    FakeMatterStore(kept), kept)  # fmt: skip
        await _supervise_three(made)
        yield made
        return
    database = await Database.open(dsn)
    await database.execute(
        "INSERT INTO tenant (tenant_id, name, timezone) VALUES ($1, '{}', 'Asia/Shanghai')", BANK
    )
    sheets = SqlSheetStore(database, BANK)
    made = Desk(
        SheetBook(sheets=sheets, notices=notices, calendar=CALENDAR), SqlMatterStore(database, BANK), kept
    )
    await _supervise_three(made)
    yield made
    await database.close()


async def _supervise_three(desk: Desk) -> None:
    filed = [Filed(matter=a_matter("c"), lines_count=1, wakes_at=None)]
    for name, owner in (("a", "li"), ("b", "zhao")):
        hands = Hands(owner_id=UserId(owner), unit_id=UnitId("water"), helpers=(UserId("helper"),))
        dispatch = Dispatch(hands=hands, supervisor_id=UserId("chen"))
        matter = take(a_matter(name), dispatch, UserId("chen"), OPENED_AT, rules())
        matter = take(matter, Sign(), UserId(owner), OPENED_AT, rules())
        filed.append(Filed(matter=matter, lines_count=3, wakes_at=None))
    filed = [_numbered(one, n) for n, one in enumerate(filed)]
    await desk.matters.file(filed, [])
    await desk.book.sheets.put_list(LIST)
    await desk.book.sheets.add_matters(LIST.list_id, [one.matter.matter_id for one in filed], OPENED_AT)


def _numbered(filed: Filed, number: int) -> Filed:
    return replace(filed, matter=replace(filed.matter, number=f"2026-{number:06d}"))


async def test_the_week_s_sheet_is_there_when_it_is_looked_at(desk: Desk) -> None:
    drawn = await draw(desk.book, LIST.list_id, None, at("03-04T10:00"))
    assert drawn.sheet.week_of == MONDAY
    assert drawn.sheet.cut_off == at("03-06T15:00")
    assert {row.matter_id for row in drawn.rows} == {"a", "b", "c"}
    assert await desk.book.sheets.weeks(LIST.list_id, 10) == [MONDAY]
    assert await draw(desk.book, LIST.list_id, MONDAY, at("03-04T11:00")) == drawn


async def test_weeks_that_were_never_held_are_not_made_up(desk: Desk) -> None:
    for week in (date(2026, 2, 23), date(2026, 3, 9)):
        with pytest.raises(NoSuchSheet):
            await draw(desk.book, LIST.list_id, week, at("03-04T10:00"))
    assert (await draw(desk.book, LIST.list_id, date(2026, 3, 9), at("03-06T10:00"))).sheet.week_of == date(
        2026, 3, 9
    )
    with pytest.raises(NoSuchSheet):
        await draw(desk.book, ListId("none"), None, at("03-04T10:00"))


async def test_an_owner_fills_his_row_and_nobody_else_s(desk: Desk) -> None:
    await draw(desk.book, LIST.list_id, None, at("03-04T10:00"))
    await fill_row(desk.book, PLACE, MatterId("a"), filling("li"), person("li"))
    await fill_row(desk.book, PLACE, MatterId("b"), filling("helper"), person("helper"))
    await fill_row(desk.book, PLACE, MatterId("c"), filling("chen"), OFFICE)
    with pytest.raises(NotYours):
        await fill_row(desk.book, PLACE, MatterId("b"), filling("li"), person("li"))
    with pytest.raises(NoSuchSheet):
        await fill_row(desk.book, PLACE, MatterId("elsewhere"), filling("li"), person("li"))

    again = await fill_row(desk.book, PLACE, MatterId("a"), filling("li", "03-05T11:00"), person("li"))
    by = {row.matter_id: row.filling.by for row in again.rows if row.filling is not None}
    assert by == {"a": "li", "b": "helper", "c": "chen"}
    assert again == await draw(desk.book, LIST.list_id, MONDAY, at("03-05T11:00"))


async def test_who_has_not_filled_it_by_the_cut_off_is_reminded_once(desk: Desk) -> None:
    await draw(desk.book, LIST.list_id, None, at("03-04T10:00"))
    await fill_row(desk.book, PLACE, MatterId("a"), filling("li"), person("li"))
    assert await remind_of_rows(desk.book, at("03-06T14:59"), 10) == 0
    assert await remind_of_rows(desk.book, at("03-06T15:00"), 10) == 1
    assert desk.reminded() == {"zhao"}
    assert await remind_of_rows(desk.book, at("03-06T15:01"), 10) == 0
    await fill_row(desk.book, PLACE, MatterId("b"), filling("zhao", "03-06T15:30"), person("zhao"))


async def test_a_signed_sheet_stays_as_it_was_and_the_next_is_there(desk: Desk) -> None:
    await draw(desk.book, LIST.list_id, None, at("03-04T10:00"))
    with pytest.raises(NotYours):
        await sign_sheet(desk.book, PLACE, person("li"), at("03-06T16:00"))
    signed = await sign_sheet(desk.book, PLACE, OFFICE, at("03-06T16:00"))
    assert await remind_of_rows(desk.book, at("03-06T17:00"), 10) == 0
    with pytest.raises(SheetSigned):
        await fill_row(desk.book, PLACE, MatterId("a"), filling("li"), person("li"))
    with pytest.raises(SheetSigned):
        await sign_sheet(desk.book, PLACE, OFFICE, at("03-06T16:01"))

    (filed,) = await desk.matters.take_up([MatterId("a")])
    gone = take(filed.matter, Withdraw(reason="twice"), UserId("chen"), at("03-07T10:00"), rules())
    await desk.matters.file([Filed(matter=gone, lines_count=4, wakes_at=None)], [])
    assert (await draw(desk.book, LIST.list_id, MONDAY, at("03-12T10:00"))).rows == signed.rows

    following = await draw(desk.book, LIST.list_id, date(2026, 3, 9), at("03-06T16:30"))
    assert following.sheet.cut_off == at("03-13T15:00")
    assert following.sheet.fillings == {}
    assert await desk.book.sheets.weeks(LIST.list_id, 10) == [MONDAY + timedelta(days=7), MONDAY]


async def test_a_matter_settled_long_ago_is_in_no_later_sheet(desk: Desk) -> None:
    (filed,) = await desk.matters.take_up([MatterId("a")])
    gone = take(filed.matter, Withdraw(reason="twice"), UserId("chen"), at("03-03T10:00"), rules())
    await desk.matters.file([Filed(matter=gone, lines_count=4, wakes_at=None)], [])
    this = await draw(desk.book, LIST.list_id, None, at("03-04T10:00"))
    assert {row.matter_id: row.standing for row in this.rows}["a"] is Standing.OUT
    later = await draw(desk.book, LIST.list_id, None, at("03-18T10:00"))
    assert {row.matter_id for row in later.rows} == {"b", "c"}
    await desk.book.sheets.drop_matter(LIST.list_id, MatterId("b"))
    assert await desk.book.sheets.lists_of(MatterId("b")) == []
    assert await desk.book.sheets.lists_of(MatterId("c")) == [LIST.list_id]
