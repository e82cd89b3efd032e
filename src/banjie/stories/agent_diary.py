"""Every change of an agent's state is written down, so that his day can be told and is taken up after a restart."""

from banjie.routing.events import AcwExtended, AgentStateChanged, NextStateChosen
from banjie.routing.states import AgentLog, StateEntered
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.stage import Stage


class AgentDiary:
    """Watches the offers; nobody calls it."""

    def __init__(self, stage: Stage, log: AgentLog, offers: OffersAndAnswers) -> None:
        self._clock, self._log, self._offers = stage.clock, log, offers
        offers.agent_watchers.append(self._changed)

    def _changed(self, change: AgentStateChanged | NextStateChosen | AcwExtended) -> None:
        if isinstance(change, AgentStateChanged):
            status = self._offers.acd.find_agent(change.agent_id)
            self._log.append(
                StateEntered(
                    agent_id=change.agent_id,
                    state=change.state,
                    reason=change.reason,
                    call_id=None if status is None else status.call_id,
                    since=self._clock.utc_of(change.since),
                    device=None if status is None else self._offers.device(change.agent_id),
                )
            )
