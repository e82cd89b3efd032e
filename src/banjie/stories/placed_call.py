"""An agent calls somebody: a number outside, the customer of an earlier call, a colleague.

Laws: the agent's own sound is open before anybody is rung; while it rings he hears it; no queue offers him a call
meanwhile; whom he does not reach costs him no after-call work; after that it is a call like any other.
"""

from typing import ClassVar, Final

from banjie.base.errors import BanjieError, Unavailable
from banjie.base.ids import AgentId, CallId, new_id
from banjie.base.phones import parse_number
from banjie.calls.events import CallPlaced, Direction, EndReason
from banjie.calls.machine import CallState
from banjie.routing.agents import AgentState
from banjie.sip.model import MOST_HOPS, TrunkTarget, UserTarget
from banjie.stories.guests import ColleagueNotFree, Guests, NoSuchColleague
from banjie.stories.house import NotAnAgent
from banjie.stories.legs import CannotDial, EndedBy, Leg
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.ports import PlacedCall, ToColleague, ToNumber
from banjie.stories.stage import Stage
from banjie.stories.views import CallerView

RING_OUT_S: Final = 45.0
_BUSY: Final = frozenset({486, 600})
_NO_ANSWER: Final = frozenset({408, 480, 487})


class NotIdle(BanjieError):
    """Who calls is signed in, and in no call and no after-call work."""

    code: ClassVar[str] = "calls.not_idle"


