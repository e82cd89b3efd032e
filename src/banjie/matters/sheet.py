"""The weekly supervision sheet 督办表: one row a matter of a list, filled by its owner, signed by the office.

Laws: a matter of the list is in a week's sheet if it was open at any instant of that week; a signed sheet never changes again; the
next week's opens when this one is signed; at the cut-off who has not filled his row is reminded, and listed as unfilled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType

from banjie.base.errors import BanjieError
from banjie.base.hours import instant_of
from banjie.base.ids import UserId
from banjie.base.prompts import Bilingual
from banjie.base.working_time import WorkingCalendar
from banjie.matters.ids import MatterId, UnitId
from banjie.matters.lights import Standing, is_late, standing
from banjie.matters.model import Matter

ListId = NewType("ListId", str)  # 专项: what is supervised together
WEEK = timedelta(days=7)
_TEXT_MAX = 2000  # characters a cell; more is a report, and belongs into the matter


class SheetState(StrEnum):
    OPEN = "open"
    SIGNED = "signed"  # frozen


class SheetSigned(BanjieError):
    """The sheet is signed: what is written now belongs into the next."""

    code: ClassVar[str] = "matters.sheet_signed"

    def __init__(self, week_of: date) -> None:
        super().__init__(f"the sheet of the week of {week_of} is signed; write it into the next week's")
        self.week_of = week_of


class TooLong(BanjieError):
    """More than a cell holds."""

    code: ClassVar[str] = "matters.too_long"

    def __init__(self, most: int) -> None:
        super().__init__(f"a cell of the sheet holds {most} characters; write the rest into the matter")
        self.most = most


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What an owner wrote: 本周进展, 下周计划, 存在问题."""

    progress: str
    plan: str
    problems: str = ""
    by: UserId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """事项、责任单位、责任人、协办、办结时限、本周进展、下周计划、存在问题、状态."""

    matter_id: MatterId
    number: str
    title: str
    unit_id: UnitId | None
    owner_id: UserId | None
    helpers: tuple[UserId, ...]
    due_at: datetime
    standing: Standing
    is_late: bool
    filling: Filling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    by: UserId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionList:
    """专项: matters that are supervised together. Rows are filled by a weekday's minute, in the office's zone."""

    list_id: ListId
    name: Bilingual
    is_active: bool = True
    cut_off_weekday: int = 4  # Friday
    cut_off_minute: int = 15 * 60
    soon: timedelta = timedelta(hours=7)  # working time before a deadline from which it is 临期


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`week_of` is its Monday. While it is open its rows are drawn from the matters, once signed they are what they were."""

    list_id: ListId
    week_of: date
    cut_off: datetime
    fillings: Mapping[MatterId, Filling]
    reminded_at: datetime | None = None
    signature: Signature | None = None
    frozen: tuple[Row, ...] = ()

    @property
    def state(self) -> SheetState:
        return SheetState.OPEN if self.signature is None else SheetState.SIGNED


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def sheet_of(of_list: SupervisionList, week_of: date, calendar: WorkingCalendar) -> Sheet:
    """Return the empty sheet of a week."""
    day = week_of + timedelta(days=of_list.cut_off_weekday)
    cut_off = instant_of(day, of_list.cut_off_minute, calendar.zone)
    return Sheet(list_id=of_list.list_id, week_of=week_of, cut_off=cut_off, fillings={})


def belongs(matter: Matter, week_of: date, calendar: WorkingCalendar) -> bool:
    """Whether a matter was open at any instant of the week."""
    opened_on = calendar.local_day(matter.opened_at)
    settled_on = None if matter.settled_at is None else calendar.local_day(matter.settled_at)
    return opened_on < week_of + WEEK and (settled_on is None or settled_on >= week_of)


def rows(
    sheet: Sheet, matters: Iterable[Matter], at: datetime, calendar: WorkingCalendar, soon: timedelta
) -> tuple[Row, ...]:
    """Return the sheet's rows as they stand at an instant: late ones first, then by deadline."""
    if sheet.state is SheetState.SIGNED:
        return sheet.frozen
    found = (
        Row(
            matter_id=matter.matter_id,
            number=matter.number,
            title=matter.brief.title,
            unit_id=None if matter.hands is None else matter.hands.unit_id,
            owner_id=matter.owner_id,
            helpers=() if matter.hands is None else matter.hands.helpers,
            due_at=matter.due_at,
            standing=standing(matter, at, calendar, soon),
            is_late=is_late(matter, at),
            filling=sheet.fillings.get(matter.matter_id),
        )
        for matter in matters
        if belongs(matter, sheet.week_of, calendar)
    )
    return tuple(
        sorted(found, key=lambda row: (row.standing is not Standing.OVERDUE, row.due_at, row.number))
    )


def filled(sheet: Sheet, matter_id: MatterId, filling: Filling) -> Sheet:
    """Return the sheet with an owner's row filled, or filled anew."""
    if sheet.state is SheetState.SIGNED:
        raise SheetSigned(sheet.week_of)
    if max(map(len, (filling.progress, filling.plan, filling.problems))) > _TEXT_MAX:
        raise TooLong(_TEXT_MAX)
    return replace(sheet, fillings={**sheet.fillings, matter_id: filling})


def unfilled(drawn: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows somebody still has to fill: of what goes on, with an owner."""
    over = (Standing.CLOSED, Standing.CLOSED_TODAY, Standing.OUT, Standing.SUSPENDED)
    return tuple(row for row in drawn if row.filling is None and row.owner_id and row.standing not in over)


def sign(sheet: Sheet, drawn: tuple[Row, ...], signature: Signature) -> Sheet:
    """Return the sheet as it stays for ever. The next week's is opened with `sheet_of`."""
    if sheet.state is SheetState.SIGNED:
        raise SheetSigned(sheet.week_of)
    return replace(sheet, signature=signature, frozen=drawn)


def side_by_side(last: Iterable[Row], this: Iterable[Row]) -> list[tuple[Row | None, Row | None]]:
    """Pair this week's rows with last week's; what is in one only stands alone, last week's at the end."""
    before = {row.matter_id: row for row in last}
    paired: list[tuple[Row | None, Row | None]] = [(before.pop(row.matter_id, None), row) for row in this]
    return paired + [(row, None) for row in before.values()]
