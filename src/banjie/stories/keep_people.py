"""An administrator takes people on, changes what they are, lets them go and back; phones get passwords of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from banjie.base.ids import UserId
from banjie.base.prompts import Bilingual
from banjie.people.accounts import (
    Applicant,
    Around,
    around,
    changed_user,
    closed,
    new_user,
    require_administrator,
)
from banjie.people.errors import NoSuchUser
from banjie.people.model import Role, SessionId, User
from banjie.people.passwords import generated_password
from banjie.people.roster import Entry, Known, RosterFault, RosterRefused, check_roster
from banjie.stories.new_password import phone_login
from banjie.stories.office import Books, Facts, in_both, shown

T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An account as it is now; `phone_password` is told once, and never kept."""

    user: User
    phone_password: str | None = None
    ended: Sequence[SessionId] = ()


async def add_person(books: Books, applicant: Applicant, password_hash: str) -> Kept:
    """Take somebody on. Raise BadAccount."""
    user = new_user(books.tenant_id, applicant, await _around(books), books.now)
    return await _take_on(books, user, password_hash, await _names(books))


async def _take_on(books: Books, user: User, password_hash: str, names: Mapping[str, Bilingual]) -> Kept:
    await books.users.add_user(user, password_hash)
    phone_password = await _give_phone(books, user)
    await books.write_down("user.added", user.user_id, user.name, after=_facts(user, names))
    return Kept(user=user, phone_password=phone_password)


async def change_person(books: Books, user_id: UserId, applicant: Applicant, *, is_active: bool) -> Kept:
    """Raise NoSuchUser, BadAccount, or LastAdministrator. Who is let go is signed out everywhere."""
    before = await find_person(books, user_id)
    everybody = await books.users.list_users(books.tenant_id)
    after = changed_user(before, applicant, await _around(books))
    after = replace(after, is_active=True) if is_active else closed(after, everybody)
    if Role.ADMINISTRATOR in before.roles - after.roles:
        require_administrator(after, everybody)
    await books.users.change_user(after)
    phone_password = None
    if after.extension is None:
        await books.users.drop_phone_login(user_id)
    elif after.extension != before.extension:  # what a phone proves itself by holds its name
        phone_password = await _give_phone(books, after)
    ended = [] if after.is_active else await books.sessions.end_sessions_of(user_id)
    names = await _names(books)
    await books.write_down(
        "user.changed", user_id, after.name, before=_facts(before, names), after=_facts(after, names)
    )
    return Kept(user=after, phone_password=phone_password, ended=ended)


async def give_phone_password(books: Books, user_id: UserId) -> Kept:
    """Let the desk phone in by a new password of its own, and by no older one. Raise NoSuchUser."""
    user = await find_person(books, user_id)
    password = await _give_phone(books, user)
    if password is None:
        raise NoSuchUser(f"{user.username} has no extension, and no phone")
    await books.write_down("phone.set", user_id, user.name)
    return Kept(user=user, phone_password=password)


async def block_phone(books: Books, user_id: UserId, *, is_blocked: bool) -> User:
    """Let no phone register for this person, or again one. Repeatable. Raise NoSuchUser."""
    user = await find_person(books, user_id)
    if user.is_phone_blocked != is_blocked:
        await books.users.block_phone(user_id, is_blocked=is_blocked)
        await books.write_down("phone.blocked" if is_blocked else "phone.unblocked", user_id, user.name)
    return replace(user, is_phone_blocked=is_blocked)


async def find_person(books: Books, user_id: UserId) -> User:
    user = await books.users.find_user(user_id)
    if user is None or user.tenant_id != books.tenant_id:
        raise NoSuchUser(f"there is no user {user_id}")
    return user


async def _give_phone(books: Books, user: User) -> str | None:
    if user.extension is None:
        return None
    password = generated_password()
    await books.users.set_phone_login(phone_login(user.user_id, user.extension, password, is_own=True))
    return password


# A whole list at once


async def check_import(books: Books, entries: Sequence[Entry]) -> list[RosterFault]:
    """Say what keeps these people from being taken on; when there is nothing, nothing does."""
    return check_roster(entries, await _known(books))[1]


async def import_people(books: Books, entries: Sequence[Entry], password_hashes: Sequence[str]) -> list[Kept]:
    """Take all of them on, in the order of the file, or nobody. Raise RosterRefused."""
    known = await _known(books)
    applicants, faults = check_roster(entries, known)
    if faults:
        raise RosterRefused(faults)
    names = await _names(books)
    kept = []
    for applicant, password_hash in zip(applicants, password_hashes, strict=True):
        user = new_user(books.tenant_id, applicant, known.around, books.now)
        kept.append(await _take_on(books, user, password_hash, names))
    return kept


async def _known(books: Books) -> Known:
    setups = await books.queues.list_queues(books.tenant_id)
    teams = await books.teams.list_teams(books.tenant_id)
    skills = await books.queues.list_skills(books.tenant_id)
    return Known(
        around=await _around(books),
        queues=_by_word((q.rules.queue_id, q.name) for q in setups if q.is_active),
        teams=_by_word((t.team_id, t.name) for t in teams if t.is_active),
        skills=_by_word((s.code, s.name) for s in skills if s.is_active),
    )


def _by_word(named: Iterable[tuple[T, Bilingual]]) -> dict[str, T]:
    """Return each by its id and its names; an id is never taken for the name of another."""
    pairs = list(named)
    by_name = {name.casefold(): one for one, names in pairs for name in names.values()}
    return {**by_name, **{one.casefold(): one for one, _ in pairs}}


async def _around(books: Books) -> Around:
    tenant_id = books.tenant_id
    return around(
        await books.users.list_users(tenant_id),
        [setup.rules.queue_id for setup in await books.queues.list_queues(tenant_id) if setup.is_active],
        [team.team_id for team in await books.teams.list_teams(tenant_id) if team.is_active],
        [skill.code for skill in await books.queues.list_skills(tenant_id) if skill.is_active],
    )


async def _names(books: Books) -> Mapping[str, Bilingual]:
    """What queues and teams are called, for the record."""
    queues: dict[str, Bilingual] = {
        q.rules.queue_id: q.name for q in await books.queues.list_queues(books.tenant_id)
    }
    teams: dict[str, Bilingual] = {t.team_id: t.name for t in await books.teams.list_teams(books.tenant_id)}
    return {**queues, **teams}


def _facts(user: User, names: Mapping[str, Bilingual]) -> Facts:
    def named(ids: Iterable[str]) -> str:
        return ", ".join(in_both(names.get(one, {})) or one for one in ids)

    return {
        "username": user.username,
        "name": in_both(user.name),
        "roles": ", ".join(sorted(user.roles)),
        "extension": shown(user.extension),
        "queues": named(user.queues),
        "team_id": named(() if user.team_id is None else (user.team_id,)),
        "leads": named(user.leads),
        "skills": ", ".join(f"{skill} {level}" for skill, level in sorted(user.skills.items())),
        "language": user.language,
        "is_active": shown(user.is_active),
    }
