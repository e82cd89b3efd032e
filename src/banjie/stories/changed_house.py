"""The house changes while calls go on.

Laws: no call is cut off by a change; who was let go leaves when his call and its after-call work are over; a queue
that was closed answers those who wait in it; all others act by the new set-up from the next step on; who was moved to
other queues for a time serves as he is set up when it is over.
"""

from collections.abc import Callable

from banjie.base.ids import AgentId
from banjie.routing.agents import AgentState
from banjie.routing.events import AcwExtended, AgentStateChanged, NextStateChosen
from banjie.stories.clock import Clock
from banjie.stories.contact_centre import ContactCentre
from banjie.stories.set_up import SetUp


class ChangedHouse:
    """Loads the set-up again and lets the floor follow it."""

    def __init__(self, set_up: SetUp, centre: ContactCentre, clock: Clock, again: Callable[[], None]) -> None:
        """`again`: takes the house in once more, as whoever changes it does."""
        self._clock, self._again = clock, again
        self._set_up, self._centre, self._offers = set_up, centre, centre.offers
        self._leaving: set[AgentId] = set()
        self._offers.agent_watchers.append(self._agent_changed)
        self._await_end_of_moves()

    async def take_in(self) -> None:
        """Act on what is different now. One at a time: a later set-up must not be replaced by an earlier one."""
        before = self._set_up.house
        await self._set_up.load()
        gone = {a: profile for a, profile in before.agents.items() if a not in self._set_up.house.agents}
        self._leaving = set(gone)
        self._set_up.keep_agents(gone)
        self._offers.put_queues([queue.rules for queue in self._set_up.house.queues.values()])
        self._centre.hours.keep()
        for agent_id in gone:
            self._offers.sign_out(agent_id)
            if self._offers.acd.find_agent(agent_id) is None:
                self._forget(agent_id)
        for agent_id in self._set_up.house.agents.keys() - gone.keys():
            self._offers.serve(agent_id)
        self._await_end_of_moves()
        self._centre.screens.show_all()

    def _await_end_of_moves(self) -> None:
        """Take the house in anew when the next agent is to serve as he is set up again."""
        moves = (agent.move for agent in self._set_up.house.agents.values())
        ends = [move.until for move in moves if move is not None and move.until is not None]
        left_s = (min(ends) - self._clock.utc()).total_seconds() if ends else None
        at = None if left_s is None else self._clock.mono() + max(left_s, 0.0)
        self._centre.deadlines.set("end of moves", at, self._again)

    def _agent_changed(self, change: AgentStateChanged | NextStateChosen | AcwExtended) -> None:
        if isinstance(change, AgentStateChanged) and change.state is AgentState.OFFLINE:
            self._forget(change.agent_id)

    def _forget(self, agent_id: AgentId) -> None:
        if agent_id in self._leaving:
            self._leaving.discard(agent_id)
            self._set_up.forget_agent(agent_id)
            self._centre.screens.forget_agent(agent_id)
