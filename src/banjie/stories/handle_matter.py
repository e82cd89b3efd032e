"""A matter is opened, handed over, handled and closed: each step one act, with its line of history, the moment the ladder
looks at it next, and whoever has to hear of it.

Laws: what an act writes is kept whole or not at all; nobody takes a step he has no part for; a rung is climbed once.
"""

from collections.abc import Mapping, Sequence, Set
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Protocol

from banjie.base.errors import BanjieError
from banjie.base.ids import UserId, new_id
from banjie.base.working_time import WorkingCalendar
from banjie.matters.classes import MatterClass
from banjie.matters.errors import NotYours
from banjie.matters.handling import Rules, opened, take
from banjie.matters.history import Filed, Line
from banjie.matters.ids import ClassId, MatterId
from banjie.matters.ladder import Act, Climb, Rung, due_climbs, next_climb_at
from banjie.matters.machine import MatterState
from banjie.matters.model import Brief, Matter
from banjie.matters.notices import Book, Notice, of_line, of_rung
from banjie.matters.parts import MAY, Part, check_part
from banjie.matters.ports import Key, MatterStore
from banjie.matters.steps import Dispatch, Escalate, Hands, Merge, Resume, Step, Urge
from banjie.matters.units import heads_above


class NoSuchMatter(BanjieError):
    """There is none of this id, or not for who asks."""

    code: ClassVar[str] = "matters.no_such_matter"

    def __init__(self, matter_id: MatterId) -> None:
        super().__init__(f"there is no matter {matter_id}")
        self.matter_id = matter_id


class NoSuchClass(BanjieError):
    """There is no class of this id, or it is not used any more."""

    code: ClassVar[str] = "matters.no_such_class"

    def __init__(self, class_id: ClassId) -> None:
        super().__init__(f"there is no class of matters {class_id}; choose one of the tree")
        self.class_id = class_id


