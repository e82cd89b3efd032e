"""Who waits may ask to be called back: told of it, by a key, by the page he calls from, or because his queue is full.

Laws: an agent who answers first takes the caller out of the question; he is told that his place is kept once it is
written down; who does not want to be called back waits on as before.
"""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import ClassVar

from banjie.base.errors import BanjieError, Unavailable
from banjie.base.ids import CallId
from banjie.base.phones import PhoneNumber
from banjie.calls.events import AgentConnected, CallEvent
from banjie.routing.callbacks import CallbackRules
from banjie.routing.events import CallOverflowed
from banjie.stories import callback_words as words
from banjie.stories.callback_talk import Answer, CallbackTalk, Turn, callable_number, find_callable
from banjie.stories.callbacks import Callbacks
from banjie.stories.inbound_call import InboundCalls
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.stage import Stage
from banjie.stories.wait_sentences import Sentence
from banjie.stories.waiting_words import IN_QUEUE


class NoCallbackHere(BanjieError):
    """He does not wait, or his queue calls nobody back now."""

    code: ClassVar[str] = "calls.no_callback_here"


class AskedCallbacks:
    def __init__(
        self,
        stage: Stage,
        offers: OffersAndAnswers,
        inbound: InboundCalls,
        callbacks: Callbacks,
        spawn: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        self._house, self._floor, self._prompts = stage.house, stage.floor, stage.prompts
        self._deadlines, self._clock = stage.deadlines, stage.clock
        self._offers, self._inbound, self._callbacks, self._spawn = offers, inbound, callbacks, spawn
        self._talks: dict[CallId, CallbackTalk] = {}
        self._left_since: dict[CallId, float] = {}  # the places of those whose queue did not keep them
        self._floor.watchers.append(self._happened)
        offers.ending_watchers.append(self._call_ends)
        inbound.on_key_beside_script = self.pressed

    # -- being told -------------------------------------------------------------------------------------

    def words(self, ongoing: Ongoing) -> Sentence:
        """What a waiting caller is told of it now; nothing where he cannot be called back, or will not wait long."""
        rules = self._offer(ongoing)
        return () if rules is None else words.offer(rules.key)

    def may_ask(self, ongoing: Ongoing) -> bool:
        return self._offer(ongoing) is not None

    def _offer(self, ongoing: Ongoing) -> CallbackRules | None:
        """The rules by which he may be called back now."""
        house = self._house()
        if ongoing.queue_id is None or ongoing.live.state not in IN_QUEUE or house.outbound_trunk is None:
            return None
        rules = house.queues[ongoing.queue_id].rules.callback
        waiting = self._offers.acd.find_call(ongoing.call_id)
        if not rules.is_offered or waiting is None or waiting.callback_state is not None:
            return None
        now = self._clock.mono()
        expected = self._offers.acd.expected_wait(ongoing.call_id, now)
        wait_s = now - waiting.waiting_since if expected is None else expected.likely_s
        return rules if wait_s >= rules.offered_after_s else None

    # -- asking -----------------------------------------------------------------------------------------

    def pressed(self, ongoing: Ongoing, digit: str) -> None:
        """A key of somebody with whom no script speaks."""
        talk = self._talks.get(ongoing.call_id)
        if talk is not None:
            self._go_on(ongoing, talk, talk.pressed(digit, self._clock.mono()))
            return
        rules = self._offer(ongoing)
        if rules is not None and digit == rules.key:
            self._begin(ongoing)

    def overflowed(self, ongoing: Ongoing, overflow: CallOverflowed) -> None:
        """His queue does not take or keep him, and would call him back instead."""
        if self._house().outbound_trunk is None:
            self._let_go(ongoing)
            return
        ongoing.queue_id = overflow.queue_id
        self._left_since[ongoing.call_id] = overflow.waiting_since
        self._begin(ongoing)

    def written(self, ongoing: Ongoing, number: str) -> None:
        """He wrote his number on the page he calls from. Raise `NumberNotCalled`, `NoCallbackHere`."""
        wanted = callable_number(number)
        if ongoing.call_id not in self._left_since and self._offer(ongoing) is None:
            raise NoCallbackHere("the queue calls nobody back now; please stay on the line")
        self._agree(ongoing, wanted)

    def _begin(self, ongoing: Ongoing) -> None:
        talk = CallbackTalk(find_callable(ongoing.view.number))
        self._talks[ongoing.call_id] = talk
        ongoing.is_asked = True
        self._go_on(ongoing, talk, talk.start(self._clock.mono()))

    def _go_on(self, ongoing: Ongoing, talk: CallbackTalk, turn: Turn) -> None:
        match turn.answer:
            case Answer.AGREED if talk.number is not None:
                self._agree(ongoing, talk.number)
            case Answer.ASKED:
                if turn.say:
                    self._inbound.say(ongoing, turn.say)
                at = talk.next_deadline
                self._deadlines.set(_key(ongoing), at, lambda: self._late(ongoing, talk))
            case _:
                self._decline(ongoing)

    def _late(self, ongoing: Ongoing, talk: CallbackTalk) -> None:
        self._go_on(ongoing, talk, talk.tick(self._clock.mono()))

    # -- the answer -------------------------------------------------------------------------------------

    def _agree(self, ongoing: Ongoing, number: PhoneNumber) -> None:
        self._keep(ongoing, number)
        self._floor.silence(ongoing)
        self._spawn(self._say_kept(ongoing, number))

    def _keep(self, ongoing: Ongoing, number: PhoneNumber) -> None:
        since = self._left_since.get(ongoing.call_id)
        self._forget(ongoing)
        self._callbacks.promise(ongoing, number, since)

    async def _say_kept(self, ongoing: Ongoing, number: PhoneNumber) -> None:
        with suppress(Unavailable):  # the database is away: it is written when it is back
            await self._callbacks.stored()
        if not ongoing.live.is_over:
            ongoing.ends_after_prompts = "callback_kept"
            self._inbound.say(ongoing, words.kept(number.national))

    def _decline(self, ongoing: Ongoing) -> None:
        is_in_queue = ongoing.call_id not in self._left_since
        self._forget(ongoing)
        if is_in_queue:
            self._floor.play(ongoing, (self._prompts.music(),), loop=True)
        else:
            self._let_go(ongoing)

    def _let_go(self, ongoing: Ongoing) -> None:
        ongoing.ends_after_prompts = "overflowed"
        self._inbound.say(ongoing, (words.PIECES["callback_unasked"],))

    def _happened(self, ongoing: Ongoing, event: CallEvent) -> None:
        if isinstance(event, AgentConnected):
            self._forget(ongoing)

    def _call_ends(self, ongoing: Ongoing) -> None:
        """Who hangs up after his number has been said back has asked for it."""
        talk = self._talks.get(ongoing.call_id)
        if talk is not None and talk.number is not None:
            self._keep(ongoing, talk.number)
        self._forget(ongoing)

    def _forget(self, ongoing: Ongoing) -> None:
        self._talks.pop(ongoing.call_id, None)
        self._left_since.pop(ongoing.call_id, None)
        self._deadlines.clear(_key(ongoing))
        ongoing.is_asked = False


def _key(ongoing: Ongoing) -> tuple[CallId, str]:
    return (ongoing.call_id, "callback talk")
