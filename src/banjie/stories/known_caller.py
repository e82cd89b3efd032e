"""Who calls is looked up before he waits, so that his queue knows whom he knows, and the agent who he is."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Final, Protocol

from banjie.base.ids import CallId, CustomerId
from banjie.calls.events import CustomerMatched
from banjie.calls.store import LastAgent
from banjie.customers.model import Customer
from banjie.stories.ongoing import Ongoing
from banjie.stories.stage import Stage
from banjie.stories.views import CallerView


class CallerBook(Protocol):
    """What is stored of the person behind a number."""

    async def find_customer(self, caller: str) -> Customer | None: ...

    async def last_agent_of(
        self, caller: str, customer_id: CustomerId | None, ongoing: Ongoing
    ) -> LastAgent | None: ...

    async def count_calls_from(self, caller: str, ongoing: Ongoing) -> int: ...


PATIENCE_S: Final = 0.3  # nobody waits longer than this to be known


class KnownCallers:
    """A look-up that fails leaves the call as it is: a caller nobody knows is served too. One look-up a call."""

    def __init__(
        self,
        stage: Stage,
        book: CallerBook,
        spawn: Callable[[Coroutine[None, None, None]], None],
        on_known: Callable[[Ongoing], None],
    ) -> None:
        self._floor, self._deadlines, self._clock = stage.floor, stage.deadlines, stage.clock
        self._book, self._spawn, self._on_known = book, spawn, on_known
        self._then: dict[CallId, Callable[[], None]] = {}

    def look_up(self, ongoing: Ongoing) -> None:
        if not ongoing.is_looked_up:
            ongoing.is_looked_up = True
            self._spawn(self._look_up(ongoing))

    def before(self, ongoing: Ongoing, then: Callable[[], None]) -> None:
        """Do this when he is known, or when that takes too long; never, if he leaves meanwhile."""
        if ongoing.is_looked_up:
            then()
            return
        self._then[ongoing.call_id] = then
        at = self._clock.mono() + PATIENCE_S
        self._deadlines.set((ongoing.call_id, "known"), at, lambda: self._go_on(ongoing))
        self.look_up(ongoing)

    def _go_on(self, ongoing: Ongoing) -> None:
        self._deadlines.clear((ongoing.call_id, "known"))
        then = self._then.pop(ongoing.call_id, None)
        if then is not None and not ongoing.live.is_over:
            then()

    async def _look_up(self, ongoing: Ongoing) -> None:
        number = ongoing.view.number
        customer = await self._book.find_customer(number)
        before_count = await self._book.count_calls_from(number, ongoing)
        ongoing.view = replace(ongoing.view, calls_before_count=before_count)
        if customer is not None:
            ongoing.view = known_as(ongoing.view, customer)
        customer_id = None if customer is None else customer.customer_id
        ongoing.last_served = await self._book.last_agent_of(number, customer_id, ongoing)
        if customer_id is not None:
            self._floor.note(ongoing, CustomerMatched, customer_id=customer_id)
        self._on_known(ongoing)
        self._go_on(ongoing)


def known_as(view: CallerView, customer: Customer) -> CallerView:
    """Show who it is."""
    return replace(
        view,
        customer_id=customer.customer_id,
        customer_name=customer.name,
        level=customer.level.value,
        region=customer.region,
    )
