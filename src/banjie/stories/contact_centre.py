"""All stories of calls in one room: what the world does comes in here, and goes to the story it concerns."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path

from banjie.base.ids import AgentId, QueueId
from banjie.calls.ports import CallLog
from banjie.calls.today import Today
from banjie.insight.minutes import LastHour
from banjie.media.events import PlayFinished, RecordingClosed, SwitchEvent
from banjie.media.ports import BrowserAudio, Switchboard
from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.kept import CallbackLog
from banjie.routing.states import AgentLog, StateStretch
from banjie.sip.events import CallOffered, Registered, SipEvent
from banjie.sip.ports import SipSignalling
from banjie.stories.agent_desk import FloorDesk
from banjie.stories.agent_diary import AgentDiary
from banjie.stories.asked_callback import AskedCallbacks
from banjie.stories.callbacks import Callbacks
from banjie.stories.clock import Clock
from banjie.stories.deadlines import Alarm, Deadlines
from banjie.stories.diagnostics import Diagnostics
from banjie.stories.dialled_call import DialledCalls
from banjie.stories.early_media import EarlyMedia
from banjie.stories.floor import Floor
from banjie.stories.guests import Guests
from banjie.stories.handed_over import HandedOver
from banjie.stories.house import House, PromptShelf
from banjie.stories.inbound_call import InboundCalls, NumberBook
from banjie.stories.known_caller import CallerBook, KnownCallers
from banjie.stories.legs import Legs
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.phone_transfer import PhoneTransfers
from banjie.stories.placed_call import PlacedCalls
from banjie.stories.ports import LiveBoard
from banjie.stories.queue_hours import QueueHours
from banjie.stories.queue_screens import QueueScreens
from banjie.stories.recorded_call import RecordedCalls
from banjie.stories.referred_out import ReferredOut
from banjie.stories.screens import Screens
from banjie.stories.sent_on import SentOn
from banjie.stories.stage import Stage
from banjie.stories.supervise_call import Supervision, WatchEnd
from banjie.stories.transfer_out import TransfersOut
from banjie.stories.visitor_call import FloorVisitors
from banjie.stories.visitor_page import VisitorPages
from banjie.stories.voicemail import Voicemail
from banjie.stories.waiting_words import IN_QUEUE, WaitingWords

Spawn = Callable[[Coroutine[None, None, None]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the stories need of the outside, all behind ports."""

    house: Callable[[], House]
    book: NumberBook
    callers: CallerBook
    log: CallLog
    agent_log: AgentLog
    callback_log: CallbackLog
    sip: SipSignalling
    switchboard: Switchboard
    browsers: BrowserAudio
    prompts: PromptShelf
    board: LiveBoard
    alarm: Alarm
    clock: Clock
    spawn: Spawn  # runs what nobody waits for
    today: Today
    hour_of: Callable[[QueueId], LastHour]  # what is known of a queue's last hour at the start
    recordings_folder: Path
    is_recording: bool = True
    has_diagnostics: bool = False
    visitors_max: int = 100
    is_supervision_told: bool = True
    on_watch_end: Callable[[WatchEnd], None] = lambda end: None


