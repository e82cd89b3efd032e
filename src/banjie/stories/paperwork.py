"""After-call work: which agent has yet to say what his part of which call was.

Laws: an agent owes for one call at a time; whoever does not say it himself has it closed in his stead, and the call says so.
"""

from banjie.base.ids import AgentId
from banjie.calls.dispositions import SystemDisposition
from banjie.calls.events import CallDisposed
from banjie.stories.floor import Floor
from banjie.stories.ongoing import Ongoing


class Paperwork:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._owed: dict[AgentId, Ongoing] = {}

    def owe(self, ongoing: Ongoing, agent_id: AgentId) -> None:
        """He has yet to say what his part was."""
        ongoing.paperwork.add(agent_id)
        self._owed[agent_id] = ongoing

    def of(self, agent_id: AgentId) -> Ongoing | None:
        """The call whose after-call work this agent has."""
        return self._owed.get(agent_id)

    def done(self, ongoing: Ongoing, agent_id: AgentId) -> bool:
        """He has said it. Return whether his after-call work ends with it: its timer may have ended it before."""
        ongoing.paperwork.discard(agent_id)
        is_his = self._owed.get(agent_id) is ongoing
        if is_his:
            del self._owed[agent_id]
        return is_his

    def leave(self, agent_id: AgentId, why: SystemDisposition) -> None:
        """Close the after-call work in the agent's stead, if he has any."""
        left = self._owed.pop(agent_id, None)
        if left is not None:
            left.paperwork.discard(agent_id)
            self._floor.note(left, CallDisposed, agent_id=None, code=why.value, note="", for_agent=agent_id)
            self._floor.release(left)

    def leave_all(self) -> None:
        """The house closes: who has not said what his call was can say it later."""
        for agent_id in list(self._owed):
            self.leave(agent_id, SystemDisposition.INTERRUPTED)
