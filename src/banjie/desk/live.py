"""The live board: what the stories publish, numbered, to every open screen.

Changes of one topic made in the same turn of the loop go out as one message; the wallboard's are gathered a little
longer. Each message is made once and handed to every reader's backlog; a reader's own task writes it to its socket.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from pydantic import TypeAdapter

from banjie.base.ids import AgentId, CallId
from banjie.desk.scopes import Part
from banjie.desk.topics import Backlog, Topic
from banjie.people.model import SessionId
from banjie.stories.ports import WALLBOARD
from banjie.stories.views import AgentView

GATHER_S: Final = 0.025  # for topics that many read
BEAT_S: Final = 2.0
FORGET_TOPIC_S: Final = 120.0  # a topic nobody reads nor changes

CLOSED_SIGNED_OUT: Final = 4401


def me(agent_id: AgentId) -> str:
    """Name the topic of one agent's own screen."""
    return f"me/{agent_id}"


def visitor(call_id: CallId) -> str:
    """Name the topic of one visitor's call."""
    return f"visitor/{call_id}"


def is_wallboard(topic: str) -> bool:
    """Whether a topic is the wallboard, or a part of it."""
    return topic.partition("/")[0] == WALLBOARD


class Reader:
    """One open screen: its backlog, and the task that waits for it."""

    def __init__(self, session_id: SessionId | None = None) -> None:
        self.backlog = Backlog()
        self.session_id = session_id
        self.topics: set[str] = set()
        self.close_code: int | None = None
        self.asked_again = asyncio.Event()  # what it may see may be another now
        self._wake = asyncio.Event()

    def wake(self) -> None:
        self._wake.set()

    async def next_text(self) -> str | None:
        """Wait for the next message; None when the board wants this screen closed."""
        while self.close_code is None:
            text = self.backlog.take()
            if text is not None:
                return text
            self._wake.clear()
            await self._wake.wait()
        return None


