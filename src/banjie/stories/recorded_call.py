"""A call with a person is recorded, from the first word to the last; what was written is known by its call."""

from pathlib import Path
from typing import Final

from banjie.calls.events import MessageBegan, MessageLeft, RecordingSaved
from banjie.media.events import RecordingClosed
from banjie.stories.clock import Clock
from banjie.stories.floor import Floor
from banjie.stories.ongoing import MessageLeaving, Ongoing

MESSAGE_MIN_S: Final = 1.0  # less is somebody who thought better of it


class RecordedCalls:
    """Stereo files, caller left, everybody else right, one folder a day."""

    def __init__(self, floor: Floor, folder: Path, clock: Clock, *, is_on: bool = True) -> None:
        self._floor, self._folder, self._clock, self._is_on = floor, folder, clock, is_on

    def start(self, ongoing: Ongoing) -> str | None:
        """Record the caller's port; return the file below the recordings folder, `None` where recording is off."""
        if not self._is_on or ongoing.caller is None:
            return None
        file = f"{self._clock.utc():%Y/%m/%d}/{ongoing.call_id}.wav"
        recording_id = self._floor.switchboard.record(ongoing.caller.port_id, self._folder / file)
        self._floor.recording(ongoing, recording_id)
        return file

    def start_message(self, ongoing: Ongoing, message: MessageLeaving) -> None:
        """Record what a caller leaves for somebody to hear, whether talks are recorded or not."""
        if ongoing.caller is None:
            return
        file = f"{self._clock.utc():%Y/%m/%d}/{ongoing.call_id}.message.wav"
        message.recording_id = self._floor.switchboard.record(ongoing.caller.port_id, self._folder / file)
        self._floor.recording(ongoing, message.recording_id)
        self._floor.note(ongoing, MessageBegan, box=message.box, file=file)

    def stop(self, ongoing: Ongoing) -> None:
        if ongoing.recording_id is not None:
            self._floor.switchboard.stop_recording(ongoing.recording_id)

    def closed(self, event: RecordingClosed) -> None:
        ongoing = self._floor.of_recording(event.recording_id)
        if ongoing is None:
            return
        file = event.path.relative_to(self._folder).as_posix()
        message = ongoing.message
        if message is not None and message.recording_id == event.recording_id:
            if event.duration_s >= MESSAGE_MIN_S:
                self._floor.note(
                    ongoing, MessageLeft, box=message.box, file=file, duration_s=event.duration_s
                )
        else:
            self._floor.note(
                ongoing,
                RecordingSaved,
                file=file,
                duration_s=event.duration_s,
                size_bytes=event.size_bytes,
            )
        self._floor.recorded(ongoing)
