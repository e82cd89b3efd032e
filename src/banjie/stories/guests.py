"""A colleague or an outside number is rung for a call that goes on, and answers or not.

Laws: who is rung for a call is offered no other; whoever is not reached, or leaves, costs nobody else anything: his leg
is gone, the colleague is free again, and whoever asked for him is told.
"""

from collections.abc import Callable
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, CallId, LegId, new_id
from banjie.base.phones import parse_number
from banjie.base.prompts import Bilingual
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import GuestAnswered, GuestGone, GuestInvited, GuestLeft, Purpose
from banjie.routing.agents import AgentState
from banjie.routing.events import AcwExtended, AgentStateChanged, NextStateChosen, Withdrawal
from banjie.sip.model import MOST_HOPS, TrunkTarget, UserTarget
from banjie.stories.legs import CannotDial, EndedBy, Leg
from banjie.stories.offer_and_answer import DECLINED, OffersAndAnswers
from banjie.stories.ongoing import Guest, Ongoing
from banjie.stories.ports import BrowserAnswer
from banjie.stories.stage import Stage

RING_S: Final = 20.0
PARTIES_MAX: Final = 8  # in one call, caller and agent included
BUSY: Final = 486
_SET_ASIDE: Final = {"no_answer": Withdrawal.NO_ANSWER, "unreachable": Withdrawal.UNREACHABLE}


class ColleagueNotFree(BanjieError):
    """Only who is READY is rung for a call of somebody else."""

    code: ClassVar[str] = "calls.colleague_not_free"


class NoSuchColleague(BanjieError):
    code: ClassVar[str] = "calls.no_such_colleague"


class CallIsFull(BanjieError):
    """No more than eight are in one call."""

    code: ClassVar[str] = "calls.is_full"


