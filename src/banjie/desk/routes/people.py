"""Who works here, for administrators: found, taken on, changed, let go; one by one or from a file."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Path, Query
from pydantic import StringConstraints

from banjie.base.ids import QueueId, TeamId, UserId
from banjie.desk.access import Need, Parts, Principal, scope_of
from banjie.desk.errors import sentence
from banjie.desk.schemas.set_up import ImportOut, KeptPersonOut, PeoplePage, PersonIn, RosterFaultOut
from banjie.desk.schemas.words import Id
from banjie.desk.seen import SaysSeen
from banjie.desk.signin import slowly
from banjie.desk.texts import language_of
from banjie.desk.told import told_user
from banjie.people.accounts import Applicant
from banjie.people.model import Permission, Role, UserFilter
from banjie.people.passwords import generated_password, hash_password
from banjie.people.roster import RosterFault, RosterRefused, read_roster
from banjie.stories.keep_people import (
    Kept,
    add_person,
    change_person,
    check_import,
    give_phone_password,
    import_people,
)

router = APIRouter(prefix="/api/people", tags=["people"], dependencies=[SaysSeen])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_USERS))]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=r"^[^\x00]*$")]
Person = Annotated[Id, Path()]


class Filters:
    """The query string of the list, checked."""

    def __init__(
        self,
        text: Annotated[Text | None, Query(description="In the username, a name or the extension.")] = None,
        role: Annotated[Role | None, Query()] = None,
        queue_id: Annotated[Id | None, Query()] = None,
        team_id: Annotated[Id | None, Query()] = None,
        active: Annotated[bool | None, Query()] = None,
    ) -> None:
        self.wanted = UserFilter(
            text=text or None,
            role=role,
            queue_id=None if queue_id is None else QueueId(queue_id),
            team_id=None if team_id is None else TeamId(team_id),
            is_active=active,
        )


@router.get("", operation_id="searchPeople")
async def search(
    parts: Parts,
    who: Annotated[Principal, Depends(Need(Permission.READ_USERS))],
    filters: Annotated[Filters, Depends()],
    after: Annotated[Text | None, Query(description="`next_after` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PeoplePage:
    """By username, a page at a time."""
    wanted = replace(filters.wanted, teams=await scope_of(who, parts))
    found = await parts.users.search_users(parts.tenant_id, wanted, after, limit + 1)
    shown = found[:limit]
    return PeoplePage(
        items=[told_user(user) for user in shown],
        next_after=shown[-1].username if len(found) > limit else None,
    )


@router.post("", operation_id="addPerson", status_code=201)
async def add(body: PersonIn, parts: Parts, who: Keeper) -> KeptPersonOut:
    """Take somebody on. The passwords in this answer are shown once."""
    password = generated_password()
    password_hash = await slowly(hash_password, password)
    async with parts.office(who.clerk) as books:
        kept = await add_person(books, _applicant(body), password_hash)
    return _told(kept, password)


@router.put("/{user_id}", operation_id="changePerson")
async def change(user_id: Person, body: PersonIn, parts: Parts, who: Keeper) -> KeptPersonOut:
    """Who is let go is signed out everywhere, ends the call in hand, and keeps the name in history."""
    async with parts.office(who.clerk) as books:
        kept = await change_person(books, UserId(user_id), _applicant(body), is_active=body.is_active)
    for ended in kept.ended:
        parts.board.close_session(ended)
    return _told(kept)


@router.post("/{user_id}/phone-password", operation_id="givePhonePassword")
async def give_phone(user_id: Person, parts: Parts, who: Keeper) -> KeptPersonOut:
    """Give the desk phone a new password of its own; it is shown in this answer and never again."""
    async with parts.office(who.clerk) as books:
        kept = await give_phone_password(books, UserId(user_id))
    return _told(kept)


@router.post("/import", operation_id="importPeople")
async def import_file(
    body: Annotated[bytes, Body(media_type="text/csv")],
    parts: Parts,
    who: Keeper,
    dry_run: Annotated[bool, Query(description="Only say what would become of it.")] = True,
    accept_language: Annotated[str, Header()] = "",
) -> ImportOut:
    """Take on everybody in a CSV file, or nobody when anything is wrong with it."""
    language = language_of(accept_language)
    try:
        entries = read_roster(body)
        if dry_run:
            async with parts.office(who.clerk) as books:
                faults = await check_import(books, entries)
            return ImportOut(rows_count=len(entries), faults=_faults(faults, language), added=[])
        passwords, hashes = await _passwords(len(entries))
        async with parts.office(who.clerk) as books:
            kept = await import_people(books, entries, hashes)
    except RosterRefused as refusal:
        return ImportOut(rows_count=0, faults=_faults(refusal.faults, language), added=[])
    added = [_told(one, password) for one, password in zip(kept, passwords, strict=True)]
    return ImportOut(rows_count=len(entries), faults=[], added=added)


async def _passwords(count: int) -> tuple[list[str], list[str]]:
    """Make passwords and their hashes, a few at a time: who signs in meanwhile has his turn between them."""
    passwords = [generated_password() for _ in range(count)]
    return passwords, [await slowly(hash_password, password) for password in passwords]


def _applicant(body: PersonIn) -> Applicant:
    return Applicant(
        username=body.username.strip(),
        name=body.name,
        roles=frozenset(body.roles),
        extension=(body.extension or "").strip() or None,
        queues=tuple(dict.fromkeys(map(QueueId, body.queues))),
        language=body.language,
        team_id=None if body.team_id is None else TeamId(body.team_id),
        leads=tuple(dict.fromkeys(map(TeamId, body.leads))),
        skills=body.skills,
    )


def _faults(faults: Sequence[RosterFault], language: str) -> list[RosterFaultOut]:
    return [
        RosterFaultOut(line=one.line, column=one.column, message=sentence(one.message[language]))
        for one in faults
    ]


def _told(kept: Kept, password: str | None = None) -> KeptPersonOut:
    return KeptPersonOut(user=told_user(kept.user), password=password, phone_password=kept.phone_password)
