"""A call that lives now: its legs, who is what in it and where, what each hears, and what the record does not know."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from banjie.base.ids import AgentId, CallId, LegId, QueueId
from banjie.base.prompts import Bilingual, Prompt
from banjie.calls.events import EndReason, Purpose
from banjie.calls.hearing import Cord, Party, Place, Voice, hearing, left_alone
from banjie.calls.live import LiveCall
from banjie.calls.machine import CallState
from banjie.calls.store import LastAgent
from banjie.calls.supervision import Mode
from banjie.media.model import PlayId, PortId, RecordingId
from banjie.routing.spoken_wait import WaitWords
from banjie.scripts.interpreter import ScriptRun
from banjie.stories.legs import Leg
from banjie.stories.views import CallerView, Press

# Elsewhere the caller is with a script or in a queue, and hears what they play.
TOGETHER = frozenset({CallState.TALKING, CallState.HELD, CallState.TRANSFERRED})
Sound = Literal["music", "ring_back"]
VOICES = {Mode.MONITOR: Voice.MONITOR, Mode.WHISPER: Voice.WHISPER, Mode.BARGE: Voice.BARGE}


@dataclass(slots=True, kw_only=True, eq=False)
class Watch:
    """A supervisor in a call."""

    supervisor_id: AgentId
    name: Bilingual
    mode: Mode
    leg: Leg
    since: datetime
    is_up: bool = True  # False: his phone still rings


@dataclass(slots=True, kw_only=True, eq=False)
class Guest:
    """A colleague or an outside number who is rung, asked, or takes part."""

    guest_id: LegId
    agent_id: AgentId | None  # a colleague
    number: str | None  # an outside number
    name: Bilingual
    purpose: Purpose
    since: datetime
    leg: Leg | None = None  # None: he rings in a browser
    is_up: bool = False
    is_answering: bool = False  # his browser's audio is being opened
    is_member: bool = False  # on the line with the caller: a conference
    is_muted: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class MessageLeaving:
    """The caller leaves a message. Times are monotonic seconds."""

    box: QueueId
    since: float | None = None  # he speaks; None: he is asked to
    heard_at: float = 0.0
    recording_id: RecordingId | None = None
    is_over: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Ongoing:
    """One call on the floor."""

    live: LiveCall
    caller: Leg | None  # or whom an agent called; None: not rung yet, or a colleague, who is a guest
    view: CallerView
    language: str
    run: ScriptRun | None = None
    queue_id: QueueId | None = None
    needs: frozenset[str] = frozenset()  # skills, beside those of the queue
    agent_id: AgentId | None = None
    agent: Leg | None = None  # or whom a script handed the caller to
    second: Leg | None = None  # the agent's other call on his phone: to whom he consults
    insider: AgentId | None = None  # a colleague, whose phone has dialled one of our numbers
    is_muted: bool = False
    help_since: datetime | None = None  # the agent asked for help
    guests: dict[LegId, Guest] = field(default_factory=dict)
    is_aside: bool = False  # the agent is with whom he consults, not with the caller
    watches: dict[AgentId, Watch] = field(default_factory=dict)
    answered_at: datetime | None = None
    waited_since: float | None = None  # a queue sent him on: his place, if he waits again
    message: MessageLeaving | None = None
    after_words: Callable[[], None] | None = None  # what follows on what he is told, beside a script
    hang_up_means: EndReason = "caller_hung_up"
    sent_on_at: float | None = None
    is_looked_up: bool = False  # who calls, as far as he is known
    last_served: LastAgent | None = None
    pressed: tuple[Press, ...] = ()
    saying: tuple[Prompt, ...] = ()
    told: WaitWords | None = None  # of his place and wait, last
    is_asked: bool = False  # where to call him back
    ends_after_prompts: EndReason | None = None
    cords: frozenset[Cord] = frozenset()
    sounding: dict[PortId, tuple[Sound, PlayId]] = field(default_factory=dict)  # to those who wait
    play_id: PlayId | None = None
    is_spoken_to: bool = False  # what is played to the caller comes to an end
    recording_id: RecordingId | None = None
    paperwork: set[AgentId] = field(default_factory=set)  # who has yet to say what his part was

    @property
    def call_id(self) -> CallId:
        return self.live.call_id

    @property
    def legs(self) -> Iterator[Leg]:
        """All legs the call has now, the caller's first."""
        yield from (leg for leg in (self.caller, self.agent, self.second) if leg is not None)
        yield from (guest.leg for guest in self.guests.values() if guest.leg is not None)
        yield from (watch.leg for watch in self.watches.values())

    def watch_of(self, leg: Leg) -> Watch | None:
        """The supervisor whose leg this is."""
        return next((watch for watch in self.watches.values() if watch.leg is leg), None)

    def guest_of(self, leg: Leg) -> Guest | None:
        return next((guest for guest in self.guests.values() if guest.leg is leg), None)

    def colleague(self, agent_id: AgentId) -> Guest | None:
        """The guest who is this agent."""
        return next((guest for guest in self.guests.values() if guest.agent_id == agent_id), None)

    @property
    def consulted(self) -> Guest | None:
        """Whom the agent asks, or rings to ask."""
        return next((g for g in self.guests.values() if g.purpose == "consult" and not g.is_member), None)

    @property
    def members(self) -> tuple[Guest, ...]:
        """Those on the line with the caller, besides the agent."""
        return tuple(guest for guest in self.guests.values() if guest.is_member and guest.is_up)

    @property
    def waits_for(self) -> tuple[Leg, Leg | None] | None:
        """Who listens while somebody is rung for him, and the leg that is rung; a browser has none."""
        state, guest = self.live.state, next(iter(self.guests.values()), None)
        if state is CallState.PLACING and self.agent is not None:
            return self.agent, self.caller if guest is None else guest.leg
        if state is CallState.HANDED_ON and self.caller is not None and guest is not None:
            return self.caller, guest.leg
        if state is CallState.DIALLING and self.caller is not None:
            return self.caller, self.agent
        asked = self.consulted
        asker = self.second or (self.agent if self.is_aside else None)
        if state in TOGETHER and asker is not None and asked is not None and not asked.is_up:
            return asker, asked.leg
        return None

    @property
    def sounds(self) -> dict[PortId, Sound]:
        """What is played to those who have nobody to listen to: ring-back where somebody is rung for them, else music."""
        sounds: dict[PortId, Sound] = {PortId(port): "music" for port in left_alone(self.parties)}
        waiting = self.waits_for
        if waiting is not None:
            listener, rung = waiting
            if rung is None or not rung.speaks_early:
                sounds[listener.port_id] = "ring_back"
        elif self.live.state is CallState.HANDED_ON and self.caller is not None:
            sounds[self.caller.port_id] = "music"
        return sounds

    @property
    def wanted_cords(self) -> frozenset[Cord]:
        """Who hears whom now; and the carrier is heard that speaks before anybody answers."""
        cords, waiting = hearing(self.parties), self.waits_for
        if waiting is None or waiting[1] is None or not waiting[1].speaks_early:
            return cords
        return cords | {Cord(waiting[1].port_id, waiting[0].port_id)}

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who takes part, as what, and where; nobody while the caller is with a script or in a queue."""
        return tuple(self._parties()) if self.live.state in TOGETHER else ()

    def _parties(self) -> Iterator[Party]:
        if self.caller is not None:
            place = Place.HOLD if self.live.state is CallState.HELD else Place.LINE
            yield Party(port=self.caller.port_id, voice=Voice.CALLER, place=place)
        if self.agent is not None:
            voice = Voice.GUEST if self.agent_id is None else Voice.AGENT
            place = self._agents_place if self.second is None else Place.LINE
            if self.agent.is_held and self.agent_id is not None:
                place = Place.HOLD  # by his own phone: nothing comes from there
            yield Party(port=self.agent.port_id, voice=voice, place=place, is_muted=self.is_muted)
        if self.second is not None and self.second.is_up:
            place = Place.LINE if self.consulted is None else Place.ASIDE
            place = Place.HOLD if self.second.is_held else place
            yield Party(port=self.second.port_id, voice=Voice.AGENT, place=place, is_muted=self.is_muted)
        for guest in self.guests.values():
            if guest.is_up and guest.leg is not None:
                place = Place.LINE if guest.is_member else self._place_aside
                yield Party(port=guest.leg.port_id, voice=Voice.GUEST, place=place, is_muted=guest.is_muted)
        for watch in self.watches.values():
            if watch.is_up:  # beside the agent, wherever he is
                yield Party(port=watch.leg.port_id, voice=VOICES[watch.mode], place=self._agents_place)

    @property
    def _place_aside(self) -> Place:
        """Where whom the agent consults is: with two calls on his phone, it says which of them it holds."""
        is_with_him = self.is_aside if self.second is None else not self.second.is_held
        return Place.ASIDE if is_with_him else Place.HOLD

    @property
    def _agents_place(self) -> Place:
        return Place.ASIDE if self.is_aside else Place.LINE
