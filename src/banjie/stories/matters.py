"""The matters of a house as its people see and move them: what each may read, and each act under his own name.

Laws: who only handles matters reads those he has a part in, who takes them down or hands them out reads all; of a confidential
one only the office and those in whose hands it is know that it exists.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.base.ids import CustomerId, UserId
from banjie.base.prompts import Bilingual
from banjie.base.working_time import WorkingCalendar
from banjie.matters.classes import MatterClass
from banjie.matters.history import Filed, Line
from banjie.matters.ids import MatterId, UnitId
from banjie.matters.lights import Light, Standing, light, standing
from banjie.matters.machine import TRANSITIONS
from banjie.matters.model import Brief, Matter
from banjie.matters.notices import Book
from banjie.matters.office import OfficeRules, OfficeStore
from banjie.matters.parts import MAY, Part
from banjie.matters.ports import MatterFilter, MatterStore, Order, Place
from banjie.matters.standard import office_hours
from banjie.matters.steps import Dispatch, Hands, Reassign, Step
from banjie.matters.units import Unit
from banjie.matters.words import STATES
from banjie.people.model import Permission, Tenant, User
from banjie.people.ports import UserStore
from banjie.people.roles import permissions_of
from banjie.stories.customer_card import OpenMatter
from banjie.stories.handle_matter import (
    Cabinet,
    NoSuchMatter,
    Person,
    Registry,
    Task,
    hand_out,
    open_matter,
    parts_of,
    take_step,
)

Can = Permission
_STANDING = {
    Part.AGENT: Can.OPEN_MATTERS,
    Part.DISPATCHER: Can.DISPATCH_MATTERS,
    Part.OFFICE: Can.SUPERVISE_MATTERS,
}

OF_CUSTOMER_MAX = 10
NOBODY: Bilingual = {"zh": "待派单", "en": "nobody yet"}
_READ_ALL = frozenset({Can.OPEN_MATTERS, Can.DISPATCH_MATTERS})


class NotInUnit(BanjieError):
    """Whoever is to have a matter does not work in the unit, or does not handle matters."""

    code: ClassVar[str] = "matters.not_in_unit"

    def __init__(self, user_id: UserId, unit_id: str) -> None:
        super().__init__(f"{user_id} handles no matters in the unit {unit_id}; choose one of its people")
        self.user_id, self.unit_id = user_id, unit_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A matter as one reader sees it now: how it stands, and which steps are his."""

    filed: Filed
    standing: Standing
    light: Light
    steps: tuple[type[Step], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpOffice:
    """The registry with what it was made of."""

    registry: Registry
    rules: OfficeRules
    units: Sequence[Unit]
    people: Mapping[UserId, Bilingual]  # what they are called, those who left too


async def load_office(
    office: OfficeStore,
    users: UserStore,
    tenant: Tenant,
    calendar: Callable[[OfficeRules], Awaitable[WorkingCalendar]],
) -> SetUpOffice:
    """Read what matters are judged by. A house that has set up nothing has the standard's hours and ladder."""
    rules = await office.find_rules() or OfficeRules(hours=office_hours(tenant.timezone))
    classes, units = await office.list_classes(), await office.list_units()
    everybody = await users.list_users(tenant.tenant_id)
    return set_up_of(rules, classes, units, everybody, await calendar(rules))


def set_up_of(
    rules: OfficeRules,
    classes: Sequence[MatterClass],
    units: Sequence[Unit],
    users: Sequence[User],
    calendar: WorkingCalendar,
) -> SetUpOffice:
    present = [user for user in users if user.is_active]
    registry = Registry(
        classes={of_class.class_id: of_class for of_class in classes},
        rungs=rules.rungs,
        calendar=calendar,
        book=Book(
            units={unit.unit_id: unit for unit in units},
            dispatchers=_who_may(present, Can.DISPATCH_MATTERS),
            office=_who_may(present, Can.SUPERVISE_MATTERS),
        ),
    )
    return SetUpOffice(
        registry=registry, rules=rules, units=units, people={user.user_id: user.name for user in users}
    )


def _who_may(users: Sequence[User], permission: Permission) -> frozenset[UserId]:
    return frozenset(user.user_id for user in users if permission in permissions_of(user.roles))


def person(user: User) -> Person:
    """Return what somebody is to every matter."""
    may = permissions_of(user.roles)
    return Person(
        user_id=user.user_id,
        standing=frozenset(part for part, permission in _STANDING.items() if permission in may),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """Reads by `stored`, acts by `cabinet`. `changed` tells every server which matters did, once it is kept."""

    cabinet: Cabinet
    stored: MatterStore
    office: Callable[[], SetUpOffice]
    users: UserStore
    changed: Callable[[Sequence[Filed]], Awaitable[None]]
    now: Callable[[], datetime]

    # -- reading ----------------------------------------------------------------------------------------

    async def list_matters(
        self, who: User, wanted: MatterFilter, order: Order, after: Place | None, limit: int
    ) -> list[Seen]:
        """Return a page of what he may read."""
        found = await self.stored.list_matters(self._readable(who, wanted), order, after, limit)
        return [self._seen(filed, who) for filed in found]

    async def count(self, who: User, wanted: MatterFilter, most: int) -> int:
        return await self.stored.count(self._readable(who, wanted), most)

    async def get(self, who: User, matter_id: MatterId) -> Seen:
        """Raise `NoSuchMatter`, also where there is one that is not for him."""
        filed = await self.stored.find(matter_id)
        if filed is None or not self._may_read(who, filed.matter):
            raise NoSuchMatter(matter_id)
        return self._seen(filed, who)

    async def history(self, who: User, matter_id: MatterId, after: int, limit: int) -> Sequence[Line]:
        await self.get(who, matter_id)
        return await self.stored.history(matter_id, after, limit)

    async def of_customer(self, customer_id: CustomerId) -> Sequence[OpenMatter]:
        """Return a customer's open matters, for whoever has him on the line; confidential ones are not among them."""
        wanted = MatterFilter(customer_id=customer_id, is_open=True, sees_confidential=False)
        found = await self.stored.list_matters(wanted, "due", None, OF_CUSTOMER_MAX)
        people = self.office().people
        return [
            OpenMatter(
                matter_id=matter.matter_id,
                title=f"{matter.number} {matter.brief.title}",
                state=STATES[matter.state],
                owner=NOBODY if matter.owner_id is None else people.get(matter.owner_id, NOBODY),
                due_at=matter.due_at,
            )
            for matter in (filed.matter for filed in found)
        ]

    # -- acting -----------------------------------------------------------------------------------------

    async def open(self, who: User, brief: Brief, hands: Hands | None = None) -> Filed:
        """Take one down, and hand it over at once where that is said and he may."""
        at, registry = self.now(), self.office().registry
        if hands is not None:
            await self._check_hands(hands)
        async with self.cabinet() as drawer:
            filed = await open_matter(drawer, registry, brief, person(who), at)
            if hands is not None:
                dispatch = Dispatch(hands=hands, supervisor_id=who.user_id)
                filed = await take_step(drawer, registry, filed.matter.matter_id, dispatch, person(who), at)
        await self.changed([filed])
        return filed

    async def step(self, who: User, matter_id: MatterId, step: Step) -> Seen:
        before = await self.get(who, matter_id)
        if isinstance(step, Dispatch | Reassign):
            await self._check_hands(step.hands)
        async with self.cabinet() as drawer:
            filed = await take_step(
                drawer, self.office().registry, before.filed.matter.matter_id, step, person(who), self.now()
            )
        await self.changed([filed])
        return self._seen(filed, who)

    async def hand_out(self, who: User, matter_id: MatterId, tasks: Sequence[Task]) -> list[Seen]:
        """Split one among several units. All are handed out, or none."""
        await self.get(who, matter_id)
        for task in tasks:
            await self._check_hands(task.hands)
        shares = [replace(task, brief=replace(task.brief, parent_id=matter_id)) for task in tasks]
        async with self.cabinet() as drawer:
            made = await hand_out(drawer, self.office().registry, matter_id, shares, person(who), self.now())
        await self.changed(made)
        return [self._seen(filed, who) for filed in made]

    # -- inside -----------------------------------------------------------------------------------------

    def _seen(self, filed: Filed, who: User) -> Seen:
        office, at = self.office(), self.now()
        calendar, soon = office.registry.calendar, office.rules.soon
        mine = parts_of(filed.matter, person(who), office.registry)
        return Seen(
            filed=filed,
            standing=standing(filed.matter, at, calendar, soon),
            light=light(filed.matter, at, calendar, soon),
            steps=tuple(step for step in TRANSITIONS[filed.matter.state] if mine & MAY[step]),
        )

    def _readable(self, who: User, wanted: MatterFilter) -> MatterFilter:
        """Narrow a list to what he may read."""
        may = permissions_of(who.roles)
        if Can.SUPERVISE_MATTERS in may:
            return wanted
        narrowed = replace(wanted, sees_confidential=False, reader_id=who.user_id)
        if may & _READ_ALL:
            return narrowed
        return replace(narrowed, takes_part=who.user_id, heads=self._heads(who))

    def _may_read(self, who: User, matter: Matter) -> bool:
        may = permissions_of(who.roles)
        registry = self.office().registry
        mine = parts_of(matter, replace(person(who), standing=frozenset()), registry)
        if Can.SUPERVISE_MATTERS in may:
            return True
        if matter.brief.is_confidential:
            return bool(mine & {Part.OWNER, Part.HELPER, Part.SUPERVISOR})
        return bool(may & _READ_ALL or mine)

    def _heads(self, who: User) -> frozenset[UnitId]:
        return frozenset(unit.unit_id for unit in self.office().units if unit.head_id == who.user_id)

    async def _check_hands(self, hands: Hands) -> None:
        """Raise `NotInUnit` where one of them does not work in the unit, or is not there any more."""
        unit = self.office().registry.book.units.get(hands.unit_id)
        for user_id in (hands.owner_id, *hands.helpers):
            user = await self.users.find_user(user_id)
            handles = user is not None and user.is_active and Can.HANDLE_MATTERS in permissions_of(user.roles)
            is_owner_elsewhere = user_id == hands.owner_id and (unit is None or user_id not in unit.members)
            if not handles or is_owner_elsewhere or unit is None or not unit.is_active:
                raise NotInUnit(user_id, hands.unit_id)
