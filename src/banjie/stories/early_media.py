"""What a carrier says before anybody answers ("the number you have dialled does not exist"): who waits hears it.

Laws: who waits for somebody who is rung hears the carrier for as long as sound comes from there, and else our ring-back:
a carrier that promises sound (183) and sends none leaves nobody in silence. Where a call is rung at several places
(RFC 3960 §3), who spoke last is heard, and in the end who answered.
"""

from typing import Final

from banjie.stories.legs import Leg
from banjie.stories.stage import Stage

LOOK_S: Final = 0.2  # ten packets


class EarlyMedia:
    def __init__(self, stage: Stage) -> None:
        self._floor, self._deadlines, self._clock = stage.floor, stage.deadlines, stage.clock
        stage.legs.on_early_media = lambda leg: self._look_later(leg, self._received(leg))

    def _look_later(self, leg: Leg, received: int) -> None:
        at = self._clock.mono() + LOOK_S
        self._deadlines.set((leg.leg_id, "early media"), at, lambda: self._look(leg, received))

    def _look(self, leg: Leg, before: int) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is None or leg.is_up:
            return
        received = self._received(leg)
        if leg.speaks_early != (received > before):
            leg.speaks_early = received > before
            self._floor.patch(ongoing)
        self._look_later(leg, received)

    def _received(self, leg: Leg) -> int:
        return self._floor.switchboard.stats(leg.port_id).received
