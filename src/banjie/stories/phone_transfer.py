"""An agent at a desk phone hands his caller on by the phone's own keys: REFER, with or without a call to ask first.

His second call goes out through us, to a colleague or an outside number, and is the consultation of the call he is in:
his place in it is then two legs, and which of them his phone holds says with whom he speaks.

Laws: a phone may do what its agent may at the desk, to the same destinations, and no other leg may refer at all; refused,
nothing has changed: he keeps the caller, and the last NOTIFY says why; the caller and whom he asked are one call.
"""

from collections.abc import Mapping
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.phones import NotAPhoneNumber
from banjie.calls.events import AgentLeft, CallEvent, GuestAnswered, GuestGone, GuestLeft
from banjie.calls.machine import CallState
from banjie.routing.errors import NoSuchQueue, QueueClosed
from banjie.sip.events import CallOffered, ReferReceived
from banjie.sip.model import UserPeer
from banjie.stories.dialled_number import destination
from banjie.stories.guests import CallIsFull, ColleagueNotFree, NoSuchColleague
from banjie.stories.handed_over import AlreadyConsulting, HandedOver, NotConsulting
from banjie.stories.inbound_call import InboundCalls, LeadsNowhere
from banjie.stories.legs import CannotDial, EndedBy, Leg
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.ports import ToColleague, ToNumber, ToQueue, ToScript
from banjie.stories.stage import Stage

ACCEPTED: Final = 202
FORBIDDEN: Final = 403
BUSY: Final = 486
DECLINED: Final = 603
_REFUSED: Final[Mapping[type[BanjieError], int]] = {
    NoSuchColleague: 404,
    NoSuchQueue: 404,
    LeadsNowhere: 404,
    NotAPhoneNumber: 484,
    QueueClosed: 480,
    NotConsulting: 481,
    ColleagueNotFree: BUSY,
    AlreadyConsulting: BUSY,
    CallIsFull: BUSY,
    CannotDial: 503,
}
# What his phone is told of whom he asked; the rest is no failure.
_NOT_REACHED: Final[Mapping[GuestGone, int]] = {
    "busy": BUSY,
    "rejected": DECLINED,
    "no_answer": 480,
    "unreachable": 480,
}


class NotHisCall(BanjieError):
    """The call that is to be joined is not one this phone can give away."""

    code: ClassVar[str] = "calls.not_his_call"


