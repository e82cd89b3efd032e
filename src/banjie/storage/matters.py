"""Matters: each whole in one row, what is searched for beside it; their histories, and the rungs they have climbed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Final, cast

from banjie.base.ids import TenantId, UserId
from banjie.base.plain import from_plain, to_plain
from banjie.matters.history import Filed, Line
from banjie.matters.ids import MatterId
from banjie.matters.ladder import Climb
from banjie.matters.machine import MatterState
from banjie.matters.model import Matter
from banjie.matters.parts import Part
from banjie.matters.ports import Key, MatterFilter, Order, Place
from banjie.matters.steps import Step
from banjie.storage.database import Queries, Row, to_json

_COLUMNS: Final = {
    "matter_id": "text",
    "number": "text",
    "title": "text",
    "class_id": "text",
    "state": "text",
    "is_confidential": "boolean",
    "owner_id": "text",
    "unit_id": "text",
    "helpers": "text",  # each list as PostgreSQL writes it: an array of arrays would have to be square
    "supervisor_id": "text",
    "parent_id": "text",
    "customer_id": "text",
    "call_id": "text",
    "opened_at": "timestamptz",
    "due_at": "timestamptz",
    "stage_due_at": "timestamptz",
    "replied_at": "timestamptz",
    "settled_at": "timestamptz",
    "wakes_at": "timestamptz",
    "lines_count": "integer",
    "facts": "text",
}
_CAST: Final = {"helpers": "helpers::text[]", "facts": "facts::jsonb"}
_NAMES: Final = ", ".join(_COLUMNS)
_FILE: Final = f"""
    INSERT INTO matter (tenant_id, {_NAMES})
    SELECT $1, {", ".join(_CAST.get(name, name) for name in _COLUMNS)}
    FROM unnest({", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_COLUMNS.values(), start=2))})
        AS given ({_NAMES})
    ON CONFLICT (matter_id) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "matter_id")}
        WHERE matter.tenant_id = excluded.tenant_id
