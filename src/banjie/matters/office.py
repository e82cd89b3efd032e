"""What the supervision office has set up, beside its classes and units: the ladder, its hours, its country's holidays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from banjie.base.hours import Hours
from banjie.base.working_time import WorkingCalendar
from banjie.matters import standard
from banjie.matters.classes import MatterClass
from banjie.matters.ladder import Rung
from banjie.matters.statutory import working_calendar
from banjie.matters.units import Unit

YEARS_AHEAD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRules:
    """`soon` is how much working time before a deadline a matter turns amber."""

    hours: Hours
    country: str = standard.COUNTRY
    rungs: tuple[Rung, ...] = standard.LADDER
    soon: timedelta = standard.SOON

    def calendar(self, at: datetime) -> WorkingCalendar:
        """Return the office's calendar around an instant: from the year before it to what `YEARS_AHEAD` holds."""
        years = range(at.year - 1, at.year + YEARS_AHEAD + 1)
        return working_calendar(self.hours, self.country, years)


class OfficeStore(Protocol):
    async def find_rules(self) -> OfficeRules | None:
        """None: the office was never set up."""

    async def put_rules(self, rules: OfficeRules) -> None: ...

    async def list_classes(self) -> Sequence[MatterClass]: ...

    async def put_class(self, of_class: MatterClass) -> None: ...

    async def list_units(self) -> Sequence[Unit]: ...

    async def put_unit(self, unit: Unit) -> None: ...
