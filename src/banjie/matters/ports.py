"""What matters need kept. One unit of work is one act: all of it is kept, or nothing."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from banjie.base.ids import CallId, CustomerId, UserId
from banjie.matters.history import Filed, Line
from banjie.matters.ids import ClassId, MatterId, UnitId
from banjie.matters.ladder import Climb
from banjie.matters.machine import MatterState
from banjie.matters.model import Matter
from banjie.matters.sheet import Filling, ListId, Sheet, SupervisionList

Order = Literal["due", "stage_due", "opened"]
Key = tuple[str, str, str]  # of a climb


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterFilter:
    """None: whatever it is. `text` is in the number or the title."""

    states: frozenset[MatterState] | None = None
    is_open: bool | None = None
    owner_id: UserId | None = None
    helper_id: UserId | None = None
    unit_id: UnitId | None = None
    supervisor_id: UserId | None = None
    class_id: ClassId | None = None
    customer_id: CustomerId | None = None
    call_id: CallId | None = None
    parent_id: MatterId | None = None
    due_before: datetime | None = None
    opened_since: datetime | None = None
    opened_before: datetime | None = None
    text: str | None = None
    takes_part: UserId | None = None  # as owner, helper or supervisor, or as head of a unit of `heads`
    heads: frozenset[UnitId] = frozenset()
    sees_confidential: bool = True  # False: of confidential ones only those in `reader_id`'s hands
    reader_id: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ends: the next begins after it."""

    at: datetime
    matter_id: MatterId


def place_of(matter: Matter, order: Order) -> Place | None:
    """Return where a matter stands in a list; None: it is not in it."""
    at = {"due": matter.due_at, "stage_due": matter.stage_due_at, "opened": matter.opened_at}[order]
    return None if at is None else Place(at=at, matter_id=matter.matter_id)


class SheetStore(Protocol):
    async def list_lists(self) -> Sequence[SupervisionList]: ...

    async def put_list(self, of_list: SupervisionList) -> None: ...

    async def add_matters(self, list_id: ListId, matter_ids: Iterable[MatterId], at: datetime) -> None:
        """Supervise them in this list. Repeatable."""

    async def drop_matter(self, list_id: ListId, matter_id: MatterId) -> None: ...

    async def lists_of(self, matter_id: MatterId) -> Sequence[ListId]: ...

    async def matters_of(self, list_id: ListId, week_of: date, limit: int) -> Sequence[Matter]:
        """Return the list's matters that may belong into a week: all but those settled before its eve."""

    async def find_sheet(self, list_id: ListId, week_of: date, *, lock: bool = False) -> Sheet | None:
        """`lock`: nobody else's until the act ends."""

    async def put_sheet(self, sheet: Sheet) -> None:
        """Keep a sheet that is new, or has been reminded of or signed. Its fillings are kept by `put_filling`."""

    async def put_filling(self, sheet: Sheet, matter_id: MatterId, filling: Filling) -> None: ...

    async def weeks(self, list_id: ListId, limit: int) -> Sequence[date]:
        """Return the Mondays of the sheets there are, the newest first."""

    async def claim_cut_off(self, now: datetime, limit: int) -> Sequence[Sheet]:
        """Take up open sheets past their cut-off that nobody was reminded of; two workers never get the same one."""


class MatterStore(Protocol):
    async def next_number(self, year: int) -> str:
        """Draw the next number of a year, as the office writes it: 2026-000123. A number drawn is used or lost."""

    async def find(self, matter_id: MatterId) -> Filed | None: ...

    async def take_up(self, matter_ids: Iterable[MatterId]) -> Sequence[Filed]:
        """Return them, nobody else's until the act ends; those that are not there are left out."""

    async def claim_awake(self, now: datetime, limit: int) -> Sequence[Filed]:
        """Take up those whose time has come, the longest due first; two workers never get the same one."""

    async def next_wake(self) -> datetime | None: ...

    async def file(self, filed: Sequence[Filed], lines: Sequence[Line]) -> None:
        """Keep matters as they are now, and what was done to them."""

    async def history(self, matter_id: MatterId, after: int, limit: int) -> Sequence[Line]:
        """Return lines of a number above `after`, in order."""

    async def climbed(self, matter_ids: Iterable[MatterId]) -> Mapping[MatterId, Set[Key]]: ...

    async def note_climbs(self, climbs: Sequence[Climb], at: datetime) -> None:
        """Keep that these rungs were climbed. One that was before raises: the act is not to be done twice."""

    async def open_parts(self, matter_id: MatterId) -> frozenset[MatterId]: ...

    async def list_matters(
        self, wanted: MatterFilter, order: Order, after: Place | None, limit: int
    ) -> Sequence[Filed]: ...

    async def count(self, wanted: MatterFilter, most: int) -> int:
        """Count them, up to a number: above it nobody needs to know how many."""
