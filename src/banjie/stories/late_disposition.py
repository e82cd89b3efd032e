"""A disposition given after the after-call work is over: it follows the system's in the log, and replaces it in the record."""

from banjie.base.ids import AgentId, CallId
from banjie.calls.cdr import fold
from banjie.calls.dispositions import check_late
from banjie.calls.errors import AlreadyRegistered, NoSuchCall
from banjie.calls.events import CallDisposed
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
        self._under_way.add(call_id)
        try:
            await self._append(agent_id, call_id, code, note)
        finally:
            self._under_way.discard(call_id)

    async def _append(self, agent_id: AgentId, call_id: CallId, code: str, note: str) -> None:
        events = await self._floor.log.events_of(call_id)
        if not events:
            raise NoSuchCall(call_id)
        cdr = fold(events)
        check_late(cdr, agent_id)
        disposed = CallDisposed(
            call_id=call_id,
            occurred_at=self._floor.clock.utc(),
            agent_id=agent_id,
            code=code,
            note=note,
        )
        self._floor.log.append(LiveCall.resume(cdr, len(events) - 1).take(disposed))