class Guests:
    """Satisfies `LegOwner` for their legs."""

    def __init__(self, stage: Stage, offers: OffersAndAnswers) -> None:
        self._house, self._floor, self._legs = stage.house, stage.floor, stage.legs
        self._deadlines, self._clock = stage.deadlines, stage.clock
        self._offers = offers
        self._called: dict[AgentId, Ongoing] = {}  # colleagues who ring or take part
        self.on_ringing: Callable[[Ongoing, Guest], None] = lambda ongoing, guest: None
        self.on_answered: Callable[[Ongoing, Guest], None] = lambda ongoing, guest: None
        self.on_gone: Callable[[Ongoing, Guest, GuestGone], None] = lambda ongoing, guest, why: None
        self.on_shown: Callable[[AgentId, Ongoing | None], None] = lambda agent_id, ongoing: None
        offers.agent_watchers.append(self._agent_changed)
        offers.ending_watchers.append(self._call_ends)

    # -- inviting ---------------------------------------------------------------------------------------

    def invite_agent(
        self, ongoing: Ongoing, agent_id: AgentId, purpose: Purpose, replaces: str | None = None
    ) -> Guest:
        """Ring a colleague where he answers his calls. Raise where he cannot be rung; then nothing has changed."""
        profile = self._house().agents.get(agent_id)
        if profile is None:
            raise NoSuchColleague(f"nobody called {agent_id} takes calls here")
        status = self._offers.acd.find_agent(agent_id)
        if status is None or status.state is not AgentState.READY:
            raise ColleagueNotFree(f"{agent_id} is {'OFFLINE' if status is None else status.state}")
        guest = self._new(ongoing, purpose, agent_id=agent_id, number=None, name=profile.name)
        leg = None
        if self._offers.device(agent_id) == "phone":
            caller = ongoing.view.number
            phone = UserTarget(username=profile.extension, replaces=replaces)
            leg = self._dial(ongoing, phone, profile.extension, caller)
        self._called[agent_id] = ongoing
        self._offers.apply(self._offers.acd.reserve(agent_id, ongoing.call_id, self._clock.mono()))
        self._ring(ongoing, guest, leg)
        self.on_ringing(ongoing, guest)
        return guest

    def invite_number(self, ongoing: Ongoing, number: str, purpose: Purpose) -> Guest:
        """Ring an outside number. Raise `NotAPhoneNumber`, or `CannotDial` where no trunk leads out."""
        house = self._house()
        dialled = parse_number(number).national
        if house.outbound_trunk is None:
            raise CannotDial("no trunk leads out; set one up first")
        guest = self._new(ongoing, purpose, agent_id=None, number=dialled, name={})
        leg = self._dial(ongoing, TrunkTarget(name=house.outbound_trunk), dialled, house.outbound_caller)
        self._ring(ongoing, guest, leg)
        return guest

    def _new(
        self,
        ongoing: Ongoing,
        purpose: Purpose,
        *,
        agent_id: AgentId | None,
        number: str | None,
        name: Bilingual,
    ) -> Guest:
        if 2 + len(ongoing.guests) >= PARTIES_MAX:
            raise CallIsFull(f"{PARTIES_MAX} are in the call already")
        return Guest(
            guest_id=LegId(new_id()),
            agent_id=agent_id,
            number=number,
            name=name,
            purpose=purpose,
            since=self._clock.utc(),
        )

    def _dial(self, ongoing: Ongoing, target: UserTarget | TrunkTarget, dialled: str, caller: str) -> Leg:
        hops_left = MOST_HOPS if ongoing.caller is None else ongoing.caller.hops_left - 1
        name = ongoing.view.customer_name if isinstance(target, UserTarget) else None
        return self._legs.dial(
            target, caller=caller, caller_name=name, dialled=dialled, owner=self, hops_left=hops_left
        )

    def _ring(self, ongoing: Ongoing, guest: Guest, leg: Leg | None) -> None:
        ongoing.guests[guest.guest_id] = guest
        if leg is not None:
            self._floor.seat_guest(ongoing, guest, leg)
        self._floor.note(
            ongoing,
            GuestInvited,
            guest_id=guest.guest_id,
            agent_id=guest.agent_id,
            number=guest.number,
            purpose=guest.purpose,
        )
        at = self._clock.mono() + RING_S
        self._deadlines.set(_key(guest), at, lambda: self.dismiss(ongoing, guest, "no_answer"))

    # -- a colleague at his screen ----------------------------------------------------------------------

    def call_of(self, agent_id: AgentId, call_id: CallId) -> tuple[Ongoing, Guest] | None:
        """The call of somebody else in which this agent rings or takes part, if that is the one."""
        ongoing = self._called.get(agent_id)
        guest = None if ongoing is None or ongoing.call_id != call_id else ongoing.colleague(agent_id)
        return None if ongoing is None or guest is None else (ongoing, guest)

    async def answer_in_browser(self, ongoing: Ongoing, guest: Guest, offer_sdp: str) -> BrowserAnswer:
        if guest.is_up or guest.is_answering or guest.leg is not None:
            raise NoSuchCall(ongoing.call_id)
        guest.is_answering = True
        try:
            leg, answer_sdp = await self._legs.open_browser(offer_sdp, self)
        except BaseException:
            guest.is_answering = False
            raise
        if ongoing.guests.get(guest.guest_id) is not guest:  # meanwhile withdrawn, or the caller left
            self._legs.hang_up(leg)
            raise NoSuchCall(ongoing.call_id)
        self._floor.seat_guest(ongoing, guest, leg)
        self._answered(ongoing, guest)
        return BrowserAnswer(sdp=answer_sdp, leg_id=leg.leg_id, call_id=ongoing.call_id)

    def _answered(self, ongoing: Ongoing, guest: Guest) -> None:
        self._deadlines.clear(_key(guest))
        guest.is_up = True
        if guest.agent_id is not None:
            acd = self._offers.acd
            self._offers.apply(acd.engage(guest.agent_id, ongoing.call_id, self._clock.mono()))
        self._floor.note(ongoing, GuestAnswered, guest_id=guest.guest_id)
        self.on_answered(ongoing, guest)

    # -- going ------------------------------------------------------------------------------------------

    def dismiss(self, ongoing: Ongoing, guest: Guest, why: GuestGone) -> None:
        """End his part, whatever it was. May be repeated."""
        if ongoing.guests.get(guest.guest_id) is not guest:
            return
        leg = guest.leg
        self._forget(ongoing, guest, why)
        if leg is not None:
            self._legs.hang_up(leg)
        if guest.agent_id is not None and self._offers.acd.find_agent(guest.agent_id) is not None:
            aside = None if guest.is_up else _SET_ASIDE.get(why)
            acd, now = self._offers.acd, self._clock.mono()
            self._offers.apply(acd.let_go(guest.agent_id, now, aside))
        self.on_gone(ongoing, guest, why)

    def take_out(self, ongoing: Ongoing, guest: Guest) -> None:
        """He is no guest any more: the call is his now, with the leg he has."""
        self._forget(ongoing, guest, "took_over")

    def _forget(self, ongoing: Ongoing, guest: Guest, why: GuestGone) -> None:
        self._deadlines.clear(_key(guest))
        self._floor.unseat_guest(ongoing, guest)
        if guest.agent_id is not None:
            del self._called[guest.agent_id]
            self.on_shown(guest.agent_id, None)
        self._floor.note(ongoing, GuestLeft, guest_id=guest.guest_id, why=why)

    def _call_ends(self, ongoing: Ongoing) -> None:
        for guest in list(ongoing.guests.values()):
            self.dismiss(ongoing, guest, "call_ended")

    def _agent_changed(self, change: AgentStateChanged | NextStateChosen | AcwExtended) -> None:
        if isinstance(change, AgentStateChanged) and change.state is AgentState.OFFLINE:
            ongoing = self._called.get(change.agent_id)
            guest = None if ongoing is None else ongoing.colleague(change.agent_id)
            if ongoing is not None and guest is not None:
                self.dismiss(ongoing, guest, "unreachable")

    # -- a guest's leg (LegOwner) -----------------------------------------------------------------------

    def leg_answered(self, leg: Leg) -> None:
        ongoing = self._floor.of_leg(leg)
        guest = None if ongoing is None else ongoing.guest_of(leg)
        if ongoing is None or guest is None:
            self._legs.hang_up(leg)
        else:
            self._answered(ongoing, guest)

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        ongoing = self._floor.of_leg(leg)
        guest = None if ongoing is None else ongoing.guest_of(leg)
        if ongoing is not None and guest is not None:
            self.dismiss(ongoing, guest, "hung_up" if guest.is_up else _why(status))

    def leg_held(self, leg: Leg, held: bool) -> None:
        """His phone's own hold."""

    def digit_heard(self, leg: Leg, digit: str) -> None:
        """Keys of his lead nowhere."""


def _why(status: int | None) -> GuestGone:
    if status == BUSY:
        return "busy"
    return "rejected" if status in DECLINED else "unreachable"


def _key(guest: Guest) -> tuple[LegId, str]:
    return (guest.guest_id, "ring")