"""  # noqa: S608 (names are ours)
_WRITE_LINES: Final = """
    INSERT INTO matter_line (tenant_id, matter_id, number, at, by_id, part, step, state, due_at)
    SELECT $1, matter_id, number, at, by_id, part, step::jsonb, state, due_at
    FROM unnest($2::text[], $3::integer[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::timestamptz[]) AS given (matter_id, number, at, by_id, part, step, state, due_at)
"""
_NEXT_NUMBER: Final = """
    INSERT INTO matter_serial (tenant_id, year, last) VALUES ($1, $2, 1)
    ON CONFLICT (tenant_id, year) DO UPDATE SET last = matter_serial.last + 1 RETURNING last
"""
_KEPT: Final = "facts, lines_count, wakes_at"
_TAKE_UP: Final = f"""
    SELECT {_KEPT} FROM matter WHERE tenant_id = $1 AND matter_id = ANY ($2::text[]) ORDER BY matter_id FOR UPDATE
"""  # noqa: S608 (in one order, so that two acts never wait for each other)
_CLAIM: Final = f"""
    SELECT {_KEPT} FROM matter WHERE tenant_id = $1 AND wakes_at <= $2 ORDER BY wakes_at LIMIT $3
    FOR UPDATE SKIP LOCKED
"""  # noqa: S608
_NOTE_CLIMBS: Final = """
    INSERT INTO matter_climb (tenant_id, matter_id, rung_id, round, at)
    SELECT $5, matter_id, rung_id, round, $4 FROM unnest($1::text[], $2::text[], $3::text[]) AS given (matter_id, rung_id, round)
"""
_ORDERED_BY: Final[Mapping[Order, str]] = {
    "due": "due_at",
    "stage_due": "stage_due_at",
    "opened": "opened_at",
}


class SqlMatterStore:  # satisfies matters.ports.MatterStore
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def next_number(self, year: int) -> str:
        serial = await self._database.fetch_value(_NEXT_NUMBER, self._tenant_id, year)
        return f"{year}-{serial:06d}"

    async def find(self, matter_id: MatterId) -> Filed | None:
        row = await self._database.find_row(
            f"SELECT {_KEPT} FROM matter WHERE tenant_id = $1 AND matter_id = $2",  # noqa: S608
            self._tenant_id,
            matter_id,
        )
        return None if row is None else _filed(row)

    async def take_up(self, matter_ids: Iterable[MatterId]) -> Sequence[Filed]:
        return [
            _filed(row) for row in await self._database.fetch(_TAKE_UP, self._tenant_id, list(matter_ids))
        ]

    async def claim_awake(self, now: datetime, limit: int) -> Sequence[Filed]:
        return [_filed(row) for row in await self._database.fetch(_CLAIM, self._tenant_id, now, limit)]

    async def next_wake(self) -> datetime | None:
        found: datetime | None = await self._database.fetch_value(
            "SELECT min(wakes_at) FROM matter WHERE tenant_id = $1", self._tenant_id
        )
        return found

    async def file(self, filed: Sequence[Filed], lines: Sequence[Line]) -> None:
        if filed:
            columns = zip(*map(_row_of, filed), strict=True)
            await self._database.execute(_FILE, self._tenant_id, *map(list, columns))
        if lines:
            columns = zip(*map(_line_row_of, lines), strict=True)
            await self._database.execute(_WRITE_LINES, self._tenant_id, *map(list, columns))

    async def history(self, matter_id: MatterId, after: int, limit: int) -> Sequence[Line]:
        rows = await self._database.fetch(
            "SELECT * FROM matter_line WHERE tenant_id = $1 AND matter_id = $2 AND number > $3 ORDER BY number LIMIT $4",
            self._tenant_id,
            matter_id,
            after,
            limit,
        )
        return [_line(row) for row in rows]

    async def climbed(self, matter_ids: Iterable[MatterId]) -> Mapping[MatterId, Set[Key]]:
        rows = await self._database.fetch(
            "SELECT matter_id, rung_id, round FROM matter_climb WHERE matter_id = ANY ($1::text[])",
            list(matter_ids),
        )
        found: defaultdict[MatterId, set[Key]] = defaultdict(set)
        for row in rows:
            found[row["matter_id"]].add((row["matter_id"], row["rung_id"], row["round"]))
        return found

    async def note_climbs(self, climbs: Sequence[Climb], at: datetime) -> None:
        if climbs:
            columns = zip(*(climb.key for climb in climbs), strict=True)
            await self._database.execute(_NOTE_CLIMBS, *map(list, columns), at, self._tenant_id)

    async def open_parts(self, matter_id: MatterId) -> frozenset[MatterId]:
        rows = await self._database.fetch(
            "SELECT matter_id FROM matter WHERE tenant_id = $1 AND parent_id = $2 AND settled_at IS NULL",
            self._tenant_id,
            matter_id,
        )
        return frozenset(MatterId(row["matter_id"]) for row in rows)

    async def list_matters(
        self, wanted: MatterFilter, order: Order, after: Place | None, limit: int
    ) -> Sequence[Filed]:
        values, where = _conditions(self._tenant_id, wanted)
        by = _ORDERED_BY[order]
        is_down = order == "opened"  # the newest first; by deadline the most pressing
        if after is not None:
            values += [after.at, after.matter_id]
            where += f" AND ({by}, matter_id) {'<' if is_down else '>'} (${len(values) - 1}, ${len(values)})"
        direction = "DESC" if is_down else "ASC"
        sql = f"""
            SELECT {_KEPT} FROM matter WHERE {where} AND {by} IS NOT NULL
            ORDER BY {by} {direction}, matter_id {direction} LIMIT ${len(values) + 1}
        """  # noqa: S608 (names are ours)
        return [_filed(row) for row in await self._database.fetch(sql, *values, limit)]

    async def count(self, wanted: MatterFilter, most: int) -> int:
        values, where = _conditions(self._tenant_id, wanted)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM matter WHERE {where} LIMIT ${len(values) + 1}) AS found"  # noqa: S608
        return int(await self._database.fetch_value(sql, *values, most))


def _conditions(tenant_id: TenantId, wanted: MatterFilter) -> tuple[list[object], str]:
    """Return the values of a WHERE and its text."""
    values: list[object] = [tenant_id]
    parts = ["tenant_id = $1"]

    def add(condition: str, value: object) -> None:
        if value is not None:
            values.append(value)
            parts.append(condition.format(f"${len(values)}"))

    add("state = ANY ({}::text[])", None if wanted.states is None else sorted(wanted.states))
    add("owner_id = {}", wanted.owner_id)
    add("helpers @> ARRAY[{}::text]", wanted.helper_id)
    add("unit_id = {}", wanted.unit_id)
    add("supervisor_id = {}", wanted.supervisor_id)
    add("class_id = {}", wanted.class_id)
    add("customer_id = {}", wanted.customer_id)
    add("call_id = {}", wanted.call_id)
    add("parent_id = {}", wanted.parent_id)
    add("due_at < {}", wanted.due_before)
    add("opened_at >= {}", wanted.opened_since)
    add("opened_at < {}", wanted.opened_before)
    add("(number = {0} OR strpos(lower(title), lower({0})) > 0)", wanted.text)
    if wanted.is_open is not None:
        parts.append(f"settled_at IS {'NULL' if wanted.is_open else 'NOT NULL'}")
    if wanted.takes_part is not None:
        values += [wanted.takes_part, sorted(wanted.heads)]
        of_heads = f"unit_id = ANY (${len(values)}::text[])"
        parts.append(f"({_in_hands_of(len(values) - 1)} OR {of_heads})")
    if not wanted.sees_confidential:
        values.append(wanted.reader_id)
        parts.append(f"(NOT is_confidential OR {_in_hands_of(len(values))})")
    return values, " AND ".join(parts)


def _in_hands_of(value: int) -> str:
    """The condition that the person of this value has it, helps with it or signs it off."""
    person = f"${value}::text"
    return f"owner_id = {person} OR supervisor_id = {person} OR helpers @> ARRAY[{person}]"


def _row_of(filed: Filed) -> tuple[Any, ...]:
    matter = filed.matter
    brief, hands = matter.brief, matter.hands
    return (
        matter.matter_id,
        matter.number,
        brief.title,
        brief.class_id,
        matter.state.value,
        brief.is_confidential,
        matter.owner_id,
        None if hands is None else hands.unit_id,
        _array(() if hands is None else hands.helpers),
        matter.supervisor_id,
        brief.parent_id,
        brief.customer_id,
        brief.call_id,
        matter.opened_at,
        matter.due_at,
        matter.stage_due_at,
        matter.replied_at,
        matter.settled_at,
        filed.wakes_at,
        filed.lines_count,
        to_json(to_plain(matter)),
    )


def _array(names: Iterable[str]) -> str:
    """Return a list as PostgreSQL writes it."""
    quoted = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
    return "{" + ",".join(f'"{name}"' for name in quoted) + "}"


def _line_row_of(line: Line) -> tuple[Any, ...]:
    step = None if line.step is None else to_json(to_plain(line.step, Step))
    return (
        line.matter_id,
        line.number,
        line.at,
        line.by,
        line.part.value,
        step,
        line.state.value,
        line.due_at,
    )


def _filed(row: Row) -> Filed:
    matter = from_plain(Matter, row["facts"])
    return Filed(matter=matter, lines_count=row["lines_count"], wakes_at=row["wakes_at"])


def _line(row: Row) -> Line:
    step = None if row["step"] is None else cast(Step, from_plain(cast("type[Any]", Step), row["step"]))
    return Line(
        matter_id=MatterId(row["matter_id"]),
        number=row["number"],
        at=row["at"],
        by=None if row["by_id"] is None else UserId(row["by_id"]),
        part=Part(row["part"]),
        step=step,
        state=MatterState(row["state"]),
        due_at=row["due_at"],
    )
