"""A script hands the caller to a number outside: it rings, they are joined, and whoever leaves ends it for both."""

from collections.abc import Callable

from banjie.base.errors import Unavailable
from banjie.calls.events import EndReason, TransferAnswered, TransferBegan
from banjie.calls.machine import CallState
from banjie.sip.model import MOST_HOPS, TrunkTarget
from banjie.stories.legs import EndedBy, Leg
from banjie.stories.ongoing import Ongoing
from banjie.stories.referred_out import Instead, ReferredOut
from banjie.stories.stage import Stage


class TransfersOut:
    """Satisfies `LegOwner` for the legs to outside numbers."""

    def __init__(
        self, stage: Stage, end: Callable[[Ongoing, EndReason], None], referred: ReferredOut
    ) -> None:
        self._house, self._floor, self._legs = stage.house, stage.floor, stage.legs
        self._end, self._referred = end, referred

    def begin(self, ongoing: Ongoing, number: str) -> None:
        """Ring the number; the caller hears ring-back meanwhile. Without an outbound trunk the call ends as failed."""
        self._floor.silence(ongoing)
        self._floor.note(ongoing, TransferBegan, number=number)
        if not self._referred.may(ongoing):
            self._dial(ongoing, number)
            return
        instead = Instead(
            when_refused=lambda: self._dial(ongoing, number),
            when_not_reached=lambda: self._end(ongoing, "failed"),
        )
        self._referred.begin(ongoing, number, instead)

    def _dial(self, ongoing: Ongoing, number: str) -> None:
        house = self._house()
        if house.outbound_trunk is None:
            self._end(ongoing, "failed")
            return
        try:
            outside = self._legs.dial(
                TrunkTarget(name=house.outbound_trunk),
                caller=house.outbound_caller,
                caller_name=None,
                dialled=number,
                owner=self,
                hops_left=MOST_HOPS if ongoing.caller is None else ongoing.caller.hops_left - 1,
            )
        except Unavailable:
            self._end(ongoing, "failed")
        else:
            self._floor.seat(ongoing, outside)
            self._floor.patch(ongoing)

    def leg_answered(self, leg: Leg) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is None:
            self._legs.hang_up(leg)
            return
        self._floor.note(ongoing, TransferAnswered)

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is not None:
            was_answered = ongoing.live.state is CallState.TRANSFERRED
            self._end(ongoing, "script_ended" if was_answered else "failed")

    def leg_held(self, leg: Leg, held: bool) -> None:
        """The outside phone's hold music is its own."""

    def digit_heard(self, leg: Leg, digit: str) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is not None and ongoing.caller is not None:
            self._floor.switchboard.send_digits(ongoing.caller.port_id, digit)
