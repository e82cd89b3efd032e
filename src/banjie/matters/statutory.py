"""Which days a country keeps free by law, and which it works for them: 法定节假日 and 调休, from the `holidays` library."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final

import holidays

from banjie.base.errors import BanjieError
from banjie.base.hours import Hours
from banjie.base.working_time import WorkingCalendar

NONE: Final = ""  # no country: every week is like every other


class NoSuchCountry(BanjieError):
    """The library has no calendar for it."""

    code: ClassVar[str] = "matters.no_such_country"

    def __init__(self, country: str) -> None:
        super().__init__(
            f"there is no holiday calendar for {country!r}; write a two-letter code such as CN, HK or DE"
        )
        self.country = country


def working_calendar(
    hours: Hours, country: str, years: Iterable[int], language: str = "zh_CN"
) -> WorkingCalendar:
    """Return the calendar of an office with these hours in a country (ISO 3166-1 alpha-2, or NONE).

    Holidays are named in `language` where the library knows it, or else as the country does.

    A year whose 调休 the State Council has not announced yet has its statutory days only; with a later version of the
    library it has all, and open deadlines move.

    Raises:
        NoSuchCountry: with words that say what to write.
    """
    if country == NONE:
        return WorkingCalendar(hours=hours)
    wanted = sorted(set(years))
    try:
        kept = holidays.country_holidays(country, years=wanted, language=language)
    except NotImplementedError:
        raise NoSuchCountry(country) from None
    worked: set[date] = getattr(kept, "weekend_workdays", set())
    return WorkingCalendar(
        hours=hours,
        days_off=dict(sorted(kept.items())),
        make_up=frozenset(day for day in worked if day.year in wanted),
    )
