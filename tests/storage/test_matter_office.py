"""The set-up of the supervision office is read back as it was put."""

from dataclasses import replace
from datetime import date

import pytest

from banjie.base.hours import Period
from banjie.base.ids import UserId
from banjie.matters import standard
from banjie.matters.ids import ClassId, UnitId
from banjie.matters.office import OfficeRules
from banjie.matters.units import Unit
from banjie.storage.database import Database
from banjie.storage.matter_office import SqlMatterOffice
from tests.storage.conftest import BANK, OTHER

pytestmark = pytest.mark.peer

CITY = Unit(unit_id=UnitId("city"), name={"zh": "市政府", "en": "City"}, head_id=UserId("mayor"))
WATER = Unit(
    unit_id=UnitId("water"),
    name={"zh": "供水", "en": "Water"},
    parent_id=UnitId("city"),
    members=frozenset({UserId("li"), UserId("zhao")}),
)


async def test_rules_are_read_back(database: Database) -> None:
    office = SqlMatterOffice(database, BANK)
    assert await office.find_rules() is None
    hours = standard.office_hours("Asia/Shanghai")
    rules = OfficeRules(
        hours=replace(hours, exceptions={date(2026, 3, 3): (), date(2026, 3, 7): (Period(540, 720),)})
    )
    await office.put_rules(OfficeRules(hours=hours, country="", rungs=()))
    await office.put_rules(rules)
    assert await office.find_rules() == rules
    assert await SqlMatterOffice(database, OTHER).find_rules() is None


async def test_classes_are_read_back(database: Database) -> None:
    office = SqlMatterOffice(database, BANK)
    below = replace(standard.CLASSES[0], class_id=ClassId("card"), parent_id=ClassId("consult"))
    for of_class in (*standard.CLASSES, below):
        await office.put_class(of_class)
    await office.put_class(replace(below, is_active=False))
    assert await office.list_classes() == [*standard.CLASSES, replace(below, is_active=False)]


async def test_units_are_read_back_with_who_is_in_them(database: Database) -> None:
    office = SqlMatterOffice(database, BANK)
    await office.put_unit(CITY)
    await office.put_unit(WATER)
    moved = replace(WATER, members=frozenset({UserId("zhao"), UserId("sun")}), is_active=False)
    await office.put_unit(moved)
    theirs = replace(CITY, name={"zh": "别处", "en": "Elsewhere"})
    await SqlMatterOffice(database, OTHER).put_unit(theirs)
    assert await office.list_units() == [CITY, moved]
    assert await SqlMatterOffice(database, OTHER).list_units() == [theirs]
