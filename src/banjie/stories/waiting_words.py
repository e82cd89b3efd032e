"""What a caller hears while he waits: what his script says on the way, music, and from time to time his place and wait, and that he may be called back.

Law: nothing said here holds up anything. The queue is entered before the first word, agents ring while it is said, and
an answer takes its place in the same moment (docs/algorithms/estimate.md).
"""

from collections.abc import Callable
from typing import Final

from banjie.base.ids import CallId
from banjie.calls.events import CallEvent, CallQueued, WaitTold
from banjie.calls.machine import CallState
from banjie.media.model import ClipId, PlayId
from banjie.routing.spoken_wait import COMFORTS, SILENT, Announcing, SaidWait, WaitWords, words_for
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.stage import Stage
from banjie.stories.wait_sentences import Sentence, place_sentence, wait_sentence

FIRST_S: Final = 2.0  # of music, so that the words stand apart from those of the script
LOOK_AGAIN_S: Final = 45.0  # whether a queue that is silent still is
IN_QUEUE: Final = frozenset({CallState.WAITING, CallState.RINGING})


class WaitingWords:
    def __init__(self, stage: Stage, offers: OffersAndAnswers) -> None:
        self._house, self._floor, self._prompts = stage.house, stage.floor, stage.prompts
        self._deadlines, self._clock, self._offers = stage.deadlines, stage.clock, offers
        self._saying: dict[CallId, tuple[PlayId, WaitWords]] = {}
        self.callback_offer: Callable[[Ongoing], Sentence] = lambda ongoing: ()
        self._floor.watchers.append(self._happened)

    def said(self, ongoing: Ongoing, play_id: PlayId) -> None:
        """The words came to their end: music again."""
        whose, words = self._saying.pop(ongoing.call_id, (None, WaitWords()))
        self._floor.play(ongoing, (self._prompts.music(),), loop=True)
        if whose != play_id:  # the script's, on the way into the queue
            self._speak_in(ongoing, FIRST_S)
            return
        self._speak_in(ongoing, self._rules(ongoing).every_s or LOOK_AGAIN_S)
        if words != WaitWords():
            ongoing.told = words.after(ongoing.told)
            wait = words.wait
            self._floor.note(
                ongoing,
                WaitTold,
                position=words.position,
                low_min=None if wait is None else wait.low_min,
                high_min=None if wait is None else wait.high_min,
            )

    def _happened(self, ongoing: Ongoing, event: CallEvent) -> None:
        if isinstance(event, CallQueued):
            ongoing.told = None  # another queue, another place
            self._saying.pop(ongoing.call_id, None)
            self._speak_in(ongoing, FIRST_S)
        elif ongoing.live.state not in IN_QUEUE:
            self._saying.pop(ongoing.call_id, None)
            self._deadlines.clear((ongoing.call_id, "waiting words"))

    def _speak_in(self, ongoing: Ongoing, seconds: float) -> None:
        at = self._clock.mono() + seconds
        self._deadlines.set((ongoing.call_id, "waiting words"), at, lambda: self._speak(ongoing))

    def _speak(self, ongoing: Ongoing) -> None:
        """Say what there is to say now. Who is being rung hears it next time, if he still waits."""
        if ongoing.is_spoken_to:  # the end of what is being said will ask again
            return
        rules = self._rules(ongoing)
        self._speak_in(ongoing, rules.every_s or LOOK_AGAIN_S)
        if ongoing.is_asked or ongoing.live.state is not CallState.WAITING:
            return
        words, clips = (WaitWords(), ()) if rules.every_s == 0 else self._sound(ongoing, rules)
        clips = (*clips, *self._clips(ongoing, self.callback_offer(ongoing)))
        if clips:
            self._floor.play(ongoing, clips)
            if ongoing.play_id is not None:
                self._saying[ongoing.call_id] = (ongoing.play_id, words)

    def _rules(self, ongoing: Ongoing) -> Announcing:
        queue_id = ongoing.queue_id
        return SILENT if queue_id is None else self._house().queues[queue_id].rules.announcing

    def _sound(self, ongoing: Ongoing, rules: Announcing) -> tuple[WaitWords, tuple[ClipId, ...]]:
        """Return what can be said, and its sounds: a sentence of which a piece has no sound is left out whole."""
        wanted = self._words(ongoing, rules)
        position, place = wanted.position, self._clips(ongoing, _place(wanted.position))
        wait, length = wanted.wait, self._clips(ongoing, _wait(wanted.wait))
        comfort = () if rules.comfort is None else (COMFORTS[rules.comfort],)
        words = WaitWords(position=position if place else None, wait=wait if length else None)
        return words, (*place, *length, *self._clips(ongoing, comfort))

    def _words(self, ongoing: Ongoing, rules: Announcing) -> WaitWords:
        call_id = ongoing.call_id
        position = self._offers.position(call_id) if rules.has_position else None
        wait = self._offers.acd.expected_wait(call_id, self._clock.mono()) if rules.has_wait else None
        return words_for(position, wait, ongoing.told)

    def _clips(self, ongoing: Ongoing, sentence: Sentence) -> tuple[ClipId, ...]:
        clips = self._prompts.clips(sentence, ongoing.language)
        return clips if len(clips) == len(sentence) else ()


def _place(position: int | None) -> Sentence:
    return () if position is None else place_sentence(position)


def _wait(wait: SaidWait | None) -> Sentence:
    return () if wait is None else wait_sentence(wait)
