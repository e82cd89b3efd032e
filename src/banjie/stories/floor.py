"""The floor: every call that lives now, with its legs, cords and sounds. Other stories move calls only through here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from banjie.base.ids import AgentId, CallId, LegId, QueueId
from banjie.base.prompts import Prompt
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import CallArrived, CallEvent, EndReason
from banjie.calls.hearing import Cord, Present, hearing
from banjie.calls.live import LiveCall
from banjie.calls.machine import CallState
from banjie.calls.ports import CallLog
from banjie.media.model import ClipId, PlayId, PortId, RecordingId
from banjie.media.ports import Switchboard
from banjie.scripts.interpreter import ScriptRun
from banjie.stories.clock import Clock
from banjie.stories.legs import Leg
from banjie.stories.views import CallerView, Press


@dataclass(slots=True, kw_only=True, eq=False)
class Ongoing:
    """One call on the floor. Only what the record does not already know."""

    live: LiveCall
    caller: Leg | None  # None: the call was interrupted by a restart, only its paperwork is left
    view: CallerView
    language: str
    run: ScriptRun | None = None
    queue_id: QueueId | None = None
    agent_id: AgentId | None = None
    agent: Leg | None = None
    is_muted: bool = False
    answered_at: datetime | None = None
    pressed: tuple[Press, ...] = ()
    saying: tuple[Prompt, ...] = ()
    ends_after_prompts: EndReason | None = None
    cords: frozenset[Cord] = frozenset()
    play_id: PlayId | None = None
    recording_id: RecordingId | None = None
    awaits_disposition: bool = False

    @property
    def call_id(self) -> CallId:
        return self.live.call_id


@dataclass(slots=True)
class Floor:
    """Single-threaded. `note` is the only way a call changes its state."""

    log: CallLog
    switchboard: Switchboard
    clock: Clock
    watchers: list[Callable[[Ongoing, CallEvent], None]] = field(default_factory=list)
    _calls: dict[CallId, Ongoing] = field(default_factory=dict)
    _by_leg: dict[LegId, Ongoing] = field(default_factory=dict)
    _by_play: dict[PlayId, Ongoing] = field(default_factory=dict)
    _by_recording: dict[RecordingId, Ongoing] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Ongoing]:
        return iter(self._calls.values())

    # -- finding -----------------------------------------------------------------------------------------

    def get(self, call_id: CallId) -> Ongoing:
        try:
            return self._calls[call_id]
        except KeyError:
            raise NoSuchCall(call_id) from None

    def find(self, call_id: CallId) -> Ongoing | None:
        return self._calls.get(call_id)

    def of_leg(self, leg: Leg) -> Ongoing | None:
        return self._by_leg.get(leg.leg_id)

    def of_play(self, play_id: PlayId) -> Ongoing | None:
        return self._by_play.get(play_id)

    def of_recording(self, recording_id: RecordingId) -> Ongoing | None:
        return self._by_recording.get(recording_id)

    # -- events ------------------------------------------------------------------------------------------

    def admit(self, arrived: CallArrived, caller: Leg, view: CallerView) -> Ongoing:
        ongoing = Ongoing(live=LiveCall(arrived), caller=caller, view=view, language=arrived.language)
        self._calls[ongoing.call_id] = ongoing
        self._by_leg[caller.leg_id] = ongoing
        self.log.append(ongoing.live.arrival(arrived))
        for watch in self.watchers:
            watch(ongoing, arrived)
        return ongoing

    def note(self, ongoing: Ongoing, kind: Callable[..., CallEvent], **facts: Any) -> None:
        """Log an event of this call, now; then let its cords follow its state."""
        event = kind(call_id=ongoing.call_id, occurred_at=self.clock.utc(), **facts)
        self.log.append(ongoing.live.take(event))
        self.patch(ongoing)
        for watch in self.watchers:
            watch(ongoing, event)

    # -- sound -------------------------------------------------------------------------------------------

    def patch(self, ongoing: Ongoing) -> None:
        """Make the cords what the call's state asks for."""
        wanted: frozenset[Cord] = frozenset()
        if ongoing.caller is not None and ongoing.agent is not None:
            present = Present(
                caller=ongoing.caller.port_id, agent=ongoing.agent.port_id, agent_muted=ongoing.is_muted
            )
            wanted = hearing(ongoing.live.state, present)
        for cord in ongoing.cords - wanted:
            self.switchboard.cord(PortId(cord.source), PortId(cord.sink), 0.0)
        for cord in wanted - ongoing.cords:
            self.switchboard.cord(PortId(cord.source), PortId(cord.sink), 1.0)
        ongoing.cords = wanted

    def play(self, ongoing: Ongoing, clips: Iterable[ClipId], *, loop: bool = False) -> None:
        """Let the caller hear these instead of what he heard."""
        self.silence(ongoing)
        if ongoing.caller is not None and (to_play := tuple(clips)):
            ongoing.play_id = self.switchboard.play(ongoing.caller.port_id, to_play, loop=loop)
            self._by_play[ongoing.play_id] = ongoing

    def silence(self, ongoing: Ongoing) -> None:
        if ongoing.play_id is not None:
            self.switchboard.stop(ongoing.play_id)
            self.played(ongoing)

    def played(self, ongoing: Ongoing) -> None:
        """What was played has come to its end."""
        if ongoing.play_id is not None:
            self._by_play.pop(ongoing.play_id, None)
            ongoing.play_id = None

    # -- legs and recordings -----------------------------------------------------------------------------

    def seat(self, ongoing: Ongoing, agent: Leg) -> None:
        ongoing.agent = agent
        self._by_leg[agent.leg_id] = ongoing

    def unseat(self, leg: Leg) -> None:
        self._by_leg.pop(leg.leg_id, None)

    def empty_seat(self, ongoing: Ongoing) -> None:
        """The agent's leg is gone, the call is not."""
        if ongoing.agent is not None:
            self.unseat(ongoing.agent)
            ongoing.agent = None

    def recording(self, ongoing: Ongoing, recording_id: RecordingId) -> None:
        ongoing.recording_id = recording_id
        self._by_recording[recording_id] = ongoing

    def recorded(self, ongoing: Ongoing) -> None:
        if ongoing.recording_id is not None:
            self._by_recording.pop(ongoing.recording_id, None)
            ongoing.recording_id = None
        self.release(ongoing)

    def release(self, ongoing: Ongoing) -> None:
        """Let an ended call leave the floor, once its paperwork is done."""
        if (
            ongoing.live.state is CallState.ENDED
            and not ongoing.awaits_disposition
            and ongoing.recording_id is None
        ):
            self._calls.pop(ongoing.call_id, None)