class NoticeBox(Protocol):
    async def add(self, notices: Sequence[Notice], at: datetime) -> None:
        """Keep them to be told. One of a key that is there already changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """The stores of one act."""

    matters: MatterStore
    notices: NoticeBox


class Cabinet(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Drawer]:
        """Open it for one act. When the block ends what was written is kept, all of it or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What matters are judged by, as the office has set it up."""

    classes: Mapping[ClassId, MatterClass]
    rungs: Sequence[Rung]
    calendar: WorkingCalendar
    book: Book

    def rules(self, class_id: ClassId, open_parts: Set[MatterId] = frozenset()) -> Rules:
        """Raise `NoSuchClass`."""
        of_class = self.classes.get(class_id)
        if of_class is None:
            raise NoSuchClass(class_id)
        return Rules(of_class=of_class, calendar=self.calendar, open_parts=open_parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who acts. `standing` is what he is to every matter: DISPATCHER, OFFICE, AGENT, CUSTOMER."""

    user_id: UserId | None
    standing: frozenset[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One unit's share of a matter."""

    brief: Brief
    hands: Hands


async def open_matter(drawer: Drawer, registry: Registry, brief: Brief, who: Person, at: datetime) -> Filed:
    """Take a matter down. Raise `NoSuchClass`."""
    of_class = registry.rules(brief.class_id).of_class
    if not of_class.is_active:
        raise NoSuchClass(brief.class_id)
    number = await drawer.matters.next_number(registry.calendar.local_day(at).year)
    matter = opened(MatterId(new_id()), number, brief, who.user_id, at, registry.rules(brief.class_id))
    filed = Filed(matter=matter, lines_count=1, wakes_at=_wakes_at(matter, registry, frozenset()))
    line = filed.line(None, who.user_id, Part.OPENER, at)
    await _keep(drawer, registry, [(filed, line)], at)
    return filed


async def take_step(
    drawer: Drawer, registry: Registry, matter_id: MatterId, step: Step, who: Person, at: datetime
) -> Filed:
    """Take a step in somebody's name. Raise `NoSuchMatter`, `NotYours`, `IllegalStep` or `Unfinished`."""
    (before,) = await drawer.matters.take_up([matter_id]) or (None,)
    if before is None:
        raise NoSuchMatter(matter_id)
    parts = parts_of(before.matter, who, registry)
    check_part(before.matter, step, parts)
    if isinstance(step, Merge):
        await _check_target(drawer, matter_id, step.into)
    open_parts = await drawer.matters.open_parts(matter_id)
    climbed = (await drawer.matters.climbed([matter_id])).get(matter_id, frozenset())
    after, line = _taken(
        before,
        step,
        (who.user_id, _acting(parts, step)),
        at,
        registry,
        open_parts=open_parts,
        climbed=climbed,
    )
    await _keep(drawer, registry, [(after, line)], at)
    return after


async def _check_target(drawer: Drawer, matter_id: MatterId, into: MatterId) -> None:
    """What a matter is merged into is another, and goes on."""
    target = await drawer.matters.find(into)
    if target is None or not target.matter.is_open or into == matter_id:
        raise NoSuchMatter(into)


async def hand_out(
    drawer: Drawer, registry: Registry, parent_id: MatterId, tasks: Sequence[Task], who: Person, at: datetime
) -> list[Filed]:
    """Split a matter on the spot (会办): each share is opened and dispatched at once, supervised by whom the parent is.

    Raise `NoSuchMatter`, `NoSuchClass` or `NotYours`: then nothing is handed out.
    """
    (parent,) = await drawer.matters.take_up([parent_id]) or (None,)
    if parent is None or not parent.matter.is_open:
        raise NoSuchMatter(parent_id)
    supervisor_id = parent.matter.supervisor_id or who.user_id
    if supervisor_id is None:
        raise NotYours(parent_id, Dispatch.__name__)
    made = []
    for task in tasks:
        part = await open_matter(drawer, registry, task.brief, who, at)
        dispatch = Dispatch(hands=task.hands, supervisor_id=supervisor_id)
        made.append(await take_step(drawer, registry, part.matter.matter_id, dispatch, who, at))
    return made


async def wake(drawer: Drawer, registry: Registry, now: datetime, limit: int) -> int:
    """Do what is due: climb rungs, let clocks go on. Return how many matters were looked at; fewer than `limit`: all."""
    awake = await drawer.matters.claim_awake(now, limit)
    known = await drawer.matters.climbed([filed.matter.matter_id for filed in awake])
    done = [_awoken(filed, known.get(filed.matter.matter_id, frozenset()), now, registry) for filed in awake]
    await drawer.matters.note_climbs([climb for one in done for climb in one.climbs], now)
    await drawer.matters.file([one.filed for one in done], [line for one in done for line in one.lines])
    await drawer.notices.add([notice for one in done for notice in one.notices], now)
    return len(awake)


def parts_of(matter: Matter, who: Person, registry: Registry) -> frozenset[Part]:
    """Return what somebody is to a matter."""
    hands = matter.hands
    held = {
        Part.OPENER: matter.opened_by,
        Part.OWNER: matter.owner_id,
        Part.SUPERVISOR: matter.supervisor_id,
    }
    mine = {part for part, user_id in held.items() if user_id is not None and user_id == who.user_id}
    if hands is not None and who.user_id in hands.helpers:
        mine.add(Part.HELPER)
    if hands is not None and who.user_id in heads_above(hands.unit_id, registry.book.units, matter.level):
        mine.add(Part.HEAD)
    return who.standing | mine


@dataclass(frozen=True, slots=True, kw_only=True)
class _Awoken:
    filed: Filed
    lines: list[Line]
    climbs: list[Climb]
    notices: list[Notice]


def _awoken(filed: Filed, climbed: Set[Key], now: datetime, registry: Registry) -> _Awoken:
    """Return a matter as it is when all that is due is done to it."""
    lines: list[Line] = []
    notices: list[Notice] = []
    by_rule = (None, Part.RULE)
    if filed.matter.state is MatterState.SUSPENDED and (filed.matter.stage_due_at or now) <= now:
        filed, line = _taken(filed, Resume(), by_rule, now, registry, climbed=climbed)
        lines.append(line)
    rungs = {rung.rung_id: rung for rung in registry.rungs}
    climbs = due_climbs(filed.matter, registry.rungs, registry.calendar, climbed, now)
    after = climbed | {climb.key for climb in climbs}
    for climb in climbs:
        rung = rungs[climb.rung_id]
        if (step := _step_of(rung)) is not None:
            filed, line = _taken(filed, step, by_rule, now, registry, climbed=after)
            lines.append(line)
        notices += of_rung(climb, rung, filed.matter, registry.book)
    asleep = replace(filed, wakes_at=_wakes_at(filed.matter, registry, after))
    return _Awoken(filed=asleep, lines=lines, climbs=climbs, notices=notices)


def _taken(
    before: Filed,
    step: Step,
    by: tuple[UserId | None, Part],
    at: datetime,
    registry: Registry,
    *,
    climbed: Set[Key],
    open_parts: Set[MatterId] = frozenset(),
) -> tuple[Filed, Line]:
    rules = registry.rules(before.matter.brief.class_id, open_parts)
    matter = take(before.matter, step, by[0], at, rules)
    after = Filed(
        matter=matter,
        lines_count=before.lines_count + 1,
        wakes_at=_wakes_at(matter, registry, climbed),
    )
    return after, after.line(step, *by, at)


def _step_of(rung: Rung) -> Step | None:
    """What a rung leaves in the history. A reminder leaves nothing."""
    match rung.act:
        case Act.REMIND:
            return None
        case Act.URGE | Act.SUPERVISE:
            return Urge(rule=rung.rung_id)
        case Act.ESCALATE:
            return Escalate(rule=rung.rung_id)


def _wakes_at(matter: Matter, registry: Registry, climbed: Set[Key]) -> datetime | None:
    if matter.state is MatterState.SUSPENDED:
        return matter.stage_due_at
    return next_climb_at(matter, registry.rungs, registry.calendar, climbed)


def _acting(parts: Set[Part], step: Step) -> Part:
    """As what he takes it, of all he is."""
    return min(parts & MAY[type(step)])


async def _keep(drawer: Drawer, registry: Registry, done: Sequence[tuple[Filed, Line]], at: datetime) -> None:
    await drawer.matters.file([filed for filed, _ in done], [line for _, line in done])
    notices = [notice for filed, line in done for notice in of_line(line, filed.matter, registry.book)]
    await drawer.notices.add(notices, at)