class ContactCentre:
    """Single-threaded: every method belongs to the thread of the event loop, and none of them waits."""

    def __init__(self, world: World) -> None:
        legs = Legs(world.sip, world.switchboard, world.browsers, world.spawn)
        self.floor = Floor(
            log=world.log,
            switchboard=world.switchboard,
            clock=world.clock,
            music=world.prompts.music,
            ring_back=world.prompts.ring_back,
        )
        self.deadlines = Deadlines(world.alarm)
        stage = Stage(
            house=world.house,
            floor=self.floor,
            legs=legs,
            prompts=world.prompts,
            deadlines=self.deadlines,
            clock=world.clock,
        )
        self._recordings = RecordedCalls(
            self.floor, world.recordings_folder, world.clock, is_on=world.is_recording
        )
        acd = Acd(profile.rules for profile in world.house().queues.values())
        self.offers = OffersAndAnswers(stage, acd, self._recordings)
        self._words = WaitingWords(stage, self.offers)
        referred = ReferredOut(stage, self.offers.end)
        self.offers.ending_watchers.append(referred.forget)
        transfers = TransfersOut(stage, self.offers.end, referred)
        self.inbound = InboundCalls(stage, world.book, self.offers, transfers)
        self.supervision = Supervision(stage, self.offers)
        self.guests = Guests(stage, self.offers)
        self.hand_over = HandedOver(stage, self.offers, self.guests, self.inbound, referred)
        self._phones = PhoneTransfers(stage, self.offers, self.hand_over, self.inbound)
        EarlyMedia(stage)
        placed = PlacedCalls(stage, self.offers, self.guests)
        self._dialled = DialledCalls(stage, self.offers, self.inbound, placed)
        self.callbacks = Callbacks(stage, self.offers, placed, world.callback_log, world.callers, world.spawn)
        self.asked_callbacks = AskedCallbacks(stage, self.offers, self.inbound, self.callbacks, world.spawn)
        self._let_queues_send_on(stage)
        self._words.callback_offer = self.asked_callbacks.words
        self.agents = FloorDesk(stage, self.offers, self.supervision, self.guests, self.hand_over, placed)
        self.visitors = FloorVisitors(
            stage, self.inbound, self.offers, self.asked_callbacks, visitors_max=world.visitors_max
        )
        AgentDiary(stage, world.agent_log, self.offers)
        self._open_screens(stage, world)
        self._known = KnownCallers(stage, world.callers, world.spawn, self._known_now)
        self._house = world.house
        self._diagnostics = Diagnostics(legs, world.switchboard) if world.has_diagnostics else None
        self.legs = legs
        legs.on_call_offered = self._call_offered
        pages = VisitorPages(stage, world.board, self.offers, self.asked_callbacks.may_ask)
        self.inbound.on_script_moved = pages.script_moved
        self.offers.queued.on_queued = self._known.look_up
        self.inbound.before_waiting = self._known.before
        self.hours = QueueHours(stage, acd, self.queues.show)
        self.hours.keep()
        self.offers.on_call_over = self._call_over

    def _let_queues_send_on(self, stage: Stage) -> None:
        self.voicemail = Voicemail(stage, self.inbound, self._recordings)
        sent_on = SentOn(stage, self.offers, self.inbound)
        sent_on.on_voicemail = self.voicemail.sent_on
        sent_on.on_callback = self.asked_callbacks.overflowed

    def _open_screens(self, stage: Stage, world: World) -> None:
        self.queues = QueueScreens(stage, world.board, self.offers.acd, world.today, world.hour_of)
        self.screens = Screens(
            stage, world.board, self.offers, self.queues, is_told=world.is_supervision_told
        )
        self.callbacks.on_changed = self.queues.show_soon
        self._dialled.on_inside = self.screens.show_inside
        self.guests.on_ringing = self.screens.show_invitation
        self.guests.on_shown = self.screens.show_guest
        self.supervision.on_take_over = self.hand_over.end_consult
        self.supervision.on_watch = self.screens.show_watch
        self.supervision.on_watch_end = world.on_watch_end
        self.agents.on_known = self._known_now

    def on_sip(self, event: SipEvent) -> None:
        if isinstance(event, Registered):
            self.agents.phone_registered(event.username)
        self.legs.on_sip(event)

    def on_switch(self, event: SwitchEvent) -> None:
        match event:
            case PlayFinished():
                ongoing = self.floor.of_play(event.play_id)
                if ongoing is None:
                    self._dialled.said(event.play_id)
                    return
                if ongoing.live.state in IN_QUEUE:
                    self._words.said(ongoing, event.play_id)
                else:
                    self.inbound.prompts_finished(ongoing)
            case RecordingClosed():
                self._recordings.closed(event)
            case _:
                self.legs.on_switch(event)

    def end_all(self) -> None:
        """Close the house: every call ends as interrupted, in order, before the parts stop."""
        self.callbacks.close()
        for ongoing in list(self.floor):
            self.offers.end(ongoing, "interrupted")
        self.offers.paperwork.leave_all()

    def take_up(self, before: Mapping[AgentId, StateStretch]) -> None:
        """Seat the agents as they were before a restart; who is not back soon is signed out."""
        for agent_id, stretch in before.items():
            if agent_id in self._house().agents and stretch.state != AgentState.OFFLINE:
                self.agents.take_up(agent_id, stretch)

    def tick(self, now: float) -> None:
        self.deadlines.tick(now)

    def _call_offered(self, event: CallOffered) -> None:
        if self._diagnostics is not None and self._diagnostics.takes(event):
            return
        if not (self._phones.takes(event) or self._dialled.takes(event)):
            self.inbound.offered(event)

    def _call_over(self, ongoing: Ongoing) -> None:
        self.visitors.ended(ongoing)
        self._dialled.over(ongoing)

    def _known_now(self, ongoing: Ongoing) -> None:
        self.offers.queued.known(ongoing)
        self.screens.show_call(ongoing)
        self.screens.show_offer_again(ongoing)
        self.screens.show_paperwork(ongoing)
