"""A call comes in: its number leads to a script, the script speaks and listens, and a queue or the end follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.ids import CallId, QueueId, new_id
from banjie.base.prompts import Prompt
from banjie.calls.events import (
    CallAnswered,
    CallArrived,
    Channel,
    DigitChosen,
    DigitsEntered,
    EndReason,
    ScriptStarted,
)
from banjie.numbers.plan import Blocked, Closed, Destination, NoScript, NumberPlan, ToScript, UnknownNumber
from banjie.scripts.effects import (
    DigitsCollected,
    DigitTaken,
    EnterQueue,
    HangUpCall,
    LanguageSwitched,
    LeaveMessage,
    PlayPrompts,
    StopPrompts,
    TransferTo,
)
from banjie.scripts.interpreter import Facts, ScriptRun, Step
from banjie.scripts.model import NodeId, Script
from banjie.sip.events import CallOffered
from banjie.sip.model import TrunkPeer
from banjie.stories.legs import EndedBy, Leg
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.stage import Stage
from banjie.stories.transfer_out import TransfersOut
from banjie.stories.views import CallerView, Press

NOT_FOUND: Final = 404
DECLINED: Final = 603
UNAVAILABLE: Final = 503
RETRY_AFTER_S: Final = 5
BUSY_BEEPS: Final = 6  # about four seconds


class LeadsNowhere(BanjieError):
    """The number is not ours, or no script answers it at this time."""

    code: ClassVar[str] = "calls.leads_nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberBook:
    """Where numbers lead, asked at each call; `calls_max` bounds the calls carried at once."""

    plan: Callable[[], NumberPlan]
    script: Callable[[ToScript], Script]
    calls_max: int


class InboundCalls:
    """Satisfies `LegOwner` for the legs of callers."""

    def __init__(
        self, stage: Stage, book: NumberBook, offers: OffersAndAnswers, transfers: TransfersOut
    ) -> None:
        self._floor, self._legs, self._prompts = stage.floor, stage.legs, stage.prompts
        self._house, self._deadlines, self._clock = stage.house, stage.deadlines, stage.clock
        self._book, self._offers, self._transfers = book, offers, transfers
        # Lets him be known before he waits.
        self.before_waiting: Callable[[Ongoing, Callable[[], None]], None] = lambda ongoing, then: then()
        self.on_script_moved: Callable[[Ongoing], None] = lambda ongoing: None
        self.on_leave_message: Callable[[Ongoing, QueueId, bool], None]  # set by who takes messages
        self.on_key_beside_script: Callable[[Ongoing, str], None] = lambda ongoing, digit: None

    # -- arrival ----------------------------------------------------------------------------------------

    def offered(self, event: CallOffered) -> None:
        """A trunk or a registered phone calls one of our numbers."""
        if len(self._floor) >= self._book.calls_max:
            self._legs.refuse(event, UNAVAILABLE, RETRY_AFTER_S)
            return
        destination = self._book.plan().destination(event.dialled, event.caller, self._clock.utc())
        match destination:
            case UnknownNumber():
                self._legs.refuse(event, NOT_FOUND)
                return
            case NoScript():
                self._legs.refuse(event, UNAVAILABLE)
                return
            case Blocked(announcement=()):
                self._legs.refuse(event, DECLINED)
                return
            case _:
                pass
        leg = self._legs.take(event, self)
        if leg is not None:
            peer = event.peer.name if isinstance(event.peer, TrunkPeer) else event.peer.username
            if peer in self._house().in_band_trunks and isinstance(event.peer, TrunkPeer):
                self._floor.switchboard.detect_tones(leg.port_id, True)
            ongoing = self._admit(leg, "sip", peer, event.dialled, event.caller, "zh")
            self._legs.answer(leg)
            self.begin(ongoing, destination)

    def serves(self, dialled: str) -> bool:
        """Tell whether this is a number of ours that may be called from a page."""
        destination = self._book.plan().destination(dialled, "", self._clock.utc())
        return isinstance(destination, ToScript | Closed)

    def arrived_from_page(
        self, leg: Leg, call_id: CallId, dialled: str, caller: str, language: str
    ) -> Ongoing:
        """A visitor's page calls; its audio is open already."""
        ongoing = self._admit(leg, "web", "call page", dialled, caller, language, call_id)
        self.begin(ongoing, self._book.plan().destination(dialled, caller, self._clock.utc()))
        return ongoing

    def _admit(
        self,
        leg: Leg,
        channel: Channel,
        peer: str,
        dialled: str,
        caller: str,
        language: str,
        call_id: CallId | None = None,
    ) -> Ongoing:
        view = CallerView(
            number=caller, customer_id=None, customer_name=None, level=None, region=None, calls_before_count=0
        )
        arrived = CallArrived(
            call_id=call_id or CallId(new_id()),
            occurred_at=self._clock.utc(),
            channel=channel,
            peer=peer,
            dialled=dialled,
            caller=caller,
            language=language,
        )
        return self._floor.admit(arrived, leg, view)

    def leads_to(self, dialled: str) -> ToScript:
        """Return the script behind a number of ours. Raise `LeadsNowhere`."""
        destination = self._book.plan().destination(dialled, "", self._clock.utc())
        if not isinstance(destination, ToScript):
            raise LeadsNowhere("this number leads to no script now")
        return destination

    def take_on(self, ongoing: Ongoing, destination: ToScript) -> None:
        """Let the caller listen to a script from its beginning."""
        script = self._book.script(destination)
        self._floor.note(ongoing, ScriptStarted, script_id=script.script_id, version=script.version)
        ongoing.run = ScriptRun(script, Facts(at=self._clock.utc(), language=ongoing.language))
        self._carry_out(ongoing, ongoing.run.start(self._clock.mono()))

    def go_on_at(self, ongoing: Ongoing, node: str) -> bool:
        """Let the script he came by go on at a node; False: it has none of this name."""
        run = ongoing.run
        if run is None or NodeId(node) not in run.script.nodes:
            return False
        self._carry_out(ongoing, run.go_on_at(NodeId(node), self._clock.mono()))
        return True

    def say_and_end(self, ongoing: Ongoing, prompt: Prompt, reason: EndReason) -> None:
        """Nobody is cut off in silence: words that are not spoken are followed by a busy tone."""
        ongoing.ends_after_prompts = reason
        self.say(ongoing, (prompt,))

    def begin(self, ongoing: Ongoing, destination: Destination) -> None:
        self._floor.note(ongoing, CallAnswered)
        match destination:
            case ToScript():
                self.take_on(ongoing, destination)
            case Closed() | Blocked():
                ongoing.ends_after_prompts = "closed" if isinstance(destination, Closed) else "refused"
                self.say(ongoing, destination.announcement)
            case UnknownNumber() | NoScript():
                self._offers.end(ongoing, "refused")

    # -- the script -------------------------------------------------------------------------------------

    def prompts_finished(self, ongoing: Ongoing) -> None:
        self._floor.played(ongoing)
        if ongoing.live.is_over:
            return  # he hung up in the same moment
        if ongoing.run is not None and not ongoing.run.is_over:
            self._carry_out(ongoing, ongoing.run.prompts_finished(self._clock.mono()))
        elif ongoing.after_words is not None:
            after, ongoing.after_words = ongoing.after_words, None
            after()
        elif ongoing.ends_after_prompts is not None:
            self._offers.end(ongoing, ongoing.ends_after_prompts)

    def _tick(self, ongoing: Ongoing) -> None:
        if ongoing.run is not None and not ongoing.live.is_over:
            self._carry_out(ongoing, ongoing.run.tick(self._clock.mono()))

    def _carry_out(self, ongoing: Ongoing, step: Step) -> None:
        for effect in step.effects:
            match effect:
                case PlayPrompts():
                    self._say(ongoing, effect)
                case StopPrompts():
                    self._floor.silence(ongoing)
                case DigitTaken():
                    press = Press(node=effect.node, digit=effect.digit, label=effect.label)
                    ongoing.pressed = (*ongoing.pressed, press)
                    self._floor.note(
                        ongoing, DigitChosen, node=effect.node, digit=effect.digit, label=effect.label
                    )
                case DigitsCollected():
                    self._floor.note(
                        ongoing, DigitsEntered, node=effect.node, name=effect.name, digits=effect.digits
                    )
                case LanguageSwitched():
                    ongoing.language = effect.language
                case EnterQueue():
                    self._enter_queue(ongoing, effect)
                case TransferTo():
                    self._transfers.begin(ongoing, effect.number)
                case LeaveMessage():
                    self.on_leave_message(ongoing, effect.box, effect.is_asked)
                case HangUpCall():
                    self._offers.end(ongoing, _end_reason(effect.reason))
        self._watch_deadline(ongoing)
        self.on_script_moved(ongoing)

    def _enter_queue(self, ongoing: Ongoing, wanted: EnterQueue) -> None:
        """Wait there, or be told that nobody waits there now."""
        refusal = self._house().queues[wanted.queue_id].refusal
        if refusal is None:
            since = ongoing.waited_since
            self.before_waiting(ongoing, lambda: self._offers.queued.enqueue(ongoing, wanted, since))
        else:
            self.say_and_end(ongoing, refusal, "closed")

    def say(self, ongoing: Ongoing, prompts: tuple[Prompt, ...]) -> None:
        self._say(ongoing, PlayPrompts(prompts=prompts, language=ongoing.language))

    def _say(self, ongoing: Ongoing, effect: PlayPrompts) -> None:
        ongoing.saying = effect.prompts
        clips = self._prompts.clips(effect.prompts, effect.language)
        self._floor.play(ongoing, clips)
        if not clips and ongoing.ends_after_prompts is not None:
            self._floor.play(ongoing, (self._floor.switchboard.tone("cn.busy"),) * BUSY_BEEPS)
        elif not clips:  # nothing to be heard: the words are on the screen, the script goes on
            self._deadlines.set(
                (ongoing.call_id, "unheard"), self._clock.mono(), lambda: self.prompts_finished(ongoing)
            )

    def _watch_deadline(self, ongoing: Ongoing) -> None:
        run = ongoing.run
        at = None if run is None or ongoing.live.is_over else run.next_deadline
        self._deadlines.set((ongoing.call_id, "script"), at, lambda: self._tick(ongoing))

    # -- the caller's leg (LegOwner) --------------------------------------------------------------------

    def leg_answered(self, leg: Leg) -> None:
        """Callers call us; we never wait for them to answer."""

    def leg_ended(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is not None:
            self._deadlines.clear((ongoing.call_id, "script"))
            self._offers.end(ongoing, "media_lost" if by == "failure" else ongoing.hang_up_means)

    def leg_held(self, leg: Leg, held: bool) -> None:
        """A caller who puts us on hold hears his own music: nothing of ours changes."""

    def digit_heard(self, leg: Leg, digit: str) -> None:
        ongoing = self._floor.of_leg(leg)
        if ongoing is None:
            return
        if ongoing.run is not None and not ongoing.run.is_over:
            self._carry_out(ongoing, ongoing.run.digit_pressed(digit, self._clock.mono()))
        else:
            self.on_key_beside_script(ongoing, digit)


def _end_reason(reason: str) -> EndReason:
    return "closed" if reason == "closed" else "script_ended"
