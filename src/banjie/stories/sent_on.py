"""A queue does not take or keep a caller: he goes where it says.

Laws: he hears something wherever he goes, and is never cut off in silence; he keeps the time he has waited, wherever he
waits next; a way that leads to nothing, or in a circle at once, ends in words.
"""

from collections.abc import Callable
from typing import Final, assert_never

from banjie.calls.events import EndReason, QueueLeft, SentTo
from banjie.routing.events import CallOverflowed
from banjie.routing.outcomes import Cause, HangUp, Leaving, ToCallback, ToScript, ToVoicemail
from banjie.stories.house import ALL_BUSY, WORDS
from banjie.stories.inbound_call import InboundCalls
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.stage import Stage

CIRCLE_S: Final = 1.0  # sent on twice within it, he has heard nothing between
_TO: Final[dict[type[Leaving], SentTo]] = {
    ToScript: "script",
    ToVoicemail: "voicemail",
    ToCallback: "callback",
    HangUp: "words",
}


class SentOn:
    def __init__(self, stage: Stage, offers: OffersAndAnswers, inbound: InboundCalls) -> None:
        self._floor, self._clock, self._inbound = stage.floor, stage.clock, inbound
        offers.on_overflow = self.send
        # Offers him a callback; whoever does so has him from then on.
        self.on_callback: Callable[[Ongoing, CallOverflowed], None] = self._tell
        # Lets him leave a message in a box.
        self.on_voicemail: Callable[[Ongoing, CallOverflowed], None] = self._tell

    def send(self, ongoing: Ongoing, overflow: CallOverflowed) -> None:
        to, now = overflow.to, self._clock.mono()
        self._floor.note(
            ongoing, QueueLeft, queue_id=overflow.queue_id, cause=overflow.cause.value, to=_TO[type(to)]
        )
        ongoing.waited_since = overflow.waiting_since
        was_sent_on_at, ongoing.sent_on_at = ongoing.sent_on_at, now
        is_circle = was_sent_on_at is not None and now - was_sent_on_at < CIRCLE_S
        match to:
            case _ if is_circle:
                self._tell(ongoing, overflow)
            case ToScript():
                if not self._inbound.go_on_at(ongoing, to.node):
                    self._tell(ongoing, overflow)
            case ToVoicemail():
                self.on_voicemail(ongoing, overflow)
            case ToCallback():
                self.on_callback(ongoing, overflow)
            case HangUp():
                self._tell(ongoing, overflow)
            case _:
                assert_never(to)

    def _tell(self, ongoing: Ongoing, overflow: CallOverflowed) -> None:
        """Say why, and end the call for that reason."""
        words = WORDS.get(overflow.to.prompt, ALL_BUSY) if isinstance(overflow.to, HangUp) else ALL_BUSY
        reason: EndReason = "closed" if overflow.cause is Cause.CLOSED else "overflowed"
        self._inbound.say_and_end(ongoing, words, reason)
