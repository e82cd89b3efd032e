"""The week's supervision sheet is opened, filled by the owners, reminded of at the cut-off, signed, and followed by the next.

Laws: an owner fills the rows of his own matters, the office any; a sheet is signed once, and the next week's is there with it;
who has not filled his row by the cut-off is reminded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.working_time import WorkingCalendar
from banjie.matters.errors import NotYours
from banjie.matters.ids import MatterId
from banjie.matters.ladder import Channel
from banjie.matters.notices import Notice, Tells
from banjie.matters.parts import Part
from banjie.matters.ports import SheetStore
from banjie.matters.sheet import (
    WEEK,
    Filling,
    ListId,
    Row,
    Sheet,
    Signature,
    SupervisionList,
    filled,
    monday_of,
    rows,
    sheet_of,
    sign,
    unfilled,
)
from banjie.stories.handle_matter import NoticeBox, Person

MOST: Final = 2000  # rows of a sheet
_AHEAD: Final = timedelta(days=3)  # a week's sheet can be opened from the Friday before


class NoSuchSheet(BanjieError):
    """There is no such list, or no sheet of this week."""

    code: ClassVar[str] = "matters.no_such_sheet"

    def __init__(self, list_id: ListId, week_of: date | None = None) -> None:
        of_week = "" if week_of is None else f" of the week of {week_of}"
        super().__init__(f"there is no sheet{of_week} for the list {list_id}; look at the lists there are")
        self.list_id, self.week_of = list_id, week_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A sheet with its rows as they stand."""

    of_list: SupervisionList
    sheet: Sheet
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetBook:
    """The stores of one act on sheets, and what they are judged by."""

    sheets: SheetStore
    notices: NoticeBox
    calendar: WorkingCalendar


async def draw(book: SheetBook, list_id: ListId, week_of: date | None, at: datetime) -> Drawn:
    """Return a week's sheet, this week's by default, which is opened if it is not yet. Raise `NoSuchSheet`."""
    of_list = await _list(book, list_id)
    this_week = monday_of(book.calendar.local_day(at))
    monday = this_week if week_of is None else monday_of(week_of)
    sheet = await book.sheets.find_sheet(list_id, monday)
    if sheet is None:
        if not this_week <= monday <= monday_of(book.calendar.local_day(at + _AHEAD)):
            raise NoSuchSheet(list_id, monday)
        sheet = sheet_of(of_list, monday, book.calendar)
        await book.sheets.put_sheet(sheet)
    return await _drawn(book, of_list, sheet, at)


async def fill_row(
    book: SheetBook,
    at_place: tuple[ListId, date],
    matter_id: MatterId,
    filling: Filling,
    who: Person,
) -> Drawn:
    """Write an owner's row. Raise `NoSuchSheet`, `NotYours`, `SheetSigned` or `TooLong`."""
    of_list, sheet = await _locked(book, *at_place)
    drawn = await _drawn(book, of_list, sheet, filling.at)
    row = next((row for row in drawn.rows if row.matter_id == matter_id), None)
    if row is None:
        raise NoSuchSheet(sheet.list_id, sheet.week_of)
    is_his = who.user_id is not None and who.user_id in (row.owner_id, *row.helpers)
    if not is_his and Part.OFFICE not in who.standing:
        raise NotYours(matter_id, "Fill")
    after = filled(sheet, matter_id, filling)
    await book.sheets.put_filling(after, matter_id, filling)
    return await _drawn(book, of_list, after, filling.at)


async def sign_sheet(book: SheetBook, at_place: tuple[ListId, date], who: Person, at: datetime) -> Drawn:
    """Sign and freeze it; the next week's is opened. Raise `NoSuchSheet`, `NotYours` or `SheetSigned`."""
    if who.user_id is None or Part.OFFICE not in who.standing:
        raise NotYours(MatterId(at_place[0]), "Sign")
    of_list, sheet = await _locked(book, *at_place)
    drawn = await _drawn(book, of_list, sheet, at)
    signed = sign(sheet, drawn.rows, Signature(by=who.user_id, at=at))
    await book.sheets.put_sheet(signed)
    following = sheet.week_of + WEEK
    if await book.sheets.find_sheet(sheet.list_id, following) is None:
        await book.sheets.put_sheet(sheet_of(of_list, following, book.calendar))
    return replace(drawn, sheet=signed, rows=signed.frozen)


async def remind_of_rows(book: SheetBook, now: datetime, limit: int) -> int:
    """Remind the owners of rows that are empty at the cut-off. Return how many sheets were looked at."""
    claimed = await book.sheets.claim_cut_off(now, limit)
    lists = {of_list.list_id: of_list for of_list in await book.sheets.list_lists()}
    for sheet in claimed:
        drawn = await _drawn(book, lists[sheet.list_id], sheet, now)
        await book.notices.add(
            [notice for row in unfilled(drawn.rows) for notice in _reminders(sheet, row)], now
        )
        await book.sheets.put_sheet(replace(sheet, reminded_at=now))
    return len(claimed)


def _reminders(sheet: Sheet, row: Row) -> Sequence[Notice]:
    if row.owner_id is None:
        return []
    return [
        Notice(
            key=f"{sheet.list_id}/{sheet.week_of}/{row.matter_id}/{row.owner_id}/{channel.value}",
            matter_id=row.matter_id,
            to=row.owner_id,
            tells=Tells.TO_FILL,
            channel=channel,
        )
        for channel in sorted(Channel)
    ]


async def _list(book: SheetBook, list_id: ListId) -> SupervisionList:
    found = next((one for one in await book.sheets.list_lists() if one.list_id == list_id), None)
    if found is None:
        raise NoSuchSheet(list_id)
    return found


async def _locked(book: SheetBook, list_id: ListId, week_of: date) -> tuple[SupervisionList, Sheet]:
    of_list = await _list(book, list_id)
    sheet = await book.sheets.find_sheet(list_id, week_of, lock=True)
    if sheet is None:
        raise NoSuchSheet(list_id, week_of)
    return of_list, sheet


async def _drawn(book: SheetBook, of_list: SupervisionList, sheet: Sheet, at: datetime) -> Drawn:
    matters = await book.sheets.matters_of(of_list.list_id, sheet.week_of, MOST)
    return Drawn(of_list=of_list, sheet=sheet, rows=rows(sheet, matters, at, book.calendar, of_list.soon))