class PlacedCalls:
    """Satisfies `LegOwner` for those who are called, and for the phone of who calls until he picks it up."""

    def __init__(self, stage: Stage, offers: OffersAndAnswers, guests: Guests) -> None:
        self._house, self._floor, self._legs = stage.house, stage.floor, stage.legs
        self._deadlines, self._clock = stage.deadlines, stage.clock
        self._offers, self._guests = offers, guests
        self._to: dict[
            CallId, ToColleague | ToNumber
        ] = {}  # whom to ring once the agent has picked up his phone

    async def place(self, agent_id: AgentId, to: ToColleague | ToNumber, offer_sdp: str | None) -> PlacedCall:
        """Call from this page (`offer_sdp`), or, without one, from the agent's desk phone, which rings first."""
        self._check(agent_id, to)
        if offer_sdp is None:
            return self._from_phone(agent_id, to)
        leg, answer_sdp = await self._legs.open_browser(offer_sdp, self._offers)
        try:
            self._check(agent_id, to)
            ongoing = self._admit(agent_id, to, leg)
            self._ring_out(ongoing, to)
        except BaseException:
            self._legs.hang_up(leg)
            raise
        return PlacedCall(call_id=ongoing.call_id, sdp=answer_sdp, leg_id=leg.leg_id)

    def dialled(self, agent_id: AgentId, to: ToColleague | ToNumber, leg: Leg) -> None:
        """Call from his desk phone, which has dialled by this leg. He may be away: then he is so again after it."""
        if self._offers.acd.find_agent(agent_id) is None:
            self._check_target(agent_id, to)
        else:
            self._check(agent_id, to)
        ongoing = self._admit(agent_id, to, leg)
        self._legs.ring(leg)
        self._ring_out(ongoing, to)

    def _from_phone(self, agent_id: AgentId, to: ToColleague | ToNumber) -> PlacedCall:
        extension = self._house().agents[agent_id].extension
        leg = self._legs.dial(
            UserTarget(username=extension), caller=extension, caller_name=None, dialled=extension, owner=self
        )
        ongoing = self._admit(agent_id, to, leg)
        self._to[ongoing.call_id] = to
        return PlacedCall(call_id=ongoing.call_id, sdp=None, leg_id=leg.leg_id)

    # -- before -----------------------------------------------------------------------------------------

    def _check(self, agent_id: AgentId, to: ToColleague | ToNumber) -> None:
        if agent_id not in self._house().agents:
            raise NotAnAgent("this user takes no calls; give him an extension first")
        mine = self._offers.acd.find_agent(agent_id)
        if mine is None or mine.state not in (AgentState.READY, AgentState.BREAK):
            raise NotIdle(f"{agent_id} is {'OFFLINE' if mine is None else mine.state}")
        self._check_target(agent_id, to)

    def _check_target(self, agent_id: AgentId, to: ToColleague | ToNumber) -> None:
        house = self._house()
        if isinstance(to, ToNumber):
            parse_number(to.number)
            if house.outbound_trunk is None:
                raise CannotDial("no trunk leads out; set one up first")
            return
        if to.agent_id not in house.agents or to.agent_id == agent_id:
            raise NoSuchColleague(f"nobody called {to.agent_id} takes calls here")
        his = self._offers.acd.find_agent(to.agent_id)
        if his is None or his.state is not AgentState.READY:
            raise ColleagueNotFree(f"{to.agent_id} is {'OFFLINE' if his is None else his.state}")

    def _admit(self, agent_id: AgentId, to: ToColleague | ToNumber, leg: Leg) -> Ongoing:
        house = self._house()
        direction: Direction = "out" if isinstance(to, ToNumber) else "internal"
        if isinstance(to, ToNumber):
            dialled, shown = parse_number(to.number).national, house.outbound_caller
        else:
            dialled, shown = house.agents[to.agent_id].extension, house.agents[agent_id].extension
        placed = CallPlaced(
            call_id=CallId(new_id()),
            occurred_at=self._clock.utc(),
            channel="web" if leg.is_browser else "sip",
            peer=agent_id,
            dialled=dialled,
            caller=shown,
            language="zh",
            agent_id=agent_id,
            direction=direction,
        )
        view = CallerView(
            number=dialled,
            customer_id=None,
            customer_name=None,
            level=None,
            region=None,
            calls_before_count=0,
        )
        ongoing = self._floor.admit(placed, None, view)
        ongoing.agent_id, ongoing.answered_at = agent_id, self._clock.utc()
        self._floor.seat(ongoing, leg)
        self._offers.engage(agent_id, ongoing.call_id, "browser" if leg.is_browser else "phone")
        self._offers.on_call_changed(ongoing)
        return ongoing

    def _ring_out(self, ongoing: Ongoing, to: ToColleague | ToNumber) -> None:
        try:
            if isinstance(to, ToColleague):
                self._guests.invite_agent(ongoing, to.agent_id, "internal")
            else:
                self._dial(ongoing)
        except BanjieError:
            self._offers.end(ongoing, "not_reached")
            raise
        self._floor.patch(ongoing)

    def ring_customer(self, ongoing: Ongoing) -> None:
        """Ring whom an agent is held for, a callback; who cannot be rung was not reached."""
        try:
            self._dial(ongoing)
        except BanjieError:
            self._offers.end(ongoing, "not_reached")

    def _dial(self, ongoing: Ongoing) -> None:
        house = self._house()
        if house.outbound_trunk is None:
            raise CannotDial("no trunk leads out; set one up first")
        callee = self._legs.dial(
            TrunkTarget(name=house.outbound_trunk),
            caller=house.outbound_caller,
            caller_name=None,
            dialled=ongoing.live.cdr.dialled,
            owner=self,
            hops_left=MOST_HOPS if ongoing.agent is None else ongoing.agent.hops_left - 1,
        )
        self._floor.seat_caller(ongoing, callee)
        at = self._clock.mono() + RING_OUT_S
        self._deadlines.set((ongoing.call_id, "ring out"), at, lambda: self._unanswered(ongoing))
        self._offers.queued.on_queued(ongoing)  # who is it?

    def _unanswered(self, ongoing: Ongoing) -> None:
        if ongoing.live.state is CallState.PLACING:
            self._offers.end(ongoing, "no_answer")

    # -- the legs (LegOwner) ----------------------------------------------------------------------------

    def leg_answered(self, leg: Leg) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is None or ongoing.agent_id is None:
            self._legs.hang_up(leg)
        elif leg is ongoing.agent:
            leg.owner = self._offers
            try:
                self._ring_out(ongoing, self._to.pop(ongoing.call_id))
            except (Unavailable, ColleagueNotFree):
                return  # the call has ended as not reached
        else:
            self._deadlines.clear((ongoing.call_id, "ring out"))
            self._offers.connected(ongoing, ongoing.agent_id)

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is None:
            return
        self._to.pop(ongoing.call_id, None)
        self._deadlines.clear((ongoing.call_id, "ring out"))
        if ongoing.live.state is CallState.PLACING:
            self._offers.end(ongoing, "not_reached" if leg is ongoing.agent else _why(status))
        else:
            self._offers.end(ongoing, "media_lost" if by == "failure" else "caller_hung_up")

    def leg_held(self, leg: Leg, held: bool) -> None:
        """Whom we called puts us on hold: he plays his own music."""

    def digit_heard(self, leg: Leg, digit: str) -> None:
        """Keys of whom we called lead nowhere."""


def _why(status: int | None) -> EndReason:
    if status in _BUSY:
        return "busy"
    return "no_answer" if status in _NO_ANSWER else "not_reached"
