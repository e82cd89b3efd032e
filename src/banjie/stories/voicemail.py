"""A caller leaves a message: he is asked to, hears a tone and speaks; `#`, silence, the longest time or hanging up ends it.

Law: who stays on the line hears words before the tone and words after it; what he said is kept however it ends.
"""

from typing import Final

from banjie.base.ids import QueueId
from banjie.base.prompts import Prompt
from banjie.calls.events import EndReason
from banjie.routing.events import CallOverflowed
from banjie.routing.outcomes import ToVoicemail
from banjie.stories.inbound_call import InboundCalls
from banjie.stories.ongoing import MessageLeaving, Ongoing
from banjie.stories.recorded_call import RecordedCalls
from banjie.stories.stage import Stage

MESSAGE_MAX_S: Final = 180.0
SILENCE_S: Final = 6.0  # so much of it ends the message
SILENT_DB: Final = -50.0  # dBm0; a quiet speaker is above -40
LISTEN_EVERY_S: Final = 0.2  # what is measured is one packet: a pause between two words is none
GREETING: Final = Prompt(
    name="leave_message",
    text={
        "zh": "请在提示音后留言，按井号键结束。",
        "en": "Please leave a message after the tone. Press hash when you have finished.",
    },
)
KEPT: Final = Prompt(
    name="message_kept",
    text={
        "zh": "您的留言已保存，我们会尽快处理，再见。",
        "en": "Your message is kept. We will see to it soon. Goodbye.",
    },
)


class Voicemail:
    def __init__(self, stage: Stage, inbound: InboundCalls, recordings: RecordedCalls) -> None:
        self._floor, self._deadlines, self._clock = stage.floor, stage.deadlines, stage.clock
        self._inbound, self._recordings = inbound, recordings
        self._other_keys = inbound.on_key_beside_script
        inbound.on_key_beside_script = self.pressed
        inbound.on_leave_message = self.begin

    def sent_on(self, ongoing: Ongoing, overflow: CallOverflowed) -> None:
        if isinstance(overflow.to, ToVoicemail):
            self.begin(ongoing, QueueId(overflow.to.box), is_asked=False)

    def begin(self, ongoing: Ongoing, box: QueueId, is_asked: bool) -> None:
        """`is_asked`: he knows that he is to speak after the tone."""
        ongoing.message = MessageLeaving(box=box)
        if is_asked:
            self._sound_tone(ongoing)
            return
        ongoing.after_words = lambda: self._sound_tone(ongoing)
        self._inbound.say(ongoing, (GREETING,))

    def pressed(self, ongoing: Ongoing, digit: str) -> None:
        """`#` ends the message, or, before it, the greeting."""
        if ongoing.message is None or ongoing.message.is_over:
            self._other_keys(ongoing, digit)
        elif digit == "#" and ongoing.message.since is not None:
            self._finish(ongoing)
        elif digit == "#":
            self._sound_tone(ongoing)

    def _sound_tone(self, ongoing: Ongoing) -> None:
        ongoing.after_words = lambda: self._listen(ongoing)
        self._floor.play(ongoing, (self._floor.switchboard.tone("beep"),))

    def _listen(self, ongoing: Ongoing) -> None:
        message, now = ongoing.message, self._clock.mono()
        if message is None or ongoing.caller is None:
            return
        message.since = message.heard_at = now
        self._recordings.start_message(ongoing, message)
        ongoing.hang_up_means = "message_left"
        self._watch(ongoing, message)

    def _watch(self, ongoing: Ongoing, message: MessageLeaving) -> None:
        """Look whether he still speaks; until he is gone or done."""
        now, caller = self._clock.mono(), ongoing.caller
        if ongoing.live.is_over or message.is_over or caller is None or message.since is None:
            return
        if self._floor.switchboard.stats(caller.port_id).level_db > SILENT_DB:
            message.heard_at = now
        if now - message.since >= MESSAGE_MAX_S or now - message.heard_at >= SILENCE_S:
            self._finish(ongoing)
            return
        at = now + LISTEN_EVERY_S
        self._deadlines.set((ongoing.call_id, "message"), at, lambda: self._watch(ongoing, message))

    def _finish(self, ongoing: Ongoing) -> None:
        if ongoing.message is None:
            return
        ongoing.message.is_over = True
        self._deadlines.clear((ongoing.call_id, "message"))
        self._recordings.stop(ongoing)
        reason: EndReason = "message_left"
        self._inbound.say_and_end(ongoing, KEPT, reason)
