"""What an agent sees of who calls, and writes on him: who he is, what was before, what is open, notes.

Laws: a number is one customer's, whoever enters it at the same time; what somebody wrote is changed by himself alone, and how
it was before is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from banjie.base.faults import require
from banjie.base.hours import start_of_day
from banjie.base.ids import CallId, CustomerId, TenantId, UserId, new_id
from banjie.base.phones import find_number
from banjie.base.prompts import Bilingual
from banjie.calls.cdr import Cdr
from banjie.calls.store import CallFilter, CallStore, Contacted, PageMark
from banjie.customers.entering import customer_faults, note_faults
from banjie.customers.errors import NoSuchCustomer, NoSuchNote
from banjie.customers.matching import lookup_key
from banjie.customers.model import Customer, CustomerNote, Level, NoteId
from banjie.customers.ports import CustomerStore
from banjie.stories.ports import AgentDesk, Party

FOUND_MAX = 10
CALLS_A_DAY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatter:
    """A matter of the customer's that is not closed."""

    matter_id: str
    title: str
    state: Bilingual
    owner: Bilingual
    due_at: datetime


class OpenMatters(Protocol):
    """The matters department, as far as the card asks for it."""

    async def of_customer(self, customer_id: CustomerId) -> Sequence[OpenMatter]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHistory:
    """A note as it stands, and as it was, the newest first."""

    versions: tuple[CustomerNote, ...]

    @property
    def latest(self) -> CustomerNote:
        return self.versions[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    customer: Customer | None
    calls_today_count: int  # his calls to us, the present one among them
    matters: Sequence[OpenMatter]
    notes: Sequence[NoteHistory]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCards:
    tenant_id: TenantId
    customers: CustomerStore
    calls: CallStore
    matters: OpenMatters
    desk: AgentDesk
    timezone: Callable[[], str]
    now: Callable[[], datetime]

    # -- to be read -------------------------------------------------------------------------------------

    async def card(self, party: Party) -> Card:
        customer = await self._customer_of(party)
        return Card(
            customer=customer,
            calls_today_count=await self._calls_today(party, customer),
            matters=[] if customer is None else await self.matters.of_customer(customer.customer_id),
            notes=[] if customer is None else await self.notes(customer.customer_id),
        )

    async def contacts(self, party: Party, *, after: PageMark | None, limit: int) -> Sequence[Cdr]:
        """Return all calls with him, in and out, the newest first."""
        who = _contacted(party, await self._customer_of(party))
        if who.customer_id is None and not who.numbers:
            return []
        return await self.calls.list_calls(CallFilter(party=who), after=after, limit=limit)

    async def notes(self, customer_id: CustomerId) -> list[NoteHistory]:
        by_note: dict[NoteId, list[CustomerNote]] = {}
        for version in await self.customers.list_notes(self.tenant_id, customer_id):
            by_note.setdefault(version.note_id, []).append(version)
        return [NoteHistory(versions=tuple(versions)) for versions in by_note.values()]

    async def search(self, text: str) -> Sequence[Customer]:
        return await self.customers.search(self.tenant_id, text, FOUND_MAX) if text.strip() else []

    async def _customer_of(self, party: Party) -> Customer | None:
        if party.customer_id is not None:
            return await self.customers.find_customer(self.tenant_id, party.customer_id)
        number = lookup_key(party.number)
        return None if number is None else await self.customers.find_by_number(self.tenant_id, number)

    async def _calls_today(self, party: Party, customer: Customer | None) -> int:
        who = _contacted(party, customer)
        if who.customer_id is None and not who.numbers:
            return 0
        wanted = CallFilter(party=who, since=start_of_day(self.now(), self.timezone()))
        today = await self.calls.list_calls(wanted, after=None, limit=CALLS_A_DAY)
        return sum(call.direction == "in" for call in today)

    # -- to be written ----------------------------------------------------------------------------------

    async def enter(
        self, call_id: CallId, party: Party, name: str, level: Level, number: str | None
    ) -> Customer:
        """Make a customer of who calls, by his number or the one he names, and let the call be his."""
        given = number or (party.number if find_number(party.number) is not None else None)
        key = None if given is None else lookup_key(given)
        owner = None if key is None else await self.customers.find_by_number(self.tenant_id, key)
        require(customer_faults(name, given, owner))
        customer = Customer(
            customer_id=CustomerId(new_id()),
            tenant_id=self.tenant_id,
            name=name.strip(),
            level=level,
            numbers=() if key is None else (key,),
            region=None,
            language=None,
            note="",
            created_at=self.now(),
        )
        await self.customers.add_customer(customer)
        await self.desk.link(call_id, customer)
        return customer

    async def attach(self, call_id: CallId, party: Party, customer_id: CustomerId) -> Customer:
        """Let the call be a known customer's. His number becomes one of that customer's, unless it is another's."""
        customer = await self._get(customer_id)
        key = lookup_key(party.number)
        if key is not None and key not in customer.numbers and await self.customers.add_number(customer, key):
            customer = replace(customer, numbers=(*customer.numbers, key))
        await self.desk.link(call_id, customer)
        return customer

    async def write_note(self, author_id: UserId, customer_id: CustomerId, text: str) -> CustomerNote:
        require(note_faults(text))
        await self._get(customer_id)
        note = CustomerNote(
            note_id=NoteId(new_id()),
            version=1,
            customer_id=customer_id,
            author_id=author_id,
            text=text.strip(),
            written_at=self.now(),
        )
        await self.customers.put_note(self.tenant_id, note)
        return note

    async def rewrite_note(
        self, author_id: UserId, customer_id: CustomerId, note_id: NoteId, text: str
    ) -> CustomerNote:
        """Change one's own note; as it was before is kept."""
        require(note_faults(text))
        known = next((n.latest for n in await self.notes(customer_id) if n.latest.note_id == note_id), None)
        if known is None or known.author_id != author_id:
            raise NoSuchNote(f"no note {note_id} of yours")
        if text.strip() == known.text:
            return known
        newer = replace(known, version=known.version + 1, text=text.strip(), written_at=self.now())
        await self.customers.put_note(self.tenant_id, newer)
        return newer

    async def _get(self, customer_id: CustomerId) -> Customer:
        found = await self.customers.find_customer(self.tenant_id, customer_id)
        if found is None:
            raise NoSuchCustomer(f"there is no customer {customer_id}")
        return found


def _contacted(party: Party, customer: Customer | None) -> Contacted:
    """Whose calls are his: those that were linked to him, and those with his numbers, however a carrier writes them."""
    numbers = set() if customer is None else set(customer.numbers)
    if find_number(party.number) is not None:
        numbers.add(party.number)
    spelt = {way for number in numbers for way in _spellings(number)}
    return Contacted(
        customer_id=None if customer is None else customer.customer_id, numbers=tuple(sorted(spelt))
    )


def _spellings(number: str) -> set[str]:
    known = find_number(number)
    if known is None:
        return {number}
    return {number, known.e164, known.national, known.e164.removeprefix("+")}
