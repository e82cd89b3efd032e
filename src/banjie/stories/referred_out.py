"""A caller goes on to an outside number by his own trunk: we ask its carrier (REFER), and have no part in what follows.

Only where the trunk is set up so: what the carrier carries on is neither recorded nor seen by a supervisor, and whether
it was answered only the carrier knows. Laws: the caller hears music until the carrier says what came of it; a carrier
that will not has changed nothing, and we bridge as ever; one that tried and did not reach the number leaves him with us.
"""

from collections.abc import Callable
from dataclasses import dataclass

from banjie.base.errors import BanjieError
from banjie.base.ids import CallId
from banjie.calls.events import EndReason, TransferAnswered
from banjie.sip.model import TrunkPeer
from banjie.stories.legs import Leg
from banjie.stories.ongoing import Ongoing
from banjie.stories.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What to do where the carrier does not carry the caller on."""

    when_refused: Callable[[], None]
    when_not_reached: Callable[[], None]


class ReferredOut:
    def __init__(self, stage: Stage, end: Callable[[Ongoing, EndReason], None]) -> None:
        self._house, self._floor, self._legs = stage.house, stage.floor, stage.legs
        self._end = end
        self._asked: dict[CallId, tuple[str, Instead]] = {}
        stage.legs.on_referred = self._concluded

    def may(self, ongoing: Ongoing) -> bool:
        """Tell whether the caller's trunk is one that carries callers on."""
        peer = None if ongoing.caller is None else ongoing.caller.peer
        return isinstance(peer, TrunkPeer) and peer.name in self._house().referring_trunks

    def begin(self, ongoing: Ongoing, number: str, instead: Instead) -> None:
        leg = ongoing.caller
        if leg is None:
            return
        self._asked[ongoing.call_id] = (number, instead)
        try:
            self._legs.refer(leg, number)
        except BanjieError:  # his leg is in the middle of something: as if the carrier would not
            del self._asked[ongoing.call_id]
            instead.when_refused()

    def forget(self, ongoing: Ongoing) -> None:
        """The call has ended."""
        self._asked.pop(ongoing.call_id, None)

    def _concluded(self, leg: Leg, status: int, was_accepted: bool) -> None:
        ongoing = self._floor.of_leg(leg)
        asked = None if ongoing is None else self._asked.pop(ongoing.call_id, None)
        if ongoing is None or asked is None:
            return
        number, instead = asked
        if status < 300:
            self._floor.note(ongoing, TransferAnswered, number=number)
            self._end(ongoing, "carried_on")
        elif was_accepted:
            instead.when_not_reached()
        else:
            instead.when_refused()
