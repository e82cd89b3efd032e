"""What a visitor's page shows of his call: the words being said, his place in the queue, who talks.

Law: while he waits his place is right within a moment, whoever ahead of him left, was answered or overtook him. A change
of a queue costs nothing where no visitor waits, and else one question for each visitor, however many callers there are and
however much changes at once; what he sees already is not published again.
"""

from collections.abc import Callable
from typing import Final

from banjie.base.ids import CallId, QueueId
from banjie.calls.events import AgentConnected, CallArrived, CallEnded, CallEvent, CallQueued, QueueLeft
from banjie.calls.machine import CallState
from banjie.routing.spoken_wait import SaidWait
from banjie.stories.expected_wait import expected_for
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.ports import LiveBoard
from banjie.stories.stage import Stage
from banjie.stories.views import VisitorCallView
from banjie.stories.waiting_words import IN_QUEUE

GATHER_S: Final = 0.1
REFRESH_S: Final = 10.0  # the wait grows though nothing happens
_STATES: Final = {
    CallState.ARRIVED: "CONNECTING",
    CallState.DIALLING: "RINGING",
    CallState.TRANSFERRED: "TALKING",
}
_Seen = tuple[int | None, SaidWait | None, bool]  # place, wait, whether he may be called back instead
NOTHING: Final[_Seen] = (None, None, False)


class VisitorPages:
    """Publishes on the topics `visitor/ID`."""

    def __init__(
        self,
        stage: Stage,
        board: LiveBoard,
        offers: OffersAndAnswers,
        may_be_called_back: Callable[[Ongoing], bool],
    ) -> None:
        self._may_be_called_back = may_be_called_back
        self._floor, self._clock, self._deadlines = stage.floor, stage.clock, stage.deadlines
        self._board, self._offers = board, offers
        # Visitors alone, with what they see of their wait; who left the queue is forgotten at the next look.
        self._waiting: dict[QueueId, dict[CallId, _Seen]] = {}
        self._floor.watchers.append(self._happened)

    def script_moved(self, ongoing: Ongoing) -> None:
        """A script says something else, or listens: the visitor reads it."""
        if ongoing.live.cdr.channel == "web":
            self._show(ongoing)

    def _happened(self, ongoing: Ongoing, event: CallEvent) -> None:
        is_visitor = ongoing.live.cdr.channel == "web"
        if is_visitor and not isinstance(event, CallArrived):
            self._show(ongoing)
        if (queue_id := ongoing.queue_id) is None:
            return
        if is_visitor and isinstance(event, CallQueued):
            self._waiting.setdefault(queue_id, {})[ongoing.call_id] = NOTHING
        if isinstance(event, CallQueued | QueueLeft | AgentConnected | CallEnded):
            self._look(queue_id, "places", GATHER_S)
        if isinstance(event, CallQueued) and event.moved_from is not None:
            self._look(event.moved_from, "places", GATHER_S)

    def _look(self, queue_id: QueueId, why: str, in_s: float) -> None:
        if queue_id not in self._waiting:
            return
        at = self._clock.mono() + in_s
        self._deadlines.gather((why, queue_id), at, lambda: self._show_places(queue_id))

    def _show_places(self, queue_id: QueueId) -> None:
        still = {}
        for call_id, seen in self._waiting.pop(queue_id, {}).items():
            ongoing = self._floor.find(call_id)
            if ongoing is None or ongoing.queue_id != queue_id or ongoing.live.state not in IN_QUEUE:
                continue
            still[call_id] = self._place(ongoing)
            if still[call_id] != seen:
                self._show(ongoing)
        if still:
            self._waiting[queue_id] = still
            self._look(queue_id, "waits", REFRESH_S)

    def _place(self, ongoing: Ongoing) -> _Seen:
        if ongoing.live.state not in IN_QUEUE or (position := self._offers.position(ongoing.call_id)) is None:
            return NOTHING
        expected = expected_for(self._offers.acd, ongoing.call_id, self._clock.mono())
        return position, expected, self._may_be_called_back(ongoing)

    def _show(self, ongoing: Ongoing) -> None:
        state, run = ongoing.live.state, ongoing.run
        is_listening = run is not None and not run.is_over
        position, expected, may_be_called_back = self._place(ongoing)
        view = VisitorCallView(
            call_id=ongoing.call_id,
            state=_STATES.get(state, state.value),
            position=position,
            expected=expected,
            prompt=_words(ongoing) if is_listening or ongoing.ends_after_prompts else None,
            choices=run.choices if run is not None and is_listening else {},
            answered_at=ongoing.answered_at,
            may_be_called_back=may_be_called_back,
            is_callback_kept=ongoing.live.cdr.callback_number is not None,
        )
        self._board.set(f"visitor/{ongoing.call_id}", "call", view)


def _words(ongoing: Ongoing) -> dict[str, str]:
    """What is being said, for those who read."""
    return {language: " ".join(p.text.get(language, "") for p in ongoing.saying) for language in ("zh", "en")}
