"""What is said of a call when it is over and off the floor: it follows the rest in the log, and shows in the record.

A disposition replaces the system's; the customer is whoever the agent found out it was.
"""

from collections.abc import Callable

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, CallId, CustomerId
from banjie.calls.cdr import Cdr, fold
from banjie.calls.dispositions import check_late
from banjie.calls.errors import AlreadyRegistered, NoSuchCall
from banjie.calls.events import CallDisposed, CallEvent, CustomerMatched
from banjie.calls.live import LiveCall
from banjie.stories.floor import Floor


class LateDispositions:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        # Being read back from the log: a second one would take the same place in it.
        self._under_way: set[CallId] = set()

    async def register(self, agent_id: AgentId, call_id: CallId, code: str, note: str) -> None:
        """Raises NoSuchCall where it is not this agent's, AlreadyRegistered where a person has said it before."""
        if (ongoing := self._floor.find(call_id)) is not None:  # its recording is being closed
            check_late(ongoing.live.cdr, agent_id)
            self._floor.note(ongoing, CallDisposed, agent_id=agent_id, code=code, note=note)
            return
        if call_id in self._under_way:
            raise AlreadyRegistered(call_id)

        def disposed(cdr: Cdr) -> CallEvent:
            check_late(cdr, agent_id)
            return CallDisposed(
                call_id=call_id, occurred_at=self._floor.clock.utc(), agent_id=agent_id, code=code, note=note
            )

        await self._append(call_id, disposed)

    async def link(self, call_id: CallId, customer_id: CustomerId) -> None:
        """Say whose call it was. Raises NoSuchCall; BanjieError while something else is being said of it."""
        if call_id in self._under_way:
            raise BanjieError(f"something else is being said of call {call_id}; try again")
        await self._append(
            call_id,
            lambda cdr: CustomerMatched(
                call_id=call_id, occurred_at=self._floor.clock.utc(), customer_id=customer_id
            ),
        )

    async def _append(self, call_id: CallId, make: Callable[[Cdr], CallEvent]) -> None:
        self._under_way.add(call_id)
        try:
            events = await self._floor.log.events_of(call_id)
            if not events:
                raise NoSuchCall(call_id)
            cdr = fold(events)
            self._floor.log.append(LiveCall.resume(cdr, len(events) - 1).take(make(cdr)))
        finally:
            self._under_way.discard(call_id)
