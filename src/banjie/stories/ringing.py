"""The offers that stand, found by whoever may end them: the agent, the call, the phone that rings."""

from dataclasses import dataclass
from datetime import datetime

from banjie.base.ids import AgentId, CallId, LegId
from banjie.routing.events import Offer
from banjie.stories.legs import Leg


@dataclass(slots=True, kw_only=True)
class Ringing:
    """An offer that stands."""

    offer: Offer
    since: datetime
    phone: Leg | None = None  # None: it rings in the browser
    is_answering: bool = False  # the browser's audio is being opened


class StandingOffers:
    """An agent rings for at most one call (the ACD's law); a call rings at as many agents as its queue says."""

    def __init__(self) -> None:
        self._by_agent: dict[AgentId, Ringing] = {}
        self._by_call: dict[CallId, dict[AgentId, Ringing]] = {}
        self._by_phone: dict[LegId, Ringing] = {}

    def begin(self, offer: Offer, since: datetime) -> Ringing:
        ringing = Ringing(offer=offer, since=since)
        self._by_agent[offer.agent_id] = ringing
        self._by_call.setdefault(offer.call_id, {})[offer.agent_id] = ringing
        return ringing

    def ring_at(self, ringing: Ringing, phone: Leg) -> None:
        ringing.phone = phone
        self._by_phone[phone.leg_id] = ringing

    def end(self, agent_id: AgentId) -> Ringing | None:
        """Forget what this agent rings for. May be repeated."""
        ringing = self._by_agent.pop(agent_id, None)
        if ringing is not None:
            others = self._by_call[ringing.offer.call_id]
            del others[agent_id]
            if not others:
                del self._by_call[ringing.offer.call_id]
            if ringing.phone is not None:
                del self._by_phone[ringing.phone.leg_id]
        return ringing

    def at_agent(self, agent_id: AgentId) -> Ringing | None:
        return self._by_agent.get(agent_id)

    def of_call(self, call_id: CallId) -> tuple[Ringing, ...]:
        """All agents it rings at."""
        return tuple(self._by_call.get(call_id, {}).values())

    def at_phone(self, leg: Leg) -> Ringing | None:
        return self._by_phone.get(leg.leg_id)