class Board:  # satisfies stories.ports.LiveBoard
    """Called from the loop's thread only."""

    def __init__(self) -> None:
        self._topics: dict[str, Topic] = {}
        self._parts: dict[str, Part] = {}  # of the wallboard, while somebody reads them
        self._served: dict[AgentId, Sequence[str]] = {}  # the queues of each agent on the wallboard
        self._readers: dict[str, set[Reader]] = {}  # by topic
        self._screens: set[Reader] = set()
        self._idle_since: dict[str, float] = {}
        self._adapters: dict[type, TypeAdapter[Any]] = {}  # pydantic's own generic
        self._flush_due: dict[str, asyncio.Handle] = {}
        self._beats: asyncio.TimerHandle | None = None
        self._beat_count = 0
        self._set_up_count = 0

    # --- what the stories call ---

    def set(self, topic: str, key: str, view: object) -> None:
        if topic == WALLBOARD and isinstance(view, AgentView):
            self._served[view.agent_id] = view.queues
        self._topic(topic).set(key, view)
        self._later(topic)

    def drop(self, topic: str, key: str) -> None:
        self._topic(topic).drop(key)
        self._later(topic)

    def set_up_changed(self) -> None:
        """Let every page know that the names it keeps may be old."""
        self._set_up_count += 1
        self._say_beat()
        self.look_again()

    def look_again(self) -> None:
        """Let each reader of the wallboard be asked what he may see of it now."""
        for topic in (WALLBOARD, *self._parts):
            for reader in self._readers.get(topic, ()):
                reader.asked_again.set()

    def flush(self) -> None:
        """Number what waits, at once."""
        for name, handle in list(self._flush_due.items()):
            handle.cancel()
            self._flush(name)

    # --- what the sockets call ---

    def open_screen(self, session_id: SessionId | None = None) -> Reader:
        """Begin with a beat: what the page reads from now on is of this set-up or a later one."""
        reader = Reader(session_id)
        reader.backlog.offer(self._beat_text())
        self._screens.add(reader)
        if self._beats is None:
            self._beats = asyncio.get_running_loop().call_later(BEAT_S, self._beat)
        return reader

    def close_screen(self, reader: Reader) -> None:
        self._screens.discard(reader)
        for topic in list(reader.topics):
            self.unsubscribe(reader, topic)

    def subscribe(self, reader: Reader, topic: str) -> None:
        """Send a snapshot, then the changes. Again: a fresh snapshot."""
        reader.backlog.subscribe(self._topic(topic))
        reader.topics.add(topic)
        self._readers.setdefault(topic, set()).add(reader)
        reader.wake()

    def unsubscribe(self, reader: Reader, topic: str) -> None:
        reader.topics.discard(topic)
        readers = self._readers[topic]
        readers.discard(reader)
        if not readers:
            del self._readers[topic]
            if self._parts.pop(topic, None) is not None:
                del self._topics[topic]

    def wallboard_of(self, agents: frozenset[AgentId] | None) -> str:
        """Name the wallboard of those who may know of these agents; None: the whole. Subscribe to it in the same turn."""
        name = self.name_of(agents)
        if agents is not None and name not in self._parts:
            self._topics[name] = self._parts[name] = self._part(agents)
        return name

    def name_of(self, agents: frozenset[AgentId] | None) -> str:
        """The same name, whether somebody reads it or nobody."""
        if agents is None:
            return WALLBOARD
        return f"{WALLBOARD}/{hashlib.sha256(','.join(sorted(agents)).encode()).hexdigest()}"

    def wallboard(self, agents: frozenset[AgentId] | None) -> Topic:
        """Return the wallboard of those who may know of these agents, as it is now; None: the whole."""
        return self._topic(WALLBOARD) if agents is None else self._part(agents)

    def _part(self, agents: frozenset[AgentId]) -> Part:
        part = Part(agents, self._text)
        part.begin(self._topic(WALLBOARD), self._served)
        return part

    def close_session(self, session_id: SessionId) -> None:
        """Close all screens of a session that has ended."""
        for reader in self._screens:
            if reader.session_id == session_id:
                reader.close_code = CLOSED_SIGNED_OUT
                reader.wake()

    def readers_count(self, topic: str) -> int:
        return len(self._readers.get(topic, ()))

    @property
    def screens_count(self) -> int:
        return len(self._screens)

    def stop(self) -> None:
        """Cancel what is due. Screens are closed by their own tasks."""
        for handle in self._flush_due.values():
            handle.cancel()
        self._flush_due.clear()
        if self._beats is not None:
            self._beats.cancel()
            self._beats = None

    # --- inside ---

    def _topic(self, name: str) -> Topic:
        self._idle_since.pop(name, None)
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = Topic(name.partition("/")[0], self._text)
        return topic

    def _text(self, view: object) -> str:
        kind = type(view)
        adapter = self._adapters.get(kind)
        if adapter is None:
            adapter = self._adapters[kind] = TypeAdapter(kind)
        return adapter.dump_json(view).decode()

    def _later(self, name: str) -> None:
        if name in self._flush_due:
            return
        loop = asyncio.get_running_loop()
        flush: Callable[[str], None] = self._flush
        if name == WALLBOARD:
            self._flush_due[name] = loop.call_later(GATHER_S, flush, name)
        else:
            self._flush_due[name] = loop.call_soon(flush, name)

    def _flush(self, name: str) -> None:
        self._flush_due.pop(name, None)
        topic = self._topics[name]
        changes = topic.written()
        self._send(name, topic.number(changes))
        if name == WALLBOARD and changes:
            for part_name, part in self._parts.items():
                self._send(part_name, part.follow(changes, topic, self._served))

    def _send(self, name: str, text: str | None) -> None:
        if text is None:
            return
        topic = self._topics[name]
        for reader in self._readers.get(name, ()):
            reader.backlog.offer_change(topic, text)
            reader.wake()

    def _beat(self) -> None:
        self._say_beat()
        loop = asyncio.get_running_loop()
        self._forget_idle(loop.time())
        self._beats = loop.call_later(BEAT_S, self._beat) if self._screens else None

    def _say_beat(self) -> None:
        self._beat_count += 1
        text = self._beat_text()
        for reader in self._screens:
            if not reader.backlog:
                reader.backlog.offer(text)
                reader.wake()

    def _beat_text(self) -> str:
        return f'{{"beat":{self._beat_count},"set_up":{self._set_up_count}}}'

    def _forget_idle(self, now: float) -> None:
        """Let go of topics of visitors long gone; publishers need not remember to."""
        for name in [n for n in self._topics if n not in self._readers and n not in self._flush_due]:
            if name.startswith("visitor/") and now - self._idle_since.setdefault(name, now) > FORGET_TOPIC_S:
                del self._topics[name], self._idle_since[name]


class Presence:
    """Which agents have an open screen; says when the last closes and the first opens."""

    def __init__(self, opened: Callable[[AgentId], None], lost: Callable[[AgentId], None]) -> None:
        self._opened = opened
        self._lost = lost
        self._counts: dict[AgentId, int] = {}

    def open(self, agent_id: AgentId) -> None:
        self._counts[agent_id] = self._counts.get(agent_id, 0) + 1
        if self._counts[agent_id] == 1:
            self._opened(agent_id)

    def close(self, agent_id: AgentId) -> None:
        self._counts[agent_id] -= 1
        if self._counts[agent_id] == 0:
            del self._counts[agent_id]
            self._lost(agent_id)
