"""What a visitor's page shows of his call: the words being said, his place in the queue, who talks.

Law: while he waits his place is right within a moment, whoever ahead of him left, was answered or overtook him. A
change of a queue costs nothing where no visitor waits, and else one look along this queue, however much changes at once.
"""

from typing import Final

from banjie.base.ids import CallId, QueueId
from banjie.calls.events import AgentConnected, CallArrived, CallEnded, CallEvent, CallQueued
from banjie.calls.machine import CallState
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.ports import LiveBoard
from banjie.stories.stage import Stage
from banjie.stories.views import VisitorCallView

GATHER_S: Final = 0.1
_STATES: Final = {
    CallState.ARRIVED: "CONNECTING",
    CallState.DIALLING: "RINGING",
    CallState.TRANSFERRED: "TALKING",
}
_IN_QUEUE: Final = frozenset({CallState.WAITING, CallState.RINGING})


class VisitorPages:
    """Publishes on the topics `visitor/ID`."""

    def __init__(self, stage: Stage, board: LiveBoard, offers: OffersAndAnswers) -> None:
        self._floor, self._clock, self._deadlines = stage.floor, stage.clock, stage.deadlines
        self._board, self._offers = board, offers
        # Visitors alone; who left the queue is forgotten at the next look along it.
        self._waiting: dict[QueueId, set[CallId]] = {}
        self._floor.watchers.append(self._happened)

    def script_moved(self, ongoing: Ongoing) -> None:
        """A script says something else, or listens: the visitor reads it."""
        if ongoing.live.cdr.channel == "web":
            self._show(ongoing, self._offers.position(ongoing.call_id))

    def _happened(self, ongoing: Ongoing, event: CallEvent) -> None:
        is_visitor = ongoing.live.cdr.channel == "web"
        if is_visitor and not isinstance(event, CallArrived):
            self._show(ongoing, self._offers.position(ongoing.call_id))
        if (queue_id := ongoing.queue_id) is None:
            return
        if is_visitor and isinstance(event, CallQueued):
            self._waiting.setdefault(queue_id, set()).add(ongoing.call_id)
        if queue_id in self._waiting and isinstance(event, CallQueued | AgentConnected | CallEnded):
            at = self._clock.mono() + GATHER_S
            self._deadlines.gather(("places", queue_id), at, lambda: self._show_places(queue_id))

    def _show_places(self, queue_id: QueueId) -> None:
        visitors, still = self._waiting.pop(queue_id), set[CallId]()
        for place, call_id in enumerate(self._offers.acd.line(queue_id), start=1):
            if call_id in visitors:
                still.add(call_id)
                self._show(self._floor.get(call_id), place)
        if still:
            self._waiting[queue_id] = still

    def _show(self, ongoing: Ongoing, position: int | None) -> None:
        state, run = ongoing.live.state, ongoing.run
        is_listening = run is not None and not run.is_over
        view = VisitorCallView(
            call_id=ongoing.call_id,
            state=_STATES.get(state, state.value),
            position=position if state in _IN_QUEUE else None,
            prompt=_words(ongoing) if is_listening or ongoing.ends_after_prompts else None,
            choices=run.choices if run is not None and is_listening else {},
            answered_at=ongoing.answered_at,
        )
        self._board.set(f"visitor/{ongoing.call_id}", "call", view)


def _words(ongoing: Ongoing) -> dict[str, str]:
    """What is being said, for those who read."""
    return {language: " ".join(p.text.get(language, "") for p in ongoing.saying) for language in ("zh", "en")}
