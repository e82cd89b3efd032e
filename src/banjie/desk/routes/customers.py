"""The customer card: who calls, what was before, what is written on him. Asked for by the call, whose number need not be seen."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from banjie.base.ids import CallId, CustomerId
from banjie.calls.cdr import Cdr
from banjie.customers.model import Customer, NoteId
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.audit import write_down
from banjie.desk.callee import customer_of
from banjie.desk.paging import page_of, place_of
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.customers import (
    CardOut,
    ContactOut,
    ContactPage,
    CustomerOut,
    LinkIn,
    NewCustomerIn,
    NoteIn,
    NoteOut,
    NoteVersionOut,
    OpenMatterOut,
)
from banjie.desk.schemas.words import Bilingual, Id
from banjie.desk.told import told_calls, told_number
from banjie.people.model import Permission
from banjie.stories.customer_card import NoteHistory

router = APIRouter(prefix="/api/desk", tags=["customers"])
Agent = Annotated[Principal, Depends(Need(Permission.TAKE_CALLS))]
CallOfMine = Annotated[Id, Path(description="A call that rings at, is with or was with who asks.")]
OneOf = Annotated[Id, Path(description="The customer.")]


@router.get("/calls/{call_id}/card", operation_id="getCustomerCard")
async def get_card(call_id: CallOfMine, parts: Parts, who: Agent) -> CardOut:
    """Who calls, how often today, what is open for him, and what is written on him."""
    card = await parts.cards.card(await customer_of(CallId(call_id), parts, who))
    names = await _names(parts)
    return CardOut(
        customer=None if card.customer is None else _customer(card.customer, who),
        calls_today_count=card.calls_today_count,
        matters=[
            OpenMatterOut(
                matter_id=matter.matter_id,
                title=matter.title,
                state=dict(matter.state),
                owner=dict(matter.owner),
                due_at=matter.due_at,
            )
            for matter in card.matters
        ],
        notes=[_note(note, names, who) for note in card.notes],
    )


@router.get("/calls/{call_id}/contacts", operation_id="listContacts")
async def list_contacts(
    call_id: CallOfMine,
    parts: Parts,
    who: Agent,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> ContactPage:
    """All contacts with him, newest first."""
    party = await customer_of(CallId(call_id), parts, who)
    calls = await parts.cards.contacts(party, after=place_of(cursor), limit=limit + 1)
    page = page_of(await told_calls(parts, calls, who), limit)
    names = await _names(parts)
    return ContactPage(
        items=[
            ContactOut(
                call=told,
                agent_name=None if call.agent_id is None else names.get(call.agent_id),
                can_listen=_can_listen(call, who),
            )
            for told, call in zip(page.items, calls, strict=False)
        ],
        next_cursor=page.next_cursor,
    )


@router.post("/calls/{call_id}/customer", operation_id="enterCustomer", status_code=201)
async def enter(call_id: CallOfMine, body: NewCustomerIn, parts: Parts, who: Agent) -> CustomerOut:
    """Make a customer of who calls. A number that is a customer's already is refused with his name."""
    party = await customer_of(CallId(call_id), parts, who)
    made = await parts.cards.enter(CallId(call_id), party, body.name, body.level, body.number)
    await write_down(parts, who, "customer.added", made.customer_id, {"call": call_id})
    return _customer(made, who)


@router.put("/calls/{call_id}/customer", operation_id="linkCustomer")
async def link(call_id: CallOfMine, body: LinkIn, parts: Parts, who: Agent) -> CustomerOut:
    """Let the call be a known customer's; its number becomes his, unless it is another's."""
    party = await customer_of(CallId(call_id), parts, who)
    linked = await parts.cards.attach(CallId(call_id), party, CustomerId(body.customer_id))
    await write_down(parts, who, "customer.linked", linked.customer_id, {"call": call_id})
    return _customer(linked, who)


@router.get("/customers", operation_id="findCustomers")
async def find(parts: Parts, who: Agent, text: Annotated[str, Query(max_length=80)]) -> list[CustomerOut]:
    """Customers by a part of the name, or by a whole number; ten at most."""
    return [_customer(customer, who) for customer in await parts.cards.search(text)]


@router.post("/customers/{customer_id}/notes", operation_id="writeNote", status_code=201)
async def write_note(customer_id: OneOf, body: NoteIn, parts: Parts, who: Agent) -> NoteOut:
    """For all agents to read."""
    note = await parts.cards.write_note(who.user.user_id, CustomerId(customer_id), body.text)
    await write_down(parts, who, "customer.noted", customer_id, {"note": note.note_id})
    return _note(NoteHistory(versions=(note,)), await _names(parts), who)


@router.put("/customers/{customer_id}/notes/{note_id}", operation_id="rewriteNote", status_code=204)
async def rewrite_note(
    customer_id: OneOf, note_id: Annotated[Id, Path()], body: NoteIn, parts: Parts, who: Agent
) -> None:
    """Change a note of one's own; as it was before is kept."""
    newer = await parts.cards.rewrite_note(
        who.user.user_id, CustomerId(customer_id), NoteId(note_id), body.text
    )
    facts = {"note": note_id, "version": str(newer.version)}
    await write_down(parts, who, "customer.noted", customer_id, facts)


def _customer(customer: Customer, who: Principal) -> CustomerOut:
    return CustomerOut(
        customer_id=customer.customer_id,
        name=customer.name,
        level=customer.level,
        numbers=[told_number(number, who) for number in customer.numbers],
        region=customer.region,
        language=customer.language,
        note=customer.note,
        created_at=customer.created_at,
    )


def _note(note: NoteHistory, names: Mapping[str, Bilingual], who: Principal) -> NoteOut:
    latest, *before = note.versions
    return NoteOut(
        note_id=latest.note_id,
        author_id=latest.author_id,
        author_name=names.get(latest.author_id, {}),
        is_mine=latest.author_id == who.user.user_id,
        text=latest.text,
        written_at=latest.written_at,
        before=[NoteVersionOut(text=old.text, written_at=old.written_at) for old in before],
    )


async def _names(parts: DeskParts) -> dict[str, Bilingual]:
    return {user.user_id: dict(user.name) for user in await parts.users.list_users(parts.tenant_id)}


def _can_listen(call: Cdr, who: Principal) -> bool:
    """As `recordings` lets him."""
    if call.recording_file is None or call.ended_at is None:
        return False
    is_his = call.agent_id == who.agent_id
    return who.may(Permission.LISTEN_RECORDINGS) or (is_his and who.may(Permission.LISTEN_OWN_RECORDINGS))
