"""What the supervision office has set up: rules, classes, units and who is in them."""

from collections.abc import Sequence
from typing import Final

from banjie.base.ids import TenantId, UserId
from banjie.base.plain import from_plain, to_plain
from banjie.matters.classes import MatterClass
from banjie.matters.ids import UnitId
from banjie.matters.office import OfficeRules
from banjie.matters.units import Unit
from banjie.storage.database import Queries

_PUT_RULES: Final = """
    INSERT INTO matter_rules (tenant_id, facts) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET facts = excluded.facts
"""
_PUT_CLASS: Final = """
    INSERT INTO matter_class (class_id, tenant_id, parent_id, facts) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant_id, class_id) DO UPDATE SET parent_id = excluded.parent_id, facts = excluded.facts
"""
_PUT_UNIT: Final = """
    WITH put AS (
        INSERT INTO unit (unit_id, tenant_id, name, parent_id, head_id, is_active) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, unit_id) DO UPDATE
        SET name = excluded.name, parent_id = excluded.parent_id, head_id = excluded.head_id,
            is_active = excluded.is_active
    ), gone AS (
        DELETE FROM unit_member WHERE tenant_id = $2 AND unit_id = $1 AND user_id <> ALL ($7::text[])
    )
    INSERT INTO unit_member (tenant_id, unit_id, user_id) SELECT $2, $1, unnest($7::text[]) ON CONFLICT DO NOTHING
"""
_LIST_UNITS: Final = """
    SELECT unit.*, coalesce(array_agg(user_id) FILTER (WHERE user_id IS NOT NULL), '{}') AS members
    FROM unit LEFT JOIN unit_member USING (tenant_id, unit_id)
    WHERE tenant_id = $1 GROUP BY unit.tenant_id, unit.unit_id ORDER BY created_at, unit.unit_id
"""


class SqlMatterOffice:  # satisfies matters.office.OfficeStore
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def find_rules(self) -> OfficeRules | None:
        facts = await self._database.fetch_value(
            "SELECT facts FROM matter_rules WHERE tenant_id = $1", self._tenant_id
        )
        return None if facts is None else from_plain(OfficeRules, facts)

    async def put_rules(self, rules: OfficeRules) -> None:
        await self._database.execute(_PUT_RULES, self._tenant_id, to_plain(rules))

    async def list_classes(self) -> Sequence[MatterClass]:
        rows = await self._database.fetch(
            "SELECT facts FROM matter_class WHERE tenant_id = $1 ORDER BY created_at, class_id",
            self._tenant_id,
        )
        return [from_plain(MatterClass, row["facts"]) for row in rows]

    async def put_class(self, of_class: MatterClass) -> None:
        """A class's parent is there before it."""
        await self._database.execute(
            _PUT_CLASS, of_class.class_id, self._tenant_id, of_class.parent_id, to_plain(of_class)
        )

    async def list_units(self) -> Sequence[Unit]:
        return [
            Unit(
                unit_id=UnitId(row["unit_id"]),
                name=row["name"],
                head_id=None if row["head_id"] is None else UserId(row["head_id"]),
                parent_id=None if row["parent_id"] is None else UnitId(row["parent_id"]),
                members=frozenset(map(UserId, row["members"])),
                is_active=row["is_active"],
            )
            for row in await self._database.fetch(_LIST_UNITS, self._tenant_id)
        ]

    async def put_unit(self, unit: Unit) -> None:
        """A unit above is there before it."""
        await self._database.execute(
            _PUT_UNIT,
            unit.unit_id,
            self._tenant_id,
            dict(unit.name),
            unit.parent_id,
            unit.head_id,
            unit.is_active,
            sorted(unit.members),
        )
