"""Who calls is looked up while he waits, so that the agent knows before he answers."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Protocol

from banjie.calls.events import CustomerMatched
from banjie.customers.model import Customer
from banjie.stories.floor import Floor
from banjie.stories.ongoing import Ongoing


class CallerBook(Protocol):
    """What is stored of the person behind a number."""

    async def find_customer(self, caller: str) -> Customer | None: ...

    async def count_calls_from(self, caller: str, ongoing: Ongoing) -> int: ...


class KnownCallers:
    """A look-up that fails leaves the call as it is: a caller nobody knows is served too."""

    def __init__(
        self,
        floor: Floor,
        book: CallerBook,
        spawn: Callable[[Coroutine[None, None, None]], None],
        on_known: Callable[[Ongoing], None],
    ) -> None:
        self._floor, self._book, self._spawn, self._on_known = floor, book, spawn, on_known

    def look_up(self, ongoing: Ongoing) -> None:
        self._spawn(self._look_up(ongoing))

    async def _look_up(self, ongoing: Ongoing) -> None:
        number = ongoing.view.number
        customer = await self._book.find_customer(number)
        before_count = await self._book.count_calls_from(number, ongoing)
        ongoing.view = replace(ongoing.view, calls_before_count=before_count)
        if customer is not None:
            ongoing.view = replace(
                ongoing.view,
                customer_id=customer.customer_id,
                customer_name=customer.name,
                level=customer.level.value,
                region=customer.region,
            )
            self._floor.note(ongoing, CustomerMatched, customer_id=customer.customer_id)
        self._on_known(ongoing)
