"""The floor: every call that lives now, with its legs, cords and sounds. Other stories move calls only through here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from banjie.base.ids import CallId, LegId
from banjie.calls.errors import NoSuchCall
from banjie.calls.events import CallArrived, CallEvent, SoundMeasured
from banjie.calls.live import LiveCall
from banjie.calls.machine import CallState
from banjie.calls.ports import CallLog
from banjie.media.model import ClipId, PlayId, PortId, RecordingId
from banjie.media.ports import Switchboard
from banjie.stories.clock import Clock
from banjie.stories.legs import Leg
from banjie.stories.measured_sound import sound_of
from banjie.stories.ongoing import Guest, Ongoing, Watch
from banjie.stories.views import CallerView


@dataclass(slots=True)
class Floor:
    """Single-threaded. `note` is the only way a call changes its state."""

    log: CallLog
    switchboard: Switchboard
    clock: Clock
    music: Callable[[], ClipId]  # for whoever is on hold
    ring_back: Callable[[], ClipId]  # for whoever waits for somebody who is rung
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

    def admit(self, arrived: CallArrived, caller: Leg | None, view: CallerView) -> Ongoing:
        ongoing = Ongoing(live=LiveCall(arrived), caller=caller, view=view, language=arrived.language)
        self._calls[ongoing.call_id] = ongoing
        if caller is not None:
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
        """Make the cords, and what is played to those who wait, what the call's parties ask for."""
        wanted = ongoing.wanted_cords
        for cord in ongoing.cords - wanted:
            self.switchboard.cord(PortId(cord.source), PortId(cord.sink), 0.0)
        for cord in wanted - ongoing.cords:
            self.switchboard.cord(PortId(cord.source), PortId(cord.sink), cord.gain)
        ongoing.cords = wanted
        sounds = ongoing.sounds
        for port_id in [port for port, (sound, _) in ongoing.sounding.items() if sounds.get(port) != sound]:
            self.switchboard.stop(ongoing.sounding.pop(port_id)[1])
        for port_id in sounds.keys() - ongoing.sounding.keys():
            clip = self.music() if sounds[port_id] == "music" else self.ring_back()
            ongoing.sounding[port_id] = (sounds[port_id], self.switchboard.play(port_id, (clip,), loop=True))

    def play(self, ongoing: Ongoing, clips: Iterable[ClipId], *, loop: bool = False) -> None:
        """Let the caller hear these instead of what he heard."""
        self.silence(ongoing)
        if ongoing.caller is not None and (to_play := tuple(clips)):
            ongoing.play_id = self.switchboard.play(ongoing.caller.port_id, to_play, loop=loop)
            self._by_play[ongoing.play_id] = ongoing
            ongoing.is_spoken_to = not loop

    def silence(self, ongoing: Ongoing) -> None:
        if ongoing.play_id is not None:
            self.switchboard.stop(ongoing.play_id)
            self.played(ongoing)

    def played(self, ongoing: Ongoing) -> None:
        """What was played has come to its end."""
        if ongoing.play_id is not None:
            self._by_play.pop(ongoing.play_id, None)
            ongoing.play_id, ongoing.is_spoken_to = None, False

    # -- legs and recordings -----------------------------------------------------------------------------

    def seat(self, ongoing: Ongoing, agent: Leg) -> None:
        ongoing.agent = agent
        self._by_leg[agent.leg_id] = ongoing

    def seat_caller(self, ongoing: Ongoing, caller: Leg) -> None:
        """Whom an agent calls stands where callers stand."""
        ongoing.caller = caller
        self._by_leg[caller.leg_id] = ongoing

    def unseat(self, leg: Leg) -> None:
        """The leg leaves its call; its port is still open, and tells how it sounded. May be repeated."""
        ongoing = self._by_leg.pop(leg.leg_id, None)
        if ongoing is None:
            return
        sound = sound_of(ongoing, leg, self.switchboard.stats(leg.port_id))
        if sound is not None:
            event = SoundMeasured(call_id=ongoing.call_id, occurred_at=self.clock.utc(), **sound)
            self.log.append(ongoing.live.take(event))

    def empty_seat(self, ongoing: Ongoing) -> None:
        """The agent's leg is gone, the call is not."""
        if ongoing.agent is not None:
            self.unseat(ongoing.agent)
            ongoing.agent = None

    def seat_second(self, ongoing: Ongoing, leg: Leg) -> None:
        """The agent's phone has another call, to whom he consults."""
        ongoing.second = leg
        self._by_leg[leg.leg_id] = ongoing

    def empty_second(self, ongoing: Ongoing) -> None:
        if ongoing.second is not None:
            self.unseat(ongoing.second)
            ongoing.second = None
            self.patch(ongoing)

    def seat_guest(self, ongoing: Ongoing, guest: Guest, leg: Leg) -> None:
        guest.leg = leg
        self._by_leg[leg.leg_id] = ongoing

    def unseat_guest(self, ongoing: Ongoing, guest: Guest) -> None:
        if guest.leg is not None:
            self.unseat(guest.leg)
        del ongoing.guests[guest.guest_id]

    def seat_watch(self, ongoing: Ongoing, watch: Watch) -> None:
        ongoing.watches[watch.supervisor_id] = watch
        self._by_leg[watch.leg.leg_id] = ongoing

    def unseat_watch(self, ongoing: Ongoing, watch: Watch) -> None:
        self.unseat(watch.leg)
        del ongoing.watches[watch.supervisor_id]

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
        if ongoing.live.state is CallState.ENDED and not ongoing.paperwork and ongoing.recording_id is None:
            self._calls.pop(ongoing.call_id, None)