class PhoneTransfers:
    """Satisfies `LegOwner` for the second call of an agent's phone."""

    def __init__(
        self, stage: Stage, offers: OffersAndAnswers, hand_over: HandedOver, inbound: InboundCalls
    ) -> None:
        self._house, self._floor, self._legs = stage.house, stage.floor, stage.legs
        self._offers, self._hand_over, self._inbound = offers, hand_over, inbound
        stage.legs.on_refer = self._asked
        stage.floor.watchers.append(self._noted)

    # -- the transfer key -------------------------------------------------------------------------------

    def _asked(self, leg: Leg, asked: ReferReceived) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is None or not _is_his(ongoing, leg):
            self._legs.answer_refer(leg, FORBIDDEN)
            return
        self._legs.answer_refer(leg, ACCEPTED)
        try:
            self._hand_on(ongoing, leg, asked)
        except BanjieError as cause:
            self._legs.tell_refer(leg, _status(cause))

    def _hand_on(self, ongoing: Ongoing, leg: Leg, asked: ReferReceived) -> None:
        """Letting go of his leg tells the phone that it is done."""
        if asked.replaces is not None:
            self._join(ongoing, leg, self._legs.of_session(asked.replaces))
            return
        match destination(self._house(), self._inbound, asked.dialled):
            case ToColleague(agent_id=agent_id):
                self._hand_over.to_agent(ongoing, agent_id, asked.foreign)
            case ToQueue(queue_id=queue_id):
                self._hand_over.to_queue(ongoing, queue_id)
            case ToScript(dialled=dialled):
                self._hand_over.to_script(ongoing, dialled)
            case ToNumber(number=number):
                self._hand_over.to_number(ongoing, number)

    def _join(self, ongoing: Ongoing, leg: Leg, other: Leg | None) -> None:
        """Make one call of the two that the phone has."""
        if other is not None and {leg.leg_id, other.leg_id} == {
            one.leg_id for one in (ongoing.agent, ongoing.second) if one is not None
        }:
            self._hand_over.complete(ongoing)
            return
        his = None if other is None else self._floor.of_leg(other)
        if other is None or his is None or his.caller is not other or other.peer != leg.peer:
            raise NotHisCall("the other call is not this phone's")
        # He has called a number of ours: the caller goes where he waits, or begins where he began.
        match his.live.state:
            case CallState.WAITING | CallState.RINGING if his.queue_id is not None:
                self._hand_over.to_queue(ongoing, his.queue_id)
            case CallState.IN_SCRIPT:
                self._hand_over.to_script(ongoing, his.live.cdr.dialled)
            case _:
                raise NotHisCall("somebody speaks in the other call")
        self._offers.end(his, "caller_hung_up")

    # -- asking first: the second call ------------------------------------------------------------------

    def takes(self, event: CallOffered) -> bool:
        """Take a call of a phone that is in one, if it is to ask somebody; calls to our numbers are like any other's."""
        ongoing = self._call_of(event.peer) if isinstance(event.peer, UserPeer) else None
        if ongoing is None:
            return False
        whom = destination(self._house(), self._inbound, event.dialled)
        if not isinstance(whom, ToColleague | ToNumber):
            return False
        if ongoing.second is not None:
            self._legs.refuse(event, BUSY)
        elif (leg := self._legs.take(event, self)) is not None:
            self._consult(ongoing, leg, whom)
        return True

    def _consult(self, ongoing: Ongoing, leg: Leg, whom: ToColleague | ToNumber) -> None:
        self._floor.seat_second(ongoing, leg)
        try:
            if isinstance(whom, ToColleague):
                self._hand_over.consult_agent(ongoing, whom.agent_id)
            else:
                self._hand_over.consult_number(ongoing, whom.number)
        except BanjieError as cause:
            self._drop(ongoing, _status(cause))
        else:
            self._legs.ring(leg)

    def _call_of(self, peer: UserPeer) -> Ongoing | None:
        """The call this phone's agent is in by it."""
        for ongoing in self._floor:
            leg = ongoing.agent
            if leg is not None and leg.peer == peer and _is_his(ongoing, leg):
                return ongoing
        return None

    def _noted(self, ongoing: Ongoing, event: CallEvent) -> None:
        if ongoing.second is None:
            return
        match event:
            case GuestAnswered():
                self._legs.answer(ongoing.second)
                self._floor.patch(ongoing)
            case GuestLeft(why=why) if ongoing.consulted is None and not ongoing.members:
                self._drop(ongoing, _NOT_REACHED.get(why))
            case AgentLeft():
                self._drop(ongoing, None)
            case _:
                pass

    def _drop(self, ongoing: Ongoing, status: int | None) -> None:
        leg = ongoing.second
        if leg is None:
            return
        self._floor.empty_second(ongoing)
        if status is not None and not leg.is_up:
            self._legs.turn_down(leg, status)
        else:
            self._legs.hang_up(leg)

    # -- his second leg (LegOwner) ----------------------------------------------------------------------

    def leg_answered(self, leg: Leg) -> None:
        """Phones call us."""

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        """He puts down the call to whom he asks; the caller he has still."""
        ongoing = self._floor.of_leg(leg)
        if ongoing is not None and ongoing.second is leg:
            self._floor.empty_second(ongoing)
            self._hand_over.end_consult(ongoing)

    def leg_held(self, leg: Leg, held: bool) -> None:
        """Whom he asked hears music meanwhile."""
        ongoing = self._floor.of_leg(leg)
        if ongoing is not None:
            self._floor.patch(ongoing)

    def digit_heard(self, leg: Leg, digit: str) -> None:
        ongoing = self._floor.of_leg(leg)
        asked = None if ongoing is None else ongoing.consulted
        if asked is not None and asked.is_up and asked.leg is not None:
            self._floor.switchboard.send_digits(asked.leg.port_id, digit)


def _is_his(ongoing: Ongoing, leg: Leg) -> bool:
    """Tell whether this leg is the agent's, and there is somebody to hand on."""
    return (
        ongoing.agent_id is not None
        and ongoing.caller is not None
        and leg in (ongoing.agent, ongoing.second)
        and ongoing.live.state in (CallState.TALKING, CallState.HELD)
    )


def _status(cause: BanjieError) -> int:
    return _REFUSED.get(type(cause), DECLINED)
