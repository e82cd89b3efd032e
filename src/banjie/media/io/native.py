"""The switchboard of the product: Python's side of the native thread. Satisfies `media.ports.Switchboard`.

Every call writes an order or reads memory and returns; what happens comes back to `on_event` on the asyncio thread.
"""

import asyncio
import secrets
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from banjie.media.digits import EVENT_KEYS
from banjie.media.errors import NoFreePort, NoSuchPort, SwitchboardFull
from banjie.media.events import DigitHeard, PlayFinished, RecordingClosed, RtpTimedOut, SwitchEvent
from banjie.media.g711 import LAW_OF
from banjie.media.groups import Groups
from banjie.media.io import happenings, orders
from banjie.media.io.clips import Clips
from banjie.media.io.recorder import Recorder
from banjie.media.io.sockets import PairMaker, raise_file_limit
from banjie.media.io.statistics import read_stats
from banjie.media.io.thread import Happening, NativeThread
from banjie.media.layout import (
    MAX_CLIPS,
    MAX_CORDS,
    MAX_PORTS,
    MEMORY,
    MEMORY_FRAMES,
    RTP,
    allocate,
    clear_port,
)
from banjie.media.model import ClipId, PlayId, PortId, PortStats, RecordingId, RtpPort, RtpRemote


@dataclass(slots=True)
class _Port:
    index: int
    kind: int
    memory: int = -1
    remote: RtpRemote | None = None
    sources: set[int] = field(default_factory=set)  # indices of ports it hears
    sinks: set[int] = field(default_factory=set)
    recording: RecordingId | None = None


