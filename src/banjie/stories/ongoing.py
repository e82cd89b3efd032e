"""A call that lives now: its legs, who is what in it, and what the record does not know."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.base.prompts import Bilingual, Prompt
from banjie.calls.events import EndReason
from banjie.calls.hearing import Cord, Party, Place, Voice
from banjie.calls.live import LiveCall
from banjie.calls.machine import CallState
from banjie.calls.supervision import Mode
from banjie.media.model import PlayId, PortId, RecordingId
from banjie.scripts.interpreter import ScriptRun
from banjie.stories.legs import Leg
from banjie.stories.views import CallerView, Press

# Elsewhere the caller is with a script or in a queue, and hears what they play.
TOGETHER = frozenset({CallState.TALKING, CallState.HELD, CallState.TRANSFERRED})
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
class Ongoing:
    """One call on the floor."""

    live: LiveCall
    caller: Leg | None  # None: the call was interrupted by a restart, only its paperwork is left
    view: CallerView
    language: str
    run: ScriptRun | None = None
    queue_id: QueueId | None = None
    agent_id: AgentId | None = None
    agent: Leg | None = None  # or whom a script handed the caller to
    is_muted: bool = False
    help_since: datetime | None = None  # the agent asked for help
    watches: dict[AgentId, Watch] = field(default_factory=dict)
    answered_at: datetime | None = None
    pressed: tuple[Press, ...] = ()
    saying: tuple[Prompt, ...] = ()
    ends_after_prompts: EndReason | None = None
    cords: frozenset[Cord] = frozenset()
    music: dict[PortId, PlayId] = field(default_factory=dict)  # of those left alone
    play_id: PlayId | None = None
    recording_id: RecordingId | None = None
    awaits_disposition: bool = False

    @property
    def call_id(self) -> CallId:
        return self.live.call_id

    @property
    def legs(self) -> Iterator[Leg]:
        """All legs the call has now, the caller's first."""
        yield from (leg for leg in (self.caller, self.agent) if leg is not None)
        yield from (watch.leg for watch in self.watches.values())

    def watch_of(self, leg: Leg) -> Watch | None:
        """The supervisor whose leg this is."""
        return next((watch for watch in self.watches.values() if watch.leg is leg), None)

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
            yield Party(port=self.agent.port_id, voice=voice, is_muted=self.is_muted)
        for watch in self.watches.values():
            if watch.is_up:  # beside the agent, wherever he is
                yield Party(port=watch.leg.port_id, voice=VOICES[watch.mode])
