"""Which days a country keeps free by law, and which it works for them: 法定节假日 and 调休, from the `holidays` library."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import import_module
from typing import ClassVar, Final

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
    days_off, make_up = _days_of(country, tuple(sorted(set(years))), language)
    return WorkingCalendar(hours=hours, days_off=days_off, make_up=make_up)


@cache
def _days_of(
    country: str, years: tuple[int, ...], language: str
) -> tuple[Mapping[date, str], frozenset[date]]:
    """Return what is free, by name, and what is worked for it. The library takes half a second the first time."""
    library = import_module("holidays")  # not with the rest: a server starts without it
    try:
        kept = library.country_holidays(country, years=years, language=language)
    except NotImplementedError:
        raise NoSuchCountry(country) from None
    worked: set[date] = getattr(kept, "weekend_workdays", set())
    return dict(sorted(kept.items())), frozenset(day for day in worked if day.year in years)