class NativeSwitchboard:
    def __init__(
        self,
        host: str,
        rtp_ports: tuple[int, int] = (20000, 29999),
        *,
        max_ports: int = MAX_PORTS,
        rtp_time_out_s: float = 30.0,
        rate_hz: int = 8000,
    ) -> None:
        """Nothing runs before `start`.

        Args:
            host: the IPv4 address to bind, and to name in SDP.
            rtp_ports: UDP numbers, first and last; each port takes an even one and the next.
            max_ports: at once; also the limit of plays.
            rtp_time_out_s: of silence from a peer that should send, then `RtpTimedOut`.
            rate_hz: of the inside; G.711 legs need 8000.
        """
        self.on_event: Callable[[SwitchEvent], None] = lambda event: None
        self._host = host
        self._pairs = PairMaker(host, rtp_ports)
        self._memory = allocate(rate_hz)
        self._memory["world"]["time_out_ns"] = int(rtp_time_out_s * 1e9)
        self._rate_hz = rate_hz
        self._thread = NativeThread(self._memory)
        self._recorder = Recorder(self._memory, rate_hz, self._recording_closed)
        self._clips = Clips(self._memory, rate_hz)
        self._groups = Groups()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ports: dict[PortId, _Port] = {}
        self._ids: dict[int, PortId] = {}  # by index
        self._play_rows: dict[PlayId, int] = {}
        self._plays: dict[int, PlayId] = {}  # by row
        self._recording_rows: dict[RecordingId, int] = {}
        self._recordings: dict[int, RecordingId] = {}  # by row, until the file is closed
        self._free_ports = list(range(max_ports - 1, -1, -1))
        self._free_plays = list(range(max_ports - 1, -1, -1))
        self._free_memories = list(range(len(self._memory["pushed"]) - 1, -1, -1))
        self._free_recordings = list(range(len(self._memory["recordings"]) - 1, -1, -1))
        self._closing: dict[int, _Port] = {}
        self._last_id = 0

    async def start(self) -> None:
        """Compile if this version never ran here (half a minute at worst), and begin."""
        raise_file_limit()
        await asyncio.to_thread(self._thread.prepare)
        await asyncio.to_thread(self._recorder.prepare)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._thread.happenings_fd, self._take_happenings)
        self._thread.start()
        self._recorder.start()

    async def shut_down(self) -> None:
        """Close all ports and recordings, in order."""
        if self._loop is None:
            return
        for port_id in list(self._ports):
            self.close(port_id)
        self._loop.remove_reader(self._thread.happenings_fd)
        await asyncio.to_thread(self._thread.stop)
        self._take_happenings()
        await asyncio.to_thread(self._recorder.stop)
        await asyncio.sleep(0)  # the last RecordingClosed are on their way to this loop
        self._thread.release()
        self._loop = None

    @property
    def is_running(self) -> bool:
        return self._loop is not None and self._thread.is_alive

    def __len__(self) -> int:
        """Return how many ports are open."""
        return len(self._ports)

    # ports

    def open_rtp(self) -> RtpPort:
        self._require_free_port()
        number, rtp_fd, rtcp_fd = self._pairs.open()
        port_id = self._open(RTP, rtp_fd, rtcp_fd, -1)
        return RtpPort(port_id=port_id, host=self._host, port=number)

    def open_memory(self) -> PortId:
        self._require_free_port()
        if not self._free_memories:
            raise NoFreePort("all memory ports are in use")
        row = self._free_memories.pop()
        for counts in (self._memory["pushed_count"], self._memory["pushed_taken"]):
            counts[row] = 0
        self._memory["pulled_count"][row] = self._memory["pulled_taken"][row] = 0
        return self._open(MEMORY, -1, -1, row)

    def point_rtp(
        self, port_id: PortId, remote: RtpRemote, *, send: bool = True, receive: bool = True
    ) -> None:
        port = self._get(port_id)
        port.remote = remote
        (ip,) = struct.unpack("!I", socket.inet_aton(remote.host))
        dtmf = -1 if remote.dtmf_payload is None else remote.dtmf_payload
        self._thread.order(
            orders.POINT,
            port.index,
            ip,
            remote.port,
            LAW_OF[remote.codec],
            remote.payload,
            dtmf,
            int(send) | int(receive) << 1,
        )

    def close(self, port_id: PortId) -> None:
        port = self._ports.get(port_id)
        if port is None:
            return
        for source in list(port.sources):
            self._uncord(self._ports[self._ids[source]], port)
        for sink in list(port.sinks):
            self._uncord(port, self._ports[self._ids[sink]])
        del self._ports[port_id]
        self._closing[port.index] = port
        self._groups.close(port.index)
        self._thread.order(orders.CLOSE, port.index)

    def cord(self, source: PortId, sink: PortId, gain: float = 1.0) -> None:
        if gain == 0.0:
            if source in self._ports and sink in self._ports:
                self._uncord(self._ports[source], self._ports[sink])
            return
        here, there = self._get(source), self._get(sink)
        if here.index not in there.sources:
            if len(there.sources) == MAX_CORDS:
                raise SwitchboardFull(f"a port hears {MAX_CORDS} others at most")
            there.sources.add(here.index)
            here.sinks.add(there.index)
            for moved in self._groups.join(here.index, there.index):
                self._thread.order(orders.GROUP, moved.port, moved.group, moved.beside)
        self._thread.order(orders.CORD, here.index, there.index, round(gain * orders.MILLION))

    def stats(self, port_id: PortId) -> PortStats:
        return read_stats(self._memory["ports"][self._get(port_id).index], self._rate_hz)

    # what is heard

    def push(self, port_id: PortId, pcm: NDArray[np.int16]) -> int:
        row = self._get_memory(port_id)
        ring = self._memory["pushed"][row]
        count = int(self._memory["pushed_count"][row])
        kept = pcm[: len(ring) - (count - int(self._memory["pushed_taken"][row]))]
        at = count % len(ring)
        first = min(len(kept), len(ring) - at)
        ring[at : at + first] = kept[:first]
        ring[: len(kept) - first] = kept[first:]
        self._memory["pushed_count"][row] = count + len(kept)
        return len(kept)

    def pull(self, port_id: PortId) -> NDArray[np.int16] | None:
        row = self._get_memory(port_id)
        count, taken = int(self._memory["pulled_count"][row]), int(self._memory["pulled_taken"][row])
        if taken >= count:
            return None
        taken = max(taken, count - MEMORY_FRAMES + 2)  # older ones are being written over
        frame: NDArray[np.int16] = self._memory["pulled"][row, taken % MEMORY_FRAMES].copy()
        self._memory["pulled_taken"][row] = taken + 1
        return frame

    def play(self, sink: PortId, clips: Sequence[ClipId], *, loop: bool = False, gain: float = 1.0) -> PlayId:
        port = self._get(sink)
        places = [place for place in map(self._clips.place, clips) if place[1] > 0]
        if len(places) > MAX_CLIPS or not self._free_plays:
            raise SwitchboardFull(
                f"{MAX_CLIPS} clips in a play, one play a port at once, are all there is room for"
            )
        row = self._free_plays.pop()
        self._memory["play_clips"][row, : len(places)] = np.array(places, np.int64).reshape(-1, 2)
        play_id = PlayId(self._new_id())
        self._play_rows[play_id], self._plays[row] = row, play_id
        endless = int(loop and bool(places))
        self._thread.order(orders.PLAY, row, port.index, len(places), endless, round(gain * orders.MILLION))
        return play_id

    def stop(self, play_id: PlayId) -> None:
        row = self._play_rows.pop(play_id, None)
        if row is not None:
            del self._plays[row]
            self._thread.order(orders.STOP_PLAY, row)

    def load_clip(self, path: Path) -> ClipId:
        return self._clips.load(path)

    def tone(self, name: str) -> ClipId:
        return self._clips.tone(name)

    # recordings and digits

    def record(self, port_id: PortId, path: Path) -> RecordingId:
        port = self._get(port_id)
        if port.recording is not None or not self._free_recordings:
            raise SwitchboardFull("one recording a port at once, and no more than there is memory for")
        recording_id = RecordingId(self._new_id())
        row = self._free_recordings.pop()
        try:
            self._recorder.begin(recording_id, row, path)
        except OSError:
            self._free_recordings.append(row)
            raise
        self._recording_rows[recording_id], self._recordings[row] = row, recording_id
        port.recording = recording_id
        self._thread.order(orders.RECORD, row, port.index)
        return recording_id

    def stop_recording(self, recording_id: RecordingId) -> None:
        row = self._recording_rows.get(recording_id)
        if row is not None:
            self._thread.order(orders.STOP_RECORD, row)
            for port in self._ports.values():
                if port.recording == recording_id:
                    port.recording = None

    def send_digits(self, port_id: PortId, digits: str) -> None:
        port = self._get(port_id)
        keys = [digit for digit in digits.upper() if digit in EVENT_KEYS]
        if port.remote is not None and port.remote.dtmf_payload is not None:
            for key in keys:
                self._thread.order(orders.PRESS, port.index, EVENT_KEYS.index(key))
        elif keys:
            self.play(port_id, [self._clips.key(key) for key in keys])

    def detect_tones(self, port_id: PortId, wanted: bool) -> None:
        self._thread.order(orders.DETECT, self._get(port_id).index, int(wanted))

    # what is behind it

    def _open(self, kind: int, rtp_fd: int, rtcp_fd: int, memory: int) -> PortId:
        index = self._free_ports.pop()
        port_id = PortId(self._new_id())
        self._ports[port_id] = _Port(index=index, kind=kind, memory=memory)
        self._ids[index] = port_id
        clear_port(self._memory, index)
        slot = self._groups.open(index)
        self._thread.order(orders.OPEN, index, kind, rtp_fd, rtcp_fd, secrets.randbits(32), slot, memory)
        return port_id

    def _uncord(self, source: _Port, sink: _Port) -> None:
        if source.index not in sink.sources:
            return
        sink.sources.discard(source.index)
        source.sinks.discard(sink.index)
        self._thread.order(orders.CORD, source.index, sink.index, 0)
        for moved in self._groups.part(source.index, sink.index):
            self._thread.order(orders.GROUP, moved.port, moved.group, moved.beside)

    def _take_happenings(self) -> None:
        for happening in self._thread.take():
            event = self._understand(happening)
            if event is not None:
                self.on_event(event)

    def _understand(self, happening: Happening) -> SwitchEvent | None:
        kind, which, what, _ = happening
        port_id = self._ids.get(which)
        if kind == happenings.DIGIT and port_id in self._ports:
            return DigitHeard(port_id=port_id, digit=EVENT_KEYS[what])
        if kind == happenings.TIMED_OUT and port_id in self._ports:
            return RtpTimedOut(port_id=port_id)
        if kind in (happenings.PLAY_FINISHED, happenings.PLAY_STOPPED):
            self._free_plays.append(which)
            play_id = self._plays.pop(which, None)
            if play_id is not None:
                del self._play_rows[play_id]
                if kind == happenings.PLAY_FINISHED:
                    return PlayFinished(play_id=play_id)
        elif kind == happenings.RECORDING_STOPPED:
            self._recorder.end(which, what)
        elif kind == happenings.PORT_CLOSED:
            self._free(which)
        return None

    def _free(self, index: int) -> None:
        port = self._closing.pop(index)
        del self._ids[index]
        self._free_ports.append(index)
        if port.memory >= 0:
            self._free_memories.append(port.memory)

    def _recording_closed(self, event: RecordingClosed) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell_closed, event)

    def _tell_closed(self, event: RecordingClosed) -> None:
        row = self._recording_rows.pop(event.recording_id)
        del self._recordings[row]
        self._free_recordings.append(row)
        self.on_event(event)

    def _require_free_port(self) -> None:
        if not self._free_ports:
            raise NoFreePort(f"all {len(self._memory['ports'])} ports of the switchboard are in use")

    def _get(self, port_id: PortId) -> _Port:
        port = self._ports.get(port_id)
        if port is None:
            raise NoSuchPort(f"port {port_id} is not open")
        return port

    def _get_memory(self, port_id: PortId) -> int:
        port = self._get(port_id)
        if port.kind != MEMORY:
            raise NoSuchPort(f"port {port_id} is RTP; only memory ports are pushed and pulled")
        return port.memory

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id
