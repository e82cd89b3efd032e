"""Which customer a calling number belongs to.

A number that several customers have (a family, an office) names nobody: the agent sees the number and asks.
"""

from collections.abc import Iterable

from banjie.base.phones import find_number
from banjie.customers.model import Customer


def lookup_key(caller: str, *, area_code: str | None = None) -> str | None:
    """Return what customers' numbers are compared by, E.164; None for a caller who shows no number."""
    number = find_number(caller, area_code=area_code)
    return None if number is None else number.e164


def match_customer(
    caller: str, customers: Iterable[Customer], *, area_code: str | None = None
) -> Customer | None:
    key = lookup_key(caller, area_code=area_code)
    if key is None:
        return None
    known = [c for c in customers if key in c.numbers]
    return known[0] if len(known) == 1 else None
